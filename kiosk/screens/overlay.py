"""What lies over a page: the question whether somebody is still there."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.card import Card
from hall.qt.kit.countdown import Countdown
from hall.qt.kit.label import Label
from hall.qt.look import Look
from hall.qt.tokens import Role
from kiosk.flow.causes import Touch
from kiosk.screens.page import Emit

CENTRE = Qt.AlignmentFlag.AlignHCenter
DIM = 150
CARD_SHARE, EDGE_SHARE = 78, 11
"""Per cent of the glass's width."""


class IdleOverlay(QWidget):
    """Covers the whole glass; a touch anywhere on it means: I am still here."""

    def __init__(self, look: Look, emit: Emit, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("idle")
        self._look, self._emit = look, emit
        self._total = 1
        outer = self._outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(2)
        card = Card(look, padding=8)
        across = QHBoxLayout()
        across.addStretch(EDGE_SHARE)
        across.addWidget(card, CARD_SHARE)
        across.addStretch(EDGE_SHARE)
        outer.addLayout(across)
        outer.addStretch(3)
        self._title = Label(look, Role.TITLE, bold=True, wrap=True, align=CENTRE)
        self._text = Label(look, Role.BODY, ink="grey", wrap=True, align=CENTRE)
        self._ring = Countdown(look, diameter_mm=40 if look.tokens.wide else 60)
        self._ring.setObjectName("idle_seconds")
        card.body.addWidget(self._title)
        card.body.addWidget(self._ring, 0, CENTRE)
        card.body.addWidget(self._text)
        row = QHBoxLayout()
        self._leave = self._button("idle_leave", Touch.LEAVE, Kind.SECONDARY)
        self._stay = self._button("idle_stay", Touch.STAY, Kind.PRIMARY)
        row.addWidget(self._leave)
        row.addWidget(self._stay)
        card.body.addLayout(row)
        look.changed.connect(self.restyle)
        self.restyle()
        self.hide()

    def restyle(self) -> None:
        """Take words from the look."""
        words = self._look.words
        self._title.setText(words("idle.title"))
        self._text.setText(words("idle.text"))
        self._leave.set_texts(words("idle.leave"))
        self._stay.set_texts(words("idle.stay"))

    def keep_below(self, top: int) -> None:
        """Keep the card in the lower part of the glass, from this row of pixels on."""
        self._outer.setContentsMargins(0, top, 0, 0)

    def show_seconds(self, seconds: int) -> None:
        """Show the seconds left; 0 hides it."""
        if seconds <= 0:
            self._total = 1
            self.hide()
            return
        self._total = max(self._total, seconds)
        self._ring.set_seconds(seconds, self._total)
        if not self.isVisible():
            parent = self.parentWidget()
            assert parent is not None
            self.setGeometry(parent.rect())
            self.show()
            self.raise_()

    def _button(self, name: str, what: Touch, kind: Kind) -> BigButton:
        made = BigButton(self._look, "", kind, main=True, shrinks=True)
        made.setObjectName(name)
        made.clicked.connect(lambda: self._emit(what, ""))
        return made

    def mousePressEvent(self, _event: object) -> None:
        """Take a touch beside the card as a sign of life."""
        self._emit(Touch.STAY, "")

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Dim what lies below."""
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, DIM))
