"""What differs between printers, as data: one row of `models.toml`.

A row is a fact sheet. Whatever a maker's manual does not promise is left at its careful default.
"""

from typing import Any, Literal

import msgspec

from drivers.ticket_printer.protocol import Ignored, NotTaken
from hall.ports.ticket_printer import PrinterCapabilities

Font = Literal["gb2312", "gbk", "gb18030"]


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model. Widths in half-width characters and dots, lengths in millimetres."""

    title: str
    maker: str
    columns: int
    dots: int
    font: Font
    """Character set of the built-in Chinese font."""
    source: str
    """Where the facts come from."""
    char_dots: int = 24
    """Height of a normal character."""
    dots_per_mm: float = 8.0
    native_qr: bool = True
    native_barcode: bool = True
    cutter: Literal["none", "full", "partial"] = "partial"
    presenter: bool = False
    buzzer: bool = False
    """ESC B n t beeps. On MY-628 the same bytes set the left margin, so the default is no."""
    esc_b_is_margin: bool = False
    """ESC B n is the left margin: one number less than the buzzer has."""
    drawer: bool = False
    """Bit 2 of the first status byte really is a cash drawer."""
    code_page: int | None = None
    """n of ESC 9 n for modules that must be told the two-byte code page (0 = GBK)."""
    status: Literal["eot", "asb", "none"] = "eot"
    """``eot``: it answers DLE EOT. ``asb``: it tells only by itself (GS a). ``none``: it never answers; its status is
    unknown, only the loss of the port is noticed."""
    asb: bool = False
    """It can tell its changes by itself (GS a) beside DLE EOT, as the option `asb` asks for."""
    not_taken: NotTaken = NotTaken.NONE
    in_order_answer: bool = True
    """GS r is answered after everything before it was printed."""
    ignore_printer: int = 0
    """Bits of DLE EOT 1 that this model leaves undefined or fixed at 1; likewise the three below."""
    fixed_printer: int = 0
    """Of these, the bits that are always sent as 1."""
    ignore_offline: int = 0
    ignore_error: int = 0
    ignore_paper: int = 0
    jam_bit: bool = False
    """Bit 2 of DLE EOT 3 is a paper jam."""
    asb_end_only: bool = False
    """Its ASB blocks have no online and no cover bit, bit 2 of the first byte fixed at 1, and of the paper its end."""
    asb_fourth: int = 0
    """What the reserved fourth byte of its ASB blocks holds."""
    cover_clears_buffer: bool = False
    speed_mm_s: float = 150.0
    knife_mm: float = 14.0
    """From the print head to the knife."""
    baud: int = 9600
    usb: tuple[str, ...] = ()
    """VID:PID pairs seen; endpoints are read from the descriptors."""

    @property
    def ignored(self) -> Ignored:
        """Status bits to read as 0."""
        drawer = 0 if self.drawer else 0x04
        return Ignored(self.ignore_printer | drawer, self.ignore_offline, self.ignore_error, self.ignore_paper)

    @property
    def capabilities(self) -> PrinterCapabilities:
        """What the hall may know."""
        return PrinterCapabilities(
            columns=self.columns,
            dots=self.dots,
            cutter=self.cutter != "none",
            native_qr=self.native_qr,
            presenter=self.presenter,
        )

    def holds(self, character: str) -> bool:
        """Whether the built-in font has this character.

        A GB18030 font is trusted for GBK only: what later editions moved into two bytes (FE50 to FEA0, 䶮 for instance)
        is private use in older printers, and Python's codec follows the 2005 edition.
        """
        if character.isascii():
            return character.isprintable()
        try:
            return len(character.encode("gb2312" if self.font == "gb2312" else "gbk")) == 2
        except UnicodeEncodeError:
            return False


def model_of(row: dict[str, Any]) -> Model:
    """Read a row of `models.toml`.

    Raises:
        msgspec.ValidationError: the row has an unknown key or a wrong value.

    """
    return msgspec.convert(row, Model)
