"""From a slip as data to ESC/POS commands: native text and native QR wherever the printer can, dots where it cannot.

Text goes as GB18030 in Chinese mode, which is two bytes a character, so a ticket stays under 800 bytes (as dots it is
69 kB, 72 s at 9600 baud). A character that the printer's font lacks, a rare name for instance, turns its own line into
dots (drawn by the injected `LineRaster`) and no other.
"""

import re
from collections.abc import Iterator

from drivers.ticket_printer.model import Model
from drivers.ticket_printer.protocol import Command, chars, code128, cut, fixed, qr, raster, to_bytes
from hall.domain.slip import Align, Barcode, Feed, Pair, Qr, Rule, Slip, SlipLine, Text
from hall.ports.ticket_printer import Bitmap, LineRaster

MISSING_GLYPH = "〓"
"""Stands for a character that neither the font nor a raster can show (GB2312 A1FE, made for this)."""
_SPELLED = re.compile(rb"\x10([\x04\x05\x14])", re.DOTALL)
"""DLE EOT, DLE ENQ and DLE DC4 (which opens a drawer or clears the buffer)."""
_ALIGN = {Align.LEFT: 0, Align.CENTRE: 1, Align.RIGHT: 2}
_QUIET_MODULES = 4
_RASTER_MODULE = 2
"""Dots of a module that are sent; on paper twice as many."""


def start_up(model: Model) -> list[Command]:
    """What every job begins with: known state, Chinese mode, code page where the model must be told."""
    commands = [fixed("init"), fixed("chinese_on")]
    if model.code_page is not None:
        commands.append(fixed("code_page", model.code_page))
    return commands


def lay_out(slip: Slip, model: Model, line_raster: LineRaster | None = None) -> list[Command]:
    """Return the whole job, from reset to cut. Never raises on any text."""
    commands = start_up(model)
    writer = _Writer(model, line_raster)
    for line in slip.lines:
        commands += writer.line(line)
    return commands + (_ending(model) if slip.cut else [])


def job_bytes(slip: Slip, model: Model, line_raster: LineRaster | None = None) -> bytes:
    """Return the bytes of `lay_out`."""
    return to_bytes(lay_out(slip, model, line_raster))


def text_width(text: str) -> int:
    """Columns of a text: one for ASCII, two for everything else."""
    return sum(1 if character.isascii() else 2 for character in text)


def wrapped(text: str, columns: int) -> list[str]:
    """Cut a text into lines of at most `columns`; between words where a line has one to spare. Never loses text."""
    lines, rest = [], text
    while text_width(rest) > columns:
        end = _fitting(rest, columns)
        space = rest.rfind(" ", 0, end + 1)
        if space > 0 and rest[end].isascii() and rest[end - 1].isascii():
            end = space
        lines.append(rest[:end].rstrip(" "))
        rest = rest[end:].lstrip(" ")
    return [*lines, rest]


def _fitting(text: str, columns: int) -> int:
    """How many characters fit; at least one, or nothing would ever end."""
    used = 0
    for index, character in enumerate(text):
        used += 1 if character.isascii() else 2
        if used > columns:
            return max(1, index)
    return len(text)


def _ending(model: Model) -> list[Command]:
    if model.cutter == "none":
        return [fixed("feed_lines", 4)]
    return [cut(65 if model.cutter == "full" else 66)]


