"""Play the day: start the hall offscreen, run the chapters, leave record, pictures, slips, strips, voice and log."""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from field.demo.chosen import with_models
from field.demo.hall import DemoHall
from field.demo.plan import demo_plan
from field.demo.ports import free_port
from field.demo.wire import NotDone
from field.story import leave
from field.story.book import Book
from field.story.chapters import calling, cases, papers, room, taking, trouble
from field.story.day import Day

TIMES = {"hub_away_s": 3.0, "hub_away_cold_s": 6.0, "rating_s": 6}
"""Silence and absence are shortened, so that the day ends within five minutes."""
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def play_story(folder: Path, *, two: bool = False, only: str = "", chosen: dict[str, str] | None = None) -> int:
    """Play the day into `folder`, with other models where `chosen` names some; return 0 if every step was as expected.

    Raises:
        ConfigError: no such place or model.

    """
    with_models(demo_plan(Path(), 0), chosen or {})  # refused before anything is made
    folder.mkdir(parents=True, exist_ok=True)
    for old in [path for kind in ("*.png", "*.pdf", "slip-*", "*.wav", "story.json") for path in folder.glob(kind)]:
        old.unlink(missing_ok=True)
    root = Path(tempfile.mkdtemp(prefix="hall-"))
    book = Book(folder.resolve(), _tell)
    plan = with_models(demo_plan(root, free_port(), free_port() if two else None), chosen or {})
    hall = DemoHall(plan, TIMES, OFFSCREEN)
    try:
        book.chapter("开门 opening")
        with book.step("the hall comes up"):
            hall.start()
            day = Day(hall, book, folder.resolve())
            book.see("every app listens", hall.processes.names(), True)
        if book.ok:
            _run(day, only)
            leave.events(day.witness.read(), folder.resolve())
        leave.behind(hall, folder.resolve())
    except NotDone as problem:
        _tell(f"the day ended early: {problem}")
    finally:
        _end(hall, book)
    if book.ok:
        shutil.rmtree(root, ignore_errors=True)
    else:
        _tell(f"logs, configuration and state are kept in {root}")
    _tell(f"{'every step as expected' if book.ok else 'NOT every step as expected'}: {book.write()}")
    return 0 if book.ok else 1


Part = Callable[[Day], object]

CHAPTERS: tuple[tuple[str, tuple[Part, ...]], ...] = (
    ("numbers", (taking.by_touch, taking.by_card, taking.with_priority)),
    ("calls", (calling.open_counters, calling.two_at_once, calling.recall_and_no_show)),
    ("transfer", (calling.transfer,)),
    ("ratings", (calling.ratings, calling.cut_invitation)),
    ("swap", (calling.clerk_swap, calling.company_runner)),
    ("paper", (taking.without_paper, taking.with_jam, taking.lost_slip)),
    ("room", (room.emergency, room.lamps, room.technician)),
    ("cases", (cases.at_the_centre, cases.night)),
    ("papers", (papers.alone,)),
    ("away", (trouble.hub_killed, trouble.own_series, trouble.night_away)),
    ("power", (trouble.power_cut,)),
)
"""The day in its order. `--only WORD` plays the opening of the counters and the chapters named so."""


def _run(day: Day, only: str) -> None:
    """Run the chapters in order; each step writes down its own trouble."""
    for name, parts in CHAPTERS:
        if not only or name in only.split(","):
            for part in parts:
                part(day)
        elif name == "calls":
            calling.open_counters(day)


def _end(hall: DemoHall, book: Book) -> None:
    book.chapter("关门 closing")
    with book.step("every process ends cleanly"):
        statuses = hall.stop()
        book.equal("exit statuses other than 0", {}, {name: status for name, status in statuses.items() if status})


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
