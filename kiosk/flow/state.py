"""The whole state of a kiosk's engine: frozen values, replaced and never changed."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import msgspec

from config.flow import AnyStep, Flow
from config.unit import Times
from hall.domain.ids import CaseNumber, CommandKey, DeviceName, RatingUid, TicketUid, UnitId
from hall.domain.person import Person
from hall.domain.signature import Point
from hall.domain.slip import Slip
from hall.domain.ticket import Ticket
from hall.ports.id_card import IdCard
from hall.ports.status import Status
from hall.wire.case_query import CaseStatus
from hall.wire.view import HallView
from hall.words.catalogue import Words
from kiosk.flow.causes import BacklogSeen
from kiosk.flow.models import Text, View, Word


class Place(StrEnum):
    """Where the kiosk is: one per screen that behaves differently."""

    HOME = "home"
    NOTICE = "notice"
    IDENTIFY = "identify"
    ASK = "ask"
    ITEM = "item"
    SCAN = "scan"
    FORM = "form"
    CAPTURE = "capture"
    SIGN = "sign"
    CHECKLIST = "checklist"
    CONFIRM = "confirm"
    CHECKING = "checking"
    NO_PAPER = "no_paper"
    WAITING = "waiting"
    PRINTING = "printing"
    TAKE = "take"
    NUMBER = "number"
    PROGRESS = "progress"
    RATE = "rate"
    THANKS = "thanks"
    MESSAGE = "message"
    CODE_GIVEN = "code_given"
    CODE_ENTRY = "code_entry"
    TAKE_CARD = "take_card"
    PIN = "pin"
    ATTENDANT = "attendant"
    STAFF_CARD = "staff_card"
    """Staff registers the own card."""
    TECHNICIAN = "technician"
    """The technician's program has the screen and the devices."""
    OUT_OF_SERVICE = "out_of_service"


class Relation(StrEnum):
    """For whom somebody acts."""

    SELF = "self"
    GUARDIAN = "guardian"
    PROXY = "proxy"


class Job(msgspec.Struct, frozen=True, omit_defaults=True):
    """A slip on its way to paper."""

    id: int
    slip: Slip
    kind: str
    ticket: Ticket | None = None
    reprint: bool = False
    sheets: bool = False
    """On A4."""


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """One citizen's visit to the kiosk. Everything personal is in here, and nothing of it anywhere else."""

    flow: str = ""
    at: int = 0
    """Index of the current step."""
    answers: dict[str, str] = {}
    card: IdCard | None = None
    person: Person | None = None
    sealed_person: bytes | None = None
    principal: Person | None = None
    """The person for whom a guardian or proxy acts."""
    relation: Relation = Relation.SELF
    related: bool = False
    """Whether the question for whom was answered."""
    ticked: tuple[int, ...] = ()
    agreed: bool = False
    """Whether the notice was agreed to."""
    typed: str = ""
    typing: bool = False
    field: str = ""
    problems: dict[str, str] = {}
    problem: Word | None = None
    page: int = 0
    taken: dict[str, tuple[str, ...]] = {}
    """Pages before the document camera by field: references, the pictures lie in memory."""
    doubtful: str = ""
    """A page whose edge was not seen, to be kept or taken again."""
    chosen: str = ""
    """The page that the citizen touched."""
    strokes: tuple[tuple[Point, ...], ...] = ()
    documents: dict[str, int] = {}
    """SHA-256 of what lies sealed on the unit for this session, with its number of pages (0: a signature)."""
    released: bool = False
    """The documents are on their way to the hub."""
    key: CommandKey | None = None
    """Command whose answer is awaited."""
    asked: str = ""
    """What the awaited command does: ``issue``, ``case``, ``reprint``."""
    question: str = ""
    job: Job | None = None
    ticket: Ticket | None = None
    ahead: int = 0
    estimate_s: int = 0
    open_ticket: bool = False
    """Issued and neither confirmed nor given up: the number must not be lost."""
    case: CaseNumber | None = None
    case_code: str = ""
    rating: RatingUid | None = None
    progress: CaseStatus | None = None
    offline: bool = False
    jam: bool = False
    sheets: str = ""
    """Why no sheets are in the citizen's hand: ``failed``, ``partial``, ``unknown``."""
    submitted_at: int = 0

    def __repr__(self) -> str:
        return f"Session(flow={self.flow!r}, at={self.at})"


