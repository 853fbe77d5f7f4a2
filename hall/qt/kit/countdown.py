"""A ring that empties while the seconds run out, with their number inside."""

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from hall.qt.look import Look, font
from hall.qt.tokens import Role


class Countdown(QWidget):
    """Shows what the flow's clock says; it counts nothing itself."""

    def __init__(self, look: Look, parent: QWidget | None = None, diameter_mm: float = 44) -> None:
        super().__init__(parent)
        self._look, self._diameter_mm = look, diameter_mm
        self._left = self._total = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the size from the look."""
        self.setFixedSize(self.sizeHint())
        self.update()

    def set_seconds(self, left: int, total: int) -> None:
        """Show `left` of `total` seconds."""
        if (left, total) != (self._left, self._total):
            self._left, self._total = max(0, left), max(1, total)
            self.setAccessibleName(str(self._left))
            self.update()

    @property
    def seconds(self) -> int:
        """The number shown."""
        return self._left

    def sizeHint(self) -> QSize:
        """Return the ring's square."""
        side = self._look.px(self._diameter_mm)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint ring and number."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = max(3, round(self.width() * 0.09))
        box = QRectF(self.rect()).adjusted(thick, thick, -thick, -thick)
        ground = QPen(self._look.colour("soft" if self._look.colours.border_px <= 2 else "sunken"), thick)
        painter.setPen(ground)
        painter.drawEllipse(box)
        short = self._total and self._left <= self._total / 4
        ink = self._look.colour("bad" if short else "accent")
        pen = QPen(ink, thick)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        share = self._left / self._total if self._total else 0.0
        painter.drawArc(box, 90 * 16, round(360 * 16 * share))
        painter.setFont(font(max(self._look.tokens.em(Role.CAPTION), round(self.width() * 0.34)), bold=True))
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self._left))
