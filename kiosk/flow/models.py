"""Screens as values: what is to be seen, in word ids or in the words of a flow file. The faces draw them.

A text is either a `Word` of the catalogue or a mapping of languages that stands in a file or comes from the hub,
so a switch of language needs no new state.
"""

import msgspec

from hall.domain.signature import Point


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """A word of ``assets/words`` and what to put into it."""

    id: str
    args: dict[str, str] = {}


Text = Word | dict[str, str]


class Tile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A big thing to touch. `why` is set on a greyed one: the reason, and what to do.

    `closed` greys it too, but a touch still tells more.
    """

    value: str
    title: Text
    icon: str = ""
    subtitle: Text | None = None
    badge: Text | None = None
    why: Text | None = None
    closed: Text | None = None


class Row(msgspec.Struct, frozen=True):
    """A label and what stands beside it (masked where personal)."""

    label: Text
    value: Text | str


class Home(msgspec.Struct, frozen=True, omit_defaults=True):
    """The first screen: items with live waiting counts, and self-service flows."""

    items: tuple[Tile, ...]
    flows: tuple[Tile, ...]
    waiting: int = 0
    counters_open: int = 0
    counters: int = 0
    estimate_min: int = 0
    page: int = 0
    pages: int = 1
    holder: str = ""
    """Masked name when a card lies on the reader."""
    resume: bool = False
    notices: tuple[str, ...] = ()


class NoticeModel(msgspec.Struct, frozen=True):
    """A text to agree to."""

    title: Text
    text: Text


class IdentifyModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whose card to lay on the reader. `typing` shows the keypad with `typed` in it."""

    title: Text
    prompt: Text
    problem: Text | None = None
    skip: bool = False
    can_type: bool = False
    typing: bool = False
    typed: str = ""
    reader_ok: bool = True


class AskModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question with tiles."""

    title: Text
    tiles: tuple[Tile, ...]
    page: int = 0
    pages: int = 1


class ItemModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """An item in detail, before a number is taken."""

    names: dict[str, str]
    icon: str
    ahead: int
    estimate_min: int
    counters: tuple[str, ...]
    hours: str
    holder: str = ""
    card: bool = True
    """Whether a card may be laid on the reader."""
    priority: bool = True
    no_paper: bool = False
    why: Text | None = None


class ScanModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """A code to scan, or to type."""

    title: Text
    typed: str = ""
    or_type: bool = False
    scanner_ok: bool = True
    problem: Text | None = None


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """One field of a form."""

    name: str
    label: Text
    value: str
    keypad: str = ""
    """``digits``, ``id`` or empty for none."""
    choices: tuple[Tile, ...] = ()
    fixed: bool = False
    """From the card, not to be changed here."""
    required: bool = False
    problem: Text | None = None


class FormModel(msgspec.Struct, frozen=True):
    """A form; one field is being filled."""

    title: Text
    fields: tuple[Field, ...]
    active: str


class CaptureModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """Papers to photograph. Pages are references to pictures that lie in memory."""

    title: Text
    pages: tuple[str, ...]
    limit: int
    chosen: int = -1
    """Index of the page to be taken again or away; -1 for none."""
    doubtful: str = ""
    """A page whose edge was not seen, shown beside the live picture."""
    problem: Text | None = None
    camera_ok: bool = True
    busy: bool = False
    can_shoot: bool = True
    can_go: bool = False


class SignModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field to sign in. The strokes are personal: the page draws them and forgets them."""

    title: Text
    text: Text
    strokes: tuple[tuple[Point, ...], ...] = ()
    aspect: float = 0.45
    pad: bool = False
    """A signature pad lies there; the finger works all the same."""
    problem: Text | None = None
    busy: bool = False

    def __repr__(self) -> str:
        return f"SignModel({len(self.strokes)} strokes)"


class ChecklistModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """Materials to tick off."""

    title: Text
    lines: tuple[Text, ...]
    ticked: tuple[int, ...]
    required: tuple[int, ...] = ()
    problem: Text | None = None


class ConfirmModel(msgspec.Struct, frozen=True):
    """All answers, masked, before what cannot be undone."""

    title: Text
    rows: tuple[Row, ...]


class Working(msgspec.Struct, frozen=True, omit_defaults=True):
    """The kiosk is busy for the citizen."""

    text: Text
    printing: bool = False
    slow: bool = False
    """It takes longer than usual: offer to leave."""


class TakeSlip(msgspec.Struct, frozen=True, omit_defaults=True):
    """The slip is out."""

    kind: str
    number: str = ""
    rows: tuple[Row, ...] = ()
    offline: bool = False


class NumberModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """No paper: the number (or case) and its QR, big, to be photographed and acknowledged."""

    number: str
    qr: str
    text: Text
    seconds: int
    case: bool = False
    reprint: bool = False
    """The printer works again: offer to print it, marked 补打."""
    jam: bool = False
    rows: tuple[Row, ...] = ()


class ProgressModel(msgspec.Struct, frozen=True):
    """The answer to a case query."""

    title: Text
    state: str
    rows: tuple[Row, ...]
    can_print: bool


class RateModel(msgspec.Struct, frozen=True):
    """Five levels, 1 best."""

    title: Text


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something does not go: what happened, what to do now, and a small code for staff."""

    title: Text
    text: Text
    code: str = ""
    icon: str = "alert-circle"
    number: str = ""
    reprint: bool = False
    retry: bool = False
    good: bool = False


class CodeModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """A resume code to note (`given`), or one being typed."""

    given: str = ""
    typed: str = ""
    problem: Text | None = None
    busy: bool = False


class PinModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """The attendant's number and PIN; dots only for the PIN."""

    clerk: str = ""
    dots: int = 0
    on_pin: bool = False
    problem: Text | None = None
    busy: bool = False
    card: bool = False
    """Whether a card may be laid down instead."""


class StaffCardModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where staff lays the card that shall open the attendant's screen from now on."""

    problem: Text | None = None
    busy: bool = False


class AttendantModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """What staff can do here, with the state of each device."""

    devices: tuple[Row, ...]
    acts: tuple[Tile, ...]
    done: Text | None = None
    paper: Text | None = None
    """About when the roll ends."""
    documents: Text | None = None
    """What the hub does not have yet."""


class OutOfService(msgspec.Struct, frozen=True):
    """Staff took this kiosk out of service."""


Screen = (
    Home
    | NoticeModel
    | IdentifyModel
    | AskModel
    | ItemModel
    | ScanModel
    | FormModel
    | CaptureModel
    | SignModel
    | ChecklistModel
    | ConfirmModel
    | Working
    | TakeSlip
    | NumberModel
    | ProgressModel
    | RateModel
    | Message
    | CodeModel
    | PinModel
    | StaffCardModel
    | AttendantModel
    | OutOfService
)


class View(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything on the glass: the screen, how it looks, and what lies over it."""

    screen: Screen
    names: dict[str, str] = {}
    language: str = "zh"
    theme: str = "normal"
    elder: bool = False
    low: bool = False
    """Everything that is touched stands in the lower part of the glass: for somebody who sits."""
    away: bool = False
    steps: tuple[Text, ...] = ()
    """Titles of the flow's steps for the step bar; empty for none."""
    step: int = 0
    back: bool = False
    leave: bool = False
    keep: bool = False
    """Whether a resume code may be taken."""
    countdown: int = 0
    """Seconds until the session ends by itself; 0 for no overlay."""
    take_card: bool = False
    help: bool = False
    """A call for staff went out just now."""
