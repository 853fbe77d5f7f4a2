"""A button for fingers: primary, secondary, quiet or danger; optional icon and second line."""

from enum import StrEnum

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from hall.qt.icons import tinted
from hall.qt.kit.surface import paint_surface, shadow_blur
from hall.qt.look import Look, fitted
from hall.qt.tokens import Role

FOR_ICON = 0.8
"""Words in a narrow button may become this much smaller for the sake of its icon."""


class Kind(StrEnum):
    """How much a button asks to be pressed."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"
    DANGER = "danger"


class BigButton(QAbstractButton):
    """A touchable action, at least the target size of the reach high.

    `shrinks`: where several share a row it may be as narrow as a target, with smaller words.
    """

    def __init__(
        self,
        look: Look,
        text: str = "",
        kind: Kind = Kind.PRIMARY,
        icon_name: str = "",
        parent: QWidget | None = None,
        *,
        main: bool = False,
        role: Role = Role.BUTTON,
        shrinks: bool = False,
    ) -> None:
        super().__init__(parent)
        self._shrinks = shrinks
        self._look, self._kind, self._icon, self._main, self._role = look, kind, icon_name, main, role
        self._caption = ""
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the smallest size from the look."""
        self.setMinimumSize(self.minimumSizeHint())
        self.updateGeometry()
        self.update()

    def set_texts(self, text: str, caption: str = "") -> None:
        """Set the words and the smaller line below (a key, the other language)."""
        self._caption = caption
        self.setText(text)
        self.setAccessibleName(text)
        self.restyle()

    def set_kind(self, kind: Kind) -> None:
        """Change the weight."""
        self._kind = kind
        self.update()

    @property
    def caption(self) -> str:
        """The smaller line."""
        return self._caption

    def _colours(self) -> tuple[QColor, QColor, QColor]:
        """Return fill, ink and border."""
        colour = self._look.colour
        if not self.isEnabled():
            return colour("sunken"), colour("grey"), colour("line")
        down = self.isDown()
        match self._kind:
            case Kind.PRIMARY:
                fill = colour("accent_pressed" if down else "accent")
                return fill, colour("on_accent"), fill
            case Kind.DANGER:
                return colour("bad_soft"), colour("bad"), colour("bad")
            case Kind.SECONDARY:
                return colour("soft" if down else "surface"), colour("on_soft" if down else "accent"), colour("accent")
            case Kind.QUIET:
                return colour("soft" if down else "surface"), colour("on_soft" if down else "ink"), colour("line")

    def _height(self) -> int:
        target = self._look.tokens.main_target if self._main else self._look.tokens.target
        text = QFontMetrics(self._look.font(self._role)).height()
        if self._caption:
            text += QFontMetrics(self._look.font(Role.CAPTION)).height()
        return max(target, text + self._look.space(1))

    def _icon_side(self) -> int:
        return round(self._look.tokens.em(self._role) * 1.35)

    def minimumSizeHint(self) -> QSize:
        """Return the target size, or what the words need."""
        if not self._shrinks:
            return self.sizeHint()
        high = self._height() + 2 * shadow_blur(self._look)
        return QSize(self._look.tokens.target + 2 * shadow_blur(self._look), high)

    def sizeHint(self) -> QSize:
        """Return what the words need; layouts may widen it."""
        blur = 2 * shadow_blur(self._look)
        metrics = QFontMetrics(self._look.font(self._role, bold=True))
        small = QFontMetrics(self._look.font(Role.CAPTION))
        words = max(metrics.horizontalAdvance(self.text()), small.horizontalAdvance(self._caption))
        if self._icon:
            words += self._icon_side() + self._look.space(1.5)
        high = self._height()
        pad = self._look.space(6 if words else 0)
        return QSize(max(high, words + pad) + blur, high + blur)

    def _share_out(self, width: int) -> tuple[int, int, int]:
        """Return the width of icon, gap and words; where words would shrink much for the icon, it goes."""
        side = self._icon_side() if self._icon else 0
        gap = self._look.space(1.5) if self._icon and self.text() else 0
        words = QFontMetrics(self._look.font(self._role, bold=True)).horizontalAdvance(self.text())
        if self._shrinks and self.text() and width - side - gap < words * FOR_ICON:
            side = gap = 0
        return side, gap, width - side - gap

    def _paint_words(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        side, gap, room = self._share_out(int(box.width()) - self._look.space(2))
        font = fitted(self.text(), self._look.font(self._role, bold=True), room)
        metrics = QFontMetrics(font)
        small = fitted(self._caption, self._look.font(Role.CAPTION), room)
        small_high = QFontMetrics(small).height() if self._caption else 0
        wide = max(metrics.horizontalAdvance(self.text()), QFontMetrics(small).horizontalAdvance(self._caption))
        left = box.center().x() - (wide + side + gap) / 2
        if side:
            painter.drawPixmap(QPointF(left, box.center().y() - side / 2), tinted(self._icon, side, ink))
        top = box.center().y() - (metrics.height() + small_high) / 2
        text_left = left + side + gap
        painter.setPen(ink)
        painter.setFont(font)
        painter.drawText(QRectF(text_left, top, wide + 2, metrics.height()), Qt.AlignmentFlag.AlignCenter, self.text())
        if self._caption:
            painter.setFont(small)
            under = QRectF(text_left, top + metrics.height(), wide + 2, small_high)
            painter.drawText(under, Qt.AlignmentFlag.AlignCenter, self._caption)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint surface and words."""
        painter = QPainter(self)
        blur = shadow_blur(self._look)
        box = QRectF(self.rect()).adjusted(blur, blur, -blur, -blur)
        fill, ink, border = self._colours()
        if self.hasFocus() and self.isEnabled():
            border = self._look.colour("ink")
        shadow = self.isEnabled() and not self.isDown() and self._kind is not Kind.QUIET
        radius = min(self._look.tokens.radius, round(box.height() / 3))
        paint_surface(painter, self._look, box, fill=fill, border=border, shadow=shadow, radius=radius)
        self._paint_words(painter, box, ink)
