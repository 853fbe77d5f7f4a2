"""`./run bench call`: from call-next pressed to the strip, the lobby's screen and the voice.

Real processes: hub over TLS, `hall-counter` with an ONBON strip at 9600 baud, `hall-lobby` with a SYN6288 module at
9600 baud. One call at a time, the hall otherwise at rest. All times begin when F2 is given to the counter's window.

* committed: the event's own `at` in the hub's log (whole milliseconds)
* strip: the last byte of the frame is off the line. "line alone" is what so many bytes take at 9600 baud
* screen: the board shows the number; looked at every 20 ms, so up to that much too late
* voice: the module has its frame and begins the first syllable
* apart: the latest of strip, screen and voice after the earliest
"""

import argparse
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.hall_at_work import HallAtWork, hall_at_work, plan_root, timed
from benchmarks.on_line import UnitOnLine
from benchmarks.table import machine, ms, percentile, show
from field.demo.plan import LOBBY, DeviceAt, UnitAt
from field.demo.wire import NotDone
from field.demo.witness import Witness
from hall.words.speech import spoken_ticket

BAUD = 9600
BITS_A_BYTE = 10
WAIT_S = 15.0
REST_S = 0.5
SILENCE_S = 1.5
ITEM, CLERK, PIN = "social-card", "1001", "1001"
COUNTER = UnitAt(
    "counter-1",
    "counter",
    "hall-counter",
    counter="1",
    face={"width_px": 1280, "height_px": 800, "diagonal_in": 15.6},
)


class Call(NamedTuple):
    """One call; seconds after the key, `line` what the line alone needs."""

    committed: float
    strip: float
    line: float
    screen: float
    voice: float

    @property
    def apart(self) -> float:
        """How far strip, screen and voice are from each other."""
        faces = (self.strip, self.screen, self.voice)
        return max(faces) - min(faces)


class Pressed(NamedTuple):
    """When the key was given, on the clock of this process and on the wall's."""

    at: float
    wall: float
    number: str


def devices(root: Path) -> list[DeviceAt]:
    """Return strip and speech module."""
    return [
        timed("counter-1", "strip", "counter_screen", "onbon-bx5k", root, baud=BAUD),
        timed("lobby-1", "module", "voice", "syn6288", root),
    ]


