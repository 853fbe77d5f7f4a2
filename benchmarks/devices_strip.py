"""A strip: from `show` to the last byte at the strip, against the line alone, for every model and speed."""

import argparse
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks.paced import line_s, until
from benchmarks.table import percentile, show
from drivers import catalog
from drivers.catalog import Opening
from drivers.counter_screen.options import Options
from drivers.far_end import FarEnd
from drivers.profile import profile_of
from drivers.stage import Player, Stage
from hall.domain.ids import DeviceName
from hall.ports.counter_screen import ScreenContent, ScreenState, Shown
from hall.ports.status import StatusWord

AIM = 1.05
TEXT = "请A{:03d}号到3号窗口"
TURN_S = 0.02
"""For the stage's turn to end in which it took the last bytes."""
PAUSES_S = (0.2, 0.7)
"""Between two calls: at any phase of the strip's own being looked after."""


class Pass(NamedTuple):
    """One text; seconds."""

    waited: float
    line: float

    @property
    def ratio(self) -> float:
        """Measured by the line alone."""
        return self.waited / self.line


class Ear:
    """A FarEnd that hands everything on to the strip and notes when the last byte left the line."""

    def __init__(self, strip: FarEnd) -> None:
        self._strip = strip
        self.player: Player | None = None
        self.count, self.last_at = 0, 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._strip, name)

    def receive(self, data: bytes, now: float) -> None:
        """Count, and take the line's own time of the last byte rather than that of this thread's turn."""
        self.count += len(data)
        self.last_at = self.player.heard_until if self.player else now
        self._strip.receive(data, now)


def speeds(row: dict[str, Any]) -> Iterator[int]:
    """Return the speeds of a model's line."""
    yield from row.get("bauds") or [profile_of(row).baud]


def passes(model: str, baud: int, texts: int) -> list[Pass]:
    """Show texts one after another, each after a pause of its own."""
    chance, shown = Random(7), [0]
    options = Options(baud=baud)
    ear, stage = Ear(catalog.make_far_end("counter_screen", model, options)), Stage()

    def took(event: Any) -> None:
        shown[0] += isinstance(event, Shown)

    found: list[float] = []
    counts: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        ear.player = player = stage.add(ear, f"serial:{Path(folder) / 'line'}", baud=baud)
        stage.start()
        opening = Opening(DeviceName("bench"), player.address, took)
        device: Any = catalog.open_device("counter_screen", model, opening, options)
        try:
            until(lambda: device.status().word in (StatusWord.READY, StatusWord.UNKNOWN), "the strip is there")
            for number in range(texts):
                time.sleep(chance.uniform(*PAUSES_S))
                before, began = ear.count, time.monotonic()
                device.show(ScreenContent(ScreenState.CALLING, TEXT.format(number)))
                until(partial(_through, shown, number + 1, ear, before), f"{model} shows it")
                time.sleep(TURN_S)
                found.append(ear.last_at - began)
                counts.append(ear.count - before)
        finally:
            device.close()
            stage.stop()
    # All texts are of one length; a count above the least holds the end of a question that was on the line already.
    return [Pass(waited, line_s(min(counts), baud)) for waited in found]


def _through(shown: list[int], wanted: int, ear: Ear, before: int) -> bool:
    return shown[0] >= wanted and ear.count > before and not (ear.player and ear.player.busy)


def run(asked: argparse.Namespace) -> None:
    """Print the table."""
    rows = []
    for model, row in catalog.models("counter_screen").items():
        for baud in speeds(row):
            found = passes(model, baud, asked.shows)
            line = percentile([one.line for one in found], 0.5)
            over = percentile([one.waited - one.line for one in found], 0.5)
            ratios = [f"{percentile([one.ratio for one in found], share):.3f}" for share in (0.5, 0.95, 1.0)]
            rows.append([f"{model}, {baud} baud", str(len(found)), f"{line * 1000:.1f}", f"{over * 1000:.2f}", *ratios])
    show(["strip", "texts", "line ms", "driver ms, p50", "ratio p50", "p95", "max"], rows)
    print(f"aim: ratio at most {AIM}. Ratio: from show() to the last byte at the strip, by the line alone.")
