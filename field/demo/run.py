"""`./run demo` with a screen: every window opens, and the hall runs until somebody ends it."""

import shutil
import signal
import sys
import threading
from pathlib import Path

import msgspec

from field.demo.chosen import with_models
from field.demo.hall import DemoHall
from field.demo.plan import Demo, demo_plan
from field.demo.ports import free_port
from field.demo.wire import NotDone

WORDS = """
The hall is open.  kiosk, counters 1 and 2, lobby and dock are windows of their own.
  sign in at a counter with 1001 / 1001 or 1002 / 1002, attendant 2001 / 2001, supervisor 3001 / 3001
  the dock inserts ID cards, presses pad keys, takes the paper out, pulls cables
  hub: {url}   everything lies in {root}
Ctrl-C ends it.
"""


PLACES: dict[str, dict[str, int]] = {
    "kiosk-c": {"left_px": 0, "top_px": 0, "width_px": 540, "height_px": 960},
    "lobby-1": {"left_px": 560, "top_px": 0, "width_px": 800, "height_px": 450},
    "counter-1": {"left_px": 560, "top_px": 480, "width_px": 672, "height_px": 420},
    "counter-2": {"left_px": 1240, "top_px": 480, "width_px": 672, "height_px": 420},
}
"""Four panels on a desktop of 1920 x 1080: the same faces at about half their size."""
DOCK = ("1380", "0")


def on_one_desktop(demo: Demo) -> Demo:
    """Return the plan with every panel small and beside the others, so that one person sees the whole hall."""
    units = tuple(msgspec.structs.replace(unit, face={**unit.face, **PLACES.get(unit.name, {})}) for unit in demo.units)
    return msgspec.structs.replace(demo, units=units)


def run_windows(root: Path, *, two: bool, chosen: dict[str, str] | None = None) -> int:
    """Run the demo hall below `root`, with `chosen` models, until Ctrl-C or SIGTERM; return the exit status.

    Raises:
        ConfigError: no such place or model.

    """
    root = root.resolve()
    plan = with_models(demo_plan(root, free_port(), free_port() if two else None), chosen or {})
    shutil.rmtree(root, ignore_errors=True)
    hall = DemoHall(on_one_desktop(plan), {}, {})
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: asked.set())
    try:
        hall.start()
        hall.processes.start("dock", ["python", "-m", "field.app", "dock", str(root / "simulators"), *DOCK])
        sys.stdout.write(WORDS.format(url=hall.demo.hub_url, root=root))
        sys.stdout.flush()
        asked.wait()
    except NotDone as problem:
        sys.stderr.write(f"the demo hall did not come up: {problem}\n")
        return 1
    finally:
        hall.stop()
    return 0
