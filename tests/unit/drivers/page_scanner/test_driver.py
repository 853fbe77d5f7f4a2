"""The scanner against the real scanimage: our eSCL device through sane-airscan, and SANE's own `test` device."""

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from drivers import catalog, supervise
from drivers.catalog import Opening
from drivers.page_scanner import sane
from drivers.page_scanner.driver import SanePageScanner
from drivers.page_scanner.options import Options
from drivers.page_scanner.sane import place_of
from drivers.stage import Player, Stage
from drivers.transport import TransportLost
from hall.domain.ids import DeviceName
from hall.ports.page_scanner import NotScanned, PagesScanned
from hall.ports.status import StatusWord
from tests.support.wires import staged, until, until_word

needs_sane = pytest.mark.skipif(shutil.which("scanimage") is None, reason="sane-utils is not installed")
pytestmark = needs_sane
QUICK = Options(poll_s=0.05, simulated_page_s=0.0, jpeg_quality=50, colour="gray")


class Bench:
    """A scanner and what lies in it."""

    def __init__(self, device: SanePageScanner, stage: Stage, player: Player) -> None:
        self.device, self.stage, self.player = device, stage, player

    def do(self, control: str, **arguments: Any) -> None:
        self.stage.do(self.player, control, **arguments)

    def seen(self, key: str) -> Any:
        return self.stage.state(self.player)["device"][key]

    def scan(self, feeder: bool = True) -> PagesScanned | NotScanned:
        return self.device.scan(feeder=feeder)

    def begun(self, feeder: bool = True) -> "Future[PagesScanned | NotScanned]":
        """Scan in another thread."""
        outcome: Future[PagesScanned | NotScanned] = Future()
        threading.Thread(target=lambda: outcome.set_result(self.scan(feeder)), daemon=True).start()
        return outcome


@contextmanager
def bench(model: str = "escl", options: Options = QUICK, row: dict[str, Any] | None = None) -> Iterator[Bench]:
    from drivers.page_scanner.simulator import far_end

    made = far_end({**catalog.models("page_scanner")[model], **(row or {})}, options)
    with staged(made, "http:127.0.0.1:0") as (stage, player):
        url = player.address.removeprefix("http:")
        opening = Opening(DeviceName("scanner"), f"escl:http://{url}/eSCL", lambda _event: None)
        device = SanePageScanner(opening, options)
        try:
            until_word(device, StatusWord.READY)
            yield Bench(device, stage, player)
        finally:
            device.close()


def test_one_sheet_on_the_glass() -> None:
    with bench() as it:
        it.do("lay", what="text", on="glass")
        outcome = it.scan(feeder=False)
        assert isinstance(outcome, PagesScanned)
        (page,) = outcome.pages
        assert (page.dpi, outcome.blank) == (300, 0)
        assert abs(page.width_px - 2480) < 20
        assert it.seen("settings")["colour"] is False


def test_a_stack_comes_in_order_without_its_blank_pages() -> None:
    with bench() as it:
        for what in ("text", "blank", "short_line", "holes", "seal"):
            it.do("lay", what=what)
        outcome = it.scan()
        assert isinstance(outcome, PagesScanned)
        assert (len(outcome.pages), outcome.blank) == (3, 2)
        document = it.device.bind(outcome.pages)
        assert document.pdf.startswith(b"%PDF")
        assert document.pages == tuple(page.sha256 for page in outcome.pages)


def test_both_sides_and_blank_pages_kept_where_wanted() -> None:
    with bench(options=msgspec.structs.replace(QUICK, duplex=True, drop_blank=False)) as it:
        it.do("lay", what="text", back="blank", count=2)
        outcome = it.scan()
        assert isinstance(outcome, PagesScanned)
        assert (len(outcome.pages), outcome.blank) == (4, 0)
        assert it.seen("settings")["duplex"] is True


