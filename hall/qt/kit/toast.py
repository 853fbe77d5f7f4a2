"""A short message that lies over the page's foot and goes by itself."""

from PyQt6.QtCore import QPointF, QRectF, Qt, QTimer
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from hall.qt.icons import tinted
from hall.qt.kit.status_pill import INKS, MARKS, Tone
from hall.qt.kit.surface import paint_surface, shadow_blur
from hall.qt.look import Look, fitted
from hall.qt.tokens import Role

SHOWN_MS = 4000


class Toast(QWidget):
    """Lies over its parent. `say` shows it, later texts replace earlier ones."""

    def __init__(self, look: Look, parent: QWidget, bottom_mm: float = 40) -> None:
        super().__init__(parent)
        self._look, self._bottom_mm = look, bottom_mm
        self._text, self._tone = "", Tone.PLAIN
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def text(self) -> str:
        """The words shown last."""
        return self._text

    def say(self, text: str, tone: Tone = Tone.PLAIN, shown_ms: int = SHOWN_MS) -> None:
        """Show a message for a while."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self.update()
        self._timer.start(shown_ms)

    def _place(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        metrics = QFontMetrics(self._look.font(Role.BODY, bold=True))
        blur = shadow_blur(self._look)
        high = metrics.height() + self._look.space(4) + 2 * blur
        room = parent.width() - self._look.space(4)
        wide = min(room, metrics.horizontalAdvance(self._text) + high + self._look.space(6))
        top = parent.height() - self._look.px(self._bottom_mm) - high
        self.setGeometry((parent.width() - wide) // 2, max(0, top), wide, high)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint card, mark and words."""
        painter = QPainter(self)
        blur = shadow_blur(self._look)
        box = QRectF(self.rect()).adjusted(blur, blur, -blur, -blur)
        ink, ground = (self._look.colour(name) for name in INKS[self._tone])
        fill = self._look.colour("surface") if self._tone is Tone.PLAIN else ground
        paint_surface(painter, self._look, box, fill=fill, border=ink)
        side = round(box.height() * 0.5)
        left = box.left() + self._look.space(2.5)
        painter.drawPixmap(QPointF(left, box.center().y() - side / 2), tinted(MARKS[self._tone], side, ink))
        words = box.adjusted(side + self._look.space(4), 0, -self._look.space(2), 0)
        painter.setFont(fitted(self._text, self._look.font(Role.BODY, bold=True), int(words.width())))
        painter.setPen(ink)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._text)
