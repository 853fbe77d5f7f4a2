"""A QR code as a pixmap, in whole pixels a module, so that a telephone reads it from the glass."""

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPixmap

QUIET = 3
"""Modules of white around it; the standard asks for four, and a white card gives the rest."""


def qr_pixmap(text: str, side: int) -> QPixmap:
    """Return the code, at most `side` pixels wide; black on white whatever the theme."""
    # Imported late: only a kiosk without paper draws one.
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    module = max(2, side // len(matrix))
    pixmap = QPixmap(module * len(matrix), module * len(matrix))
    pixmap.fill(Qt.GlobalColor.white)
    painter = QPainter(pixmap)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                painter.fillRect(QRectF(column * module, row * module, module, module), QColor("black"))
    painter.end()
    return pixmap
