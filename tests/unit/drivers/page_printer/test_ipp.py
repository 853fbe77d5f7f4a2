"""Asking a printer: what goes out, and every way in which no answer comes."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from drivers.page_printer import ipp
from drivers.page_printer.ipp import BrokenOff, Ipp, Unsure
from drivers.page_printer.options import Options
from drivers.page_printer.protocol import Message, Operation, Tag, decode, encode, of, operation_group, word, words
from drivers.transport import TransportLost

Answer = Callable[[httpx.Request], httpx.Response]
GOOD = (operation_group(), (Tag.PRINTER, {"printer-state": of(Tag.ENUM, 3)}))


def asking(answer: Answer, **options: Any) -> Ipp:
    found = Ipp("cups:a4", Options(**options))
    found._http = httpx.Client(transport=httpx.MockTransport(answer))
    return found


def request_of(request: httpx.Request) -> Message:
    found = decode(request.read())
    assert found is not None
    return found


def good(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=encode(Message(0, request_of(request).request, GOOD)))


def fail(problem: Exception) -> Answer:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise problem

    return answer


def test_a_job_is_asked_for_in_the_order_that_ipp_wants() -> None:
    seen: list[Message] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request_of(request))
        assert request.headers["content-type"] == "application/ipp"
        return good(request)

    asking(answer, duplex=True, user="kiosk-c").submit(b"%PDF-1.4", "form #1")
    asking(answer).job(17)
    printed, followed = seen
    operation = printed.group(Tag.OPERATION)
    assert list(operation)[:4] == [
        "attributes-charset",
        "attributes-natural-language",
        "printer-uri",
        "requesting-user-name",
    ]
    assert (printed.code, printed.document) == (Operation.PRINT_JOB, b"%PDF-1.4")
    assert word(operation, "printer-uri") == "ipp://localhost:631/printers/a4"
    assert word(operation, "requesting-user-name") == "kiosk-c"
    assert word(printed.group(Tag.JOB), "sides") == "two-sided-long-edge"
    assert word(printed.group(Tag.JOB), "media") == "iso_a4_210x297mm"
    assert list(followed.group(Tag.OPERATION))[2:4] == ["printer-uri", "job-id"]
    assert "job-state" in words(followed.group(Tag.OPERATION), "requested-attributes")


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (fail(httpx.ConnectError("no")), TransportLost, "nobody is there"),
        (fail(httpx.ConnectTimeout("no")), TransportLost, "nobody is there"),
        (fail(httpx.ReadTimeout("late")), Unsure, "no answer in"),
        (fail(httpx.ReadError("reset")), BrokenOff, "broke off"),
        (fail(httpx.RemoteProtocolError("half")), BrokenOff, "broke off"),
        (lambda _request: httpx.Response(200, content=b"<html>"), Unsure, "no IPP"),
        (lambda _request: httpx.Response(403), TransportLost, "let this user print"),
        (lambda _request: httpx.Response(426), TransportLost, "ipps://"),
        (lambda _request: httpx.Response(404), TransportLost, "lpstat -v"),
    ],
)
def test_every_way_in_which_no_answer_comes(answer: Answer, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said) as caught:
        asking(answer).submit(b"%PDF", "x")
    assert isinstance(caught.value, Unsure) == issubclass(kind, Unsure), "what was sent must be looked for"


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ipp, "LARGEST_ANSWER", 1000)
    with pytest.raises(Unsure, match="no end"):
        asking(lambda _request: httpx.Response(200, content=bytes(2000))).printer()


def test_an_answer_to_another_question_is_none() -> None:
    with pytest.raises(Unsure, match="no IPP"):
        asking(lambda _request: httpx.Response(200, content=encode(Message(0, 999, GOOD)))).printer()


def test_a_queue_that_does_not_exist_is_told_with_what_to_do() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=encode(Message(0x0406, request_of(request).request, (operation_group(),))))

    with pytest.raises(TransportLost, match="lpstat -e"):
        asking(answer).printer()


def test_only_a_question_is_put_twice() -> None:
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request_of(request).code)
        if len(asked) == 1:
            raise httpx.RemoteProtocolError("the idle connection was ended")
        return good(request)

    assert asking(answer).printer()
    assert asked == [Operation.GET_PRINTER_ATTRIBUTES] * 2
    asked.clear()
    with pytest.raises(BrokenOff):
        asking(answer).submit(b"%PDF", "x")
    assert asked == [Operation.PRINT_JOB]
