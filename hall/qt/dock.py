"""The dock: one panel for all simulators, with a button for everything a person can do to them.

Each simulator has a control socket with JSON lines. The panel asks it for its `controls` (name to help sentence),
makes a button of each, and shows its `state` once a second. Arguments are typed as ``key=value`` words. Everything
runs on the GUI thread without waiting: a simulator that does not answer is greyed out and looked for again.
"""

import json
import os
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtNetwork import QLocalSocket
from PyQt6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.card import Card
from hall.qt.kit.label import Label
from hall.qt.kit.status_pill import StatusPill, Tone
from hall.qt.look import Look
from hall.qt.tokens import Role

LOOK_MS = 1000
COLUMNS = 3
WIRE_CONTROLS = ("controls", "state")
"""Asked by the panel itself; they get no button."""

Heard = Callable[[dict[str, Any]], None]


def arguments_of(text: str) -> dict[str, Any]:
    """Read ``name=Li n=3 on=true`` into values; what is no JSON value stays text."""
    found: dict[str, Any] = {}
    for word in text.split():
        key, mark, value = word.partition("=")
        if not mark:
            continue
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return found


class ControlLine(QObject):
    """A connection to one control socket; answers come in the order of the questions.

    Signals: `came()` connected, `went()` not there or gone.
    """

    came = pyqtSignal()
    went = pyqtSignal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._asked: deque[Heard] = deque()
        self._received = b""
        self._socket = QLocalSocket(self)
        self._socket.connected.connect(self.came)
        self._socket.disconnected.connect(self._lost)
        self._socket.errorOccurred.connect(self._lost)
        self._socket.readyRead.connect(self._read)

    @property
    def there(self) -> bool:
        """Whether the simulator is connected."""
        return self._socket.state() is QLocalSocket.LocalSocketState.ConnectedState

    def look(self) -> None:
        """Connect if it is not."""
        if self._socket.state() is QLocalSocket.LocalSocketState.UnconnectedState:
            self._socket.connectToServer(os.fspath(self._path))

    def ask(self, request: dict[str, Any], hear: Heard) -> None:
        """Send one request; nothing is asked of a simulator that is not there."""
        if self.there:
            self._asked.append(hear)
            self._socket.write(json.dumps(request, ensure_ascii=False).encode() + b"\n")

    def _lost(self, *_reason: object) -> None:
        self._asked.clear()
        self._received = b""
        self.went.emit()

    def _read(self) -> None:
        *lines, self._received = (self._received + self._socket.readAll().data()).split(b"\n")
        for line in lines:
            if self._asked:
                self._asked.popleft()(json.loads(line))


class SimulatorPanel(Card):
    """One simulator: its controls as buttons, arguments, and what it says of itself."""

    def __init__(self, look: Look, name: str, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setObjectName(f"sim_{name}")
        self._name = name
        self._controls: tuple[str, ...] = ()
        self.line = ControlLine(path, self)
        self.line.came.connect(self._came)
        self.line.went.connect(self._went)
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._turn)
        self._timer.start()
        self.line.look()

    def _build(self) -> None:
        title = Label(self._look, Role.TILE, bold=True)
        title.setText(self._name)
        self.pill = StatusPill(self._look)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.pill)
        self._grid = QGridLayout()
        self.arguments = QLineEdit()
        self.arguments.setObjectName(f"arguments_{self._name}")
        self.arguments.setPlaceholderText(self._look.words("dock.arguments"))
        self.told = Label(self._look, Role.CAPTION, ink="grey", wrap=True)
        self.told.setObjectName(f"told_{self._name}")
        self.state = QPlainTextEdit()
        self.state.setObjectName(f"state_{self._name}")
        self.state.setReadOnly(True)
        self.state.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.body.addLayout(head)
        self.body.addLayout(self._grid)
        self.body.addWidget(self.arguments)
        self.body.addWidget(self.told)
        self.body.addWidget(self.state, 1)
        self._went()

    def _came(self) -> None:
        self.pill.set_state(self._look.words("status.ready"), Tone.GOOD)
        self.line.ask({"do": "controls"}, self._show_controls)
        self._turn()

    def _went(self) -> None:
        self.pill.set_state(self._look.words("dock.away"), Tone.BAD)
        for place in range(self._grid.count()):
            self._button(place).setEnabled(False)

    def _button(self, place: int) -> QWidget:
        item = self._grid.itemAt(place)
        assert item is not None
        widget = item.widget()
        assert widget is not None
        return widget

    def _turn(self) -> None:
        if self.line.there:
            self.line.ask({"do": "state"}, self._show_state)
        else:
            self.line.look()

    def _show_controls(self, answer: dict[str, Any]) -> None:
        controls: dict[str, str] = answer.get("controls", {})
        names = tuple(name for name in controls if name not in WIRE_CONTROLS)
        if names != self._controls:
            self._controls = names
            while self._grid.count():
                self._button(0).setParent(None)
            for place, name in enumerate(names):
                self._grid.addWidget(self._control(name, controls[name]), place // COLUMNS, place % COLUMNS)
        for place in range(self._grid.count()):
            self._button(place).setEnabled(True)

    def _control(self, name: str, help_text: str) -> BigButton:
        button = BigButton(self._look, name, Kind.QUIET, role=Role.BODY)
        button.setObjectName(f"{self._name}.{name}")
        button.setToolTip(help_text)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self.do(name))
        return button

    def do(self, control: str) -> None:
        """Carry out a control with the arguments typed."""
        given = arguments_of(self.arguments.text())
        self.line.ask({**given, "do": control}, lambda answer: self._tell(control, answer))

    def _tell(self, control: str, answer: dict[str, Any]) -> None:
        words = self._look.words
        if answer.get("ok"):
            self.told.setText(words("dock.done", control=control))
        else:
            self.told.setText(words("dock.refused", reason=answer.get("error", "")))
        self.line.ask({"do": "state"}, self._show_state)

    def _show_state(self, answer: dict[str, Any]) -> None:
        text = json.dumps(answer.get("state", answer), ensure_ascii=False, indent=1)
        if text != self.state.toPlainText():
            self.state.setPlainText(text)


class Dock(QWidget):
    """A list of simulators at the left, the chosen one's panel at the right."""

    def __init__(self, look: Look, sockets: Mapping[str, Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock")
        self.setWindowTitle(look.words("dock.title"))
        self.names = QListWidget()
        self.names.setObjectName("dock_names")
        self.names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._panels = QStackedWidget()
        for name, path in sockets.items():
            self.names.addItem(name)
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setWidget(SimulatorPanel(look, name, path))
            self._panels.addWidget(area)
        self.names.currentRowChanged.connect(self._panels.setCurrentIndex)
        row = QHBoxLayout(self)
        column = QVBoxLayout()
        column.addWidget(self.names)
        row.addLayout(column, 1)
        row.addWidget(self._panels, 3)
        self.names.setCurrentRow(0)
