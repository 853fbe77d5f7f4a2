"""The desk's head: counter and clerk, what the counter is doing, rating and hub pills, sign-out and language."""

from PyQt6.QtCore import QRectF, pyqtSignal
from PyQt6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counter.flow.actions import Action
from counter.flow.model import DeskModel
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.label import Label
from hall.qt.kit.status_pill import StatusPill, Tone
from hall.qt.look import Look
from hall.qt.tokens import Role
from hall.wire.view import CounterState
from hall.words.catalogue import pick

TONES: dict[CounterState, Tone] = {
    CounterState.FREE: Tone.GOOD,
    CounterState.SERVING: Tone.GOOD,
    CounterState.CALLING: Tone.WARN,
    CounterState.PAUSED: Tone.WARN,
    CounterState.NOT_SIGNED_IN: Tone.PLAIN,
    CounterState.CLOSED: Tone.PLAIN,
}


class Plate(QWidget):
    """Renders the head of `DeskModel`; emits `sign_out`, `language` and `mini`."""

    sign_out = pyqtSignal()
    language = pyqtSignal()
    mini = pyqtSignal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._counter = Label(look, Role.TITLE, ink="on_header", bold=True)
        self._counter.setObjectName("plate.counter")
        self._clerk = Label(look, Role.CAPTION, ink="on_header_dim")
        self._clerk.setObjectName("plate.clerk")
        self._pills = {name: StatusPill(look, self, Role.BODY) for name in ("state", "rating", "pending")}
        for name, pill in self._pills.items():
            pill.setObjectName(f"pill.{name}")
        self._out = BigButton(look, kind=Kind.QUIET, icon_name="logout")
        self._out.setObjectName("action.sign_out")
        self._out.clicked.connect(self.sign_out)
        self._language = BigButton(look, kind=Kind.QUIET, icon_name="language")
        self._language.setObjectName("language")
        self._language.clicked.connect(self.language)
        self._mini = BigButton(look, kind=Kind.QUIET)
        self._mini.setObjectName("mini.show")
        self._mini.clicked.connect(self.mini)
        look.changed.connect(self.update)
        self._lay_out()

    def _lay_out(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._counter)
        names.addWidget(self._clerk)
        row = QHBoxLayout(self)
        row.setContentsMargins(self._look.space(3), self._look.space(1), self._look.space(2), self._look.space(1))
        row.setSpacing(self._look.space(1.5))
        row.addLayout(names)
        row.addSpacing(self._look.space(2))
        for pill in self._pills.values():
            row.addWidget(pill)
        row.addStretch(1)
        row.addWidget(self._mini)
        row.addWidget(self._language)
        row.addWidget(self._out)

    def render_model(self, model: DeskModel) -> None:
        """Show who sits where, and what is open."""
        words = self._look.words
        self._counter.setText(pick(model.counter_names, self._look.language) or model.counter)
        self._clerk.setText(f"{words('desk.clerk_id')} {model.clerk}" if model.clerk else words("desk.title"))
        state = words(f"state.{model.state.value}")
        if model.pause_reason:
            key = f"pause.{model.pause_reason}"
            state = f"{state} · {words(key) if key in words else model.pause_reason}"
        self._pills["state"].set_state(state, TONES[model.state])
        self._show_rating(model)
        self._pills["pending"].set_state(words("desk.pending", n=model.pending), Tone.WARN)
        self._pills["pending"].setVisible(model.away and model.pending > 0)
        self._out.set_texts(words("action.sign_out"))
        self._out.setVisible(model.clerk is not None)
        self._mini.set_texts(words("desk.mini"))
        self._mini.setVisible(model.clerk is not None)
        self._out.setEnabled(Action.SIGN_OUT in model.enabled)
        self._language.set_texts("English" if self._look.language == "zh" else "中文")

    def _show_rating(self, model: DeskModel) -> None:
        left = model.rating_left_s
        self._pills["rating"].setVisible(left is not None)
        if left is not None:
            self._pills["rating"].set_state(self._look.words("desk.rating_open", n=left), Tone.PLAIN)

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Paint the theme's gradient."""
        start, end = self._look.colours.header
        box = QRectF(self.rect())
        gradient = QLinearGradient(box.topLeft(), box.topRight())
        gradient.setColorAt(0, QColor(start))
        gradient.setColorAt(1, QColor(end))
        QPainter(self).fillRect(box, gradient)
