"""The bridge: any thread in, GUI thread out, in order, bounded, closed for good."""

import threading

from PyQt6.QtCore import QThread
from pytestqt.qtbot import QtBot

from hall.qt.bridge import BATCH, Bridge


def test_events_of_many_threads_arrive_in_each_ones_order_on_the_gui_thread(qtbot: QtBot) -> None:
    bridge = Bridge()
    got: list[tuple[int, int]] = []
    threads: set[object] = set()

    def take(event: object) -> None:
        assert isinstance(event, tuple)
        got.append(event)
        threads.add(QThread.currentThread())

    bridge.arrived.connect(take)
    writers = [threading.Thread(target=lambda who=who: [bridge.put((who, n)) for n in range(200)]) for who in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    qtbot.waitUntil(lambda: len(got) == 800)
    for who in range(4):
        assert [n for mine, n in got if mine == who] == list(range(200))
    assert threads == {QThread.currentThread()}


def test_putting_from_the_gui_thread_is_never_handled_inside_put(qtbot: QtBot) -> None:
    bridge = Bridge()
    got: list[object] = []
    bridge.arrived.connect(got.append)
    bridge.put("a")
    assert got == []
    qtbot.waitUntil(lambda: got == ["a"])


def test_an_event_put_while_handling_one_comes_after(qtbot: QtBot) -> None:
    bridge = Bridge()
    got: list[object] = []

    def take(event: object) -> None:
        got.append(event)
        if event == 1:
            bridge.put(3)

    bridge.arrived.connect(take)
    bridge.put(1)
    bridge.put(2)
    qtbot.waitUntil(lambda: len(got) == 3)
    assert got == [1, 2, 3]


def test_a_flood_keeps_the_newest(qtbot: QtBot) -> None:
    bridge = Bridge(limit=10)
    got: list[object] = []
    bridge.arrived.connect(got.append)
    for n in range(25):
        bridge.put(n)
    qtbot.waitUntil(lambda: bool(got))
    assert got == list(range(15, 25))


def test_more_than_a_batch_comes_whole(qtbot: QtBot) -> None:
    bridge = Bridge()
    got: list[object] = []
    bridge.arrived.connect(got.append)
    for n in range(3 * BATCH + 1):
        bridge.put(n)
    qtbot.waitUntil(lambda: len(got) == 3 * BATCH + 1)


def test_after_close_nothing_arrives(qtbot: QtBot) -> None:
    bridge = Bridge()
    got: list[object] = []
    bridge.arrived.connect(got.append)
    bridge.put(1)
    bridge.close()
    bridge.put(2)
    later = Bridge()
    marks: list[object] = []
    later.arrived.connect(marks.append)
    later.put("later")
    qtbot.waitUntil(lambda: marks == ["later"])
    assert got == []
