"""Draws one line of text as printer dots, for glyphs that the printer's own font lacks (rare names).

Implements `hall.ports.ticket_printer.LineRaster`. QImage and QPainter are used off the GUI thread, which Qt allows
for images; only the application object must exist.
"""

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from hall.ports.ticket_printer import Bitmap
from hall.qt.look import font

THRESHOLD = 128
"""Grey below this is a dot; a lower one would lose the thin strokes of many-stroke characters."""
_DIGITS = bytes(b"10"[grey >= THRESHOLD] for grey in range(256))
"""A grey's binary digit: a whole row is translated at once, ten times faster than dot by dot."""


class QtLineRaster:
    """A `LineRaster`. The line's height follows `char_dots` (24 for the usual 24x24 font)."""

    def __call__(self, text: str, width_dots: int, char_dots: int, bold: bool) -> Bitmap:
        """Return the line left-aligned in `width_dots`, made narrower if it does not fit."""
        width = width_dots + -width_dots % 8
        height = round(char_dots * 1.25)
        image = QImage(width, height, QImage.Format.Format_Grayscale8)
        image.fill(QColor("white"))
        painter = QPainter(image)
        try:
            self._draw(painter, text, QRectF(0, 0, width_dots, height), font(char_dots, bold))
        finally:
            painter.end()
        return Bitmap(width, height, _pack(image))

    def _draw(self, painter: QPainter, text: str, box: QRectF, wanted: QFont) -> None:
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setPen(QColor("black"))
        painter.setFont(wanted)
        wide = QFontMetricsF(wanted).horizontalAdvance(text)
        if wide > box.width():
            painter.scale(box.width() / wide, 1.0)
            box.setWidth(wide)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)


def _pack(image: QImage) -> bytes:
    """Return rows of bits, the most significant left, 1 = black."""
    bits = image.constBits()
    assert bits is not None
    stride, width = image.bytesPerLine(), image.width()
    grey = bits.asstring(image.sizeInBytes())
    rows = bytearray()
    for top in range(0, stride * image.height(), stride):
        rows += int(grey[top : top + width].translate(_DIGITS), 2).to_bytes(width // 8, "big")
    return bytes(rows)
