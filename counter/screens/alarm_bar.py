"""An alarm across the whole desk: what it is, and the button of somebody who has seen to it."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from counter.flow.model import DeskModel
from hall.qt.icons import icon
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.label import Label
from hall.qt.look import Look
from hall.qt.tokens import Role


class AlarmBar(QWidget):
    """Renders the alarms of `DeskModel`; hidden while there are none. `end_alarms` when somebody has seen to them."""

    end_alarms = pyqtSignal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._what = Label(look, Role.TITLE, ink="on_accent", bold=True)
        self._what.setObjectName("alarm.what")
        self._end = BigButton(look, "", Kind.QUIET)
        self._end.setObjectName("alarm.end")
        self._end.clicked.connect(self.end_alarms)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.space(12), look.space(1), look.space(2.5), look.space(1))
        row.addWidget(self._what, 1)
        row.addWidget(self._end)
        self.hide()

    def render_model(self, model: DeskModel) -> None:
        """Show what stands; only who is signed in may end it."""
        words = self._look.words
        self._what.setText(words("desk.alarm", what=", ".join(model.alarms)))
        self._end.set_texts(words("desk.alarm_end"))
        self._end.setVisible(model.clerk is not None)
        self.setVisible(bool(model.alarms))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint it red, with a sign at its beginning."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("bad"))
        side = self._look.space(7)
        sign = icon("alert-triangle", side, self._look.colour("on_accent").name())
        painter.drawPixmap(self._look.space(2.5), (self.height() - side) // 2, sign)
