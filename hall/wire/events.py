"""The event catalogue: what can have happened in a hall, declared once.

Bodies hold no personal data: a person is a `PersonRef`. Times are hub milliseconds since the epoch. The help
sentence of a type is the first line of its body's docstring; the reference page is made from it.
"""

import msgspec

from hall.domain.ids import (
    CaseNumber,
    ClerkId,
    CommandKey,
    CounterId,
    DeviceName,
    ItemCode,
    PersonRef,
    RatingUid,
    TicketNumber,
    TicketUid,
    UnitId,
)
from hall.domain.rating import NotRatedReason, RatingLevel
from hall.domain.ticket import Ticket, TicketState
from hall.wire.actor import Actor


class Body(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """What all bodies share; the tag is the event's type."""


class DayOpened(Body, frozen=True, tag="day.opened"):
    """A business day was opened; numbers start again."""

    day: str


class DayClosed(Body, frozen=True, tag="day.closed"):
    """The business day was closed; what still waited is void."""

    day: str
    voided: tuple[TicketUid, ...] = ()


class TicketIssued(Body, frozen=True, tag="ticket.issued"):
    """A number was given out, its slip not yet confirmed."""

    ticket: Ticket


class TicketConfirmed(Body, frozen=True, tag="ticket.confirmed"):
    """The citizen has the number (on paper, or acknowledged on the screen); it waits."""

    ticket: TicketUid
    printed: bool


class TicketVoided(Body, frozen=True, tag="ticket.voided"):
    """A ticket ended without service: abandoned by its kiosk, unprinted, or left at the end of the day."""

    ticket: TicketUid
    reason: str


class IssueAbandoned(Body, frozen=True, tag="issue.abandoned"):
    """A kiosk gave up an issue that the hub never saw; the key is dead."""

    issue_key: CommandKey
    reason: str


class TicketReprinted(Body, frozen=True, tag="ticket.reprinted"):
    """A lost slip was printed again (补打); the old QR token is dead."""

    ticket: TicketUid
    token: str
    reprints: int


class TicketCalled(Body, frozen=True, tag="ticket.called"):
    """A ticket was called to a counter; strip, screen and voice react to this one event."""

    ticket: TicketUid
    number: TicketNumber
    counter: CounterId
    item: ItemCode
    calls: int
    """1 for the first call; a recall counts on."""
    clerk: ClerkId | None = None
    zone: str = ""


class TicketNoShow(Body, frozen=True, tag="ticket.no_show"):
    """Nobody came to the counter."""

    ticket: TicketUid
    counter: CounterId


class ServiceStarted(Body, frozen=True, tag="service.started"):
    """The visitor sat down at the counter."""

    ticket: TicketUid
    counter: CounterId
    clerk: ClerkId | None = None


class TicketParked(Body, frozen=True, tag="ticket.parked"):
    """The visitor was put aside at the counter."""

    ticket: TicketUid
    counter: CounterId
    note: str = ""


class TicketResumed(Body, frozen=True, tag="ticket.resumed"):
    """A parked visitor was taken back."""

    ticket: TicketUid
    counter: CounterId
    clerk: ClerkId | None = None


class TicketTransferred(Body, frozen=True, tag="ticket.transferred"):
    """The visitor was sent on with the same number."""

    ticket: TicketUid
    from_counter: CounterId
    item: ItemCode
    to_counter: CounterId | None = None
    front: bool = True
    note: str = ""


class ServiceFinished(Body, frozen=True, tag="service.finished"):
    """Service at the counter ended."""

    ticket: TicketUid
    counter: CounterId
    clerk: ClerkId | None = None
    state: TicketState = TicketState.FINISHED


class RatingInvited(Body, frozen=True, tag="rating.invited"):
    """A rating invitation was opened; no service ends without one."""

    rating: RatingUid
    counter: CounterId | None = None
    ticket: TicketUid | None = None
    clerk: ClerkId | None = None
    case: CaseNumber | None = None


class InvitationCut(Body, frozen=True, tag="rating.cut"):
    """Call-next was pressed while the invitation was open; it lives on, the cut is counted."""

    rating: RatingUid
    counter: CounterId


class Rated(Body, frozen=True, tag="rating.given"):
    """The citizen rated the service."""

    rating: RatingUid
    level: RatingLevel
    tags: tuple[str, ...] = ()


class NotRated(Body, frozen=True, tag="rating.not_given"):
    """The invitation ended without an answer; never a default-good."""

    rating: RatingUid
    reason: NotRatedReason


class CaseSubmitted(Body, frozen=True, tag="case.submitted"):
    """A case was registered."""

    case: CaseNumber
    item: ItemCode
    ticket: TicketUid | None = None
    counter: CounterId | None = None
    clerk: ClerkId | None = None
    person: PersonRef | None = None
    code_hash: str = ""
    """SHA-256 of the case's query code; the code itself is only on the receipt."""
    provisional: CaseNumber | None = None


class OfflineTicketEntered(Body, frozen=True, tag="ticket.entered_offline"):
    """A ticket of a kiosk's own series entered the hub with its printed number."""

    ticket: Ticket


class ServiceReported(Body, frozen=True, tag="service.reported"):
    """A counter reported a service done while the hub was away."""

    ticket: TicketUid
    """Empty while only the number is known; the ticket that enters later carries this service itself."""
    number: TicketNumber
    counter: CounterId
    started_at: int
    ended_at: int | None = None
    clerk: ClerkId | None = None


class ClerkSignedIn(Body, frozen=True, tag="clerk.signed_in"):
    """A clerk opened a counter."""

    clerk: ClerkId
    counter: CounterId


class ClerkSignedOut(Body, frozen=True, tag="clerk.signed_out"):
    """A clerk left a counter."""

    clerk: ClerkId
    counter: CounterId


class CounterTakenOver(Body, frozen=True, tag="counter.taken_over"):
    """A supervisor moved a dead counter's visitor to another counter."""

    ticket: TicketUid
    from_counter: CounterId
    to_counter: CounterId


class CounterPaused(Body, frozen=True, tag="counter.paused"):
    """A counter paused, with a reason."""

    counter: CounterId
    reason: str = ""


class CounterUnpaused(Body, frozen=True, tag="counter.unpaused"):
    """A counter came back from its pause."""

    counter: CounterId


class DeviceReported(Body, frozen=True, tag="device.reported"):
    """A device's status changed, or an attendant acted on it."""

    unit: UnitId
    device: DeviceName
    status: str
    reason: str = ""
    act: str = ""


class AlarmRaised(Body, frozen=True, tag="alarm.raised"):
    """An emergency button was pressed, or a hub runs on battery; it stands until it is ended."""

    unit: UnitId
    what: str


class AlarmEnded(Body, frozen=True, tag="alarm.ended"):
    """An alarm was ended by a person of the staff, or by what raised it."""

    unit: UnitId
    what: str


class UnitEnrolled(Body, frozen=True, tag="unit.enrolled"):
    """A unit exchanged its one-time token for its own credential."""

    unit: UnitId
    kind: str
    series: str = ""
    generation: int = 1
    """Which machine of this name it is: from 2 on it took the place of another, whose key is refused since."""


class PersonErased(Body, frozen=True, tag="person.erased"):
    """A person record's key was destroyed; the log stays whole."""

    person: PersonRef
    reason: str = ""


class DocumentRead(Body, frozen=True, tag="document.read"):
    """Somebody of the staff was given a document of a case to read."""

    case: CaseNumber
    document: int
    """Its place in the case's list, from 1; its digest would tell who knows the paper that it was handed in."""


AnyBody = (
    DayOpened
    | DayClosed
    | TicketIssued
    | TicketConfirmed
    | TicketVoided
    | IssueAbandoned
    | TicketReprinted
    | TicketCalled
    | TicketNoShow
    | ServiceStarted
    | TicketParked
    | TicketResumed
    | TicketTransferred
    | ServiceFinished
    | RatingInvited
    | InvitationCut
    | Rated
    | NotRated
    | CaseSubmitted
    | OfflineTicketEntered
    | ServiceReported
    | ClerkSignedIn
    | ClerkSignedOut
    | CounterTakenOver
    | CounterPaused
    | CounterUnpaused
    | DeviceReported
    | AlarmRaised
    | AlarmEnded
    | UnitEnrolled
    | PersonErased
    | DocumentRead
)


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of the log. `seq` is the total order of one hall; `hash` chains it to the row before."""

    v: int
    type: str
    origin: str
    epoch: int
    seq: int
    uid: str
    at: int
    actor: Actor
    body: AnyBody
    prev_hash: str = ""
    hash: str = ""


VERSION = 1
"""Version of the envelope that this program writes."""


def catalogue() -> dict[str, str]:
    """Return every event type with its help sentence, for the reference page and the auditor's view."""
    kinds = msgspec.inspect.type_info(AnyBody)
    assert isinstance(kinds, msgspec.inspect.UnionType)
    found: dict[str, str] = {}
    for kind in kinds.types:
        assert isinstance(kind, msgspec.inspect.StructType)
        found[str(kind.tag)] = (kind.cls.__doc__ or "").splitlines()[0]
    return found
