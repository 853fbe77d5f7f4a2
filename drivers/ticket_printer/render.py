"""A slip's bytes as a picture of the paper: what the visitor would hold, for documents, tests and trainers.

One dot of the print head is one pixel. Characters come from Noto CJK (found through fontconfig), drawn without grey, as
a thermal head does; the paper gets its margin, a little warmth and a torn edge at the end.

    python -m drivers.ticket_printer.render slip-001.bin slip-001.png --model epson-tm-t88
"""

import argparse
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drivers.ticket_printer.model import Model, model_of
from drivers.ticket_printer.paper import (
    BarcodeBlock,
    Block,
    Cut,
    QrBlock,
    RasterBlock,
    Span,
    TextLine,
    blocks_of,
)
from drivers.ticket_printer.protocol import CommandParser
from drivers.ticket_printer.symbols import code128_modules, qr_bitmap

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

PAPER = (252, 250, 245)
INK = (38, 36, 40)
DESK = (206, 208, 212)
SHADOW = (176, 178, 184)
MARGIN_MM = 4.0
TOP_MM = 3.0
_TOOTH = 6
"""Half the width in dots of one tooth of the torn edge."""
_DESK_DOTS = 28
_FALLBACK_FONT = "DejaVuSans.ttf"


class _Sheet(NamedTuple):
    """The paper while it is being drawn."""

    image: "Image"
    left: int
    model: Model


def render(raw: bytes, model: Model) -> "Image":
    """Draw everything these bytes print, on one piece of paper.

    Raises:
        OSError: no font was found.

    """
    from PIL import Image

    blocks = blocks_of(CommandParser(esc_b_is_margin=model.esc_b_is_margin).feed(raw), model)
    margin = round(MARGIN_MM * model.dots_per_mm)
    top = round(TOP_MM * model.dots_per_mm)
    height = top + sum(block.dots for block in blocks) + top
    paper = Image.new("RGB", (model.dots + 2 * margin, height), PAPER)
    sheet, y = _Sheet(paper, margin, model), top
    for block in blocks:
        _draw(sheet, block, y)
        y += block.dots
    return _on_desk(paper, torn=any(isinstance(block, Cut) for block in blocks))


def render_file(source: Path, target: Path, model: Model) -> None:
    """Write the picture of a file of bytes."""
    render(source.read_bytes(), model).save(target)


def _draw(sheet: _Sheet, block: Block, y: int) -> None:
    match block:
        case TextLine():
            _text(sheet, block, y)
        case QrBlock():
            code = qr_bitmap(block.data, block.module, 0, sheet.model.dots)
            _dots(sheet, code.rows, code.width, y, block.align, shown=_inked_width(code.rows, code.width))
        case BarcodeBlock():
            _barcode(sheet, block, y)
        case RasterBlock():
            _picture(sheet, block, y)
        case _:
            return


