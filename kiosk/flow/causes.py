"""What can happen to a kiosk: the inputs of its engine. All are values; none carries a widget, a port or a clock."""

from enum import StrEnum

import msgspec

from hall.domain.ids import CommandKey
from hall.domain.signature import Point
from hall.domain.ticket import Ticket
from hall.ports.id_card import IdCard
from hall.ports.page_printer import SheetsNotPrinted, SheetsPrinted
from hall.ports.status import Status
from hall.ports.ticket_printer import PrintOutcome
from hall.wire.case_query import CaseStatus
from hall.wire.replies import Reply
from hall.wire.view import HallView


class Touch(StrEnum):
    """Everything a screen can ask for. `Touched.value` says which tile, key, field or language."""

    ITEM = "item"
    FLOW = "flow"
    PAGE = "page"
    ANSWER = "answer"
    CHANNEL = "channel"
    KEY = "key"
    FIELD = "field"
    TICK = "tick"
    SHOOT = "shoot"
    PICK = "pick"
    KEEP_PAGE = "keep_page"
    REMOVE = "remove"
    INK = "ink"
    CLEAR = "clear"
    NEXT = "next"
    BACK = "back"
    SKIP = "skip"
    LEAVE = "leave"
    STAY = "stay"
    RETRY = "retry"
    REPRINT = "reprint"
    RATE = "rate"
    TAKE_CODE = "take_code"
    ENTER_CODE = "enter_code"
    LANGUAGE = "language"
    THEME = "theme"
    ELDER = "elder"
    LOW = "low"
    HELP = "help"
    STAFF = "staff"
    ACT = "act"


class Touched(msgspec.Struct, frozen=True):
    """A citizen (or attendant) touched something. The value may be typed personal data: never log it."""

    what: Touch
    value: str = ""

    def __repr__(self) -> str:
        return f"Touched({self.what.value})"


class CardRead(msgspec.Struct, frozen=True):
    """An ID card was read (the port's `CardPresented`)."""

    card: IdCard


class CardBad(msgspec.Struct, frozen=True):
    """A card lies there but cannot be read; `reason` is a word id's end."""

    reason: str


class CardGone(msgspec.Struct, frozen=True):
    """The card was lifted."""


class CodeRead(msgspec.Struct, frozen=True):
    """A code was scanned."""

    text: str

    def __repr__(self) -> str:
        return f"CodeRead({len(self.text)} characters)"


class Answered(msgspec.Struct, frozen=True):
    """The hub's (or, offline, the unit's own) answer to a submitted command."""

    key: CommandKey
    reply: Reply
    offline: bool = False


class QueryAnswered(msgspec.Struct, frozen=True):
    """The answer to a case query. `status` is None where number and second factor do not belong together."""

    question: str
    status: CaseStatus | None
    reason: str = ""
    """A refusal code where there is no status, e.g. ``unknown_case``, ``hub_away``, ``locked_out``."""


class StaffAnswered(msgspec.Struct, frozen=True):
    """Whether the PIN was right; `clerk` is the attendant's id then."""

    question: str
    clerk: str = ""
    reason: str = ""
    technician: bool = False
    """Whether this person may open the technician's program."""
    card: bool = False
    """Whether this person may have a card that opens the attendant's screen."""


class StaffCardKept(msgspec.Struct, frozen=True):
    """The hub knows the card that was laid down from now on; or (with a reason) does not."""

    question: str
    reason: str = ""


class TechnicianLeft(msgspec.Struct, frozen=True):
    """The technician's program has ended, or could not be started; the devices are the kiosk's again."""

    ran: bool


class PrinterChecked(msgspec.Struct, frozen=True):
    """The printer was asked just now."""

    job: int
    status: Status


class PrintEnded(msgspec.Struct, frozen=True):
    """A slip is out, or is not."""

    job: int
    outcome: PrintOutcome


class Photographed(msgspec.Struct, frozen=True):
    """The document camera took a page, kept in memory under `ref`. `found`: whether the paper's edge was seen."""

    question: str
    ref: str
    found: bool = True


