"""The printer against its simulator over real HTTP: once and only once, whatever happens on the way."""

import asyncio
import base64
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec
import pyipp
import pytest

from drivers import catalog, supervise
from drivers.catalog import Opening
from drivers.page_printer import dialogue, ipp
from drivers.page_printer.dialogue import unique
from drivers.page_printer.driver import IppPagePrinter
from drivers.page_printer.ipp import where_of
from drivers.page_printer.options import Options
from drivers.page_printer.protocol import Message, Operation, Tag, encode, of, operation_group
from drivers.page_printer.simulator import far_end
from drivers.stage import Player, Stage
from drivers.transport import TransportLost
from hall.domain.ids import DeviceName
from hall.ports.page_printer import SheetsNotPrinted, SheetsPrinted
from hall.ports.status import StatusWord
from tests.support.wires import staged, until, until_word

QUICK = Options(poll_s=0.05, simulated_sheet_s=0.0)
PDF = b"%PDF-1.4\n" + b"<< /Type /Page >>\n" * 3 + b"<< /Type /Pages >>\n%%EOF"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "FIRST_BACKOFF_S", 0.02)
    monkeypatch.setattr(supervise, "LAST_BACKOFF_S", 0.05)
    monkeypatch.setattr(dialogue, "POLL_JOB_S", 0.02)
    monkeypatch.setattr(dialogue, "LOOK_AGAIN_S", 0.05)


class Bench:
    """A printer and its far end."""

    def __init__(self, device: IppPagePrinter, stage: Stage, player: Player) -> None:
        self.device, self.stage, self.player = device, stage, player

    def do(self, control: str, **arguments: Any) -> dict[str, Any]:
        return self.stage.do(self.player, control, **arguments)

    def seen(self, key: str) -> Any:
        return self.stage.state(self.player)["device"][key]

    def begun(self, pdf: bytes = PDF) -> "Future[SheetsPrinted | SheetsNotPrinted]":
        """Print in another thread."""
        outcome: Future[SheetsPrinted | SheetsNotPrinted] = Future()
        threading.Thread(target=lambda: outcome.set_result(self.device.print(pdf, "form")), daemon=True).start()
        return outcome


@contextmanager
def bench(options: Options = QUICK, path: str = "/ipp/print", row: dict[str, Any] | None = None) -> Iterator[Bench]:
    made = far_end({**catalog.models("page_printer")["ipp-everywhere"], **(row or {})}, options)
    with staged(made, "http:127.0.0.1:0") as (stage, player):
        address = player.address.replace("http:", "ipp://") + path
        device = IppPagePrinter(Opening(DeviceName("a4"), address, lambda _event: None), options)
        try:
            until(lambda: device.status().reason != "not opened yet")
            yield Bench(device, stage, player)
        finally:
            device.close()


def test_a_document_comes_out_once() -> None:
    with bench() as it:
        assert it.device.print(PDF, "form") == SheetsPrinted(1, 3)
        last = it.do("last_job")
        assert base64.b64decode(last["pdf"]) == PDF
        assert last["name"].startswith("form #")
        assert (it.seen("taken"), it.seen("sheets")) == (1, 3)


def test_both_sides_take_half_the_sheets() -> None:
    with bench(msgspec.structs.replace(QUICK, duplex=True)) as it:
        assert it.device.print(PDF, "form") == SheetsPrinted(1, 2)


def test_a_tray_is_named_together_with_the_paper() -> None:
    with bench(msgspec.structs.replace(QUICK, tray="tray-2")) as it:
        assert isinstance(it.device.print(PDF, "form"), SheetsPrinted)
    size = {"x-dimension": of(Tag.INTEGER, 21000), "y-dimension": of(Tag.INTEGER, 29700)}
    assert ipp._media(Options(tray="tray-2")) == {
        "media-size": of(Tag.COLLECTION, size),
        "media-source": of(Tag.KEYWORD, "tray-2"),
    }


def test_a_lost_reply_does_not_print_twice() -> None:
    with bench() as it:
        it.do("lose_reply")
        assert it.device.print(PDF, "form") == SheetsPrinted(1, 3)
        assert (it.seen("taken"), it.seen("sheets")) == (1, 3)


def test_a_lost_request_is_sent_again_where_the_list_proves_it() -> None:
    with bench() as it:
        assert it.device.print(PDF, "form") == SheetsPrinted(1, 3)
        it.do("lose_request")
        assert it.device.print(PDF, "form") == SheetsPrinted(2, 3)
        assert it.seen("taken") == 2


