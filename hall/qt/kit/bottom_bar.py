"""The dark bar at the foot of a page: a few round-the-clock actions, each icon over its words."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from hall.qt.icons import tinted
from hall.qt.look import Look, fitted
from hall.qt.tokens import Role


class BarButton(QAbstractButton):
    """One action of the bar."""

    def __init__(self, look: Look, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._icon, self._caption = look, icon_name, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the smallest size from the look."""
        self.setMinimumSize(self.minimumSizeHint())
        self.update()

    def set_texts(self, text: str, caption: str = "") -> None:
        """Set the words and the smaller line below."""
        self._caption = caption
        self.setText(text)
        self.setAccessibleName(text)
        self.update()

    def _icon_side(self) -> int:
        return self._look.px(9 if self._look.tokens.wide else 12.5)

    def minimumSizeHint(self) -> QSize:
        """Return room for icon and both lines (on a panel that lies: one), at least a target."""
        wide = self._look.tokens.wide
        text = QFontMetrics(self._look.font(Role.BODY)).height()
        text += 0 if wide else QFontMetrics(self._look.font(Role.CAPTION)).height()
        target = self._look.tokens.target
        return QSize(target, max(target, self._icon_side() + text + self._look.space(1.5 if wide else 4)))

    def sizeHint(self) -> QSize:
        """Return the smallest size."""
        return self.minimumSizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint icon and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._look.colour
        if self.isDown():
            shade = colour("on_bar")
            shade.setAlphaF(0.18)
            painter.fillRect(self.rect(), shade)
        room = self.width() - self._look.space(1)
        ink = colour("on_bar" if self.isEnabled() else "grey")
        large = fitted(self.text(), self._look.font(Role.BODY, bold=True), room)
        caption = "" if self._look.tokens.wide else self._caption
        small = fitted(caption, self._look.font(Role.CAPTION, factor=0.86), room)
        large_high, small_high = QFontMetrics(large).height(), QFontMetrics(small).height() if caption else 0
        side = self._icon_side()
        top = (self.height() - side - large_high - small_high) / 2
        painter.drawPixmap(QPointF((self.width() - side) / 2, top), tinted(self._icon, side, ink))
        painter.setFont(large)
        painter.setPen(ink)
        line = QRectF(0, top + side, self.width(), large_high)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.setFont(small)
        painter.setPen(colour("on_bar_dim"))
        line = QRectF(0, line.bottom(), self.width(), small_high)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, caption)


class BottomBar(QWidget):
    """The bar itself."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def add(self, name: str, icon_name: str) -> BarButton:
        """Append an action; `name` becomes its object name."""
        button = BarButton(self._look, icon_name, self)
        button.setObjectName(name)
        self._row.addWidget(button)
        return button

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("bar"))
        if self._look.colours.border_px > 2:
            painter.fillRect(0, 0, self.width(), self._look.colours.border_px, self._look.colour("line"))