class NotPhotographed(msgspec.Struct, frozen=True):
    """The document camera took no page."""

    question: str
    status: Status


class DocumentKept(msgspec.Struct, frozen=True):
    """A document lies sealed on the unit, or (no `sha256`) could not be kept: ``too_large``, ``not_kept``."""

    question: str
    sha256: str = ""
    pages: int = 0
    reason: str = ""


class DocumentsReleased(msgspec.Struct, frozen=True):
    """The documents of a case will be uploaded; or (with a reason) cannot be: ``gone``, ``not_kept``."""

    key: CommandKey
    reason: str = ""


class Inked(msgspec.Struct, frozen=True):
    """A stroke was drawn on the signature pad."""

    points: tuple[Point, ...]

    def __repr__(self) -> str:
        return f"Inked({len(self.points)} points)"


class PadPressed(msgspec.Struct, frozen=True):
    """A key of the signature pad itself: ``confirm``, ``clear``, ``cancel``."""

    key: str


class IcCardSeen(msgspec.Struct, frozen=True):
    """An IC card lies in its reader, readable or not. Nothing of it is kept."""

    number: str = ""
    """What this very card is known by (`staff_card`); empty for one that cannot be told from others."""
    readable: bool = False

    def __repr__(self) -> str:
        return "IcCardSeen(sealed)"


class IcCardGone(msgspec.Struct, frozen=True):
    """The IC card was taken out."""


class SheetsEnded(msgspec.Struct, frozen=True):
    """The A4 printer is done. None: nobody knows whether sheets came out."""

    job: int
    outcome: SheetsPrinted | SheetsNotPrinted | None


class NeedStatus(msgspec.Struct, frozen=True):
    """A device behind a need (``slip``, ``a4``, ``id_card``, ``scanner``, ``camera``) changed its status."""

    need: str
    status: Status


class PaperSeen(msgspec.Struct, frozen=True):
    """About when the printer's roll ends today, e.g. ``14:20``; empty where that cannot be told."""

    ends: str


class BacklogSeen(msgspec.Struct, frozen=True):
    """Documents that the hub does not have yet: how many, how long the oldest has waited, how many it refused."""

    waiting: int = 0
    oldest_min: int = 0
    refused: int = 0


class HubGone(msgspec.Struct, frozen=True):
    """The hub does not answer; the kiosk goes on alone."""


class HubHere(msgspec.Struct, frozen=True):
    """The hub answers again."""


class HallSeen(msgspec.Struct, frozen=True):
    """The hall as it is now."""

    view: HallView


class Tick(msgspec.Struct, frozen=True):
    """Some time went by (several times a second)."""

    hall_ms: int = 0
    """The hall's time in ms since the epoch, as well as it is known; 0 where nobody knows it."""


class DraftFound(msgspec.Struct, frozen=True):
    """After a crash: the last draft of this boot, and how old it is."""

    draft: bytes
    age_s: float


class UnprintedFound(msgspec.Struct, frozen=True):
    """After a crash: a ticket whose printing was never confirmed."""

    ticket: Ticket
    age_s: float


class ResumeCodeMade(msgspec.Struct, frozen=True):
    """The code under which the draft was put away."""

    code: str


class ResumeOpened(msgspec.Struct, frozen=True):
    """A resume code was tried. None: wrong, expired or used."""

    draft: bytes | None


Cause = (
    Touched
    | CardRead
    | CardBad
    | CardGone
    | CodeRead
    | Answered
    | QueryAnswered
    | StaffAnswered
    | StaffCardKept
    | TechnicianLeft
    | PrinterChecked
    | PrintEnded
    | Photographed
    | NotPhotographed
    | DocumentKept
    | DocumentsReleased
    | Inked
    | PadPressed
    | IcCardSeen
    | IcCardGone
    | SheetsEnded
    | NeedStatus
    | PaperSeen
    | BacklogSeen
    | HubGone
    | HubHere
    | HallSeen
    | Tick
    | DraftFound
    | UnprintedFound
    | ResumeCodeMade
    | ResumeOpened
)
