"""A card with a few big figures side by side, each over its caption."""

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from hall.qt.kit.surface import paint_surface, shadow_blur
from hall.qt.look import Look, fitted
from hall.qt.tokens import Role


class StatStrip(QWidget):
    """Figures such as people waiting, counters open, estimated wait; `slim` puts each beside its caption."""

    def __init__(self, look: Look, parent: QWidget | None = None, slim: bool = False) -> None:
        super().__init__(parent)
        self._look, self._slim = look, slim
        self._figures: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the height from the look."""
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def set_slim(self, slim: bool) -> None:
        """Put figures beside their captions, or above them again."""
        if slim != self._slim:
            self._slim = slim
            self.restyle()

    def set_figures(self, *figures: tuple[str, str]) -> None:
        """Set (figure, caption) pairs, left to right."""
        if figures != self._figures:
            self._figures = figures
            self.setAccessibleName("; ".join(f"{caption} {figure}" for figure, caption in figures))
            self.update()

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """The (figure, caption) pairs shown."""
        return self._figures

    def sizeHint(self) -> QSize:
        """Return a height for figure, caption and air."""
        if self._slim:
            line = QFontMetrics(self._look.font(Role.TILE)).height()
            return QSize(self._look.px(120), line + self._look.space(1) + 2 * shadow_blur(self._look))
        figure = QFontMetrics(self._look.font(Role.FIGURE)).height()
        caption = QFontMetrics(self._look.font(Role.CAPTION)).height()
        return QSize(self._look.px(120), figure + caption + self._look.space(6) + 2 * shadow_blur(self._look))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint the card and its cells."""
        painter = QPainter(self)
        blur = shadow_blur(self._look)
        box = QRectF(self.rect()).adjusted(blur, blur, -blur, -blur)
        paint_surface(painter, self._look, box)
        if not self._figures:
            return
        wide = box.width() / len(self._figures)
        for place, (figure, caption) in enumerate(self._figures):
            cell = QRectF(box.left() + place * wide, box.top(), wide, box.height())
            (self._paint_line if self._slim else self._paint_cell)(painter, cell, figure, caption)
            if place:
                inset = box.height() * 0.26
                top, bottom = round(cell.top() + inset), round(cell.bottom() - inset)
                painter.setPen(self._look.colour("line"))
                painter.drawLine(round(cell.left()), top, round(cell.left()), bottom)

    def _paint_line(self, painter: QPainter, cell: QRectF, figure: str, caption: str) -> None:
        """Paint the caption and, beside it, the figure."""
        room = int(cell.width() - self._look.space(4))
        large = fitted(figure, self._look.font(Role.TILE, bold=True), room // 2)
        figure_wide = QFontMetrics(large).horizontalAdvance(figure)
        gap = self._look.space(1.5)
        small = fitted(caption, self._look.font(Role.CAPTION), room - figure_wide - gap)
        caption_wide = QFontMetrics(small).horizontalAdvance(caption)
        left = cell.center().x() - (caption_wide + gap + figure_wide) / 2
        painter.setFont(small)
        painter.setPen(self._look.colour("grey"))
        box = QRectF(left, cell.top(), caption_wide + 2, cell.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, caption)
        painter.setFont(large)
        painter.setPen(self._look.colour("accent"))
        box = QRectF(left + caption_wide + gap, cell.top(), figure_wide + 2, cell.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, figure)

    def _paint_cell(self, painter: QPainter, cell: QRectF, figure: str, caption: str) -> None:
        room = int(cell.width() - self._look.space(2))
        large = fitted(figure, self._look.font(Role.FIGURE, bold=True), room)
        small = fitted(caption, self._look.font(Role.CAPTION), room)
        large_high = round(QFontMetrics(large).height() * 0.94)
        small_high = QFontMetrics(small).height()
        top = cell.center().y() - (large_high + small_high) / 2
        painter.setFont(large)
        painter.setPen(self._look.colour("accent"))
        upper = QRectF(cell.left(), top, cell.width(), large_high)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, figure)
        painter.setFont(small)
        painter.setPen(self._look.colour("grey"))
        lower = QRectF(cell.left(), top + large_high, cell.width(), small_high)
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, caption)
