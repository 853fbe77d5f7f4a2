"""The hall as it is now: the one mutable object of the hub. Only `server.hub.apply` changes it.

It holds the open business day and what outlives a day (`Carry`). Everything in it follows from the log, so that it
can be rebuilt at any time; a test does so and compares.
"""

from copy import deepcopy
from dataclasses import dataclass, field

import msgspec

from hall.domain.ids import (
    CaseNumber,
    ClerkId,
    CommandKey,
    CounterId,
    ItemCode,
    PersonRef,
    RatingUid,
    TicketNumber,
    TicketUid,
    UnitId,
)
from hall.domain.queue import Lanes
from hall.domain.ticket import LIVE, Ticket
from hall.wire.events import ServiceReported
from hall.wire.view import LastCall, OpenAlarm
from server.hub.facts import HallFacts

LAST_CALLS = 12
"""Calls that the lobby shows."""
NONE: frozenset[ItemCode] = frozenset()


class Invitation(msgspec.Struct, omit_defaults=True):
    """A rating invitation. `closed` once it was answered or ended."""

    counter: CounterId | None = None
    ticket: TicketUid | None = None
    clerk: ClerkId | None = None
    case: CaseNumber | None = None
    cut: bool = False
    """Call-next was pressed while it was open."""
    closed: bool = False
    at: int = 0
    """When it was opened, hub ms; 0 in snapshots of programs that did not note it."""


def reported_key(ticket: TicketUid, number: TicketNumber) -> TicketUid:
    """Return under what a reported service waits for its ticket: the uid, else the number as printed."""
    return ticket or TicketUid(f"number {number}")


def alarm_key(unit: UnitId, what: str) -> str:
    """Return under what an alarm stands: one of a kind for each unit."""
    return f"{unit} {what}"


class Carry(msgspec.Struct, omit_defaults=True):
    """What outlives a business day; a snapshot is exactly this, taken when a new day was opened."""

    day: str | None = None
    """The day that is open, or was the last one."""
    case_year: int = 0
    cases: int = 0
    """Cases of `case_year` so far."""
    invitations: dict[RatingUid, Invitation] = {}
    """Open ones and those of this day."""
    dead: dict[CommandKey, str] = {}
    """Abandoned issue keys that the hub had not seen, with the day on which they were given up."""
    alarms: dict[str, OpenAlarm] = {}
    """Alarms that stand, see `alarm_key`, in the order in which they were raised."""
    reported: dict[TicketUid, ServiceReported] = {}
    """Services reported by counters for tickets whose kiosk has not uploaded them yet, see `reported_key`."""


@dataclass(slots=True)
class Desk:
    """A counter at work."""

    clerk: ClerkId | None = None
    ticket: TicketUid | None = None
    """The one it called or serves. Parked ones are not here, see `parked`."""
    parked: list[TicketUid] = field(default_factory=list)
    last_finished: TicketUid | None = None
    invitation: RatingUid | None = None
    """The newest invitation of this counter, while it is open."""
    streak: int = 0
    """Priority calls in a row."""
    paused: bool = False
    pause_reason: str = ""
    since: int | None = None
    """When it came to be what it is now, hub ms."""


class Desks(dict[CounterId, Desk]):
    """Desks by counter. One that the configuration no longer names, but the log does, comes into being."""

    def __missing__(self, counter: CounterId) -> Desk:
        desk = self[counter] = Desk()
        return desk


@dataclass(frozen=True, slots=True)
class Place:
    """Where a waiting ticket stands: the queue of its item, or of `counter` alone."""

    item: ItemCode
    counter: CounterId | None
    order: int
    front: bool