def test_a_jam_in_the_middle_keeps_the_whole_pages_and_heals() -> None:
    with bench() as it:
        it.do("lay", what="text", count=4)
        it.do("jam", after=2)
        outcome = it.scan()
        assert isinstance(outcome, NotScanned)
        assert (outcome.status.word, len(outcome.pages)) == (StatusWord.JAMMED, 2)
        assert it.device.status().word is StatusWord.JAMMED
        assert it.scan() == NotScanned(it.device.status())
        it.do("clear_jam")
        until_word(it.device, StatusWord.READY)
        rest = it.scan()
        assert isinstance(rest, PagesScanned)
        assert len(rest.pages) == 2


@pytest.mark.parametrize(
    ("control", "arguments", "word"),
    [("take", {}, StatusWord.NO_PAPER), ("cover", {"open": True}, StatusWord.COVER_OPEN)],
)
def test_what_keeps_it_from_scanning_is_said(control: str, arguments: dict[str, Any], word: StatusWord) -> None:
    with bench() as it:
        it.do("lay", what="text")
        it.do(control, **arguments)
        outcome = it.scan()
        assert isinstance(outcome, NotScanned)
        assert (outcome.status.word, outcome.pages) == (word, ())
        assert outcome.status.reason


def test_a_device_below_300_dpi_is_refused() -> None:
    with bench(row={"simulated_resolutions": [100, 200]}) as it:
        it.do("lay", what="text", on="glass")
        outcome = it.scan(feeder=False)
        assert isinstance(outcome, NotScanned)
        assert "at most 200 dpi" in outcome.status.reason
        assert it.seen("jobs") == 0


def test_a_flatbed_has_no_feeder() -> None:
    with bench("escl-glass") as it:
        outcome = it.scan()
        assert isinstance(outcome, NotScanned)
        assert "no feeder" in outcome.status.reason


def test_cancel_keeps_what_was_whole() -> None:
    with bench() as it:
        it.do("lay", what="text", count=20)
        it.do("page_s", s=0.3)
        outcome = it.begun()
        until(lambda: it.seen("pages") >= 2)
        assert it.device.status().word is StatusWord.BUSY
        it.device.cancel()
        ended = outcome.result(10)
        assert isinstance(ended, NotScanned)
        assert "cancelled" in ended.status.reason
        assert 0 < len(ended.pages) < 20


