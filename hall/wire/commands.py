"""The commands of the hub. Each carries the key that makes a retry harmless.

`key` is a UUIDv7 in text form, made and stored by the sender before the first send; the hub answers a key it
knows with the stored reply. On the wire a command is a JSON object with its name under ``do``.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

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
from hall.domain.ticket import Priority

AlarmName = Annotated[str, Meta(pattern=r"^[\w-]{1,40}$")]
"""What an alarm is about, in one word."""


class Command(msgspec.Struct, frozen=True, tag_field="do", omit_defaults=True, kw_only=True):
    """What all commands share."""

    key: CommandKey


class AtDesk(Command, frozen=True):
    """What is done with the visitor at a counter."""

    counter: CounterId
    seen: TicketUid | None = None
    """The visitor whom the clerk's screen shows there, "" for nobody: the hub refuses the press if it knows better, so
    that a late screen never acts on the wrong person. None where nobody looks at a screen (a caller pad)."""


class IssueTicket(Command, frozen=True, tag="issue"):
    """Take a number. The ticket is ISSUED until `ConfirmTicket`; its uid is this command's key."""

    item: ItemCode
    priority: Priority = Priority.NORMAL
    slot_at: int | None = None
    sealed_person: bytes | None = None
    """Sealed to the hub's public key by the unit; the hub replaces it by `person` before its step."""
    person: PersonRef | None = None
    cases: int = 1


class ConfirmTicket(Command, frozen=True, tag="confirm"):
    """The slip is printed, or number and QR were acknowledged on the screen: ISSUED becomes WAITING."""

    ticket: TicketUid
    printed: bool = True


class AbandonTicket(Command, frozen=True, tag="abandon"):
    """Void whatever `issue_key` made, and refuse it if it arrives later (phantom-ticket rule)."""

    issue_key: CommandKey
    reason: str = "kiosk_went_offline"


class ReprintTicket(Command, frozen=True, tag="reprint"):
    """A lost slip: same number, marked 补打, new QR token."""

    ticket: TicketUid | None = None
    sealed_person: bytes | None = None
    person: PersonRef | None = None
    """The holder of the ID card on the reader; or `ticket` by an attendant."""


class CallNext(AtDesk, frozen=True, tag="call_next"):
    """Give this counter the ticket that the rule picks. Ends a serving ticket at this counter first."""


class CallTicket(Command, frozen=True, tag="call"):
    """Call a chosen number; needs the supervisor's right or a parked ticket of this counter."""

    counter: CounterId
    number: TicketNumber


class RecallTicket(AtDesk, frozen=True, tag="recall"):
    """Call the counter's current ticket again."""


class MarkNoShow(AtDesk, frozen=True, tag="no_show"):
    """Nobody came (过号)."""


class StartService(AtDesk, frozen=True, tag="start"):
    """The visitor sits at the counter."""


class ParkTicket(AtDesk, frozen=True, tag="park"):
    """Put the current visitor aside (挂起), e.g. to fetch a copy."""

    note: str = ""


class ResumeTicket(Command, frozen=True, tag="resume"):
    """Take a parked visitor back."""

    counter: CounterId
    ticket: TicketUid


class TransferTicket(AtDesk, frozen=True, tag="transfer"):
    """Send the current visitor on, number unchanged (转移). To an item's queue, or to one counter."""

    item: ItemCode | None = None
    to_counter: CounterId | None = None
    front: bool = True
    note: str = ""


class FinishService(AtDesk, frozen=True, tag="finish"):
    """Service done; opens the rating invitation."""


class InviteRating(Command, frozen=True, tag="invite"):
    """Open an invitation without a ticket (a consultation), or again for the last finished one."""

    counter: CounterId


class Rate(Command, frozen=True, tag="rate"):
    """The citizen's answer, or the reason why there is none. First one wins."""

    rating: RatingUid
    level: RatingLevel | None = None
    not_rated: NotRatedReason | None = None
    tags: tuple[str, ...] = ()


