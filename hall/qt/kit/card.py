"""A white card with a soft shadow, holding other widgets."""

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from hall.qt.kit.surface import paint_surface, shadow_blur
from hall.qt.look import Look


class Card(QWidget):
    """A surface. Its layout is `body`; the shadow lies inside the widget's own margins."""

    def __init__(self, look: Look, parent: QWidget | None = None, padding: float = 3.0) -> None:
        super().__init__(parent)
        self._look, self._padding = look, padding
        self.body = QVBoxLayout(self)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take margins from the look."""
        margin = shadow_blur(self._look) + self._look.space(self._padding)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(self._look.space(1.5))
        self.update()

    def surface_rect(self) -> QRectF:
        """Return where the card itself is, without its shadow."""
        blur = shadow_blur(self._look)
        return QRectF(self.rect()).adjusted(blur, blur, -blur, -blur)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint the surface below the children."""
        painter = QPainter(self)
        paint_surface(painter, self._look, self.surface_rect())
