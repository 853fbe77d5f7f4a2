"""The small bar that stays above the clerk's other programs: number, people waiting, call next, open the desk."""

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from counter.flow.actions import Action
from counter.flow.model import DeskModel
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.label import Label
from hall.qt.kit.status_pill import StatusPill, Tone
from hall.qt.look import Look
from hall.qt.tokens import Role
from hall.qt.watchdog import Heartbeat

SIZE_PX = (420, 96)
"""Largest size that is accepted over other work."""
TONES = {"ok": Tone.GOOD, "notice": Tone.WARN, "alarm": Tone.BAD}


class MiniBar(QWidget):
    """Can be dragged; emits `pressed(action)` and `open_desk`."""

    pressed = pyqtSignal(str)
    open_desk = pyqtSignal()

    def __init__(self, look: Look) -> None:
        super().__init__(
            None, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        )
        self._look = look
        self._grip: QPoint | None = None
        self.setObjectName("mini")
        self._number = Label(look, Role.FIGURE, ink="accent", bold=True)
        self._number.setObjectName("mini.number")
        self._waiting = StatusPill(look, self, Role.BODY)
        self._waiting.setObjectName("mini.waiting")
        self._next = BigButton(look, kind=Kind.PRIMARY)
        self._next.setObjectName("mini.call_next")
        self._next.clicked.connect(lambda: self.pressed.emit(Action.CALL_NEXT.value))
        self._open = BigButton(look, kind=Kind.QUIET)
        self._open.setObjectName("mini.open")
        self._open.clicked.connect(self.open_desk)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.space(1.5), 0, look.space(0.5), 0)
        row.setSpacing(look.space(0.5))
        row.addWidget(self._number, 1)
        for widget in (self._waiting, self._next, self._open):
            row.addWidget(widget)
        self.setFixedSize(*SIZE_PX)
        # While the bar stands for the desk, the desk is hidden and paints nothing: the bar's frames feed the watchdog.
        self.heartbeat = Heartbeat(self)

    def render_model(self, model: DeskModel) -> None:
        """Show the number and how many wait; the colour tells how long the first one has waited."""
        words = self._look.words
        self._number.setText(model.current.number if model.current else "—")
        level = model.waiting[0].level if model.waiting else "ok"
        self._waiting.set_state(words("desk.waiting", n=len(model.waiting)), TONES[level])
        self._next.set_texts(words("action.call_next"))
        self._next.setEnabled(Action.CALL_NEXT in model.enabled)
        self._open.set_texts(words("desk.full"))

    def mousePressEvent(self, a0: QMouseEvent | None) -> None:
        """Take hold of the bar."""
        if a0 is not None:
            self._grip = a0.globalPosition().toPoint() - self.frameGeometry().topLeft()

    def mouseMoveEvent(self, a0: QMouseEvent | None) -> None:
        """Drag the bar."""
        if a0 is not None and self._grip is not None:
            self.move(a0.globalPosition().toPoint() - self._grip)

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Paint ground and edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("surface"))
        painter.setPen(self._look.colour("line"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
