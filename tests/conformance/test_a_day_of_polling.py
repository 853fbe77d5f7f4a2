"""Twenty-four simulated hours of looking after a device grow no memory: dialogue against simulator, without a clock."""

import gc
import sys
from collections.abc import Callable
from typing import Any, cast

import msgspec
import pytest

from drivers import catalog
from drivers.far_end import FarEnd, ManyHosts
from drivers.id_card.dialogue import Dialogue as CardDialogue
from drivers.id_card.model import model_of as reader_of
from drivers.id_card.simulator import SimulatedIdCardReader
from drivers.inputs.model import model_of as board_of
from drivers.inputs.options import Options as InputsOptions
from drivers.inputs.talk import ModbusTalk
from drivers.page_printer.dialogue import Dialogue as PageDialogue
from drivers.page_printer.dialogue import Waiting
from drivers.page_printer.ipp import Ipp
from drivers.page_printer.options import Options as PagePrinterOptions
from drivers.page_scanner.escl import status_of as scanner_status_of
from drivers.smart_card.codes import TIMEOUT
from drivers.smart_card.pcscd import Daemon, SimulatedReader
from drivers.smart_card.pcsclite import Command
from drivers.smart_card.pcsclite import request as pcsclite_request
from drivers.smart_card.port import PcscPort, Said
from drivers.smart_card.reader import Reader as IcReader
from drivers.ticket_printer.dialogue import Dialogue as SlipDialogue
from drivers.ticket_printer.model import model_of as printer_of
from drivers.ticket_printer.simulator import SimulatedTicketPrinter
from drivers.ups.dialogue import Dialogue as UpsDialogue
from drivers.ups.options import Options as UpsOptions
from hall.ports.status import StatusWord
from hall.ports.ups import Power

HOURS = 24
FEW_BLOCKS = 200
"""Of the interpreter's memory; a leak of one object a poll would be tens of thousands."""


class Wire:
    """A Transport to a simulator, both in this thread; time passes when somebody reads."""

    def __init__(self, far_end: FarEnd) -> None:
        self.far_end, self.now = far_end, 0.0

    def read(self, size: int, timeout_s: float) -> bytes:
        self.now += 0.001
        return self.far_end.outgoing(self.now)

    def write(self, data: bytes, timeout_s: float) -> None:
        self.far_end.receive(data, self.now)

    def close(self) -> None:
        """Nothing to give back."""


def asked(far_end: FarEnd, request: bytes) -> bytes:
    """Put one request of HTTP to a far end and return the body of its answer."""
    assert isinstance(far_end, ManyHosts)
    far_end.heard(1, request, 0.0)
    said = b"".join(data for _host, data in far_end.said(0.0))
    return said.partition(b"\r\n\r\n")[2]


class Posted(Ipp):
    """IPP whose HTTP ends in this thread."""

    far_end = catalog.make_far_end("page_printer", "ipp-everywhere", PagePrinterOptions())

    def _posted(self, body: bytes, limit_s: float) -> bytes:
        head = f"POST /ipp/print HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        return asked(self.far_end, head.encode() + body)


def page_printer() -> Callable[[], object]:
    dialogue = PageDialogue(
        Posted("ipp://x/ipp/print", PagePrinterOptions()), 1.0, Waiting(lambda _s: False, lambda _status: None)
    )
    return lambda: dialogue.check().word is StatusWord.READY


def page_scanner() -> Callable[[], object]:
    far_end = catalog.make_far_end("page_scanner", "escl", catalog.family("page_scanner").options())

    def look() -> bool:
        status = scanner_status_of(asked(far_end, b"GET /eSCL/ScannerStatus HTTP/1.1\r\nHost: x\r\n\r\n"))
        return status is not None and status.word is StatusWord.READY

    return look


def printer() -> Callable[[], object]:
    model = printer_of(catalog.model("ticket_printer", "xprinter-xp-80"))
    dialogue = SlipDialogue(Wire(SimulatedTicketPrinter(model)), model, model.not_taken)
    return lambda: dialogue.check().word is StatusWord.READY


def reader() -> Callable[[], object]:
    model = reader_of(catalog.model("id_card", "sdt-serial"))
    dialogue = CardDialogue(Wire(SimulatedIdCardReader(model, quick=True)), 0.0)
    return lambda: dialogue.look() == "no_card"


def board() -> Callable[[], object]:
    options = msgspec.convert({"contacts": {"door": {"channel": 1}}, "lamps": {"A": 1}}, InputsOptions)
    row = catalog.model("inputs", "modbus-relay-8")
    talk = ModbusTalk(Wire(catalog.make_far_end("inputs", "modbus-relay-8", options)), board_of(row), options)
    return lambda: talk.turn({1: True}).levels


def supply() -> Callable[[], object]:
    options = UpsOptions()
    dialogue = UpsDialogue(Wire(catalog.make_far_end("ups", "nut", options)), options)
    return lambda: dialogue.look().power is Power.MAINS


class Desk:
    """The PC/SC worker's answers, made by a simulated daemon in this thread; nothing ever changes there."""

    address = "memory"

    def __init__(self) -> None:
        self._daemon, self._name = Daemon([SimulatedReader("Reader 00 00")]), "Reader 00 00"

    def ask(self, request: dict[str, Any], timeout_s: float = 1.0) -> Said:
        asked = [Command.WAIT, Command.STOP_WAITING] if request["do"] == "wait" else [Command.READERS]
        answers = [self._daemon.heard(1, pcsclite_request(command))[0][1] for command in asked]
        assert answers[0].startswith(self._name.encode())
        if request["do"] == "wait" and request["known"]:
            return Said({}, TIMEOUT)
        return Said({"readers": [self._name], "state": 0x10012, "atr": ""}, 0)


def card_reader() -> Callable[[], object]:
    there = IcReader(cast(PcscPort, Desk()))
    there.choose("")
    return lambda: there.look() and not there.occupied


@pytest.mark.parametrize(
    ("made", "polls_an_hour"),
    [
        (printer, 3600),
        (reader, 12_000),
        (board, 3600),
        (supply, 3600),
        (card_reader, 3600),
        (page_printer, 300),
        (page_scanner, 300),
    ],
    ids=["printer", "reader", "board", "supply", "card reader", "page printer", "page scanner"],
)
def test_a_day_of_polling_grows_nothing(made: Callable[[], Callable[[], object]], polls_an_hour: int) -> None:
    look, kept = made(), 0
    for hour in range(HOURS):
        assert all(look() for _ in range(polls_an_hour))
        if hour == 0:
            gc.collect()
            kept = sys.getallocatedblocks()
    gc.collect()
    assert sys.getallocatedblocks() - kept < FEW_BLOCKS
