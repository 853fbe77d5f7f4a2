"""From print() to the cut: a usual ticket at serial speeds and over USB, against the simulated printer.

`./run bench slip`. Line: the pty is paced by the simulator at the given speed (ten bits a byte). Paper: the model's own
printing speed (200 mm/s), or at once, which shows what line and driver cost alone. "print()" is the caller's whole
wait: check before, job, confirmation, check after. "cut" is when the simulated knife fell.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from drivers import catalog
from drivers.catalog import Opening
from drivers.stage import Stage
from drivers.ticket_printer.driver import Options
from drivers.ticket_printer.layout import job_bytes
from drivers.ticket_printer.model import Model, model_of
from drivers.ticket_printer.simulator import SimulatedTicketPrinter
from hall.domain.ids import DeviceName
from hall.domain.slip import Slip, Text
from hall.ports.status import StatusWord
from hall.ports.ticket_printer import Bitmap, Printed
from tests.unit.drivers.ticket_printer.slips import TICKET

MODEL = "epson-tm-t88"
TICKET_LIMIT = 800
RARE = Slip("receipt", (*TICKET.lines, Text("申请人 刘䶮𬭸")))


class Measured(NamedTuple):
    """One row of the table; seconds."""

    line: str
    job: str
    size: int
    on_line_s: float
    cut_s: float
    print_s: float


class WatchedPrinter(SimulatedTicketPrinter):
    """Notes when each slip was cut."""

    cut_at = 0.0

    def _finish_slip(self, *, complete: bool) -> None:
        super()._finish_slip(complete=complete)
        self.cut_at = time.monotonic()


def plain_raster(text: str, width_dots: int, char_dots: int, bold: bool) -> Bitmap:  # noqa: ARG001 - a LineRaster
    """Dots of the right size; what they show costs the line nothing more or less."""
    return Bitmap(width_dots, char_dots, b"\xaa" * (width_dots // 8 * char_dots))


def measured(scheme: str, baud: int, job: str, slip: Slip, speed_mm_s: float, rounds: int) -> Measured:
    """Print some slips over one line and return the middle of their times."""
    model = model_of(catalog.model("ticket_printer", MODEL))
    printer, stage = WatchedPrinter(model, speed_mm_s), Stage()
    with tempfile.TemporaryDirectory() as folder:
        player = stage.add(printer, f"{scheme}:{Path(folder) / 'line'}", baud=baud or None)
        stage.start()
        opening = Opening(DeviceName("bench"), player.address, lambda _event: None, plain_raster)
        device: Any = catalog.open_device("ticket_printer", MODEL, opening, Options(baud=baud, poll_s=2.0))
        try:
            _until(lambda: device.status().word is StatusWord.READY)
            times = [_one(device, printer, slip) for _ in range(rounds)]
        finally:
            device.close()
            stage.stop()
    size = len(job_bytes(slip, model, plain_raster))
    cut_s, print_s = (statistics.median(column) for column in zip(*times, strict=True))
    return Measured(f"{scheme} {baud or ''}".strip(), job, size, size * 10 / baud if baud else 0.0, cut_s, print_s)


def _one(device: Any, printer: WatchedPrinter, slip: Slip) -> tuple[float, float]:
    began = time.monotonic()
    outcome = device.print(slip)
    ended = time.monotonic()
    if not isinstance(outcome, Printed) or not outcome.confirmed:
        raise SystemExit(f"the slip did not come out: {outcome}")
    return printer.cut_at - began, ended - began


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit("the printer never became ready")
        time.sleep(0.01)


def raster_bytes(model: Model, slip: Slip) -> int:
    """What the same ticket would take as one picture."""
    from drivers.ticket_printer.paper import blocks_of
    from drivers.ticket_printer.protocol import CommandParser

    dots = sum(block.dots for block in blocks_of(CommandParser().feed(job_bytes(slip, model)), model))
    return dots * model.dots // 8


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    model = model_of(catalog.model("ticket_printer", MODEL))
    lines = [("serial", 9600), ("serial", 19200), ("serial", 115200), ("usb-sim", 0)]
    jobs = [("ticket", TICKET), ("ticket and a rare name", RARE)]
    print(f"{'line':16}{'job':26}{'paper':>10}{'bytes':>8}{'line s':>9}{'to cut s':>10}{'print() s':>11}")
    for speed in (0.0, model.speed_mm_s):
        for scheme, baud in lines:
            for name, slip in jobs:
                row = measured(scheme, baud, name, slip, speed, rounds)
                paper = f"{speed:.0f} mm/s" if speed else "at once"
                print(
                    f"{row.line:16}{row.job:26}{paper:>10}{row.size:8}{row.on_line_s:9.3f}{row.cut_s:10.3f}{row.print_s:11.3f}"
                )
    whole = raster_bytes(model, TICKET)
    print(f"\nThe same ticket as one picture: {whole} bytes, {whole * 10 / 9600:.0f} s at 9600 baud.")
    print(f"Aim: a ticket of at most {TICKET_LIMIT} bytes; this one has {len(job_bytes(TICKET, model))}.")


if __name__ == "__main__":
    main()