@dataclass(slots=True)
class HubState:
    """Everything the step decides upon."""

    facts: HallFacts
    seq: int = 0
    """The last event in here."""
    carry: Carry = field(default_factory=Carry)
    open: bool = False
    """Whether the business day `carry.day` is open."""
    tickets: dict[TicketUid, Ticket] = field(default_factory=dict)
    live: dict[TicketUid, None] = field(default_factory=dict)
    """Tickets still to be served, in the order in which they came (a dict, for its order)."""
    by_number: dict[TicketNumber, TicketUid] = field(default_factory=dict)
    item_queues: dict[ItemCode, Lanes] = field(default_factory=dict)
    """Only queues with somebody in them."""
    counter_queues: dict[CounterId, Lanes] = field(default_factory=dict)
    places: dict[TicketUid, Place] = field(default_factory=dict)
    desks: Desks = field(default_factory=Desks)
    running: dict[str, int] = field(default_factory=dict)
    """Last number given out, by prefix."""
    issued: dict[ItemCode, int] = field(default_factory=dict)
    """Numbers of the day by item, voided ones not counted."""
    of_person: dict[tuple[PersonRef, ItemCode], list[TicketUid]] = field(default_factory=dict)
    last_calls: tuple[LastCall, ...] = ()
    """Newest first, as the lobby shows them."""
    last_arrival: int = 0
    """Latest arrival so far, so that a clock set back does not let late comers in first."""

    def __post_init__(self) -> None:
        self.lay_desks()

    def lay_desks(self) -> None:
        """Set out an empty desk for each counter, with the invitation that is still open there."""
        self.desks = Desks((counter, Desk()) for counter in self.facts.counters)
        for uid, invitation in self.carry.invitations.items():
            if invitation.counter is not None and not invitation.closed:
                self.desks[invitation.counter].invitation = uid

    @property
    def day(self) -> str | None:
        """The business day that is open."""
        return self.carry.day if self.open else None

    def desk_of(self, clerk: ClerkId) -> CounterId | None:
        """Return where a clerk is signed in."""
        return next((counter for counter, desk in self.desks.items() if desk.clerk == clerk), None)

    def queue_of(self, place: Place) -> Lanes:
        """Return the lanes of a place."""
        if place.counter is not None:
            return self.counter_queues[place.counter]
        return self.item_queues[place.item]

    def queues_for(self, counter: CounterId, items: frozenset[ItemCode]) -> list[Lanes]:
        """Return every queue with somebody in it that this counter may call from."""
        queues = self.item_queues
        if len(items) < len(queues):
            found = [queues[item] for item in items if item in queues]
        else:
            found = [lanes for item, lanes in queues.items() if item in items]
        own = self.counter_queues.get(counter)
        if own is not None:
            found.append(own)
        return found

    def ahead_of(self, ticket: Ticket) -> int:
        """Count the people who will be called before this ticket of an item's queue."""
        place = self.places.get(ticket.uid)
        order = self.seq + 1 if place is None else place.order
        return sum(
            self.item_queues[item].ahead(ticket, order)
            for item in self._contested(
                self.facts.items[ticket.item].rivals if ticket.item in self.facts.items else NONE
            )
        )

    def _contested(self, rivals: frozenset[ItemCode]) -> list[ItemCode]:
        if len(rivals) < len(self.item_queues):
            return [item for item in rivals if item in self.item_queues]
        return [item for item in self.item_queues if item in rivals]

    def open_counters(self, item: ItemCode) -> int:
        """Count counters at which somebody sits who serves this item now."""
        facts = self.facts.items.get(item)
        desks = (self.desks[counter] for counter in facts.counters) if facts else ()
        return sum(1 for desk in desks if desk.clerk is not None and not desk.paused)

    def held_by(self, person: PersonRef, item: ItemCode) -> list[Ticket]:
        """Return the person's live tickets for an item."""
        tickets = (self.tickets[uid] for uid in self.of_person.get((person, item), ()))
        return [ticket for ticket in tickets if ticket.state in LIVE]

    def comparable(self) -> dict[str, object]:
        """Return a copy of everything that must be equal after a rebuild from the log."""
        return {name: deepcopy(getattr(self, name)) for name in self.__slots__ if name != "facts"}