def _text(sheet: _Sheet, line: TextLine, y: int) -> None:
    rows = list(_rows(list(_cells(line, sheet.model)), sheet.model.dots))
    for number, row in enumerate(rows):
        x = sheet.left + _indent(line.align, sheet.model.dots - sum(cell.width for cell in row))
        tallest = max((cell.span.height for cell in row), default=1)
        row_top = y + number * (line.dots // len(rows))
        for cell in row:
            down = (tallest - cell.span.height) * sheet.model.char_dots
            sheet.image.paste(INK, (x, row_top + down), _glyph(cell.character, cell.span, sheet.model.char_dots))
            x += cell.width


class _Cell(NamedTuple):
    character: str
    span: Span
    width: int


def _cells(line: TextLine, model: Model) -> Iterator[_Cell]:
    for span in line.spans:
        for character in span.text:
            columns = 1 if character.isascii() else 2
            yield _Cell(character, span._replace(text=""), columns * span.width * model.char_dots // 2)


def _rows(cells: list[_Cell], dots: int) -> Iterator[list[_Cell]]:
    """Wrap as the printer does: where the next character does not fit."""
    row: list[_Cell] = []
    used = 0
    for cell in cells:
        if used + cell.width > dots and row:
            yield row
            row, used = [], 0
        row.append(cell)
        used += cell.width
    yield row


@cache
def _glyph(character: str, span: Span, char_dots: int) -> "Image":
    """One character as black dots in a mask, its enlarged forms smoothed as most printers do (GS b)."""
    from PIL import Image, ImageDraw

    width = char_dots // 2 if character.isascii() else char_dots
    smooth = 4
    cell = Image.new("L", (width * smooth, char_dots * smooth), 0)
    font = _font(char_dots * smooth - 2 * smooth, bold=span.bold)
    box = font.getbbox(character, anchor="ls")
    left = (width * smooth - (box[2] + box[0])) // 2
    ImageDraw.Draw(cell).text((left, round(char_dots * smooth * 0.82)), character, font=font, fill=255, anchor="ls")
    large = cell.resize((width * span.width, char_dots * span.height), Image.Resampling.BOX)
    return large.point([255 if value > 104 else 0 for value in range(256)])


@cache
def _font(size: int, *, bold: bool) -> "FreeTypeFont":
    from PIL import ImageFont

    path, index = _font_file(bold)
    return ImageFont.truetype(path, size, index=index)


@cache
def _font_file(bold: bool) -> tuple[str, int]:
    """Ask fontconfig for a Chinese sans-serif, and which face of its collection."""
    pattern = f"Noto Sans Mono CJK SC:style={'Bold' if bold else 'Regular'}"
    try:
        found = subprocess.run(
            ["fc-match", "-f", "%{file}|%{index}", pattern], capture_output=True, text=True, check=True, timeout=10
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return _FALLBACK_FONT, 0
    path, _, index = found.partition("|")
    return path, int(index or 0) & 0xFFFF


def _barcode(sheet: _Sheet, block: BarcodeBlock, y: int) -> None:
    bars = code128_modules(block.data)
    module = block.module if len(bars) * block.module <= sheet.model.dots else 1
    x = sheet.left + _indent(block.align, sheet.model.dots - len(bars) * module)
    height = min(block.dots, 80)
    for number, black in enumerate(bars):
        if black:
            at = x + number * module
            sheet.image.paste(INK, (at, y, at + module, y + height))
    if block.dots > height:
        _text(sheet, TextLine((Span(block.data),), block.align, sheet.model.char_dots), y + height + 2)


def _picture(sheet: _Sheet, block: RasterBlock, y: int) -> None:
    from PIL import Image

    bitmap = block.bitmap
    mask = Image.frombytes("1", (bitmap.width, bitmap.height), bitmap.rows)
    mask = mask.resize((bitmap.width * block.wide, bitmap.height * block.high), Image.Resampling.NEAREST)
    x = sheet.left + _indent(block.align, sheet.model.dots - mask.width)
    sheet.image.paste(INK, (x, y), mask)


def _dots(sheet: _Sheet, rows: bytes, width: int, y: int, align: int, shown: int) -> None:
    from PIL import Image

    mask = Image.frombytes("1", (width, len(rows) * 8 // width), rows)
    sheet.image.paste(INK, (sheet.left + _indent(align, sheet.model.dots - shown), y), mask)


def _inked_width(rows: bytes, width: int) -> int:
    """A QR code is as wide as high: the bits that fill the last byte do not count for centring."""
    return min(width, len(rows) * 8 // width)


def _indent(align: int, free: int) -> int:
    return (0, max(0, free) // 2, max(0, free))[align]


def _on_desk(paper: "Image", *, torn: bool) -> "Image":
    """Lay the paper on a desk, with a soft shadow and, where it was cut, the knife's teeth."""
    from PIL import Image, ImageDraw, ImageFilter

    shape = Image.new("L", paper.size, 255)
    if torn:
        pen = ImageDraw.Draw(shape)
        for x in range(0, paper.width, 2 * _TOOTH):
            bottom = paper.height
            pen.polygon([(x, bottom), (x + 2 * _TOOTH, bottom), (x + _TOOTH, bottom - _TOOTH)], fill=0)
    desk = Image.new("RGB", (paper.width + 2 * _DESK_DOTS, paper.height + 2 * _DESK_DOTS), DESK)
    blurred = Image.new("L", desk.size, 0)
    blurred.paste(shape, (_DESK_DOTS + 3, _DESK_DOTS + 6))
    blurred = blurred.filter(ImageFilter.GaussianBlur(9))
    desk.paste(SHADOW, (0, 0), blurred)
    desk.paste(paper, (_DESK_DOTS, _DESK_DOTS), shape)
    return desk


def _row(name: str) -> Model:
    rows = tomllib.loads(files("drivers.ticket_printer").joinpath("models.toml").read_text(encoding="utf-8"))
    return model_of(rows[name])


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="drivers.ticket_printer.render", description="Picture of a slip's bytes.")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--model", default="epson-tm-t88")
    given = parser.parse_args(arguments)
    render_file(given.source, given.target, _row(given.model))
    return 0


if __name__ == "__main__":
    sys.exit(main())