def test_a_device_that_rounds_below_300_is_caught_at_its_first_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backend that claims 300 and does 200, as scanimage then says: a stand-in for scanimage, for none here lies."""
    tool = tmp_path / "scanimage"
    tool.write_text(
        "#!/bin/sh\n"
        'case "$*" in *-A*) echo "    --resolution 75|300dpi [75]"; exit 0;; esac\n'
        "echo 'scanimage: rounded value of resolution from 300 to 200' >&2\n"
        "exec sleep 30\n"
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with of_sane("sane:stand-in:0") as device:
        until(lambda: "SANE" in device.status().reason)
        outcome = device.scan()
        assert isinstance(outcome, NotScanned)
        assert "200 dpi" in outcome.status.reason


def test_a_pulled_cable_in_the_middle_keeps_what_was_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "FIRST_BACKOFF_S", 0.02)
    with bench() as it:
        it.do("lay", what="text", count=20)
        it.do("page_s", s=0.3)
        outcome = it.begun()
        until(lambda: it.seen("pages") >= 2)
        it.do("unplug")
        ended = outcome.result(20)
        assert isinstance(ended, NotScanned)
        assert ended.status.word is StatusWord.OFFLINE
        assert len(ended.pages) >= 1
        until_word(it.device, StatusWord.OFFLINE)
        it.do("plug")
        until_word(it.device, StatusWord.READY, StatusWord.BUSY)


def test_a_scanner_that_never_delivers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sane, "ENDING_S", 0.3)
    with bench(options=msgspec.structs.replace(QUICK, page_limit_s=1.1)) as it:
        it.do("lay", what="text")
        it.do("page_s", s=30)
        outcome = it.scan()
        assert isinstance(outcome, NotScanned)
        assert "no page in 1.1 s" in outcome.status.reason


def test_nothing_of_the_papers_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    with bench() as it:
        it.do("lay", what="text", count=2)
        assert isinstance(it.scan(), PagesScanned)
        (folder,) = tmp_path.iterdir()
        assert folder.stat().st_mode & 0o077 == 0
        assert sorted(path.name for path in folder.iterdir()) == ["airscan.conf", "dll.conf"]
    assert list(tmp_path.iterdir()) == []


def sane_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configured: str = "") -> None:
    """Let SANE know its `test` device only."""
    (tmp_path / "dll.conf").write_text("test\n")
    (tmp_path / "test.conf").write_text(f"number_of_devices 1\ngeometry_max 220.0\n{configured}\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path))


@contextmanager
def of_sane(address: str, options: Options = QUICK) -> Iterator[SanePageScanner]:
    device = SanePageScanner(Opening(DeviceName("scanner"), address, lambda _event: None), options)
    try:
        yield device
    finally:
        device.close()


def test_sanes_own_device_gives_ten_pages_from_its_feeder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sane_test(tmp_path, monkeypatch, 'test-picture "Grid"')
    with of_sane("sane:test:0") as device:
        until_word(device, StatusWord.UNKNOWN)
        until(lambda: "SANE" in device.status().reason)
        outcome = device.scan(feeder=True)
        assert isinstance(outcome, PagesScanned)
        assert len(outcome.pages) == 10
        assert outcome.pages[0].dpi == 300
        one = device.scan()
        assert isinstance(one, PagesScanned)
        assert len(one.pages) == 1


def test_sanes_white_device_has_a_blank_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sane_test(tmp_path, monkeypatch, 'test-picture "Solid white"')
    with of_sane("sane:test:0") as device:
        until(lambda: "SANE" in device.status().reason)
        assert device.scan() == PagesScanned((), blank=1)


@pytest.mark.parametrize(
    ("failing", "word"),
    [
        ("SANE_STATUS_JAMMED", StatusWord.JAMMED),
        ("SANE_STATUS_COVER_OPEN", StatusWord.COVER_OPEN),
        ("SANE_STATUS_DEVICE_BUSY", StatusWord.BUSY),
        ("SANE_STATUS_IO_ERROR", StatusWord.OFFLINE),
        ("SANE_STATUS_NO_MEM", StatusWord.FAULT),
    ],
)
def test_sanes_own_troubles(failing: str, word: StatusWord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sane_test(tmp_path, monkeypatch, f'read-status-code "{failing}"')
    with of_sane("sane:test:0") as device:
        until(lambda: "SANE" in device.status().reason)
        outcome = device.scan()
        assert isinstance(outcome, NotScanned)
        assert outcome.status.word is word


def test_a_device_that_is_not_there_is_offline_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sane_test(tmp_path, monkeypatch)
    with of_sane("sane:test:7") as device:
        until_word(device, StatusWord.OFFLINE)
        assert "scanimage -L" in device.status().reason
        assert device.scan() == NotScanned(device.status())


@pytest.mark.parametrize("address", ["sane:", "escl:ftp://x", "sane:a\nb", "escl:http://x/ y", "serial:/dev/x"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(TransportLost, match="write sane:DEVICE"):
        place_of(address)


def test_a_usb_scanner_on_another_number_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = sane.Sane("sane:fujitsu:libusb:001:004", place_of("sane:fujitsu:libusb:001:004"))
    listed: Callable[..., Any] = lambda command, _limit: subprocess.CompletedProcess(  # noqa: E731 - a stand-in
        command, 0, b"fujitsu:libusb:001:009\ntest:0\n", b""
    )
    monkeypatch.setattr(programs, "_run", listed)
    assert programs.moved()
    assert programs.place.device == "fujitsu:libusb:001:009"
    assert not programs.moved()
    programs.close()
