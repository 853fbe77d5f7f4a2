"""Icons: Tabler's SVG outlines (MIT, see assets/LICENCES), tinted and kept as pixmaps."""

from functools import lru_cache

from PyQt6.QtCore import QByteArray, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

from hall.words.assets import ROOT, asset

MEANINGS = {
    "bank": "building-bank",
    "business": "building-store",
    "building": "building-skyscraper",
    "card": "id",
    "certificate": "file-certificate",
    "health": "stethoscope",
    "invoice": "file-invoice",
    "pickup": "package",
}
"""What configurations may say instead of an icon's file name."""


def item_icon(name: str) -> str:
    """Return the icon that a configuration means; an unknown one becomes a plain paper, never an error on screen."""
    found = MEANINGS.get(name, name)
    return found if (ROOT / "icons" / f"{found}.svg").exists() else "file-text"


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
