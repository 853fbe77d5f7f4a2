"""The demo hall with real processes, for tests that break something and look at what people see."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from config.load import read_toml
from field.demo.hall import DemoHall
from field.demo.plan import demo_plan
from field.demo.ports import free_port
from field.demo.wire import Remote
from field.story.book import Book
from field.story.day import Day

TIMES = {"hub_away_s": 3.0, "hub_away_cold_s": 6.0, "rating_s": 6}
POLL_S = 0.05
Change = Callable[[dict[str, Any]], None]


def unchanged(_hall: dict[str, Any]) -> None:
    """Leave the hall's file as it is shipped."""


@contextmanager
def demo_at_work(units: tuple[str, ...], change: Change = unchanged) -> Iterator[Day]:
    """Run the demo hall with some of its units; `change` alters the hall's file before the hub reads it.

    The folder is a short one, since the path of a Unix socket holds 107 bytes.
    """
    root = Path(tempfile.mkdtemp(prefix="hall-"))
    whole = demo_plan(root, free_port())
    plan = msgspec.structs.replace(
        whole,
        units=tuple(unit for unit in whole.units if unit.name in units),
        devices=tuple(device for device in whole.devices if device.unit in units),
    )
    hall = DemoHall(plan, TIMES, _environment(root))
    change_hall(hall, change)
    try:
        hall.start()
        book = Book(root, lambda _line: None)
        with book.step("the test's own"):
            yield Day(hall, book, pictures(root))
    finally:
        hall.stop()
        shutil.rmtree(root, ignore_errors=True)


def _environment(root: Path) -> dict[str, str]:
    """Keep what processes leave in the user's folders inside the hall's own: two halls must not meet there."""
    folders = {"XDG_RUNTIME_DIR": root / "run", "XDG_CACHE_HOME": root / "cache"}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
    return {"QT_QPA_PLATFORM": "offscreen", **{name: str(folder) for name, folder in folders.items()}}


def pictures(root: Path) -> Path:
    """Return where grabbed windows go: HALL_TEST_PICTURES keeps them for a person to look at."""
    folder = Path(os.environ.get("HALL_TEST_PICTURES", root / "pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def change_hall(hall: DemoHall, change: Change) -> None:
    """Alter the hall's file; the hub reads it at its next start."""
    path = hall.demo.config("hall")
    values = read_toml(path)
    change(values)
    path.write_bytes(tomli_w.dumps(values).encode())


def eventually(look: Callable[[], Any], within_s: float = 15.0) -> Any:
    """Look until the answer is truthy; return the last one."""
    end = time.monotonic() + within_s
    while not (seen := look()) and time.monotonic() < end:
        time.sleep(POLL_S)
    return seen


def texts(app: Remote) -> str:
    """Return every word on the glass."""
    return " ".join(widget["text"] for widget in app.widgets() if widget["text"])
