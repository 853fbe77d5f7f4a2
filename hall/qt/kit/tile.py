"""A service tile: icon on a coloured ground, title, second line, and a pill (how many wait)."""

from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QLinearGradient, QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from hall.qt.icons import icon, item_icon
from hall.qt.kit.surface import paint_plate, paint_surface, shadow_blur
from hall.qt.look import Look, fitted
from hall.qt.tokens import Role

HUES = ("blue", "green", "purple", "orange", "red", "teal")
"""Grounds for icons, in the order that a page of tiles takes them."""
COMMAS = frozenset("，、；：。")
CLOSING = COMMAS | frozenset("）》」』！？")
OPENING = frozenset("（《「『")
WORTH_A_LINE = 0.15
"""A text is broken into one line more where it grows by this share of its wanted size."""
COMPACT_MM = 58.0
"""A tile that is lower has its texts beside the icon."""
LYING = 2.2
"""So is one that is wider than this share of its height: below it most titles stand in one line under the icon."""
PILL_BESIDE_MM = 52.0
"""A low tile shows its pill beside the texts where they keep so much; else in place of the second line."""


def in_lines(text: str, count: int) -> tuple[str, ...]:
    """Break a text into lines of like length: at blanks, or between two characters of a script without blanks.

    A break behind a comma or before a bracket is worth two characters; none stands before a comma or behind "（".
    """
    words = text.split(" ") if " " in text else [*text] if not text.isascii() else [text]
    glue = " " if " " in text else ""
    lines, rest = [], words
    for left in range(count, 1, -1):
        cuts = [cut for cut in range(1, len(rest)) if _may_part(rest[cut - 1], rest[cut])]
        if not cuts:
            break
        target = len(glue.join(rest)) / left
        at = min(cuts, key=lambda cut: abs(len(glue.join(rest[:cut])) - target) - _worth(rest[cut - 1], rest[cut]))
        lines.append(glue.join(rest[:at]))
        rest = rest[at:]
    return tuple(line for line in (*lines, glue.join(rest)) if line)


def _worth(before: str, behind: str) -> int:
    """Return how many characters out of the middle a break at a pause may be."""
    return 2 if before[-1:] in COMMAS or behind[:1] in OPENING else 0


def _may_part(before: str, behind: str) -> bool:
    """Whether a line may end with one word and the next begin with the other."""
    return behind[:1] not in CLOSING and before[-1:] not in OPENING


def broken(text: str, wanted: QFont, width: int, height: float) -> tuple[tuple[str, ...], QFont]:
    """Return a text in the lines (at most three) that let it be biggest in its place, and the font it then has."""
    metrics = QFontMetrics(wanted)
    if not text:
        return (), wanted
    best: tuple[float, tuple[str, ...], str] = (0.0, (text,), text)
    for count in (1, 2, 3):
        lines = in_lines(text, count)
        widest = max(lines, key=metrics.horizontalAdvance, default="")
        share = min(1.0, width / max(1, metrics.horizontalAdvance(widest)), height / (len(lines) * metrics.height()))
        if share > best[0] + WORTH_A_LINE:
            best = share, lines, widest
    share, lines, widest = best
    made = QFont(wanted)
    made.setPixelSize(max(1, min(wanted.pixelSize(), int(wanted.pixelSize() * share + 0.01))))
    return lines, fitted(widest, made, width, smallest=0.9)


@dataclass(frozen=True)
class Block:
    """A tile's texts as they stand below each other."""

    title: tuple[str, ...]
    title_font: QFont
    under: tuple[str, ...]
    under_font: QFont

    @property
    def height(self) -> int:
        """Pixels of all lines."""
        title, under = QFontMetrics(self.title_font).height(), QFontMetrics(self.under_font).height()
        return len(self.title) * title + len(self.under) * under


