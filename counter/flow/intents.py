"""What a clerk, a pad or the clock asks of the desk."""

import msgspec

from hall.domain.ids import ClerkId, ItemCode, TicketNumber, TicketUid


class SignInWith(msgspec.Struct, frozen=True):
    """Open the counter with a PIN. The PIN lives only in this value."""

    clerk: ClerkId
    pin: str

    def __repr__(self) -> str:
        return f"SignInWith(clerk={self.clerk!r})"


class Press(msgspec.Struct, frozen=True):
    """One of the buttons without further arguments: the names of `actions.Action`."""

    action: str


class CallChosen(msgspec.Struct, frozen=True):
    """Call a number picked from the list."""

    number: TicketNumber


class TakeBack(msgspec.Struct, frozen=True):
    """Take a parked visitor back."""

    ticket: TicketUid


class SendOn(msgspec.Struct, frozen=True):
    """Transfer the current visitor to an item's queue or to one counter."""

    item: ItemCode | None = None
    to_counter: str | None = None
    note: str = ""


class RegisterCase(msgspec.Struct, frozen=True):
    """Register one case for the current visitor."""

    item: ItemCode


class PauseFor(msgspec.Struct, frozen=True):
    """Go away, with a reason."""

    reason: str


class ServeOfflineSlip(msgspec.Struct, frozen=True):
    """Serve a slip of a kiosk's own series while the hub is away."""

    number: TicketNumber


class EndAlarms(msgspec.Struct, frozen=True):
    """Somebody of the staff has seen to the alarms that stand."""


class SessionOpened(msgspec.Struct, frozen=True):
    """The hub took the PIN."""

    clerk: ClerkId


class SessionRefused(msgspec.Struct, frozen=True):
    """The hub did not take it; `word` names the sentence for the clerk."""

    word: str
    wait_s: int = 0


class Tick(msgspec.Struct, frozen=True):
    """A second went by."""


class ClockMoved(msgspec.Struct, frozen=True):
    """The hub corrected the time that the inputs come with; negative is back. No time went by."""

    by_ms: int
