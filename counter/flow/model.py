"""What the desk's screen draws. Plain values: a screen never looks anything up."""

import msgspec

from counter.flow.actions import Action
from hall.domain.ids import TicketUid
from hall.domain.ticket import Priority
from hall.ports.status import Status
from hall.wire.view import CounterState


class WaitingRow(msgspec.Struct, frozen=True):
    """One line of the waiting list."""

    uid: TicketUid
    number: str
    item: str
    """Name in the screen's language is chosen by the screen from `names`."""
    names: dict[str, str]
    minutes: int
    priority: Priority
    level: str
    """``ok``, ``notice`` (15 min) or ``alarm`` (30 min)."""
    note: str = ""


class CurrentTicket(msgspec.Struct, frozen=True):
    """The visitor at this counter."""

    uid: TicketUid
    number: str
    names: dict[str, str]
    priority: Priority
    cases: int
    registered: int
    calls: int
    minutes: int
    note: str = ""


class Message(msgspec.Struct, frozen=True):
    """One line for the clerk: a word id, its arguments, and whether it is trouble."""

    word: str
    arguments: dict[str, str] = {}
    trouble: bool = False


class DeskModel(msgspec.Struct, frozen=True):
    """Everything on the screen."""

    counter: str
    counter_names: dict[str, str]
    state: CounterState
    clerk: str | None
    current: CurrentTicket | None
    waiting: tuple[WaitingRow, ...]
    parked: tuple[WaitingRow, ...]
    enabled: frozenset[Action]
    away: bool
    pending: int
    rating_left_s: int | None
    served: int
    rated: int
    devices: tuple[tuple[str, Status], ...]
    message: Message | None
    items: tuple[tuple[str, dict[str, str]], ...]
    """Items of the hall, for transfer and case registration."""
    counters: tuple[tuple[str, dict[str, str]], ...]
    """Other open counters, for transfer."""
    pause_reason: str = ""
    met: bool = True
    """Whether the hub was ever heard of; until then nothing is claimed of it."""
    alarms: tuple[str, ...] = ()
    """Alarms that stand in the hall, as ``contact (unit)``; the clerk who is signed in may end them."""
