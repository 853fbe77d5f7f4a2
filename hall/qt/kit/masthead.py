"""The head of a home page: the header, and the figures' card lying half over its lower edge."""

from collections.abc import Callable
from datetime import datetime

from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from hall.qt.kit.header import Header
from hall.qt.kit.stat_strip import StatStrip
from hall.qt.look import Look

OVERLAP_MM = 17.0


class Masthead(QWidget):
    """`header` and `figures` are the parts; give them their texts.

    On a panel that lies both are slim, and the figures stand below the header instead of over its edge.
    """

    def __init__(self, look: Look, clock: Callable[[], datetime] = datetime.now, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._skirt = 0
        self.header = Header(look, clock, parent=self)
        self.figures = StatStrip(look, self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take heights from the look."""
        # The parts may hear of the change after this widget, so bring them up to date first.
        slim = self._look.tokens.wide
        overlap = 0 if slim else self._look.px(OVERLAP_MM)
        self.header.set_slim(slim)
        self.figures.set_slim(slim)
        self.header.set_skirt(self._skirt + overlap)
        self.header.restyle()
        self.figures.restyle()
        self.setFixedHeight(self.header.height() - overlap + self.figures.height())
        self._place()

    def set_skirt(self, pixels: int) -> None:
        """Make the head so many pixels higher, for pages that keep to the lower part of the glass."""
        if pixels != self._skirt:
            self._skirt = pixels
            self.restyle()

    def _place(self) -> None:
        side = self._look.space(4)
        self.header.setGeometry(0, 0, self.width(), self.header.height())
        top = self.height() - self.figures.height()
        self.figures.setGeometry(side, top, self.width() - 2 * side, self.figures.height())
        self.figures.raise_()

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Place the parts anew."""
        super().resizeEvent(a0)
        self._place()
