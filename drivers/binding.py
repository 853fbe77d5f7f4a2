"""Pages to one PDF, for every family that takes pages (document camera, scanner).

A page's JPEG stands in the PDF byte for byte: nothing is decoded and nothing is lost. The PDF carries no time and no
name of a program, so the same pages in the same order give the same bytes and the same SHA-256 on every machine.

A page whose resolution is known keeps its true size. One whose resolution is not known (dpi 0) becomes as long as an
A4 sheet (297 mm) at its longer side and keeps its shape, so that it prints at a size that can be read.
"""

from collections.abc import Callable

from hall.domain.document import Document, Page

POINTS_PER_INCH = 72.0
LONG_SIDE_POINTS = 297 / 25.4 * POINTS_PER_INCH
"""The longer side of ISO 216 A4."""
JPEG_START = b"\xff\xd8\xff"

Size = tuple[float, float]


class NotBound(ValueError):
    """These pages make no document: there are none, or one is no JPEG. The text says which, by its number from 1."""


def bind(pages: tuple[Page, ...]) -> Document:
    """Put pages together in this order as one PDF. Pages stay as they are.

    Raises:
        NotBound: a bug of the caller's, for a device hands out whole pages only.

    """
    if not pages:
        raise NotBound("no pages")
    for number, page in enumerate(pages, 1):
        if not page.jpeg.startswith(JPEG_START):
            raise NotBound(f"page {number} is no JPEG")
    return Document(_pdf(pages), tuple(page.sha256 for page in pages))


def size_points(page: Page) -> Size:
    """Return width and height of a page on paper in points (1/72 inch)."""
    longer = max(page.width_px, page.height_px, 1)
    scale = POINTS_PER_INCH / page.dpi if page.dpi > 0 else LONG_SIDE_POINTS / longer
    return max(1, page.width_px) * scale, max(1, page.height_px) * scale


def _pdf(pages: tuple[Page, ...]) -> bytes:
    import img2pdf

    try:
        made: bytes = img2pdf.convert(
            [page.jpeg for page in pages],
            layout_fun=_layout(pages),
            nodate=True,
            producer="",
            engine=img2pdf.Engine.internal,
            rotation=img2pdf.Rotation.none,
        )
    except img2pdf.ImageOpenError as problem:
        raise NotBound("a page cannot be read as a JPEG") from problem
    return made


def _layout(pages: tuple[Page, ...]) -> Callable[[int, int, Size], tuple[float, float, float, float]]:
    """Return what tells img2pdf the sizes: it asks once a page, in order; page and picture are of one size."""
    sizes = iter([size_points(page) for page in pages])

    def layout(_width_px: int, _height_px: int, _dpi: Size) -> tuple[float, float, float, float]:
        width, height = next(sizes)
        return width, height, width, height

    return layout