class Tile(QAbstractButton):
    """A touchable service.

    `set_trouble` greys it out and says why instead of failing later; `set_closed` greys it too but leaves it touchable,
    for the explanation.
    """

    def __init__(self, look: Look, icon_name: str, hue: str = "blue", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._icon, self._hue = look, item_icon(icon_name), hue
        self._title = self._caption = self._pill = self._trouble = self._closed = ""
        self._peers: tuple[str, ...] = ()
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

    def set_peers(self, titles: tuple[str, ...]) -> None:
        """Write the title no bigger than tiles of the same size with these titles do: choices that must weigh alike."""
        self._peers = titles
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

    @property
    def closed(self) -> str:
        """When it is open, where it is not now; else an empty text."""
        return self._closed

    def set_closed(self, hours: str) -> None:
        """Grey it and say when it is open in place of the second line; an empty text ends that."""
        if hours != self._closed:
            self._closed = hours
            self.update()

    @property
    def _alive(self) -> bool:
        return self.isEnabled() and not self._closed

    def _under(self) -> str:
        """The second line: why not, when, how many wait where the pill has no room, or what else there is to say."""
        pill = self._pill if self._narrow() else ""
        return self._trouble or self._closed or pill or self._caption

    def _narrow(self) -> bool:
        """Whether a low tile has no room for a pill beside its texts."""
        return self._compact() and self._beside() < self._look.px(PILL_BESIDE_MM) + self._pill_wide()

    def _beside(self) -> float:
        """Return the width beside the icon."""
        inner = self._inner()
        return inner.width() - self._icon_side(inner) - self._look.space(2)

    def _pill_wide(self) -> int:
        metrics = QFontMetrics(self._look.font(Role.CAPTION, bold=True))
        return metrics.horizontalAdvance(self._pill) + self._look.space(6)

    def _compact(self) -> bool:
        """Whether the texts stand beside the icon: low or wide tiles."""
        return self.height() < self._look.px(COMPACT_MM) or self.width() > LYING * self.height()

    def _block(self, width: int) -> "Block":
        """Return the lines of title and second line, broken and sized for a width and the tile's height."""
        compact = self._compact()
        roomy = 1.0 if compact else min(1.3, max(1.0, self.height() / self._look.px(80)))
        title = self._look.font(Role.TILE, bold=True, factor=roomy)
        under = self._look.font(Role.CAPTION, factor=min(1.15, roomy))
        room = float(self.height() - 2 * shadow_blur(self._look))
        if not compact:
            inner = self._inner()
            room = inner.height() - self._icon_side(inner) - self._look.space(1)
        below = self._under()
        share = title.pixelSize() / (title.pixelSize() + under.pixelSize()) if below else 1.0
        titles, title = broken(self._title, title, width, room * share)
        for other in self._peers:
            title.setPixelSize(min(title.pixelSize(), broken(other, title, width, room * share)[1].pixelSize()))
        left = room - len(titles) * QFontMetrics(title).height()
        belows, under = broken(below, under, width, left)
        return Block(titles, title, belows, under)

    def _icon_side(self, inner: QRectF) -> float:
        share, most = (0.9, 36) if self._compact() else (0.46, 46)
        return min(self._look.px(most), inner.height() * share)

    def _paint_icon(self, painter: QPainter, box: QRectF) -> None:
        start, end = self._look.colours.tiles[self._hue]
        if not self._alive:
            start = end = self._look.colours.grey
        ground = QLinearGradient(box.topLeft(), box.bottomRight())
        ground.setColorAt(0, QColor(start))
        ground.setColorAt(1, QColor(end))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, box.width() * 0.24, box.width() * 0.24)
        side = round(box.width() * 0.64)
        on_yellow = self._look.colours.border_px > 2 and self._alive
        picture = icon(self._icon, side, "#000000" if on_yellow else self._on_icon())
        offset = (box.width() - side) / 2
        painter.drawPixmap(box.topLeft() + QPointF(offset, offset), picture)

    def _on_icon(self) -> str:
        return self._look.colours.surface if self._look.colours.border_px <= 2 else "#000000"

    def _paint_pill(self, painter: QPainter, inner: QRectF) -> None:
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

    def _paint_texts(self, painter: QPainter, box: QRectF) -> None:
        block = self._block(int(box.width()))
        warns = self._trouble or self._closed
        line = QRectF(box)
        for lines, font, ink in (
            (block.title, block.title_font, "ink" if self._alive else "grey"),
            (block.under, block.under_font, "warn" if warns else "grey"),
        ):
            painter.setFont(font)
            painter.setPen(self._look.colour(ink))
            line.setHeight(QFontMetrics(font).height())
            for text in lines:
                painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)
                line.translate(0, line.height())

    def _text_height(self, width: int) -> int:
        return self._block(width).height

    def _inner(self) -> QRectF:
        """Return where icon and texts stand; a low tile has less air."""
        blur = shadow_blur(self._look)
        box = QRectF(self.rect()).adjusted(blur, blur, -blur, -blur)
        pad = self._look.space(4)
        upright = min(pad, round(box.height() * 0.12)) if self._compact() else pad
        return box.adjusted(pad if not self._compact() else self._look.space(2.5), upright, -pad, -upright)

    def _place(self) -> tuple[QRectF, QRectF]:
        """Return the boxes of icon and texts: side by side, or a group in the middle."""
        inner = self._inner()
        side = self._icon_side(inner)
        if self._compact():
            gap = side + self._look.space(2)
            wide = self._beside()
            if self._pill and not self._narrow():
                wide -= self._pill_wide()
            high = self._text_height(int(wide))
            text = QRectF(inner.left() + gap, inner.center().y() - high / 2, wide, high)
            return QRectF(inner.left(), inner.center().y() - side / 2, side, side), text
        high = self._text_height(int(inner.width()))
        side = min(side, max(float(self._look.space(2)), inner.height() - high))
        gap = min(self._look.space(2.5), max(0.0, inner.height() - side - high))
        top = inner.center().y() - (side + gap + high) / 2
        text = QRectF(inner.left(), top + side + gap, inner.width(), high)
        return QRectF(inner.left(), top, side, side), text

    def minimumSizeHint(self) -> QSize:
        """Return the smallest tile: a main target high, and room for icon, a short title and its second line."""
        blur = 2 * shadow_blur(self._look)
        lines = sum(QFontMetrics(self._look.font(role)).height() for role in (Role.TILE, Role.CAPTION))
        high = max(self._look.tokens.main_target, lines + self._look.space(1))
        return QSize(self._look.px(60) + blur, high + blur)

    def sizeHint(self) -> QSize:
        """Return the smallest size; it takes what there is."""
        return self.minimumSizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint surface, icon, texts and pill."""
        painter = QPainter(self)
        blur = shadow_blur(self._look)
        box = QRectF(self.rect()).adjusted(blur, blur, -blur, -blur)
        pressed = self.isDown() and self.isEnabled()
        if pressed:
            painter.translate(0, self._look.px(0.6))
        fill = self._look.colour("soft") if pressed and self._look.colours.border_px <= 2 else None
        if not self._alive:
            fill = self._look.colour("sunken")
        border = self._look.colour("accent") if pressed else None
        paint_surface(painter, self._look, box, fill=fill, border=border, shadow=self._alive)
        icon_box, text = self._place()
        if self._pill and not self._narrow():
            self._paint_pill(painter, self._inner())
        self._paint_icon(painter, icon_box)
        self._paint_texts(painter, text)
