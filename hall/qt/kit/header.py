"""The head of a page: the hall's name in two languages, time and date, on the theme's gradient."""

from collections.abc import Callable
from datetime import datetime

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QLinearGradient, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from hall.qt.look import Look, fitted
from hall.qt.tokens import Role
from hall.words.catalogue import Words

SMALLEST = 0.35
"""A long name in large type is made smaller rather than cut; it is still larger than a caption then."""

SLIM = 0.62
"""The clock of a low band, as a share of the full one."""
SLIM_ELDER = 0.85


def date_text(words: Words, now: datetime) -> str:
    """Return the date as it is written in the language, with the weekday."""
    return words(
        "clock.date",
        year=now.year,
        month=now.month,
        day=now.day,
        month_name=words(f"month.{now.month}"),
        weekday=words(f"weekday.{now.weekday()}"),
    )


class Header(QWidget):
    """Hall name and clock. `skirt_mm` is how far the gradient goes on below, for a card that overlaps it.

    `air` is the free height above and below the words, in steps of spacing. `slim` keeps the whole band low, for
    panels that lie; `set_skirt` lets the gradient go on below by so many pixels.
    """

    def __init__(
        self,
        look: Look,
        clock: Callable[[], datetime] = datetime.now,
        skirt_mm: float = 0.0,
        air: float = 9,
        parent: QWidget | None = None,
        slim: bool = False,
    ) -> None:
        super().__init__(parent)
        self._look, self._clock, self._skirt_mm, self._air = look, clock, skirt_mm, air
        self._slim, self._skirt_px = slim, 0
        self._names = ("", "")
        self._now = clock()
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the height from the look."""
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def set_names(self, first: str, second: str = "") -> None:
        """Set the hall's name, and its name in the other language."""
        if (first, second) != self._names:
            self._names = (first, second)
            self.setAccessibleName(first)
            self.update()

    @property
    def names(self) -> tuple[str, str]:
        """The two names shown."""
        return self._names

    @property
    def time_text(self) -> str:
        """The time shown."""
        return f"{self._now:%H:%M}"

    def tick(self) -> None:
        """Take the time; paint only when the minute became another one."""
        now = self._clock()
        changed = (now.date(), now.hour, now.minute) != (self._now.date(), self._now.hour, self._now.minute)
        self._now = now
        if changed:
            self.update()

    def set_slim(self, slim: bool) -> None:
        """Make the band low, or full again."""
        if slim != self._slim:
            self._slim = slim
            self.restyle()

    def set_skirt(self, pixels: int) -> None:
        """Let the gradient go on below the words by so many pixels more."""
        if pixels != self._skirt_px:
            self._skirt_px = pixels
            self.restyle()

    @property
    def band(self) -> int:
        """Height of the part that holds text."""
        clock = QFontMetrics(self._look.font(Role.CLOCK, factor=self._share(SLIM))).height()
        date = QFontMetrics(self._look.font(Role.CAPTION, factor=self._share(0.85))).height()
        return round((clock + date) * 0.96) + self._look.space(1.5 if self._slim else self._air)

    def _share(self, slim: float) -> float:
        """Return a size's share of the full one; a low band grows less for the elderly than pages do."""
        if not self._slim:
            return 1.0
        return slim * (SLIM_ELDER if self._look.tokens.elder else 1.0)

    def sizeHint(self) -> QSize:
        """Return the height of the band and its skirt."""
        skirt = self._look.px(self._skirt_mm) if self._skirt_mm else 0
        return QSize(self._look.tokens.width_px, self.band + skirt + self._skirt_px)

    def _paint_ground(self, painter: QPainter) -> None:
        start, end = self._look.colours.header
        box = QRectF(self.rect())
        gradient = QLinearGradient(box.topLeft(), box.bottomRight())
        gradient.setColorAt(0, QColor(start))
        gradient.setColorAt(1, QColor(end))
        painter.fillRect(box, gradient)
        painter.setPen(Qt.PenStyle.NoPen)
        shape = QColor(self._look.colours.header_shape)
        shape.setAlphaF(0.10)
        painter.setBrush(shape)
        big, small = box.height() * 1.25, box.height() * 0.9
        painter.drawEllipse(QPointF(box.right() - big * 0.42, box.top() + box.height() * 0.12), big, big)
        painter.drawEllipse(QPointF(box.right() - small * 0.1, box.bottom() + small * 0.15), small, small)
        if self._look.colours.border_px > 2:
            line = self._look.colours.border_px
            painter.fillRect(QRectF(0, box.bottom() - line, box.width(), line), self._look.colour("line"))

    def _paint_clock(self, painter: QPainter, box: QRectF) -> float:
        """Paint time and date at the right; return the width they took."""
        time_font = self._look.font(Role.CLOCK, bold=True, factor=self._share(SLIM))
        date_font = self._look.font(Role.CAPTION, factor=self._share(0.85))
        date = date_text(self._look.words, self._now)
        wide = max(QFontMetrics(time_font).horizontalAdvance("00:00"), QFontMetrics(date_font).horizontalAdvance(date))
        _two_lines(
            painter,
            box,
            (self.time_text, time_font, self._look.colour("on_header")),
            (date, date_font, self._look.colour("on_header_dim")),
            Qt.AlignmentFlag.AlignRight,
        )
        return float(wide)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint gradient, names and clock."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        side = self._look.space(6)
        box = QRectF(side, 0, self.width() - 2 * side, self.band)
        taken = self._paint_clock(painter, box)
        room = int(box.width() - taken - side)
        first, second = self._names
        _two_lines(
            painter,
            QRectF(box.left(), box.top(), room, box.height()),
            (
                first,
                fitted(first, self._look.font(Role.TITLE, bold=True, factor=1.1 * self._share(0.77)), room, SMALLEST),
                self._ink("on_header"),
            ),
            (
                second,
                fitted(second, self._look.font(Role.CAPTION, factor=self._share(0.85)), room, SMALLEST),
                self._ink("on_header_dim"),
            ),
            Qt.AlignmentFlag.AlignLeft,
        )

    def _ink(self, name: str) -> QColor:
        return self._look.colour(name)


Line = tuple[str, QFont, QColor]


def _two_lines(painter: QPainter, box: QRectF, upper: Line, lower: Line, align: Qt.AlignmentFlag) -> None:
    """Draw two lines of text, together in the middle of the box."""
    upper_high = QFontMetrics(upper[1]).height() * 0.96
    lower_high = QFontMetrics(lower[1]).height() if lower[0] else 0
    top = box.center().y() - (upper_high + lower_high) / 2
    for (text, font, colour), y, high in ((upper, top, upper_high), (lower, top + upper_high, lower_high)):
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(QRectF(box.left(), y, box.width(), high), align | Qt.AlignmentFlag.AlignVCenter, text)