class SubmitCase(Command, frozen=True, tag="submit_case"):
    """Register a case (受理): at a counter for its current ticket, or by a self-service flow."""

    item: ItemCode
    ticket: TicketUid | None = None
    counter: CounterId | None = None
    sealed_person: bytes | None = None
    person: PersonRef | None = None
    sealed_form: bytes | None = None
    """The form's answers, sealed to the hub's public key."""
    provisional: CaseNumber | None = None
    """Number already printed by a unit while the hub was away."""


class OfflineTicket(msgspec.Struct, frozen=True, omit_defaults=True):
    """A ticket of a kiosk's own series, as the kiosk gave it out."""

    uid: TicketUid
    number: TicketNumber
    item: ItemCode
    token: str
    age_ms: int
    """Monotonic age at upload: arrival = upload time - age. No rule uses the kiosk's clock."""
    priority: Priority = Priority.NORMAL
    sealed_person: bytes | None = None
    person: PersonRef | None = None
    cases: int = 1
    fallback_counter: CounterId | None = None


class UploadOffline(Command, frozen=True, tag="upload_offline"):
    """Tickets given out while the hub was away. Numbers and uids stay as printed."""

    tickets: tuple[OfflineTicket, ...]


class ReportService(Command, frozen=True, tag="report_service"):
    """A counter served a ticket while the hub was away: its own current one, or a slip of a kiosk's own series.

    Of such a slip the clerk types the printed number, so `ticket` is empty; such numbers are unique in a day.
    May arrive before the kiosk's `UploadOffline`; joined by uid, else by number.
    """

    counter: CounterId
    ticket: TicketUid
    number: TicketNumber
    started_age_ms: int
    ended_age_ms: int | None = None
    rating: RatingLevel | None = None
    not_rated: NotRatedReason | None = None


class SignIn(Command, frozen=True, tag="sign_in"):
    """A clerk opens a counter. The PIN was checked by the session route, never here."""

    counter: CounterId
    clerk: ClerkId


class SignOut(Command, frozen=True, tag="sign_out"):
    """The clerk leaves; parked visitors stay with the counter."""

    counter: CounterId


class TakeOver(Command, frozen=True, tag="take_over"):
    """A supervisor takes a dead counter's ticket to another counter."""

    from_counter: CounterId
    to_counter: CounterId


class Pause(Command, frozen=True, tag="pause"):
    """Away with a reason."""

    counter: CounterId
    reason: str = ""


class Unpause(Command, frozen=True, tag="unpause"):
    """Back from a pause."""

    counter: CounterId


class OpenDay(Command, frozen=True, tag="open_day"):
    """Open a business day (ISO date). Numbers start again; the old day must be closed."""

    day: str


class CloseDay(Command, frozen=True, tag="close_day"):
    """Close the day: waiting tickets are voided, sessions end."""


class ReportDevice(Command, frozen=True, tag="report_device"):
    """A device's status changed, or an attendant acted on it (`roll_changed`, `jam_cleared`)."""

    unit: UnitId
    device: DeviceName
    status: str
    reason: str = ""
    act: str = ""


class ReportAlarm(Command, frozen=True, tag="report_alarm"):
    """A unit's emergency button was pressed, or its hub runs on battery; `over` ends what stands. Staff may end any."""

    unit: UnitId
    what: AlarmName
    """The contact's name, e.g. ``panic``, or ``power``."""
    over: bool = False


AnyCommand = (
    IssueTicket
    | ConfirmTicket
    | AbandonTicket
    | ReprintTicket
    | CallNext
    | CallTicket
    | RecallTicket
    | MarkNoShow
    | StartService
    | ParkTicket
    | ResumeTicket
    | TransferTicket
    | FinishService
    | InviteRating
    | Rate
    | SubmitCase
    | UploadOffline
    | ReportService
    | SignIn
    | SignOut
    | TakeOver
    | Pause
    | Unpause
    | OpenDay
    | CloseDay
    | ReportDevice
    | ReportAlarm
)