@pytest.mark.parametrize("lost", ["lose_reply", "lose_request"])
def test_a_printer_that_forgets_is_never_sent_a_document_twice(lost: str) -> None:
    with bench() as it:
        it.do("no_history")
        it.do(lost)
        outcome = it.device.print(PDF, "form")
        assert isinstance(outcome, SheetsNotPrinted)
        assert outcome.partial
        assert "keeps no list" in outcome.status.reason
        assert it.seen("taken") == (lost == "lose_reply")


def test_a_request_lost_again_and_again_is_given_up() -> None:
    with bench() as it:
        assert it.device.print(PDF, "form") == SheetsPrinted(1, 3)
        it.do("lose_request", times=5)
        outcome = it.device.print(PDF, "form")
        assert isinstance(outcome, SheetsNotPrinted)
        assert "not known" in outcome.status.reason
        assert it.seen("taken") == 1


def test_a_job_that_the_queue_forgets_is_not_called_printed() -> None:
    with bench() as it:
        it.do("no_history")
        outcome = it.device.print(PDF, "form")
        assert isinstance(outcome, SheetsNotPrinted)
        assert outcome.partial
        assert "look at the tray" in outcome.status.reason


@pytest.mark.parametrize(
    ("breaks", "heals", "word"),
    [
        (("paper_out", {"sheets": 1}), ("add_paper", {}), StatusWord.NO_PAPER),
        (("jam", {"after": 1}), ("clear_jam", {}), StatusWord.JAMMED),
    ],
)
def test_trouble_in_the_middle_is_told_and_the_job_waits(
    breaks: tuple[str, dict[str, Any]], heals: tuple[str, dict[str, Any]], word: StatusWord
) -> None:
    with bench() as it:
        it.do(breaks[0], **breaks[1])
        outcome = it.begun()
        until_word(it.device, word)
        assert it.device.status().reason
        it.do(heals[0], **heals[1])
        assert outcome.result(10) == SheetsPrinted(1, 3)
        until_word(it.device, StatusWord.READY)


@pytest.mark.parametrize(
    ("control", "arguments", "word"),
    [
        ("paper_out", {}, StatusWord.NO_PAPER),
        ("door", {"open": True}, StatusWord.COVER_OPEN),
        ("toner", {"level": "empty"}, StatusWord.FAULT),
        ("stop", {}, StatusWord.OFFLINE),
    ],
)
def test_nothing_is_sent_to_a_printer_that_cannot_print(
    control: str, arguments: dict[str, Any], word: StatusWord
) -> None:
    with bench() as it:
        it.do(control, **arguments)
        outcome = it.device.print(PDF, "form")
        assert isinstance(outcome, SheetsNotPrinted)
        assert (outcome.status.word, outcome.job, outcome.partial) == (word, 0, False)
        assert it.seen("taken") == 0


def test_low_toner_is_ready_with_a_word_about_it() -> None:
    with bench() as it:
        it.do("toner", level="low")
        until(lambda: "cartridge" in it.device.status().reason)
        assert it.device.status().word is StatusWord.READY
        assert isinstance(it.device.print(PDF, "form"), SheetsPrinted)


def test_at_its_limit_a_job_is_cancelled_with_the_reason() -> None:
    with bench(msgspec.structs.replace(QUICK, job_limit_s=0.3)) as it:
        it.do("paper_out", sheets=1)
        outcome = it.device.print(PDF, "form")
        assert isinstance(outcome, SheetsNotPrinted)
        assert (outcome.status.word, outcome.job, outcome.partial) == (StatusWord.NO_PAPER, 1, True)
        assert "not out in 0.3 s" in outcome.status.reason
        assert it.seen("jobs")[0]["state"] == "canceled"


def test_closing_cancels_what_is_being_printed() -> None:
    with bench(msgspec.structs.replace(QUICK, simulated_sheet_s=30)) as it:
        outcome = it.begun()
        until(lambda: it.seen("taken") == 1)
        until_word(it.device, StatusWord.BUSY)
        it.device.close()
        ended = outcome.result(10)
        assert isinstance(ended, SheetsNotPrinted)
        assert not ended.partial
        assert it.seen("jobs")[0]["state"] == "canceled"


