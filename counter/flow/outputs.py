"""What the desk asks of its shell."""

import msgspec

from hall.domain.ids import ClerkId, DeviceName, RatingUid
from hall.ports.counter_screen import ScreenState
from hall.wire.commands import Command


class Submit(msgspec.Struct, frozen=True):
    """Give a command to the link."""

    command: Command


class OpenSession(msgspec.Struct, frozen=True):
    """Check a PIN at the hub."""

    clerk: ClerkId
    pin: str

    def __repr__(self) -> str:
        return f"OpenSession(clerk={self.clerk!r})"


class CloseSession(msgspec.Struct, frozen=True):
    """The clerk left."""


class ShowStrip(msgspec.Struct, frozen=True):
    """What the strip over the counter tells; `number` only while calling or serving."""

    state: ScreenState
    number: str = ""
    reason: str = ""


class PadInvite(msgspec.Struct, frozen=True):
    """Open the evaluator for one rating."""

    counter: str
    rating: RatingUid


class PadEnd(msgspec.Struct, frozen=True):
    """Close the evaluator."""

    counter: str


class PadDigits(msgspec.Struct, frozen=True):
    """Show waiting people and ticket on the caller pad; None leaves a half unchanged."""

    counter: str
    waiting: int | None
    ticket: int | None


class PadBeep(msgspec.Struct, frozen=True):
    """Tell the clerk that the key did not work."""

    counter: str


class SwitchLamp(msgspec.Struct, frozen=True):
    """Switch a board's output."""

    device: DeviceName
    lamp: str
    on: bool


class Redraw(msgspec.Struct, frozen=True):
    """The model changed."""


Output = (
    Submit | OpenSession | CloseSession | ShowStrip | PadInvite | PadEnd | PadDigits | PadBeep | SwitchLamp | Redraw
)
