"""A slip as data: what is on the paper, not how a printer is told.

One layout serves every printer and every width: a line carries text and emphasis, the driver turns it into
native GB18030 text, or into a raster only where the printer's own font lacks a glyph.
"""

from enum import StrEnum

import msgspec


class Align(StrEnum):
    """Where a line stands on the paper."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Text(msgspec.Struct, frozen=True, tag="text", omit_defaults=True):
    """One line of text; `width` and `height` are multiples (1..8) of the printer's normal character."""

    text: str
    align: Align = Align.LEFT
    width: int = 1
    height: int = 1
    bold: bool = False


class Pair(msgspec.Struct, frozen=True, tag="pair", omit_defaults=True):
    """A label at the left edge and its value at the right one, on the same line where both fit."""

    label: str
    value: str
    bold: bool = False


class Rule(msgspec.Struct, frozen=True, tag="rule"):
    """A line of dashes across the paper."""


class Feed(msgspec.Struct, frozen=True, tag="feed"):
    """Empty lines."""

    lines: int = 1


class Qr(msgspec.Struct, frozen=True, tag="qr", omit_defaults=True):
    """A QR code, centred. `module` is dots per module (3..8)."""

    data: str
    module: int = 5


class Barcode(msgspec.Struct, frozen=True, tag="barcode"):
    """A Code 128 barcode with its text below."""

    data: str


SlipLine = Text | Pair | Rule | Feed | Qr | Barcode


class Slip(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything between two cuts. `kind` names the layout (``ticket``, ``receipt``, ...), for counters and logs."""

    kind: str
    lines: tuple[SlipLine, ...]
    cut: bool = True
