"""The slip printer (取号机, 凭条打印机)."""

from typing import Protocol

import msgspec

from hall.domain.ids import DeviceName
from hall.domain.slip import Slip
from hall.ports.status import Device, Status


class Printed(msgspec.Struct, frozen=True, tag="printed"):
    """The slip is out and cut, and the printer said so afterwards (or cannot say anything: see `confirmed`)."""

    bytes_sent: int
    confirmed: bool


class NotPrinted(msgspec.Struct, frozen=True, tag="not_printed"):
    """No usable slip came out. `partial` tells that some paper did."""

    status: Status
    partial: bool = False


PrintOutcome = Printed | NotPrinted


class Bitmap(msgspec.Struct, frozen=True):
    """1-bit rows, most significant bit left, 1 = black; `width` in dots is a multiple of 8."""

    width: int
    height: int
    rows: bytes


class LineRaster(Protocol):
    """Draws one line of text as dots, for glyphs that the printer's own font lacks."""

    def __call__(self, text: str, width_dots: int, char_dots: int, bold: bool) -> Bitmap: ...


class PrinterCapabilities(msgspec.Struct, frozen=True):
    """What the model can do. `columns` counts half-width characters; a Chinese character takes two."""

    columns: int
    dots: int
    cutter: bool
    native_qr: bool
    presenter: bool


class PaperUsed(msgspec.Struct, frozen=True, tag="paper_used"):
    """A slip was printed; `roll_mm` is what this roll has given since it was put in, as far as this run knows."""

    device: DeviceName
    slip_mm: float
    roll_mm: float


class RollChanged(msgspec.Struct, frozen=True, tag="roll_changed"):
    """A new roll is in; the old one gave `used_mm`. `to_the_end`: it ran out, so that is how long such a roll is."""

    device: DeviceName
    used_mm: float
    to_the_end: bool


class TicketPrinter(Device, Protocol):
    """Prints slips one after another. `print` blocks: call it off the GUI thread."""

    @property
    def capabilities(self) -> PrinterCapabilities: ...

    def check(self) -> Status:
        """Ask the printer itself, now (at most 2 s)."""

    def print(self, slip: Slip) -> PrintOutcome: ...

    def recover(self) -> Status:
        """After the attendant cleared a jam or changed the roll: clear the error, ask again."""

    def resume_roll(self, roll_mm: float) -> None:
        """Go on counting where an earlier run stopped."""

    def new_roll(self) -> None:
        """Count from zero: a new roll was put in before the old one ran out. `RollChanged` comes at once."""
