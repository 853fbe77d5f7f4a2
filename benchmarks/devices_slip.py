"""A slip as dots: how long it takes to draw, and whether the line runs dry while it is sent."""

import argparse
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.paced import BITS_PER_BYTE, CountedPort, line_s, until
from benchmarks.table import percentile, show
from drivers import catalog
from drivers.stage import Player, Stage
from drivers.ticket_printer.carrier import open_carried
from drivers.ticket_printer.driver import EscposTicketPrinter, Options
from drivers.ticket_printer.layout import job_bytes
from drivers.ticket_printer.model import Model, model_of
from drivers.ticket_printer.simulator import SimulatedTicketPrinter
from drivers.transport.base import LineSettings, Transport
from hall.domain.ids import DeviceName
from hall.ports.status import StatusWord
from hall.ports.ticket_printer import Bitmap, LineRaster, Printed
from tests.unit.drivers.ticket_printer.slips import TICKET

MODEL = "epson-tm-t88"
BAUDS = (115200, 9600)
DRAWINGS = 50
AIM_MS = 15.0
LARGEST_QUESTION = 200


class Blind(Model, frozen=True):
    """A printer whose font holds nothing and that draws no symbols: all goes as dots."""

    def holds(self, character: str) -> bool:
        """Hold nothing."""
        del character
        return False


class Sending(NamedTuple):
    """One slip on one line; seconds."""

    size: int
    line: float
    taken: float
    dry: float
    longest_dry: float


class DryNoting(SimulatedTicketPrinter):
    """Notes when nothing was on the line between two bytes of a slip."""

    player: Player | None = None

    def __init__(self, model: Model, byte_s: float) -> None:
        super().__init__(model, 0.0)
        self._byte_s = byte_s
        self.expect(0)

    def expect(self, size: int) -> None:
        """Watch the next so many bytes."""
        self.left, self.first_at, self.last_at = size, 0.0, 0.0
        self.gaps: list[float] = []

    def receive(self, data: bytes, now: float) -> None:
        """Note the silence before these bytes."""
        if self.left > 0:
            ended = self.player.heard_until if self.player else now
            began = ended - len(data) * self._byte_s
            self.gaps += [max(0.0, began - self.last_at)] if self.last_at else []
            self.first_at, self.last_at = self.first_at or began, ended
            self.left -= len(data)
        super().receive(data, now)


class JobPort(CountedPort):
    """Tells the printer when a whole job begins."""

    def __init__(self, port: Transport, printer: DryNoting) -> None:
        super().__init__(port)
        self._printer = printer

    def write(self, data: bytes, timeout_s: float) -> None:
        """Write; whatever is larger than a question is the job."""
        if len(data) > LARGEST_QUESTION:
            self._printer.expect(len(data))
        super().write(data, timeout_s)


def blind() -> Model:
    """Return the model, blind."""
    known = msgspec.structs.asdict(model_of(catalog.model("ticket_printer", MODEL)))
    return Blind(**{**known, "native_qr": False, "native_barcode": False})


def drawn(raster: LineRaster, model: Model) -> tuple[dict[str, list[float]], int]:
    """Draw the slip again and again: seconds of the dots alone, of the whole job, of its processor; and the lines."""
    dots: list[float] = []
    whole: list[float] = []
    processor: list[float] = []
    lines = [0]

    def timed(text: str, width_dots: int, char_dots: int, bold: bool) -> Bitmap:
        began = time.perf_counter()
        picture = raster(text, width_dots, char_dots, bold)
        dots[-1] += time.perf_counter() - began
        lines[0] += 1
        return picture

    for _ in range(DRAWINGS):
        dots.append(0.0)
        began, used = time.perf_counter(), time.thread_time()
        job_bytes(TICKET, model, timed)
        whole.append(time.perf_counter() - began)
        processor.append(time.thread_time() - used)
    names = ("lines as dots", "the whole job, to its bytes", "the same, processor alone")
    return dict(zip(names, (dots, whole, processor), strict=True)), lines[0] // DRAWINGS


def sent(baud: int, raster: LineRaster, model: Model) -> Sending:
    """Print the slip over a paced line."""
    printer, stage = DryNoting(model, 1 / baud * BITS_PER_BYTE), Stage()
    with tempfile.TemporaryDirectory() as folder:
        printer.player = player = stage.add(printer, f"serial:{Path(folder) / 'line'}", baud=baud)
        stage.start()
        line = LineSettings(baud=baud)
        device = EscposTicketPrinter(
            DeviceName("bench"), model, Options(baud=baud, poll_s=2.0),
            lambda: JobPort(open_carried(player.address, line), printer), lambda _event: None, raster,
        )  # fmt: skip
        try:
            until(lambda: device.status().word is StatusWord.READY, "the printer is ready")
            outcome = device.print(TICKET)
        finally:
            device.close()
            stage.stop()
    if not isinstance(outcome, Printed):
        raise SystemExit(f"the slip did not come out: {outcome}")
    size = len(job_bytes(TICKET, model, raster))
    taken = printer.last_at - printer.first_at
    return Sending(size, line_s(size, baud), taken, sum(printer.gaps), max(printer.gaps, default=0.0))


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def run(asked: argparse.Namespace) -> None:
    """Print both tables."""
    del asked
    from PyQt6.QtGui import QGuiApplication

    from hall.qt.raster import QtLineRaster

    application = QGuiApplication(["bench"])
    raster, model = QtLineRaster(), blind()
    drawings, lines = drawn(raster, model)
    rows = [
        [name, str(lines), *(_ms(percentile(times[1:], share)) for share in (0.5, 0.95, 1.0)), _ms(times[0])]
        for name, times in drawings.items()
    ]
    show(["a full slip, ms", "lines", "p50", "p95", "max", "the very first"], rows)
    print(f"aim: at most {AIM_MS:.0f} ms. The very first of a process loads the fonts.\n")
    sendings = [(baud, sent(baud, raster, model)) for baud in BAUDS]
    rows = [
        [f"{baud} baud", f"{one.size}", f"{one.line:.2f}", f"{one.taken:.2f}", _ms(one.dry), _ms(one.longest_dry)]
        for baud, one in sendings
    ]
    show(["sent whole", "bytes", "line s", "taken s", "line dry, ms", "longest, ms"], rows)
    print("aim: no stall; a stall is a silence of the line between the slip's first and last byte.")
    application.quit()
