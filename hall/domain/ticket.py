"""A ticket (号票) and the states it passes through."""

import hashlib
from enum import StrEnum

import msgspec

from hall.domain.ids import ClerkId, CounterId, ItemCode, PersonRef, TicketNumber, TicketUid, UnitId


class TicketState(StrEnum):
    """Where a ticket is. ISSUED means numbered but not yet in the citizen's hand."""

    ISSUED = "issued"
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    VOID = "void"


LIVE = frozenset(
    {
        TicketState.ISSUED,
        TicketState.WAITING,
        TicketState.CALLED,
        TicketState.SERVING,
        TicketState.PARKED,
    }
)
"""States in which the visitor is still to be served."""


class Priority(StrEnum):
    """Why a ticket goes before others (绿色通道). Evidence is the attendant's matter, never shown in public."""

    NORMAL = "normal"
    APPOINTMENT = "appointment"
    ELDER = "elder"
    DISABLED = "disabled"
    INFANT = "infant"
    VETERAN = "veteran"
    STAFF = "staff"


class Ticket(msgspec.Struct, frozen=True, omit_defaults=True):
    """One visitor's place in the hall. Times are hub milliseconds since the epoch (UTC)."""

    uid: TicketUid
    number: TicketNumber
    item: ItemCode
    state: TicketState
    arrived_at: int
    unit: UnitId
    """The unit that gave it out."""
    token: str
    """Secret of the slip's QR. A reprint changes it, so that the old slip is dead."""
    priority: Priority = Priority.NORMAL
    slot_at: int | None = None
    """Start of the appointment slot, if there is one."""
    person: PersonRef | None = None
    cases: int = 1
    """Cases announced with the ticket: a company runner may carry a dozen."""
    counter: CounterId | None = None
    """Counter that holds it now (called, serving, parked there), or the only one that may call it."""
    clerk: ClerkId | None = None
    first_clerk: ClerkId | None = None
    """First contact (首问负责); a transfer keeps it."""
    calls: int = 0
    called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    fallback_counter: CounterId | None = None
    """Who may serve it when the hub does not know it, fixed when the number is made."""
    reprints: int = 0
    offline: bool = False
    """From a kiosk's own series."""
    note: str = ""
    """A clerk's note for the next counter. Staff only; never personal data."""


def token_mark(number: str, token: str) -> str:
    """Return 8 hex digits by which a slip's QR is known again without showing its token to every screen."""
    return hashlib.sha256(f"{number}:{token}".encode()).hexdigest()[:8]
