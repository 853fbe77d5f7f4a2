"""From what the scanner delivered to a page: is there anything on it, and the JPEG with its resolution.

The rule for a blank page is measured in ink on paper, in square millimetres, and errs towards keeping:

1. The picture is brought to 4 points a millimetre, where paper grain has averaged out and a pen line has not.
2. 5 mm are left off on each side, for shadows of the edge.
3. Ink is what is darker than the paper (its median) by more than a fifth of full scale.
4. Ink that hangs together is one mark. Specks under 0.4 mm2 are dust; a full round mark of 4 to 9 mm within 20 mm of an
   edge is a punched hole. What is left counts.
5. Less than `blank_mm2` left is blank. Its default, 1 mm2, is 0.0017 % of an A4 sheet; two short words have 20.
"""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hall.domain.document import Page

if TYPE_CHECKING:
    from PIL import Image

POINTS_PER_MM = 4
MARGIN_MM = 5
DARKER_BY = 51
"""Of 255: more than the other side of thin paper shines through, less than a faint pen."""
SPECK_MM2 = 0.4
HOLE_MM = (4.0, 9.0)
HOLE_FROM_EDGE_MM = 20.0
HOLE_FULL = 0.65
"""A disc fills 0.785 of its square."""
FULL_SHARE = 0.005
"""With more ink than this share of the sheet nothing needs to be looked at: 3 cm2 of an A4 sheet."""
MM_PER_INCH = 25.4

Cell = tuple[int, int]


class Scanned(NamedTuple):
    """A page and the ink on it."""

    page: Page
    ink_mm2: float


class Mark(NamedTuple):
    """Ink that hangs together, in points of the reduced picture."""

    area: int
    left: int
    top: int
    right: int
    bottom: int


def page_of(path: Path, dpi: int, quality: int) -> Scanned | None:
    """Read a PNM file; None where it is no whole picture."""
    from PIL import Image

    try:
        with Image.open(path, formats=("PPM",)) as picture:
            picture.load()
            plain = picture if picture.mode in ("L", "RGB") else picture.convert("L")
            out = BytesIO()
            plain.save(out, "JPEG", quality=quality, dpi=(dpi, dpi))
            page = Page(out.getvalue(), plain.width, plain.height, dpi)
            return Scanned(page, ink_mm2(plain, dpi))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def ink_mm2(picture: "Image.Image", dpi: int) -> float:
    """Measure the ink on a page in square millimetres, holes and dust left out."""
    dark = _dark(picture, dpi)
    area = 1 / POINTS_PER_MM**2
    if dark.size == 0:
        return 0.0
    count = int(dark.sum())
    if count > dark.size * FULL_SHARE:
        return count * area
    height, width = dark.shape
    kept = [mark.area for mark in marks(_cells(dark)) if not _is_speck(mark) and not _is_hole(mark, width, height)]
    return sum(kept) * area


def _dark(picture: "Image.Image", dpi: int) -> Any:
    """Return a numpy array of what is ink, without the margin."""
    import numpy

    scale = POINTS_PER_MM * MM_PER_INCH / dpi
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    from PIL import Image

    points = numpy.asarray(picture.convert("L").resize(size, Image.Resampling.BOX))
    margin = MARGIN_MM * POINTS_PER_MM
    inner = points[margin:-margin, margin:-margin]
    if inner.size == 0:
        return inner
    return inner.astype(int) < int(numpy.median(inner)) - DARKER_BY


def _cells(dark: Any) -> set[Cell]:
    return {(int(y), int(x)) for y, x in zip(*dark.nonzero(), strict=True)}


def marks(cells: set[Cell]) -> list[Mark]:
    """Group cells that touch, corners included."""
    left, found = set(cells), []
    while left:
        edge = [left.pop()]
        mine = []
        while edge:
            y, x = edge.pop()
            mine.append((y, x))
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            edge += near
        found.append(_mark(mine))
    return found


def _mark(cells: list[Cell]) -> Mark:
    rows, columns = [cell[0] for cell in cells], [cell[1] for cell in cells]
    return Mark(len(cells), min(columns), min(rows), max(columns) + 1, max(rows) + 1)


def _is_speck(mark: Mark) -> bool:
    return mark.area < SPECK_MM2 * POINTS_PER_MM**2


def _is_hole(mark: Mark, width: int, height: int) -> bool:
    across, down = mark.right - mark.left, mark.bottom - mark.top
    least, most = (edge * POINTS_PER_MM for edge in HOLE_MM)
    if not (least <= min(across, down) and max(across, down) <= most and max(across, down) <= 1.25 * min(across, down)):
        return False
    middle_x, middle_y = (mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2
    near = (HOLE_FROM_EDGE_MM - MARGIN_MM) * POINTS_PER_MM
    by_edge = min(middle_x, width - middle_x, middle_y, height - middle_y) <= near
    return by_edge and mark.area >= HOLE_FULL * across * down
