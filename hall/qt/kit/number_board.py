"""A ticket number, as big as its place allows: result page, counter's current ticket."""

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from hall.qt.kit.surface import paint_surface, shadow_blur
from hall.qt.look import Look, fitted
from hall.qt.tokens import Role

SMALLEST = 0.3
"""A long number (a case, a code) is made smaller to this share."""


class NumberBoard(QWidget):
    """Caption, number, and a line below it."""

    def __init__(self, look: Look, parent: QWidget | None = None, *, framed: bool = True) -> None:
        super().__init__(parent)
        self._look, self._framed = look, framed
        self._caption = self._number = self._below = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the smallest height from the look."""
        self.setMinimumSize(self.minimumSizeHint())
        self.update()

    def set_texts(self, caption: str, number: str, below: str = "") -> None:
        """Set the three lines; an empty one is left out."""
        self._caption, self._number, self._below = caption, number, below
        self.setAccessibleName(number)
        self.restyle()

    @property
    def number(self) -> str:
        """The number shown."""
        return self._number

    def _lines(self) -> list[tuple[str, Role, str, bool]]:
        lines = [
            (self._caption, Role.BODY, "grey", False),
            (self._number, Role.NUMBER, "accent", True),
            (self._below, Role.BODY, "ink", True),
        ]
        return [line for line in lines if line[0]]

    def _margin(self) -> int:
        return shadow_blur(self._look) if self._framed else 0

    def minimumSizeHint(self) -> QSize:
        """Return the height of all lines, and the width of the number at its smallest."""
        high = sum(self._line_high(role) for _, role, _, _ in self._lines())
        number = QFontMetrics(self._look.font(Role.NUMBER, bold=True)).horizontalAdvance(self._number)
        wide = round(number * SMALLEST) + self._look.space(5) + 2 * self._margin()
        return QSize(max(self._look.px(60), wide), round(high) + self._look.space(4) + 2 * self._margin())

    def sizeHint(self) -> QSize:
        """Return the smallest size."""
        return self.minimumSizeHint()

    def _line_high(self, role: Role) -> float:
        # A number has no descenders; the font's own line height would leave a hole below it.
        high = QFontMetrics(self._look.font(role)).height()
        return high * (0.86 if role is Role.NUMBER else 1.0)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint surface and lines."""
        painter = QPainter(self)
        margin = self._margin()
        box = QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)
        if self._framed:
            paint_surface(painter, self._look, box)
        lines = self._lines()
        top = box.center().y() - sum(self._line_high(role) for _, role, _, _ in lines) / 2
        room = int(box.width() - self._look.space(4))
        for text, role, ink, bold in lines:
            high = self._line_high(role)
            painter.setFont(fitted(text, self._look.font(role, bold), room, smallest=SMALLEST))
            painter.setPen(self._look.colour(ink))
            painter.drawText(QRectF(box.left(), top, box.width(), high), Qt.AlignmentFlag.AlignCenter, text)
            top += high
