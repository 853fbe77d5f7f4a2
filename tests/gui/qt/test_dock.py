"""The dock against a simulator's control socket."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QObject
from PyQt6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from hall.qt import hands
from hall.qt.dock import Dock, arguments_of
from hall.qt.look import Look
from hall.qt.tokens import Reach, tokens
from hall.words.catalogue import Words


class FarSocket(QObject):
    """Answers as a simulator's control socket does."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.done: list[dict[str, Any]] = []
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._greet)
        self._visitors: list[QLocalSocket] = []
        assert self._server.listen(str(path))

    def close(self) -> None:
        for visitor in self._visitors:
            visitor.abort()
        self._server.close()

    def _greet(self) -> None:
        visitor = self._server.nextPendingConnection()
        assert visitor is not None
        self._visitors.append(visitor)
        visitor.readyRead.connect(lambda: self._read(visitor))

    def _read(self, visitor: QLocalSocket) -> None:
        while visitor.canReadLine():
            request = json.loads(visitor.readLine().data())
            visitor.write(json.dumps(self._answer(request)).encode() + b"\n")

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        match request["do"]:
            case "controls":
                return {"ok": True, "controls": {"controls": "x", "state": "x", "paper_out": "Empty.", "jam": "Jam."}}
            case "state":
                return {"ok": True, "state": {"device": {"paper": not self.done}}}
            case "jam":
                return {"ok": False, "error": "no slip is printing"}
        self.done.append(request)
        return {"ok": True}


@pytest.fixture
def far(qtbot: QtBot, tmp_path: Path) -> Iterator[FarSocket]:
    assert qtbot is not None
    made = FarSocket(tmp_path / "printer.sock")
    yield made
    made.close()


@pytest.fixture
def dock(qtbot: QtBot, tmp_path: Path) -> Dock:
    look = Look(tokens(15.6, 1280, 800, Reach.DESK), Words("zh", "common"))
    made = Dock(look, {"kiosk-c.printer": tmp_path / "printer.sock", "gone": tmp_path / "gone.sock"})
    made.resize(1280, 800)
    qtbot.addWidget(made)
    made.show()
    return made


def text(name: str) -> str:
    found = hands.find(name)
    return hands.text_of(found) if found is not None else ""


def test_buttons_come_from_the_controls_and_do_them(qtbot: QtBot, far: FarSocket, dock: Dock) -> None:
    assert dock is not None
    qtbot.waitUntil(lambda: hands.find("kiosk-c.printer.paper_out") is not None)
    assert hands.find("kiosk-c.printer.state") is None
    hands.type_keys("n=3 name=Li on=true", "arguments_kiosk-c.printer")
    hands.tap("kiosk-c.printer.paper_out")
    qtbot.waitUntil(lambda: bool(far.done))
    assert far.done == [{"do": "paper_out", "n": 3, "name": "Li", "on": True}]
    qtbot.waitUntil(lambda: "已执行：paper_out" in text("told_kiosk-c.printer"))
    qtbot.waitUntil(lambda: '"paper": false' in text("state_kiosk-c.printer"))


def test_a_refusal_is_shown(qtbot: QtBot, far: FarSocket, dock: Dock) -> None:
    assert (far, dock) != (None, None)
    qtbot.waitUntil(lambda: hands.find("kiosk-c.printer.jam") is not None)
    hands.tap("kiosk-c.printer.jam")
    qtbot.waitUntil(lambda: "no slip is printing" in text("told_kiosk-c.printer"))


def test_a_simulator_that_goes_is_greyed_out(qtbot: QtBot, far: FarSocket, dock: Dock) -> None:
    assert dock is not None
    qtbot.waitUntil(lambda: hands.find("kiosk-c.printer.jam") is not None)
    far.close()

    def greyed() -> bool:
        button = hands.find("kiosk-c.printer.jam")
        return button is not None and not button.isEnabled()

    qtbot.waitUntil(greyed)


def test_arguments_are_read_as_values() -> None:
    assert arguments_of("n=3 on=false name=张三 loose") == {"n": 3, "on": False, "name": "张三"}
    assert arguments_of("") == {}
