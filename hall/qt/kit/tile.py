"""A service tile: icon on a coloured ground, title, second line, and a pill (how many wait)."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QLinearGradient, QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from hall.qt.icons import icon, item_icon
from hall.qt.kit.surface import paint_plate, paint_surface, shadow_blur
from hall.qt.look import Look, fitted
from hall.qt.tokens import Role

HUES = ("blue", "green", "purple", "orange", "red", "teal")
"""Grounds for icons, in the order that a page of tiles takes them."""


class Tile(QAbstractButton):
    """A touchable service. `set_trouble` greys it out and says why instead of failing later."""

    def __init__(self, look: Look, icon_name: str, hue: str = "blue", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._icon, self._hue = look, item_icon(icon_name), hue
        self._title = self._caption = self._pill = self._trouble = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the smallest size from the look."""
        self.setMinimumSize(self.minimumSizeHint())
        self.updateGeometry()
        self.update()

    def set_texts(self, title: str, caption: str = "", pill: str = "") -> None:
        """Set title, second line and pill; an empty one is left out."""
        if (title, caption, pill) != (self._title, self._caption, self._pill):
            self._title, self._caption, self._pill = title, caption, pill
            self.setText(title)
            self.setAccessibleName(title)
            self.update()

    @property
    def pill(self) -> str:
        """What the pill says."""
        return self._pill

    @property
    def trouble(self) -> str:
        """Why it cannot be chosen now, or an empty text."""
        return self._trouble

    def set_trouble(self, reason: str) -> None:
        """Grey out with a reason in place of the second line; an empty reason makes it choosable again."""
        self._trouble = reason
        self.setEnabled(not reason)
        self.update()

    def _compact(self) -> bool:
        """Whether the texts stand beside the icon: low or wide tiles."""
        return self.height() < self._look.px(46) or self.width() > 2.6 * self.height()

    def _fonts(self, width: int) -> tuple[QFont, QFont]:
        """Return fonts of title and second line; a large tile has a larger title."""
        roomy = 1.0 if self._compact() else min(1.3, max(1.0, self.height() / self._look.px(80)))
        title = fitted(self._title, self._look.font(Role.TILE, bold=True, factor=roomy), width)
        under = self._trouble or self._caption
        return title, fitted(under, self._look.font(Role.CAPTION, factor=min(1.15, roomy)), width)

    def _icon_side(self, inner: QRectF) -> float:
        share, most = (0.9, 36) if self._compact() else (0.46, 46)
        return min(self._look.px(most), inner.height() * share)

    def _paint_icon(self, painter: QPainter, box: QRectF) -> None:
        start, end = self._look.colours.tiles[self._hue]
        if not self.isEnabled():
            start = end = self._look.colours.grey
        ground = QLinearGradient(box.topLeft(), box.bottomRight())
        ground.setColorAt(0, QColor(start))
        ground.setColorAt(1, QColor(end))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, box.width() * 0.24, box.width() * 0.24)
        side = round(box.width() * 0.64)
        on_yellow = self._look.colours.border_px > 2 and self.isEnabled()
        picture = icon(self._icon, side, "#000000" if on_yellow else self._on_icon())
        offset = (box.width() - side) / 2
        painter.drawPixmap(box.topLeft() + QPointF(offset, offset), picture)

    def _on_icon(self) -> str:
        return self._look.colours.surface if self._look.colours.border_px <= 2 else "#000000"

    def _paint_pill(self, painter: QPainter, inner: QRectF) -> float:
        """Paint the pill; return its width."""
        font = self._look.font(Role.CAPTION, bold=True)
        metrics = QFontMetrics(font)
        pad = self._look.space(2)
        width, height = metrics.horizontalAdvance(self._pill) + 2 * pad, round(metrics.height() * 1.25)
        top = inner.center().y() - height / 2 if self._compact() else inner.top()
        box = QRectF(inner.right() - width, top, width, height)
        paint_plate(painter, box, self._look.colour("soft"), height / 2)
        painter.setFont(font)
        painter.setPen(self._look.colour("on_soft"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._pill)
        return width + self._look.space(2)

    def _paint_texts(self, painter: QPainter, box: QRectF) -> None:
        title_font, caption_font = self._fonts(int(box.width()))
        title_high = QFontMetrics(title_font).height()
        caption = self._trouble or self._caption
        painter.setFont(title_font)
        painter.setPen(self._look.colour("ink" if self.isEnabled() else "grey"))
        upper = QRectF(box.left(), box.top(), box.width(), title_high)
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, self._title)
        painter.setFont(caption_font)
        painter.setPen(self._look.colour("warn" if self._trouble else "grey"))
        under = QRectF(box.left(), upper.bottom(), box.width(), QFontMetrics(caption_font).height())
        painter.drawText(under, Qt.AlignmentFlag.AlignVCenter, caption)

    def _text_height(self, width: int) -> int:
        title, caption = self._fonts(width)
        return QFontMetrics(title).height() + (QFontMetrics(caption).height() if self._trouble or self._caption else 0)

    def _place(self, inner: QRectF, pill: float) -> tuple[QRectF, QRectF]:
        """Return the boxes of icon and texts: side by side, or a group in the middle."""
        side = self._icon_side(inner)
        if self._compact():
            gap = side + self._look.space(2.5)
            wide = inner.width() - gap - pill
            high = self._text_height(int(wide))
            text = QRectF(inner.left() + gap, inner.center().y() - high / 2, wide, high)
            return QRectF(inner.left(), inner.center().y() - side / 2, side, side), text
        high = self._text_height(int(inner.width()))
        gap = min(self._look.space(2.5), max(0.0, inner.height() - side - high))
        top = inner.center().y() - (side + gap + high) / 2
        text = QRectF(inner.left(), top + side + gap, inner.width(), high)
        return QRectF(inner.left(), top, side, side), text

    def minimumSizeHint(self) -> QSize:
        """Return the smallest tile: a main target high, and room for icon and a short title."""
        blur = 2 * shadow_blur(self._look)
        return QSize(self._look.px(60) + blur, self._look.tokens.main_target + blur)

    def sizeHint(self) -> QSize:
        """Return a comfortable tile."""
        return QSize(self._look.px(120), self._look.px(84))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint surface, icon, texts and pill."""
        painter = QPainter(self)
        blur = shadow_blur(self._look)
        box = QRectF(self.rect()).adjusted(blur, blur, -blur, -blur)
        pressed = self.isDown() and self.isEnabled()
        if pressed:
            painter.translate(0, self._look.px(0.6))
        fill = self._look.colour("soft") if pressed and self._look.colours.border_px <= 2 else None
        if not self.isEnabled():
            fill = self._look.colour("sunken")
        border = self._look.colour("accent") if pressed else None
        paint_surface(painter, self._look, box, fill=fill, border=border, shadow=self.isEnabled())
        pad = self._look.space(4)
        inner = box.adjusted(pad, pad, -pad, -pad)
        pill = self._paint_pill(painter, inner) if self._pill else 0.0
        icon_box, text = self._place(inner, pill)
        self._paint_icon(painter, icon_box)
        self._paint_texts(painter, text)
