"""Where a citizen is in a flow: numbered steps on a line, the done ones ticked."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from hall.qt.icons import tinted
from hall.qt.look import Look, fitted
from hall.qt.tokens import Role


class StepBar(QWidget):
    """Titles of the steps and the index of the present one."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._titles: tuple[str, ...] = ()
        self._present = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the height from the look."""
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def set_steps(self, titles: tuple[str, ...], present: int) -> None:
        """Show the steps; `present` counts from 0, and `len(titles)` means all done."""
        if (titles, present) != (self._titles, self._present):
            self._titles, self._present = titles, present
            self.setAccessibleName(titles[present] if present < len(titles) else "")
            self.update()

    @property
    def present(self) -> int:
        """Index of the present step."""
        return self._present

    def _dot(self) -> int:
        return self._look.px(11)

    def sizeHint(self) -> QSize:
        """Return dots and captions."""
        caption = QFontMetrics(self._look.font(Role.CAPTION)).height()
        return QSize(self._look.px(100), self._dot() + caption + self._look.space(2))

    def _centre(self, step: int) -> QPointF:
        wide = self.width() / max(1, len(self._titles))
        return QPointF(wide * (step + 0.5), self._dot() / 2 + self._look.space(0.5))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint line, dots and captions."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for step in range(1, len(self._titles)):
            reached = step <= self._present
            painter.setPen(QPen(self._look.colour("accent" if reached else "line"), self._look.px(0.8)))
            painter.drawLine(self._centre(step - 1), self._centre(step))
        for step, title in enumerate(self._titles):
            self._paint_dot(painter, step)
            self._paint_title(painter, step, title)

    def _paint_dot(self, painter: QPainter, step: int) -> None:
        side = self._dot()
        centre = self._centre(step)
        reached = step <= self._present
        box = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
        painter.setPen(QPen(self._look.colour("accent" if reached else "line"), self._look.px(0.8)))
        painter.setBrush(self._look.colour("accent" if reached else "surface"))
        painter.drawEllipse(box)
        ink = self._look.colour("on_accent" if reached else "grey")
        if step < self._present:
            mark = round(side * 0.66)
            painter.drawPixmap(centre - QPointF(mark / 2, mark / 2), tinted("check", mark, ink))
            return
        painter.setPen(ink)
        painter.setFont(self._look.font(Role.CAPTION, bold=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(step + 1))

    def _paint_title(self, painter: QPainter, step: int, title: str) -> None:
        wide = self.width() / max(1, len(self._titles))
        present = step == self._present
        alone = not any(other for other in self._titles if other != title)
        if alone:
            wide = min(float(self.width()), 3 * wide)
        left = max(0.0, min(self._centre(step).x() - wide / 2, self.width() - wide))
        room = int(wide - self._look.space(0.5))
        painter.setFont(fitted(title, self._look.font(Role.CAPTION, bold=present), room))
        painter.setPen(self._look.colour("accent" if present else "grey"))
        top = self._dot() + self._look.space(1)
        box = QRectF(left, top, wide, self.height() - top)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, title)
