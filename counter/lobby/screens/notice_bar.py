"""The line at the foot: one notice after another, or the banner that the hub is away."""

from PyQt6.QtCore import QRectF, QSize, Qt, QTimer
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from hall.qt.icons import tinted
from hall.qt.look import Look, fitted
from hall.qt.tokens import Role

SHOWN_MS = 8000
"""A whole line standing still is read more easily than a running one, and costs nothing to paint."""


class NoticeBar(QWidget):
    """Turns through the notices; `set_offline` covers them."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._notices: tuple[str, ...] = ()
        self._place = 0
        self._offline = False
        self._timer = QTimer(self)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.turn)
        self._timer.start()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take height and words from the look."""
        self.setFixedHeight(self.sizeHint().height())
        self._tell()

    def show_notices(self, notices: tuple[str, ...], offline: bool) -> None:
        """Set the notices and whether the hub is away."""
        if (notices, offline) != (self._notices, self._offline):
            self._notices, self._offline = notices, offline
            self._place = min(self._place, max(0, len(notices) - 1))
            self._tell()

    def turn(self) -> None:
        """Go on to the next notice."""
        if len(self._notices) > 1:
            self._place = (self._place + 1) % len(self._notices)
            self._tell()

    @property
    def text(self) -> str:
        """What the bar says now."""
        if self._offline:
            return self._look.words("lobby.offline")
        if self._notices:
            return self._notices[self._place]
        return self._look.words("lobby.notice_default")

    @property
    def offline(self) -> bool:
        """Whether the banner covers the notices."""
        return self._offline

    def _tell(self) -> None:
        self.setAccessibleName(self.text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return one line with air."""
        return QSize(self._look.px(400), round(QFontMetrics(self._look.font(Role.BODY)).height() * 1.5))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint ground, mark and words."""
        painter = QPainter(self)
        ground, name = ("warn_soft", "warn") if self._offline else ("bar", "on_bar")
        ink = self._look.colour(name)
        painter.fillRect(self.rect(), self._look.colour(ground))
        if self._look.colours.border_px > 2:
            painter.fillRect(0, 0, self.width(), self._look.colours.border_px, self._look.colour("line"))
        side = round(self.height() * 0.52)
        left = self._look.space(6)
        mark = tinted("wifi-off" if self._offline else "speakerphone", side, ink)
        painter.drawPixmap(left, (self.height() - side) // 2, mark)
        box = QRectF(self.rect()).adjusted(left + side + self._look.space(3), 0, -left, 0)
        painter.setFont(fitted(self.text, self._look.font(Role.BODY, bold=self._offline), int(box.width())))
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.text)