class Bench:
    """A hall with one counter and one lobby, and tickets waiting."""

    def __init__(self, work: HallAtWork) -> None:
        self._work = work
        self._counter, self._lobby = work.hall.remotes["counter-1"], work.hall.remotes["lobby-1"]
        self._strip, self._module = work.observed["counter-1.strip"], work.observed["lobby-1.module"]
        self._pressed: list[Pressed] = []
        self._kiosk = self._unit("kiosk")
        self._witness = Witness(work.demo.hub_url, work.demo.state("witness"), self._token("auditor", "witness"))

    def _unit(self, kind: str) -> UnitOnLine:
        return UnitOnLine(self._work.demo.hub_url, self._work.demo.state("bench"), self._token(kind, "bench"))

    def _token(self, kind: str, name: str) -> str:
        series = ("--series", "B") if kind == "kiosk" else ()
        return str(self._work.hall.server_act("hall", "token", "--kind", kind, "--name", name, *series)["token"])

    def open(self, calls: int) -> None:
        """Sign in, and let as many people wait."""
        self._counter.wait("sign_in.go", timeout_s=WAIT_S)
        self._counter.type("sign_in.clerk", CLERK)
        self._counter.type("sign_in.pin", PIN)
        self._counter.tap("sign_in.go")
        self._counter.wait("current.number", timeout_s=WAIT_S)
        for _ in range(calls):
            self._kiosk.take_number(ITEM)
        self._counter.wait("waiting.count", str(calls), timeout_s=WAIT_S)

    def call(self) -> Call:
        """Press F2 and look until strip, screen and voice have the number; then end the visit."""
        before = self._counter.wait("current.number")
        with ThreadPoolExecutor(1) as pool:
            shown = pool.submit(self._board_changed)
            time.sleep(REST_S)
            at, wall = time.monotonic(), time.time()
            self._counter.press("F2")
            number = self._counter.wait("current.number", f"^(?!{re.escape(before)}$)[A-Z]", timeout_s=WAIT_S)
            strip = self._strip.await_text(number, at, WAIT_S)
            voice = self._module.await_text(spoken_ticket(number), at, WAIT_S)
            board = shown.result()
        if strip is None or voice is None:
            raise NotDone(f"{number}: strip {strip}, voice {voice}")
        self._pressed.append(Pressed(at, wall, number))
        line = self._strip.bytes_between(at, strip.at) * BITS_A_BYTE / BAUD
        self._end_visit()
        return Call(0.0, strip.at - at, line, board - at, voice.at - at)

    def _board_changed(self) -> float:
        """Return when the board shows another number than now."""
        widgets = self._lobby.widgets()
        before = next((str(one["text"]) for one in widgets if one["name"] == "newest"), "")
        self._lobby.wait("newest", f"^(?!{re.escape(before)}$).", timeout_s=WAIT_S * 2)
        return time.monotonic()

    def _end_visit(self) -> None:
        self._counter.press("F5")
        self._counter.wait("pill.state", "办理中", timeout_s=WAIT_S)
        self._counter.press("F8")
        self._counter.wait("pill.state", "空闲", timeout_s=WAIT_S)
        self._quiet()

    def _quiet(self) -> None:
        """Wait until the module has said everything: between chime, sentence and repeat it is silent, too."""
        silent_since = time.monotonic()
        while time.monotonic() < silent_since + SILENCE_S:
            time.sleep(0.05)
            if self._module.state()["speaking"]:
                silent_since = time.monotonic()

    def committed(self, calls: list[Call]) -> list[Call]:
        """Add what the hub's log says."""
        at = {event["body"]["number"]: event["at"] for event in self._called()}
        return [
            call._replace(committed=at[one.number] / 1000 - one.wall)
            for call, one in zip(calls, self._pressed[-len(calls) :], strict=True)
        ]

    def _called(self) -> list[dict[str, Any]]:
        return [event for event in self._witness.read() if event["type"] == "ticket.called"]


def calls_at_rest(count: int) -> list[Call]:
    """Start a hall, make so many calls, and return them."""
    with plan_root() as root, ExitStack() as stack:
        work = stack.enter_context(hall_at_work(root, (COUNTER, LOBBY), devices(root)))
        bench = Bench(work)
        bench.open(count + 1)
        bench.call()  # the first one meets cold caches and is the warm-up
        return bench.committed([bench.call() for _ in range(count)])


def rows(calls: list[Call]) -> list[list[str]]:
    """Return the table's rows."""
    return [
        ["press to hub committed", *ms([call.committed for call in calls])],
        ["press to strip, last byte", *ms([call.strip for call in calls])],
        ["  line alone", *ms([call.line for call in calls])],
        ["  everything else", *ms([call.strip - call.line for call in calls])],
        ["press to lobby's screen", *ms([call.screen for call in calls])],
        ["press to first syllable", *ms([call.voice for call in calls])],
        ["strip, screen, voice apart", *ms([call.apart for call in calls])],
    ]


HEAD = ("ms", "p50", "p95", "max")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=30)
    asked = parser.parse_args()
    print(machine(), flush=True)
    calls = calls_at_rest(asked.calls)
    show(HEAD, rows(calls))
    within = sum(call.apart <= 0.3 for call in calls)
    print(f"{len(calls)} calls; strip, screen and voice within 300 ms of each other in {within}")
    print(f"p95 apart {percentile([call.apart for call in calls], 0.95) * 1000:.0f} ms (aim 300)")


if __name__ == "__main__":
    main()
