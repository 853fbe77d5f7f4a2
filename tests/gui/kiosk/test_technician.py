"""The door to the technician's program, with real processes."""

import sys

import pytest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.technician import TechnicianProgram


class Lent:
    """The kiosk's devices; remembers whose they are."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def open(self) -> None:
        self.said.append("open")

    def close(self) -> None:
        self.said.append("close")


class Door:
    def __init__(self, qtbot: QtBot, *command: str) -> None:
        self.window, self.lent, self.ended = QWidget(), Lent(), []
        qtbot.addWidget(self.window)
        self.window.show()
        self.program = TechnicianProgram(self.window, self.lent, list(command), self.ended.append)
        self.qtbot = qtbot

    def over(self) -> list[bool]:
        self.qtbot.waitUntil(lambda: bool(self.ended), timeout=10_000)
        return self.ended


@pytest.mark.parametrize(("status", "ran"), [(0, True), (2, False)])
def test_the_devices_are_lent_and_come_back(qtbot: QtBot, status: int, ran: bool) -> None:
    door = Door(qtbot, sys.executable, "-c", f"raise SystemExit({status})")
    door.program.open()
    assert door.over() == [ran]
    assert door.lent.said == ["close", "open"]
    assert door.window.isVisible()


def test_the_window_is_out_of_sight_while_the_program_runs(qtbot: QtBot) -> None:
    door = Door(qtbot, sys.executable, "-c", "input()")
    door.program.open()
    door.program.open()
    qtbot.waitUntil(lambda: not door.window.isVisible(), timeout=10_000)
    assert (door.lent.said, door.ended) == (["close"], [])
    door.program.close()
    assert door.ended == [], "the kiosk itself ends: nobody takes the devices back"


def test_a_program_that_is_not_there_gives_the_devices_back(qtbot: QtBot) -> None:
    door = Door(qtbot, "no-such-program-anywhere")
    door.program.open()
    assert door.over() == [False]
    assert door.lent.said == ["close", "open"]
    assert door.window.isVisible()
