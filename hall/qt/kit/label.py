"""Text of a role and an ink, which grows and recolours with the look."""

from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from hall.qt.look import Look, fitted
from hall.qt.tokens import Role


def balanced(metrics: QFontMetrics, text: str, room: QRect, flags: int) -> QRect:
    """Return the narrowest middle of the room where the text needs no more lines: no line is a single character."""
    high = metrics.boundingRect(room, flags, text).height()
    narrow, wide = 1, room.width()
    while narrow < wide:
        width = (narrow + wide) // 2
        needed = metrics.boundingRect(QRect(0, 0, width, room.height()), flags, text)
        narrow, wide = (narrow, width) if needed.height() <= high and needed.width() <= width else (width + 1, wide)
    return QRect(room.left() + (room.width() - wide) // 2, room.top(), wide, room.height())


class Label(QLabel):
    """A label. `ink` is a colour token; `wrap` breaks lines, otherwise `fit` makes long text smaller.

    A centred text is broken into lines of like length.
    """

    def __init__(
        self,
        look: Look,
        role: Role = Role.BODY,
        *,
        ink: str = "ink",
        bold: bool = False,
        wrap: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        factor: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._role, self._ink, self._bold, self._factor = look, role, ink, bold, factor
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take size and colour from the look."""
        font = self._look.font(self._role, self._bold, self._factor)
        self.setFont(font)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._look.colour(self._ink))
        self.setPalette(palette)
        # A style sheet on the application overrides font and palette, so say it in its own terms too.
        weight = 700 if self._bold else 400
        self.setStyleSheet(
            f"color: {self._look.colour(self._ink).name()}; font-size: {font.pixelSize()}px; font-weight: {weight};"
        )

    def fit(self, width: int) -> None:
        """Make the text smaller until it is at most `width` pixels wide."""
        font = fitted(self.text(), self._look.font(self._role, self._bold, self._factor), width)
        weight = 700 if self._bold else 400
        self.setStyleSheet(
            f"color: {self._look.colour(self._ink).name()}; font-size: {font.pixelSize()}px; font-weight: {weight};"
        )

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint centred lines balanced, all else as ever."""
        if not (self.wordWrap() and self.alignment() & Qt.AlignmentFlag.AlignHCenter):
            super().paintEvent(event)
            return
        flags = self.alignment().value | Qt.TextFlag.TextWordWrap.value
        room = balanced(self.fontMetrics(), self.text(), self.contentsRect(), flags)
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self._look.colour(self._ink))
        painter.drawText(room, flags, self.text())