def test_the_network_may_go_and_come_back_in_the_middle() -> None:
    with bench() as it:
        it.do("sheet_s", s=0.2)
        outcome = it.begun()
        until(lambda: it.seen("sheets") == 1)
        it.do("unplug")
        until_word(it.device, StatusWord.OFFLINE)
        it.do("plug")
        assert outcome.result(10) == SheetsPrinted(1, 3)


def test_a_connection_that_the_printer_ended_is_no_loss() -> None:
    with bench() as it:
        until_word(it.device, StatusWord.READY)
        port = ipp.Ipp(it.player.address.replace("http:", "ipp://") + "/ipp/print", QUICK)
        assert port.printer("printer-name")
        it.do("unplug")
        it.do("plug")
        assert port.printer("printer-name"), "asked again over a new connection"
        it.do("unplug")
        with pytest.raises(TransportLost, match="nobody is there"):
            port.printer()
        port.close()


def test_a_job_that_somebody_cancels_is_not_printed() -> None:
    with bench() as it:
        it.do("paper_out", sheets=1)
        outcome = it.begun()
        until(lambda: it.seen("sheets") == 1)
        host, port = it.player.address.removeprefix("http:").split(":")
        body = encode(Message(Operation.CANCEL_JOB, 1, (operation_group({"job-id": of(Tag.INTEGER, 1)}.items()),)))
        httpx.post(f"http://{host}:{port}/", content=body, trust_env=False)
        ended = outcome.result(10)
        assert isinstance(ended, SheetsNotPrinted)
        assert ended.partial
        assert "cancelled at the printer" in ended.status.reason


def test_a_printer_without_pdf_says_so_before_anybody_prints() -> None:
    with bench(row={"simulated_formats": ["image/urf"]}) as it:
        until_word(it.device, StatusWord.FAULT)
        assert "CUPS queue" in it.device.status().reason
        assert it.device.print(PDF, "form") == SheetsNotPrinted(it.device.status())


def test_a_printer_that_is_away_refuses_at_once() -> None:
    device = IppPagePrinter(Opening(DeviceName("a4"), "ipp://127.0.0.1:1/ipp/print", lambda _event: None), QUICK)
    until_word(device, StatusWord.OFFLINE)
    assert device.print(PDF, "form") == SheetsNotPrinted(device.status())
    assert "check power and network" in device.status().reason
    device.close()


@pytest.mark.parametrize(
    ("address", "uri", "url"),
    [
        ("cups:a4", "ipp://localhost:631/printers/a4", "http://localhost:631/printers/a4"),
        ("cups:a4@10.0.0.2", "ipp://10.0.0.2:631/printers/a4", "http://10.0.0.2:631/printers/a4"),
        ("cups:a4@h:8631", "ipp://h:8631/printers/a4", "http://h:8631/printers/a4"),
        ("ipp://h/ipp/print", "ipp://h:631/ipp/print", "http://h:631/ipp/print"),
        ("ipps://h:443/x", "ipps://h:443/x", "https://h:443/x"),
    ],
)
def test_addresses(address: str, uri: str, url: str) -> None:
    assert where_of(address) == (uri, url)


@pytest.mark.parametrize("address", ["cups:", "cups:a b", "ipp:h", "ipp://", "http://h/", "cups:a4;rm"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(TransportLost, match="write cups:QUEUE"):
        where_of(address)


def test_names_of_jobs_are_unique_and_one_line() -> None:
    assert unique("a\nb" + "c" * 300) != unique("a\nb" + "c" * 300)
    assert "\n" not in unique("a\nb")
    assert len(unique("c" * 300)) < 120


def test_a_client_of_others_understands_the_simulator() -> None:
    """pyipp asks for the printer and prints; it is what home automation uses for real printers."""

    async def asked(host: str, port: int) -> tuple[Any, Any]:
        async with pyipp.IPP(host=host, port=port, base_path="/ipp/print") as client:
            printer = await client.printer()
            message = {"operation-attributes-tag": {"job-name": "x", "document-format": "application/pdf"}, "data": PDF}
            return printer, await client.execute(pyipp.enums.IppOperation.PRINT_JOB, message)

    with bench() as it:
        host, port = it.player.address.removeprefix("http:").split(":")
        printer, printed = asyncio.run(asked(host, int(port)))
        assert printer.state.printer_state == "idle"
        assert printed["jobs"][0]["job-id"] == 1
        until(lambda: it.seen("sheets") == 3)
