"""Papers as data: a page is a JPEG, a document some pages in order as a PDF, each known by its SHA-256."""

from hashlib import sha256

import msgspec


class Page(msgspec.Struct, frozen=True):
    """One page. Its content is personal data: never in logs, never in a repr."""

    jpeg: bytes
    width_px: int
    height_px: int
    dpi: int = 0
    """Resolution, where the device knows it; 0 where it does not."""

    @property
    def sha256(self) -> str:
        """Digest of the JPEG in lower-case hex."""
        return sha256(self.jpeg).hexdigest()

    def __repr__(self) -> str:
        return f"Page({self.width_px}x{self.height_px}, {len(self.jpeg)} bytes)"


class Document(msgspec.Struct, frozen=True):
    """Pages put together. Its content is personal data like theirs."""

    pdf: bytes
    pages: tuple[str, ...]
    """SHA-256 of each page, in order."""

    @property
    def sha256(self) -> str:
        """Digest of the PDF in lower-case hex: the name by which a form refers to it."""
        return sha256(self.pdf).hexdigest()

    def __repr__(self) -> str:
        return f"Document({len(self.pages)} pages, {len(self.pdf)} bytes)"
