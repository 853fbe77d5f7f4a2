"""Pictures of the papers of one session, for the page that shows them. Wiped when the session ends."""

from PyQt6.QtCore import QByteArray, QSize, Qt
from PyQt6.QtGui import QImageReader, QPixmap

from hall.domain.signature import Point

KEPT_PX = 900
"""Longer side of a kept picture: enough for the glass, and a page of 20 megapixels is not held whole."""


class Pictures:
    """The last live picture, pages by reference, and the stroke that is being drawn on the pad."""

    def __init__(self) -> None:
        self.live = QPixmap()
        self.pen: tuple[Point, ...] = ()
        self._pages: dict[str, QPixmap] = {}

    def show(self, jpeg: bytes) -> None:
        """Take a live picture; one that cannot be read leaves the last."""
        made = scaled_jpeg(jpeg, KEPT_PX)
        if not made.isNull():
            self.live = made

    def keep(self, ref: str, jpeg: bytes) -> None:
        """Keep a page."""
        self._pages[ref] = scaled_jpeg(jpeg, KEPT_PX)

    def page(self, ref: str) -> QPixmap:
        """Return a page; an empty picture for one that is not known."""
        return self._pages.get(ref, QPixmap())

    def wipe(self) -> None:
        """Forget everything."""
        self.live, self.pen, self._pages = QPixmap(), (), {}


def scaled_jpeg(jpeg: bytes, longest: int) -> QPixmap:
    """Read a JPEG at about the size wanted: the reader skips what would be thrown away."""
    from PyQt6.QtCore import QBuffer

    held = QByteArray(jpeg)
    buffer = QBuffer(held)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, b"jpeg")
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > longest:
        reader.setScaledSize(size.scaled(QSize(longest, longest), Qt.AspectRatioMode.KeepAspectRatio))
    return QPixmap.fromImage(reader.read())
