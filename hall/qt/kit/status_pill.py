"""A pill with a mark and a word: the state of a device or of the hub. The mark differs, not only the colour."""

from enum import StrEnum

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from hall.qt.icons import tinted
from hall.qt.kit.surface import paint_plate
from hall.qt.look import Look
from hall.qt.tokens import Role


class Tone(StrEnum):
    """How a state is to be taken."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    PLAIN = "plain"


TONES: dict[str, Tone] = {
    "ready": Tone.GOOD,
    "busy": Tone.GOOD,
    "paper_low": Tone.WARN,
    "not_taken": Tone.WARN,
    "unknown": Tone.PLAIN,
}
"""Status words of ports; every other one is bad."""

MARKS: dict[Tone, str] = {
    Tone.GOOD: "circle-check",
    Tone.WARN: "alert-triangle",
    Tone.BAD: "circle-x",
    Tone.PLAIN: "info-circle",
}
INKS: dict[Tone, tuple[str, str]] = {
    Tone.GOOD: ("good", "good_soft"),
    Tone.WARN: ("warn", "warn_soft"),
    Tone.BAD: ("bad", "bad_soft"),
    Tone.PLAIN: ("grey", "sunken"),
}


def tone_of(status_word: str) -> Tone:
    """Return how a port's status word is to be taken."""
    return TONES.get(status_word, Tone.BAD)


class StatusPill(QWidget):
    """Mark and text on a soft ground."""

    def __init__(self, look: Look, parent: QWidget | None = None, role: Role = Role.CAPTION) -> None:
        super().__init__(parent)
        self._look, self._role = look, role
        self._text, self._tone = "", Tone.PLAIN
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the size from text and look."""
        self.setFixedSize(self.sizeHint())
        self.update()

    def set_state(self, text: str, tone: Tone) -> None:
        """Show a state."""
        if (text, tone) != (self._text, self._tone):
            self._text, self._tone = text, tone
            self.setAccessibleName(text)
            self.restyle()

    @property
    def text(self) -> str:
        """The words shown."""
        return self._text

    @property
    def tone(self) -> Tone:
        """How the state is shown."""
        return self._tone

    def sizeHint(self) -> QSize:
        """Return the words' size with mark and air."""
        metrics = QFontMetrics(self._look.font(self._role, bold=True))
        high = round(metrics.height() * 1.35)
        return QSize(metrics.horizontalAdvance(self._text) + round(high * 1.6) + self._look.space(1), high)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint plate, mark and words."""
        painter = QPainter(self)
        ink_name, ground = INKS[self._tone]
        ink = self._look.colour(ink_name)
        box = QRectF(self.rect())
        paint_plate(painter, box, self._look.colour(ground), box.height() / 2)
        if self._look.colours.border_px > 2:
            painter.setPen(ink)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), box.height() / 2, box.height() / 2)
        side = round(box.height() * 0.6)
        left = box.height() * 0.4
        painter.drawPixmap(QPointF(left, (box.height() - side) / 2), tinted(MARKS[self._tone], side, ink))
        painter.setFont(self._look.font(self._role, bold=True))
        painter.setPen(ink)
        words = box.adjusted(left + side + box.height() * 0.2, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._text)
