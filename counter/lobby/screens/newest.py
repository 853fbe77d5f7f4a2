"""The newest call: as large as the screen allows, blinking three times when it is fresh."""

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QFont, QLinearGradient, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from counter.lobby.flow.board import CallLine, counter_text
from hall.qt.icons import tinted
from hall.qt.kit.surface import paint_surface, shadow_blur
from hall.qt.look import Look, fitted, font
from hall.qt.tokens import Role


class Newest(QWidget):
    """Number over counter. In the lit half of a blink the plate is filled, in the dark half it is plain."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._line: CallLine | None = None
        self._filled = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    def show_line(self, line: CallLine | None, lit: bool) -> None:
        """Show a call, or the waiting text when there is none."""
        if (line, lit) != (self._line, self._filled):
            self._line, self._filled = line, lit
            self.setAccessibleName(f"{line.number} {counter_text(self._look.words, line)}" if line else "")
            self.update()

    @property
    def filled(self) -> bool:
        """Whether the plate is filled now."""
        return self._filled

    def _fill(self, box: QRectF) -> QBrush:
        if not self._filled or self._line is None:
            return QBrush(self._look.colour("surface"))
        start, end = self._look.colours.header
        if self._look.colours.border_px > 2:
            return QBrush(self._look.colour("accent"))
        gradient = QLinearGradient(box.topLeft(), box.bottomRight())
        gradient.setColorAt(0, QColor(start))
        gradient.setColorAt(1, QColor(end))
        return QBrush(gradient)

    def _inks(self) -> tuple[QColor, QColor]:
        if self._filled:
            return self._look.colour("on_accent"), self._look.colour("on_accent")
        return self._look.colour("accent"), self._look.colour("grey")

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint plate and words."""
        painter = QPainter(self)
        blur = shadow_blur(self._look)
        box = QRectF(self.rect()).adjusted(blur, blur, -blur, -blur)
        paint_surface(painter, self._look, box, fill=self._fill(box))
        if self._line is None:
            self._paint_empty(painter, box)
        else:
            self._paint_call(painter, box, self._line)

    def _paint_empty(self, painter: QPainter, box: QRectF) -> None:
        text = self._look.words("lobby.none")
        side = self._look.px(80)
        high = self._look.tokens.em(Role.FIGURE) * 1.5
        top = box.center().y() - (side + high) / 2
        grey = self._look.colour("grey")
        painter.drawPixmap(round(box.center().x() - side / 2), round(top), tinted("clock", side, grey))
        painter.setFont(fitted(text, self._look.font(Role.FIGURE, bold=True), int(box.width() * 0.9)))
        painter.setPen(grey)
        painter.drawText(QRectF(box.left(), top + side, box.width(), high), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_call(self, painter: QPainter, box: QRectF, line: CallLine) -> None:
        words = self._look.words
        ink, dim = self._inks()
        caption = words("lobby.newest")
        if line.calls > 1:
            caption += "  " + words("lobby.recalled", n=line.calls)
        room = int(box.width() * 0.92)
        parts = [
            (caption, self._look.font(Role.TILE), dim, 1.25),
            (line.number, self._number_font(line.number, box, room), ink, 1.0),
            (counter_text(words, line), self._counter_font(line, box, room), ink, 1.12),
            (line.item_name, self._look.font(Role.BODY), dim, 1.6),
        ]
        top = box.center().y() - sum(font_.pixelSize() * factor for _, font_, _, factor in parts) / 2
        for text, wanted, colour, factor in parts:
            high = wanted.pixelSize() * factor
            painter.setFont(fitted(text, wanted, room))
            painter.setPen(colour)
            painter.drawText(QRectF(box.left(), top, box.width(), high), Qt.AlignmentFlag.AlignCenter, text)
            top += high

    def _number_font(self, text: str, box: QRectF, room: int) -> QFont:
        """Return the largest font in which the number fills the plate."""
        made = font(min(round(box.height() * 0.42), self._look.tokens.em(Role.NUMBER) * 2), bold=True)
        return fitted(text, made, room, smallest=0.2)

    def _counter_font(self, line: CallLine, box: QRectF, room: int) -> QFont:
        made = font(round(box.height() * 0.2), bold=True)
        return fitted(counter_text(self._look.words, line), made, room, smallest=0.2)

    def number_em_mm(self) -> float:
        """Return the number's em in millimetres, for the check that it is readable at 10 m."""
        box = QRectF(self.rect())
        number = self._line.number if self._line else "A000"
        pixels = self._number_font(number, box, int(box.width() * 0.92)).pixelSize()
        return pixels / self._look.tokens.px_per_mm