class Staff(msgspec.Struct, frozen=True, omit_defaults=True):
    """An attendant at the kiosk."""

    clerk: str = ""
    pin: str = ""
    on_pin: bool = False
    problem: str = ""
    """Word id."""
    question: str = ""
    done: str = ""
    back_to: Place = Place.HOME
    technician: bool = False
    """Whether this person may open the technician's program."""
    may_card: bool = False
    """Whether this person, signed in by PIN, may register a card."""

    def __repr__(self) -> str:
        return f"Staff(clerk={self.clerk!r})"


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the message screen says."""

    title: Text
    text: Text
    code: str = ""
    number: str = ""
    reprint: bool = False
    retry: bool = False
    icon: str = "alert-circle"


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything the engine knows. Times are seconds of the caller's monotonic clock."""

    place: Place = Place.HOME
    since: float = 0.0
    """When this place was entered."""
    active_at: float = 0.0
    """Last touch, card or scan."""
    session: Session | None = None
    staff: Staff | None = None
    note: Note | None = None
    view: HallView | None = None
    away: bool = False
    devices: dict[str, Status] = {}
    card_lies: bool = False
    ic_card_lies: bool = False
    """A readable IC card is in its reader."""
    language: str = "zh"
    theme: str = "normal"
    elder: bool = False
    low: bool = False
    home_page: int = 0
    out_of_service: bool = False
    recovered: bytes = b""
    """A crashed session's draft, sealed until its card comes back."""
    recovered_until: float = 0.0
    unprinted: tuple[Ticket, ...] = ()
    jobs: int = 0
    help_until: float = 0.0
    keys: dict[str, str] = {}
    """Commands in the air that concern no session any more: key to purpose."""
    last_ticket: TicketUid | None = None
    """The number given out last, for the attendant's reprint."""
    mended_at: float = 0.0
    """When the printer was last asked to forget its error while a citizen waits for a slip."""
    paper_ends: str = ""
    """About when the roll ends today, for the attendant."""
    backlog: BacklogSeen | None = None
    """Documents that wait for the hub, for the attendant."""
    watching: bool = False
    previewing: bool = False
    collecting: bool = False
    hall_minute: int = 0
    """The hall's time in whole minutes since the epoch, for opening hours; 0 where nobody knows it."""
    shown: View | None = None


class Sealer(Protocol):
    """Seals personal data to the hub's public key."""

    def __call__(self, public: bytes, plain: bytes, /) -> bytes:
        """Return `plain` sealed to the holder of `public`'s private key."""


class Settings(msgspec.Struct, frozen=True):
    """What does not change while the kiosk runs, and what the engine may call: pure or injected."""

    unit: UnitId
    flows: dict[str, Flow]
    times: Times
    words: Words
    """Catalogue with the domains ``kiosk`` and ``slip``."""
    seal_person: Callable[[bytes, Person], bytes]
    seal: Sealer
    new_key: Callable[[], CommandKey]
    printer: DeviceName
    page_printer: DeviceName = DeviceName("page_printer")
    language: str = "zh"
    theme: str = "normal"
    items: tuple[str, ...] = ()
    present: frozenset[str] = frozenset()
    """Needs for which this kiosk has a device at all."""
    timezone: str = "Asia/Shanghai"


def current_step(settings: Settings, session: Session | None) -> AnyStep | None:
    """Return the step the session is at, or None outside a flow."""
    if session is None or not session.flow:
        return None
    steps = settings.flows[session.flow].steps
    return steps[session.at] if 0 <= session.at < len(steps) else None
