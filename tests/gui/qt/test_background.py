"""Slow work: off the GUI thread, its outcome on it, its errors told."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from hall.qt.background import Background, Operation


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    assert qtbot is not None
    made = Background(workers=1)
    yield made
    made.close()


def test_work_is_done_elsewhere_and_told_here(qtbot: QtBot, background: Background) -> None:
    seen: list[tuple[int, int]] = []
    work = Operation("ident", threading.get_ident).then(lambda worker: seen.append((worker, threading.get_ident())))
    background.run(work)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] != threading.get_ident()
    assert seen[0][1] == threading.get_ident()


def test_order_is_kept_with_one_worker(qtbot: QtBot, background: Background) -> None:
    seen: list[int] = []
    for n in range(20):
        background.run(Operation("count", lambda n=n: n).then(seen.append))
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert seen == list(range(20))


def test_an_error_goes_to_its_handler(qtbot: QtBot, background: Background) -> None:
    problems: list[Exception] = []
    background.run(Operation("divide", lambda: 1 // 0).otherwise(problems.append))
    qtbot.waitUntil(lambda: bool(problems))
    assert isinstance(problems[0], ZeroDivisionError)


def test_an_error_without_a_handler_is_told_by_name_only(qtbot: QtBot, background: Background) -> None:
    with qtbot.waitSignal(background.failed) as told:
        background.run(Operation("divide", lambda: 1 // 0))
    assert told.args == ["divide"]


def test_a_cancelled_outcome_is_forgotten(qtbot: QtBot, background: Background) -> None:
    seen: list[int] = []
    operation = background.run(Operation("one", lambda: 1).then(seen.append))
    operation.cancel()
    background.run(Operation("two", lambda: 2).then(seen.append))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [2]


def test_after_close_nothing_is_told(qtbot: QtBot) -> None:
    background = Background()
    seen: list[int] = []
    background.run(Operation("one", lambda: 1).then(seen.append))
    background.close()
    background.run(Operation("two", lambda: 2).then(seen.append))
    other = Background()
    done: list[int] = []
    other.run(Operation("three", lambda: 3).then(done.append))
    qtbot.waitUntil(lambda: bool(done))
    other.close()
    assert seen == []
