"""The calls before the newest: number and counter, one under the other."""

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from counter.lobby.flow.board import CallLine, counter_text
from hall.qt.kit.surface import paint_plate, paint_surface, shadow_blur
from hall.qt.look import Look, fitted, font
from hall.qt.tokens import Role

HEAD = 0.55
"""Height of the column heads, in rows."""
FOOT = 0.12
"""Free height below the last row, in rows."""


class CallList(QWidget):
    """Always `rows` high, so that lines do not jump as the list fills."""

    def __init__(self, look: Look, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._rows = look, max(1, rows)
        self._lines: tuple[CallLine, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    def show_lines(self, lines: tuple[CallLine, ...]) -> None:
        """Show the calls, newest first."""
        if lines != self._lines:
            self._lines = lines[: self._rows]
            words = self._look.words
            self.setAccessibleName("; ".join(f"{line.number} {counter_text(words, line)}" for line in self._lines))
            self.update()

    def _row_height(self) -> float:
        return (self.height() - 2 * shadow_blur(self._look)) / (self._rows + HEAD + FOOT)

    def em(self) -> int:
        """Return the em of the lines in pixels: 60 mm, or what the rows allow."""
        return min(self._look.tokens.em(Role.FIGURE), round(self._row_height() * 0.74))

    def em_mm(self) -> float:
        """Return the em of the lines in millimetres."""
        return self.em() / self._look.tokens.px_per_mm

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint the card, the heads and the lines."""
        painter = QPainter(self)
        blur = shadow_blur(self._look)
        box = QRectF(self.rect()).adjusted(blur, blur, -blur, -blur)
        paint_surface(painter, self._look, box)
        high = self._row_height()
        pad = self._look.space(4)
        inner = box.adjusted(pad, 0, -pad, 0)
        self._paint_heads(painter, QRectF(inner.left(), box.top(), inner.width(), high * HEAD))
        for place, line in enumerate(self._lines):
            row = QRectF(inner.left(), box.top() + high * (HEAD + place), inner.width(), high)
            if place % 2 == 0:
                inset = self._look.space(2)
                paint_plate(painter, row.adjusted(-inset, 2, inset, -2), self._look.colour("sunken"), inset)
            self._paint_row(painter, row, line)

    def _paint_heads(self, painter: QPainter, box: QRectF) -> None:
        words = self._look.words
        painter.setFont(self._look.font(Role.BODY))
        painter.setPen(self._look.colour("grey"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, words("lobby.col_number"))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, words("lobby.col_counter"))

    def _paint_row(self, painter: QPainter, box: QRectF, line: CallLine) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        bold, plain = font(self.em(), bold=True), font(self.em())
        number = fitted(line.number, bold, int(box.width() * 0.5))
        painter.setFont(number)
        painter.setPen(self._look.colour("accent"))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, line.number)
        room = int(box.width() - QFontMetrics(number).horizontalAdvance(line.number) - self._look.space(3))
        counter = counter_text(self._look.words, line)
        painter.setFont(fitted(counter, plain, room))
        painter.setPen(self._look.colour("ink"))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, counter)
