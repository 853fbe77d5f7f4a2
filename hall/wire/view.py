"""What a unit sees of its hall: fetched whole once, then kept current by folding events."""

from enum import StrEnum

import msgspec

from hall.domain.ids import ClerkId, CounterId, ItemCode, RatingUid, TicketNumber, TicketUid, UnitId
from hall.domain.ticket import Priority, TicketState


class CounterState(StrEnum):
    """What a counter is doing."""

    CLOSED = "closed"
    NOT_SIGNED_IN = "not_signed_in"
    FREE = "free"
    CALLING = "calling"
    SERVING = "serving"
    PAUSED = "paused"


class ItemView(msgspec.Struct, frozen=True, omit_defaults=True):
    """An item of the hall's catalogue as the public sees it. Names map language to text."""

    code: ItemCode
    names: dict[str, str]
    prefix: str
    zone: str = ""
    counters: tuple[CounterId, ...] = ()
    """Counters that serve it; printed on the slip."""
    opens: str = "00:00"
    closes: str = "24:00"
    quota: int = 0
    """Numbers a day, 0 for no limit."""
    service_s: int = 300
    icon: str = "ticket"
    kiosk: bool = True
    """Whether it is offered at a kiosk."""


class CounterView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A counter and what it is doing."""

    id: CounterId
    names: dict[str, str]
    zone: str = ""
    items: tuple[ItemCode, ...] = ()
    """Items it serves; empty means every item of its zone (whole board)."""
    state: CounterState = CounterState.NOT_SIGNED_IN
    clerk: ClerkId | None = None
    ticket: TicketUid | None = None
    number: TicketNumber | None = None
    since: int | None = None
    pause_reason: str = ""


class WaitingTicket(msgspec.Struct, frozen=True, omit_defaults=True):
    """A live ticket, without its token or person: what counters list and the lobby shows."""

    uid: TicketUid
    number: TicketNumber
    item: ItemCode
    state: TicketState
    arrived_at: int
    priority: Priority = Priority.NORMAL
    slot_at: int | None = None
    counter: CounterId | None = None
    note: str = ""
    cases: int = 1
    calls: int = 0
    mark: str = ""
    """`token_mark` of the slip that is alive: a reprint changes it, the old QR is dead."""


class LastCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the lobby screen."""

    seq: int
    at: int
    number: TicketNumber
    counter: CounterId
    calls: int
    item: ItemCode
    zone: str = ""


class OpenRating(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rating invitation that nobody answered or ended yet; its unit may have restarted since."""

    rating: RatingUid
    counter: CounterId
    at: int
    """When it was opened, hub ms."""


class OpenAlarm(msgspec.Struct, frozen=True, omit_defaults=True):
    """An alarm that nobody ended yet."""

    unit: UnitId
    what: str
    at: int
    """When it was raised, hub ms."""


class HallView(msgspec.Struct, frozen=True, omit_defaults=True):
    """The hall at `seq`. `GET /v1/view` returns it; `hall.wire.fold` keeps it current."""

    hall: str
    names: dict[str, str]
    seq: int
    epoch: int
    at: int
    day: str | None
    items: tuple[ItemView, ...]
    counters: tuple[CounterView, ...]
    tickets: tuple[WaitingTicket, ...]
    calls: tuple[LastCall, ...]
    """Newest first, at most 12."""
    notices: tuple[str, ...] = ()
    zones: dict[str, dict[str, str]] = {}
    """Names of the hall's zones by code, in the order of its configuration."""
    ratings: tuple[OpenRating, ...] = ()
    """Invitations open at counters, oldest first. Those of self-service cases live at their kiosk."""
    alarms: tuple[OpenAlarm, ...] = ()
    """Alarms that stand, oldest first; for the staff, never on a public screen."""
    timezone: str = "Asia/Shanghai"
    """The hall's own time zone, for clocks and slips."""
    hub_key: bytes = b""
    """The hub's X25519 public key, to which units seal personal fields."""
