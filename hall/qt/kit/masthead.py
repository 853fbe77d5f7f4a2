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
    """`header` and `figures` are the parts; give them their texts."""

    def __init__(self, look: Look, clock: Callable[[], datetime] = datetime.now, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.header = Header(look, clock, skirt_mm=OVERLAP_MM, parent=self)
        self.figures = StatStrip(look, self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take heights from the look."""
        # The parts may hear of the change after this widget, so bring them up to date first.
        self.header.restyle()
        self.figures.restyle()
        self.setFixedHeight(self.header.height() - self._look.px(OVERLAP_MM) + self.figures.height())
        self._place()

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
