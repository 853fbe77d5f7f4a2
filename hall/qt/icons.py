"""Icons: Tabler's SVG outlines (MIT, see assets/LICENCES), tinted and kept as pixmaps."""

from functools import lru_cache

from PyQt6.QtCore import QByteArray, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

from hall.words.assets import asset


@lru_cache(maxsize=256)
def icon(name: str, pixels: int, colour: str) -> QPixmap:
    """Return an icon, square, in one colour (``#RRGGBB``).

    Raises:
        MissingAsset: there is no such icon.

    """
    svg = asset(f"icons/{name}.svg").read_bytes().replace(b"currentColor", colour.encode())
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return pixmap


def tinted(name: str, pixels: int, colour: QColor) -> QPixmap:
    """Return an icon in a QColor."""
    return icon(name, pixels, colour.name())
