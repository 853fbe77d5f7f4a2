"""A card: from the look that finds it to `CardPresented`, against line and reader alone."""

import argparse
import tempfile
import time
from collections.abc import Sized
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.paced import BITS_PER_BYTE, CountedPort, line_s, until
from benchmarks.table import percentile, show
from drivers import catalog
from drivers.id_card.driver import Options, SdtIdCardReader
from drivers.id_card.model import Model, model_of
from drivers.id_card.protocol import Command
from drivers.id_card.simulator import SimulatedIdCardReader
from drivers.stage import Stage
from drivers.transport.base import LineSettings, Transport
from drivers.transport.open import open_stream
from hall.domain.ids import DeviceName
from hall.ports.id_card import CardPresented, CardRemoved
from hall.ports.status import StatusWord

MODEL = "sdt-serial"
BAUDS = (115200, 9600)
AIM = 1.1


class Read(NamedTuple):
    """One card; seconds."""

    laid_to_shown: float
    found_to_shown: float
    line: float
    reader: float

    @property
    def ratio(self) -> float:
        """Measured by what line and reader take alone."""
        return self.found_to_shown / (self.line + self.reader)


class TimedReader(SimulatedIdCardReader):
    """Adds up the times that it takes for itself."""

    own_s = 0.0

    def _own_time(self, command: Command | None) -> float:
        taken = super()._own_time(command)
        self.own_s += taken
        return taken


class FindingPort(CountedPort):
    """Starts to count anew with every look for a card: the last one is the one that found it."""

    def __init__(self, port: Transport, reader: TimedReader) -> None:
        super().__init__(port)
        self._reader = reader
        self.found_at = self._own_before = 0.0

    def write(self, data: bytes, timeout_s: float) -> None:
        """Write; a look for a card begins a new count."""
        if data[7:9] == Command.FIND.value:
            self.count, self.found_at, self._own_before = 0, time.monotonic(), self._reader.own_s
        super().write(data, timeout_s)

    @property
    def reader_s(self) -> float:
        """What the reader has taken since the last look began."""
        return self._reader.own_s - self._own_before


def read_cards(baud: int, cards: int, quick: bool) -> list[Read]:
    """Lay cards on a reader, one after another."""
    model: Model = model_of(catalog.model("id_card", MODEL))
    reader, stage = TimedReader(model, quick=quick), Stage()
    reads: list[Read] = []
    ports: list[FindingPort] = []
    laid = [0.0]
    gone: list[CardRemoved] = []

    def took(event: Any) -> None:
        if isinstance(event, CardPresented):
            now, port = time.monotonic(), ports[-1]
            reads.append(Read(now - laid[0], now - port.found_at, line_s(port.count, baud), port.reader_s))
        if isinstance(event, CardRemoved):
            gone.append(event)

    with tempfile.TemporaryDirectory() as folder:
        player = stage.add(reader, f"serial:{Path(folder) / 'line'}", baud=baud)
        stage.start()

        def opened() -> FindingPort:
            ports.append(FindingPort(open_stream(player.address, LineSettings(baud=baud)), reader))
            return ports[-1]

        device = SdtIdCardReader(DeviceName("bench"), model, Options(), opened, took, BITS_PER_BYTE / baud)
        try:
            until(lambda: device.status().word is StatusWord.READY, "the reader is ready")
            device.watch(True)
            for number in range(1, cards + 1):
                laid[0] = time.monotonic()
                stage.do(player, "insert_card", person="zhang")
                until(partial(_reached, reads, number), "a card is read")
                stage.do(player, "remove_card")
                until(partial(_reached, gone, number), "a card is lifted")
        finally:
            device.close()
            stage.stop()
    return reads


def _reached(seen: Sized, count: int) -> bool:
    return len(seen) >= count


def _row(baud: int, quick: bool, reads: list[Read]) -> list[str]:
    ratios = [read.ratio for read in reads]
    name = f"{baud} baud, {'a reader that takes no time' if quick else 'a usual reader'}"
    middle = [percentile([getattr(read, part) for read in reads], 0.5) for part in ("line", "reader")]
    spans = [f"{value * 1000:.0f}" for value in middle]
    shown = [f"{percentile([read.found_to_shown for read in reads], share) * 1000:.0f}" for share in (0.5, 0.95)]
    laid = f"{percentile([read.laid_to_shown for read in reads], 0.95) * 1000:.0f}"
    figures = [f"{percentile(ratios, share):.3f}" for share in (0.5, 0.95, 1.0)]
    return [name, str(len(reads)), *spans, *shown, *figures, laid]


def run(asked: argparse.Namespace) -> None:
    """Print the table."""
    lines = [(baud, quick) for baud in BAUDS for quick in (False, True)]
    rows = [_row(baud, quick, read_cards(baud, asked.reads, quick)) for baud, quick in lines]
    head = ["card, ms", "reads", "line", "reader", "p50", "p95", "ratio p50", "p95", "max", "laid to shown p95"]
    show(head, rows)
    print(f"aim: ratio at most {AIM}. Ratio: from the look that finds it to CardPresented, by line and reader alone.")