class _Writer:
    """Knows what the printer's state is, so that only changes are sent."""

    def __init__(self, model: Model, line_raster: LineRaster | None) -> None:
        self._model = model
        self._line_raster = line_raster
        self._align, self._size, self._bold = 0, 0, 0

    def line(self, line: SlipLine) -> list[Command]:
        """Return the commands of one line of the slip."""
        match line:
            case Text():
                return list(self._text(line))
            case Pair():
                return list(self._pair(line))
            case Rule():
                return [*self._style(0, 0, 0), chars(b"-" * self._model.columns), fixed("line_feed")]
            case Feed():
                return [fixed("feed_lines", max(0, min(255, line.lines)))] if line.lines else []
            case Qr():
                return [*self._style(1, 0, 0), *self._qr(line), fixed("line_feed")]
            case Barcode():
                return [*self._style(1, 0, 0), *self._barcode(line), fixed("line_feed")]

    def _style(self, align: int, size: int, bold: int) -> Iterator[Command]:
        if align != self._align:
            yield fixed("align", align)
        if size != self._size:
            yield fixed("size", size)
        if bold != self._bold:
            yield fixed("bold", bold)
        self._align, self._size, self._bold = align, size, bold

    def _text(self, line: Text) -> Iterator[Command]:
        width, height = max(1, min(8, line.width)), max(1, min(8, line.height))
        size = (width - 1) << 4 | (height - 1)
        for part in wrapped(_one_line(line.text), max(2, self._model.columns // width)):
            yield from self._row(part, _ALIGN[line.align], size, line.bold)

    def _pair(self, line: Pair) -> Iterator[Command]:
        label, value = _one_line(line.label), _one_line(line.value)
        gap = self._model.columns - text_width(label) - text_width(value)
        if gap >= 1:
            yield from self._row(label + " " * gap + value, 0, 0, line.bold)
            return
        for part in wrapped(label, self._model.columns):
            yield from self._row(part, 0, 0, line.bold)
        for part in wrapped(value, self._model.columns):
            yield from self._row(part, 2, 0, line.bold)

    def _row(self, text: str, align: int, size: int, bold: bool) -> Iterator[Command]:
        whole = all(self._model.holds(character) for character in text)
        if not whole and self._line_raster is not None:
            yield from self._style(align, 0, 0)
            yield from self._dots(text, size, bold, self._line_raster)
            return
        yield from self._style(align, size, int(bold))
        if text:
            yield chars(self._encoded(text))
        yield fixed("line_feed")

    def _encoded(self, text: str) -> bytes:
        shown = "".join(character if self._model.holds(character) else MISSING_GLYPH for character in text)
        return shown.encode(self._model.font)

    def _dots(self, text: str, size: int, bold: bool, draw: LineRaster) -> Iterator[Command]:
        """A line as a picture, as wide as its text, so that the printer's own alignment places it."""
        height = self._model.char_dots * ((size & 0x0F) + 1)
        column_dots = self._model.char_dots // 2 * ((size >> 4) + 1)
        width = min(self._model.dots, -(-text_width(text) * column_dots // 8) * 8)
        yield _picture(draw(text, width, height, bold))

    def _qr(self, line: Qr) -> Iterator[Command]:
        module = max(1, min(16, line.module))
        if self._model.native_qr:
            yield fixed("feed_dots", _QUIET_MODULES * module)
            yield from qr(line.data.encode("utf-8"), module)
            return
        from drivers.ticket_printer.symbols import qr_bitmap

        # Sent at half its size and doubled by the printer (mode 3), it takes a quarter of the bytes; the white around
        # it is the paper's own. More than 4 dots a module (0.5 mm) would only cost time on the line.
        half = qr_bitmap(line.data, min(_RASTER_MODULE, (module + 1) // 2), 0, self._model.dots // 2)
        quiet = fixed("feed_dots", _QUIET_MODULES * 2 * _RASTER_MODULE)
        yield quiet
        yield _picture(half, mode=3)
        yield quiet

    def _barcode(self, line: Barcode) -> Iterator[Command]:
        if self._model.native_barcode:
            yield from code128(line.data)
            return
        from drivers.ticket_printer.symbols import RASTER_BARCODE_HEIGHT, code128_bitmap

        bars = code128_bitmap(line.data, RASTER_BARCODE_HEIGHT // 2)
        fits_doubled = bars.width * 2 <= self._model.dots
        yield _picture(bars, mode=3 if fits_doubled else 2)
        yield chars(line.data.encode("ascii", "replace"))


def _one_line(text: str) -> str:
    """Line breaks and controls of a text become blanks: they would be commands to the printer."""
    return "".join(character if character.isprintable() else " " for character in text)


def _picture(bitmap: Bitmap, mode: int = 0) -> Command:
    """Return the dots as one command that no printer can take for a real-time one.

    Printers look for those in everything they receive. Where dots would spell one, a dot beside a black one is added.
    """
    rows = _SPELLED.sub(lambda found: b"\x18" + found[1], bitmap.rows)
    return raster(bitmap.width // 8, bitmap.height, rows, mode)
