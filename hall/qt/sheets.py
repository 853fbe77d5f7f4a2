"""A slip's layout on an A4 sheet, as PDF: the same words, numbers and code, at the size of an official paper.

Text is set in the PDF's own fonts, the code is drawn as squares. What does not fit on one sheet goes on to the next.
Safe off the GUI thread, as painting on anything but a widget is.
"""

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from hall.domain.slip import Align, Barcode, Feed, Pair, Qr, Rule, Slip, Text
from hall.qt.look import FAMILIES

DPI = 300
MM = DPI / 25.4
MARGIN_MM = 25.0
WIDTH_MM, HEIGHT_MM = 210.0 - 2 * MARGIN_MM, 297.0 - 2 * MARGIN_MM
BODY_MM = 4.6
"""Em of plain text: about 13 points, as official papers are set."""
MOST_MM = 9.0
"""Em of the largest; a slip's widths and heights are meant for narrow paper."""
LEADING = 1.7
LABEL_MM = 48.0
QR_MM = 34.0
FLAGS = {
    Align.LEFT: Qt.AlignmentFlag.AlignLeft,
    Align.CENTRE: Qt.AlignmentFlag.AlignHCenter,
    Align.RIGHT: Qt.AlignmentFlag.AlignRight,
}


def pdf_of(slip: Slip) -> bytes:
    """Return the layout on A4. The PDF's own title is the slip's kind; nothing personal stands outside the sheet."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
        )
    )
    writer.setTitle(slip.kind)
    painter = QPainter(writer)
    try:
        _Sheet(painter, writer).draw(slip)
    finally:
        painter.end()
    return bytes(buffer.data().data())


class _Sheet:
    """Where on the paper the next line goes. Lengths in dots of `DPI`."""

    def __init__(self, painter: QPainter, writer: QPdfWriter) -> None:
        self._painter, self._writer = painter, writer
        self._top = 0.0
        self._draw: dict[type, Callable[[Any], None]] = {
            Text: self._text,
            Pair: self._pair,
            Rule: lambda _line: self._rule(),
            Feed: self._feed,
            Qr: lambda line: self._qr(line.data),
            Barcode: lambda line: self._text(Text(line.data, align=Align.CENTRE)),
        }

    def draw(self, slip: Slip) -> None:
        """Draw every line; what a sheet has no use for (cuts, buzzers) is left out."""
        for line in slip.lines:
            act = self._draw.get(type(line))
            if act is not None:
                act(line)

    def _room(self, height: float) -> float:
        """Return where the next `height` dots go: further down, or on a new sheet."""
        if self._top > 0 and self._top + height > HEIGHT_MM * MM:
            self._writer.newPage()
            self._top = 0.0
        top, self._top = self._top, self._top + height
        return top

    def _text(self, line: Text) -> None:
        em = min(MOST_MM, BODY_MM * max(line.width, line.height))
        self._wrapped(line.text, _font(em, line.bold), 0.0, WIDTH_MM * MM, FLAGS[line.align])

    def _pair(self, line: Pair) -> None:
        top = self._top
        self._wrapped(line.label, _font(BODY_MM), 0.0, LABEL_MM * MM, Qt.AlignmentFlag.AlignLeft)
        below, again = self._top, top if self._top >= top else 0.0
        self._top = again
        rest = (WIDTH_MM - LABEL_MM) * MM
        self._wrapped(line.value, _font(BODY_MM, line.bold), LABEL_MM * MM, rest, Qt.AlignmentFlag.AlignLeft)
        self._top = max(below, self._top)

    def _wrapped(self, text: str, font: QFont, left: float, width: float, align: Qt.AlignmentFlag) -> None:
        flags = int(align | Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)
        metrics = QFontMetricsF(font, self._writer)
        needed = metrics.boundingRect(QRectF(0, 0, width, 1e6), flags, text).height()
        height = needed + (LEADING - 1) * font.pixelSize()
        top = self._room(height)
        self._painter.setFont(font)
        self._painter.setPen(QColor("black"))
        self._painter.drawText(QRectF(left, top, width, height), flags, text)

    def _feed(self, line: Feed) -> None:
        self._room(line.lines * BODY_MM * MM)

    def _rule(self) -> None:
        top = self._room(BODY_MM * MM)
        self._painter.setPen(QPen(QColor("black"), 0.25 * MM))
        middle = top + BODY_MM * MM / 2
        self._painter.drawLine(QPointF(0, middle), QPointF(WIDTH_MM * MM, middle))

    def _qr(self, data: str) -> None:
        # Imported late: only what is printed needs it.
        from qrcode.constants import ERROR_CORRECT_M
        from qrcode.main import QRCode

        code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
        code.add_data(data)
        code.make(fit=True)
        matrix = code.get_matrix()
        module = QR_MM * MM / len(matrix)
        top = self._room(QR_MM * MM)
        left = (WIDTH_MM - QR_MM) * MM
        for row, modules in enumerate(matrix):
            for column, dark in enumerate(modules):
                if dark:
                    # A hair wider than a module: viewers would show white lines between them.
                    square = QSizeF(module + 0.5, module + 0.5)
                    spot = QRectF(left + column * module, top + row * module, square.width(), square.height())
                    self._painter.fillRect(spot, QColor("black"))


def _font(em_mm: float, bold: bool = False) -> QFont:
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(round(em_mm * MM))
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    return made
