"""Signatures as ink: painted on a screen, and as a PNG (ink on white, cropped). Safe off the GUI thread."""

from collections.abc import Iterable

from PyQt6.QtCore import QBuffer, QIODevice, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen

from hall.domain.signature import Point, Signature

WIDTH_PX = 900
"""Of the whole field; the picture is what is left of it after cropping."""
MARGIN_PX = 12
PEN = 0.008
"""Thickness at full pressure, in widths of the field."""
THINNEST = 0.35
"""Of it, at no pressure."""


def paint_stroke(painter: QPainter, stroke: Iterable[Point], width_px: float, colour: QColor) -> None:
    """Paint one stroke into a field `width_px` wide whose left upper corner is the origin; a dot is a dot."""
    pen = QPen(colour)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    before: Point | None = None
    for point in stroke:
        start = before if before is not None else point
        pressure = THINNEST + (1 - THINNEST) * max(0.0, min(1.0, point.pressure))
        pen.setWidthF(max(1.0, PEN * width_px * pressure))
        painter.setPen(pen)
        painter.drawLine(QPointF(start.x * width_px, start.y * width_px), _end(start, point, width_px))
        before = point


def _end(start: Point, end: Point, width_px: float) -> QPointF:
    # A line of no length is not painted, so a dot gets a little.
    dot = 0.1 if (start.x, start.y) == (end.x, end.y) else 0.0
    return QPointF(end.x * width_px + dot, end.y * width_px)


def png_of(signature: Signature) -> bytes:
    """Return the strokes as a PNG: black on white, cropped to the ink with a small margin."""
    box = ink_box(signature)
    image = QImage(round(box.width()), round(box.height()), QImage.Format.Format_Grayscale8)
    image.fill(QColor("white"))
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-box.topLeft())
        for stroke in signature.strokes:
            paint_stroke(painter, stroke, WIDTH_PX, QColor("black"))
    finally:
        painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def ink_box(signature: Signature) -> QRectF:
    """Return the box around all ink in pixels of a field `WIDTH_PX` wide, margin included."""
    points = [point for stroke in signature.strokes for point in stroke]
    across = [point.x * WIDTH_PX for point in points] or [0.0]
    down = [point.y * WIDTH_PX for point in points] or [0.0]
    box = QRectF(QPointF(min(across), min(down)), QPointF(max(across), max(down)))
    return box.adjusted(-MARGIN_PX, -MARGIN_PX, MARGIN_PX, MARGIN_PX)
