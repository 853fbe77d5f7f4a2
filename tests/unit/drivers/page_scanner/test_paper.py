"""Blank or not, measured on drawn sheets; and the page's JPEG with its resolution."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from drivers.page_scanner.options import Options
from drivers.page_scanner.paper import ink_mm2, marks, page_of
from drivers.page_scanner.sheets import KINDS, sheet_jpeg

A4 = (2480, 3508)
LIMIT = Options().blank_mm2


def sheet(kind: str, number: int = 1, dpi: int = 300, colour: bool = False) -> Image.Image:
    size = [edge * dpi // 300 for edge in A4]
    return Image.open(BytesIO(sheet_jpeg(kind, number, size[0], size[1], dpi, colour)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("colour", [False, True])
def test_only_empty_and_punched_sheets_are_blank(kind: str, colour: bool) -> None:
    assert (ink_mm2(sheet(kind, colour=colour), 300) < LIMIT) == (kind in ("blank", "holes"))


def test_ink_does_not_depend_on_the_resolution() -> None:
    coarse, fine = (ink_mm2(sheet("short_line", dpi=dpi), dpi) for dpi in (300, 600))
    assert coarse == pytest.approx(fine, rel=0.05)
    assert coarse > 10


def drawn(*boxes: tuple[float, float, float, float], round_mark: bool = False) -> float:
    """Measure marks at (left, top, width, height) in mm on a clean sheet."""
    picture = Image.new("L", A4, 240)
    pen, mm = ImageDraw.Draw(picture), 300 / 25.4
    for left, top, width, height in boxes:
        box = (left * mm, top * mm, (left + width) * mm, (top + height) * mm)
        (pen.ellipse if round_mark else pen.rectangle)(box, fill=30)
    return ink_mm2(picture, 300)


def test_ink_is_measured_in_square_millimetres() -> None:
    assert drawn((100, 100, 20, 3)) == pytest.approx(60, rel=0.05)


def test_a_shadow_of_the_edge_is_cropped_and_dust_is_nothing() -> None:
    assert drawn((0, 0, 4, 297)) == 0
    assert drawn(*((50 + 10 * n, 50, 0.25, 0.25) for n in range(8))) == 0


def test_a_thin_pen_line_counts() -> None:
    assert drawn((80, 140, 30, 0.3)) > LIMIT


def test_a_round_mark_is_a_hole_only_by_the_edge() -> None:
    assert drawn((9, 100, 6, 6), round_mark=True) == 0
    assert drawn((100, 285, 6, 6), round_mark=True) == 0, "the sheet may have gone through sideways"
    assert drawn((100, 140, 6, 6), round_mark=True) > 20
    assert drawn((9, 100, 16, 6), round_mark=True) > 20, "long is no hole"
    assert drawn((9, 100, 12, 12), round_mark=True) > 20, "large is no hole"


def test_marks_hang_together_by_corners_too() -> None:
    found = sorted(mark.area for mark in marks({(0, 0), (1, 1), (2, 2), (9, 9)}))
    assert found == [1, 3]


def test_a_page_keeps_its_size_and_says_its_resolution(tmp_path: Path) -> None:
    path = tmp_path / "page.pnm"
    sheet("seal", colour=True).save(path, "PPM")
    scanned = page_of(path, 300, 85)
    assert scanned is not None
    page = scanned.page
    assert (page.width_px, page.height_px, page.dpi) == (*A4, 300)
    again = Image.open(BytesIO(page.jpeg))
    assert again.info["dpi"] == (300, 300)
    red, green, _blue = again.getpixel((round(A4[0] * 0.6) + 236, round(A4[1] * 0.75) + 4))  # type: ignore[misc]  # RGB
    assert red > green + 60, "a red seal stays red"


def test_black_and_white_pages_are_pages_too(tmp_path: Path) -> None:
    path = tmp_path / "page.pnm"
    sheet("text").convert("1").save(path, "PPM")
    scanned = page_of(path, 300, 85)
    assert scanned is not None
    assert scanned.ink_mm2 > 100


@pytest.mark.parametrize("data", [b"", b"P6\n10 10\n255\nxx", b"P5 999999 999999 255 ", b"GIF89a", b"P6\n-1 5\n255\n"])
def test_half_a_picture_is_no_page(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "page.pnm"
    path.write_bytes(data)
    assert page_of(path, 300, 85) is None
