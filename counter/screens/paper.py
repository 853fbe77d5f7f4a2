"""A card's ground: a plain widget that paints the kit's surface below its layout."""

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from hall.qt.kit.surface import paint_surface, shadow_blur
from hall.qt.look import Look


class Paper(QWidget):
    """A white card that other widgets are laid out on; its margins keep clear of the shadow."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        look.changed.connect(self.update)

    @property
    def margin(self) -> int:
        """Room in pixels that a layout on this card leaves at each side."""
        return shadow_blur(self._look) + self._look.space(3.5)

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Paint the card."""
        blur = shadow_blur(self._look)
        box = QRectF(self.rect()).adjusted(blur, blur, -blur, -blur)
        paint_surface(QPainter(self), self._look, box)
