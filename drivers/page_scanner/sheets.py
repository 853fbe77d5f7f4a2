"""Sheets that lie in the simulated scanner, drawn as a scanner would see them: grain, print, holes, never quite white.

Everything is drawn from a seed, so the same sheet is the same picture on every machine. What stands on it is invented.
"""

from functools import lru_cache
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

MM_PER_INCH = 25.4
PAPER = 244
"""Brightness of a sheet; copying paper is never 255."""
INK = 40
KINDS = ("text", "blank", "short_line", "holes", "seal")
SHORT_LINE = "See overleaf."


@lru_cache(maxsize=6)
def sheet_jpeg(kind: str, number: int, width: int, height: int, dpi: int, colour: bool) -> bytes:
    """Return one side as JPEG; `number` tells sheets of a kind apart.

    Raises:
        ValueError: no such kind.

    """
    if kind not in KINDS:
        raise ValueError(f"no sheet {kind!r}; there are {', '.join(KINDS)}")
    from PIL import ImageDraw

    picture = _paper(width, height, dpi, number)
    if colour:
        picture = picture.convert("RGB")
    pen = ImageDraw.Draw(picture)
    if kind in ("text", "seal"):
        _text(pen, width, height, dpi, number)
    if kind == "seal":
        _seal(pen, width, height, dpi)
    if kind == "short_line":
        _write(pen, (round(width * 0.4), round(height * 0.5)), SHORT_LINE, dpi)
    if kind == "holes":
        _holes(pen, height, dpi)
    out = BytesIO()
    picture.save(out, "JPEG", quality=85, dpi=(dpi, dpi))
    return out.getvalue()


def _paper(width: int, height: int, dpi: int, number: int) -> "Image.Image":
    """Grain: a tile of noise that is as coarse as fibres, some 0.1 mm, over the whole sheet."""
    from PIL import Image

    noise, side = Random(number), 128  # noqa: S311 - grain, repeatable on purpose
    tile = Image.frombytes("L", (side, side), bytes(PAPER - noise.randrange(14) for _ in range(side * side)))
    fibre = max(1, round(0.1 / MM_PER_INCH * dpi))
    tile = tile.resize((side * fibre, side * fibre))
    sheet = Image.new("L", (width, height), PAPER)
    for left in range(0, width, tile.width):
        for top in range(0, height, tile.height):
            sheet.paste(tile, (left, top))
    return sheet


def _text(pen: "ImageDraw.ImageDraw", width: int, height: int, dpi: int, number: int) -> None:
    words = Random(number)  # noqa: S311 - words, repeatable on purpose
    _write(pen, (round(width * 0.1), round(height * 0.06)), f"SHEET {number}", dpi, 7.0)
    for line in range(12):
        text = " ".join(words.choice(("paper", "house", "permit", "stamp", "register", "copy")) for _ in range(8))
        _write(pen, (round(width * 0.1), round(height * (0.14 + line * 0.06))), text, dpi)


def _write(pen: "ImageDraw.ImageDraw", at: tuple[int, int], text: str, dpi: int, size_mm: float = 3.5) -> None:
    from PIL import ImageFont

    pen.text(at, text, fill=_fill(pen, INK, INK), font=ImageFont.load_default(size_mm / MM_PER_INCH * dpi))


def _seal(pen: "ImageDraw.ImageDraw", width: int, height: int, dpi: int) -> None:
    across = round(40 / MM_PER_INCH * dpi)
    left, top = round(width * 0.6), round(height * 0.75)
    pen.ellipse((left, top, left + across, top + across), outline=_fill(pen, 200, 30), width=max(2, dpi // 25))


def _holes(pen: "ImageDraw.ImageDraw", height: int, dpi: int) -> None:
    """Two of 6 mm, 80 mm apart, their middle 12 mm from the edge, as ISO 838 punches them; black where no paper is."""
    mm = dpi / MM_PER_INCH
    for middle in (height / 2 - 40 * mm, height / 2 + 40 * mm):
        pen.ellipse((9 * mm, middle - 3 * mm, 15 * mm, middle + 3 * mm), fill=_fill(pen, 20, 20))


def _fill(pen: "ImageDraw.ImageDraw", red: int, rest: int) -> int | tuple[int, int, int]:
    return (red, rest, rest) if pen.mode == "RGB" else (red + 2 * rest) // 3
