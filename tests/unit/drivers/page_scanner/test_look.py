"""The cheap look at an idle scanner: by HTTP, by its USB node, or not at all."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from drivers.page_scanner import look
from drivers.page_scanner.escl import status_document
from drivers.page_scanner.look import UNSEEN, Look
from drivers.page_scanner.sane import place_of
from drivers.transport import TransportLost
from hall.ports.status import Status, StatusWord

ADDRESS = "escl:http://192.0.2.1/eSCL"


def asking(answer: Callable[[httpx.Request], httpx.Response]) -> Look:
    found = Look(ADDRESS, place_of(ADDRESS))
    found._http = httpx.Client(transport=httpx.MockTransport(answer))
    return found


def refuse(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def sleep(_request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("late")


def test_a_network_scanner_is_asked_for_its_status_and_nothing_else() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url}")
        return httpx.Response(200, content=status_document("Idle", "ScannerAdfEmpty"))

    it = asking(answer)
    assert it.status() == Status(StatusWord.READY)
    assert asked == ["GET http://192.0.2.1/eSCL/ScannerStatus"]
    it.close()


def test_one_that_is_starting_is_busy() -> None:
    it = asking(lambda _request: httpx.Response(503))
    assert it.status().word is StatusWord.BUSY
    it.close()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refuse, "nobody is there"),
        (sleep, "no answer in 1.2 s"),
        (lambda _request: httpx.Response(404), "no scanner answers there"),
        (lambda _request: httpx.Response(200, content=b"<html>a router</html>"), "no scanner answers there"),
    ],
)
def test_whoever_else_is_there_is_no_scanner(answer: Callable[[httpx.Request], httpx.Response], said: str) -> None:
    it = asking(answer)
    with pytest.raises(TransportLost, match=said):
        it.status()
    it.close()


def test_a_usb_scanner_is_there_as_long_as_its_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = tmp_path / "004"
    node.touch()
    monkeypatch.setattr(look, "usb_node", lambda _device: str(node))
    it = Look("sane:fujitsu:libusb:001:004", place_of("sane:fujitsu:libusb:001:004"))
    assert it.status() == Status(StatusWord.READY)
    node.unlink()
    with pytest.raises(TransportLost, match="unplugged or off"):
        it.status()


def test_of_others_nothing_is_claimed() -> None:
    assert Look("sane:test:0", place_of("sane:test:0")).status() == UNSEEN
