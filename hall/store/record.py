"""What a unit remembers, as one value, and the only way in which it changes.

The unit's step holds a `UnitRecord` in memory and emits `Change` values; `hall.store.unit_store` writes the same
changes to SQLite in one transaction. After a crash the record is read back, and must be what applying the changes
gave: a property test compares the two.

Personal data is here only as sealed bytes inside a command, and a command's bytes go once the hub has answered it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from hall.domain.ids import CommandKey, RatingUid, TicketUid
from hall.domain.ticket import Ticket
from hall.wire.commands import AnyCommand
from hall.wire.replies import Reply
from hall.wire.view import HallView

ANSWERS_KEPT = 200
"""Answers remembered, so that a face that comes back after a crash may ask again with the same key."""
GIVEN_KEPT = 1000
"""Tickets remembered. Those not yet printed or not yet uploaded are never forgotten, however many."""
BOOTS_KEPT = 20


class Stamp(msgspec.Struct, frozen=True):
    """A moment by the unit's own monotonic clock: milliseconds since the boot named by `boot`."""

    boot: str
    ms: int


class Rank:
    """What is sent first once the hub is back. Within a rank, the order of submission is kept."""

    ABANDON = 0
    UPLOAD = 1
    COMMAND = 2


class Pending(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command of the outbox that the hub has not answered."""

    order: int
    rank: int
    command: AnyCommand
    stamp: Stamp
    """When it was submitted; ages are counted from here at each send."""
    told: bool = False
    """The face has its answer already (the unit gave it); the hub's is only kept."""
    sent: bool = False
    """It may have reached the hub."""


class Given(msgspec.Struct, frozen=True, omit_defaults=True):
    """A ticket that this unit numbered for a citizen: the print journal, and what an offline QR is made from."""

    ticket: Ticket
    stamp: Stamp
    printed: bool = False
    """Confirmed: on paper, or acknowledged on the screen."""
    void: bool = False
    uploaded: bool = False
    """The hub knows it (from the start for a hub's number)."""
    sealed_person: bytes | None = None
    """For the upload of an offline ticket."""
    entered_seq: int = 0
    """The hub's event by which an offline ticket entered the log; 0 while unknown."""


class Boot(msgspec.Struct, frozen=True, omit_defaults=True):
    """One boot of the unit: when it was last seen alive, and how far hub time was from its clock, if known."""

    boot: str
    order: int
    last_ms: int
    hub_offset_ms: int | None = None
    """Hub time minus boot clock."""


class Queued(msgspec.Struct, frozen=True, tag="queued"):
    """A command enters the outbox, or takes the place of the same key."""

    pending: Pending


class Dropped(msgspec.Struct, frozen=True, tag="dropped"):
    """A command leaves the outbox unanswered, since it must not happen later."""

    key: CommandKey


class AnswerKept(msgspec.Struct, frozen=True, tag="answer_kept"):
    """A command has its answer; it leaves the outbox, and its bytes are wiped."""

    key: CommandKey
    reply: Reply


class TicketGiven(msgspec.Struct, frozen=True, tag="ticket_given"):
    """A ticket was numbered, or its line in the print journal changed."""

    given: Given


class ViewKept(msgspec.Struct, frozen=True, tag="view_kept"):
    """The hall as last seen, and the last event handed to the face."""

    view: HallView
    cursor: int


class SeriesMoved(msgspec.Struct, frozen=True, tag="series_moved"):
    """The last number of the unit's own series on a business day."""

    day: str
    last: int


class ProvisionalMoved(msgspec.Struct, frozen=True, tag="provisional_moved"):
    """The last provisional case number of this unit."""

    last: int


class EpochRaised(msgspec.Struct, frozen=True, tag="epoch_raised"):
    """The highest epoch seen; a hub of a lower one is refused."""

    epoch: int


class Retired(msgspec.Struct, frozen=True, tag="retired"):
    """The hub said that another machine has become this unit (`yes`), or took this machine's key (again)."""

    yes: bool


class BootSeen(msgspec.Struct, frozen=True, tag="boot_seen"):
    """A sign of life of this boot."""

    boot: Boot


class RatingMapped(msgspec.Struct, frozen=True, tag="rating_mapped"):
    """An invitation that the unit opened by itself, and the hub's own name for it."""

    local: RatingUid
    source: CommandKey
    """The command whose answer tells the hub's name."""
    hub: RatingUid | None = None


Change = (
    Queued
    | Dropped
    | AnswerKept
    | TicketGiven
    | ViewKept
    | SeriesMoved
    | ProvisionalMoved
    | EpochRaised
    | BootSeen
    | RatingMapped
    | Retired
)


@dataclass
class UnitRecord:
    """Everything the unit knows after a restart. Only `apply` changes it."""

    outbox: dict[CommandKey, Pending] = field(default_factory=dict)
    answers: dict[CommandKey, Reply] = field(default_factory=dict)
    given: dict[TicketUid, Given] = field(default_factory=dict)
    ratings: dict[RatingUid, RatingMapped] = field(default_factory=dict)
    boots: dict[str, Boot] = field(default_factory=dict)
    view: HallView | None = None
    cursor: int = 0
    series_day: str = ""
    series_last: int = 0
    provisional_last: int = 0
    epoch: int = 0
    retired: bool = False
    """Another machine has this unit's name and place: no number may be given out here any more."""
    order: int = 0
    """Highest order number given in the outbox."""

    def next_order(self) -> int:
        """Return the order number of the next command."""
        return self.order + 1

    def unprinted(self) -> list[Ticket]:
        """Return the tickets that were numbered and never confirmed nor voided: reprint or void them at start."""
        return [given.ticket for given in self.given.values() if not given.printed and not given.void]


def apply(record: UnitRecord, change: Change) -> None:
    """Change the record in memory, as the store changes the file."""
    _APPLY[type(change)](record, change)


def _queued(record: UnitRecord, change: Queued) -> None:
    record.outbox[change.pending.command.key] = change.pending
    record.order = max(record.order, change.pending.order)


def _dropped(record: UnitRecord, change: Dropped) -> None:
    record.outbox.pop(change.key, None)


def _answer_kept(record: UnitRecord, change: AnswerKept) -> None:
    record.outbox.pop(change.key, None)
    record.answers.pop(change.key, None)
    record.answers[change.key] = change.reply
    _forget_oldest(record.answers, ANSWERS_KEPT)


def _ticket_given(record: UnitRecord, change: TicketGiven) -> None:
    record.given[change.given.ticket.uid] = change.given
    _forget_given(record.given)


def _view_kept(record: UnitRecord, change: ViewKept) -> None:
    record.view, record.cursor = change.view, change.cursor


def _series_moved(record: UnitRecord, change: SeriesMoved) -> None:
    record.series_day, record.series_last = change.day, change.last


def _provisional_moved(record: UnitRecord, change: ProvisionalMoved) -> None:
    record.provisional_last = change.last


def _epoch_raised(record: UnitRecord, change: EpochRaised) -> None:
    record.epoch = change.epoch


def _retired(record: UnitRecord, change: Retired) -> None:
    record.retired = change.yes


def _boot_seen(record: UnitRecord, change: BootSeen) -> None:
    record.boots[change.boot.boot] = change.boot
    _forget_oldest(record.boots, BOOTS_KEPT)


def _rating_mapped(record: UnitRecord, change: RatingMapped) -> None:
    record.ratings[change.local] = change
    _forget_oldest(record.ratings, ANSWERS_KEPT)


_APPLY: dict[type[Change], Callable[[UnitRecord, Any], None]] = {
    Queued: _queued,
    Dropped: _dropped,
    AnswerKept: _answer_kept,
    TicketGiven: _ticket_given,
    ViewKept: _view_kept,
    SeriesMoved: _series_moved,
    ProvisionalMoved: _provisional_moved,
    EpochRaised: _epoch_raised,
    BootSeen: _boot_seen,
    RatingMapped: _rating_mapped,
    Retired: _retired,
}


def settled(given: Given) -> bool:
    """Whether nothing remains to be done for a ticket, so that it may be forgotten one day."""
    return given.void or (given.printed and given.uploaded)


def _forget_oldest(kept: dict[Any, Any], limit: int) -> None:
    while len(kept) > limit:
        del kept[next(iter(kept))]


def _forget_given(kept: dict[TicketUid, Given]) -> None:
    if len(kept) <= GIVEN_KEPT:
        return
    oldest = next((uid for uid, given in kept.items() if settled(given)), None)
    if oldest is not None:
        del kept[oldest]
