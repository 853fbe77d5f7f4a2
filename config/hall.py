"""The configuration of a hub: the hall's zones, items, counters, people and rules."""

from typing import Annotated

import msgspec
from msgspec import Meta

Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Positive = Annotated[int, Meta(ge=1)]
Natural = Annotated[int, Meta(ge=0)]


class HubSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[hub] The process."""

    hall: str
    """Hall id: origin of the log."""
    names: dict[str, str]
    """The hall's name by language, e.g. ``{ zh = "滨江区政务服务中心", en = "Binjiang Service Center" }``."""
    state_dir: str
    """Folder of log, keys and certificates."""
    listen: str = "127.0.0.1:8443"
    """HOST:PORT."""
    tls: bool = True
    """TLS with the hall's own CA, made on first start."""
    timezone: str = "Asia/Shanghai"
    """IANA name; opening hours and the business day are of this zone."""
    parent_url: str = ""
    """Centre to which the log is shipped; empty for none."""
    parent_token_file: str = ""
    """File with the token by which the centre knows this hub."""
    parent_ca: str = ""
    """CA certificate of the centre (PEM file)."""
    centre: bool = False
    """Whether this process also plays the centre (own file, same path as over the network)."""
    centre_store: str = ""
    """SQLAlchemy URL of the centre's store; empty means SQLite in `state_dir`."""
    auto_day: bool = True
    """Open the business day by itself at the first start of a date."""
    document_bytes: Positive = 20_000_000
    """Largest document that a unit may bring (a paper's pages as a PDF); units refuse theirs below it."""
    orphan_days: Positive = 30
    """A document that no case names is deleted when it is so old: its kiosk never sent the case."""
    copy_dir: str = ""
    """Folder of the hourly copy of log and documents, best on another disk; empty means ``copy`` in `state_dir`."""
    copy_every_s: Natural = 3600
    """How often the copy is brought up to date; 0 for no copy."""
    demo: bool = False
    """PINs may stand in this file; never in production."""


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[rules] Queue and calling rules."""

    number_digits: Positive = 3
    """``A023`` has 3; a number too large grows by a digit."""
    priority_in_a_row: Positive = 2
    """At most this many priority calls in a row while normal tickets wait."""
    recalls_before_no_show: Positive = 3
    """A ticket may be called again so often; then the clerk marks a no-show."""
    open_per_person_item: Positive = 1
    """Live tickets that one person may hold for one item."""
    per_person_item_day: Positive = 3
    """Tickets that one person may take for one item in a day."""
    appointment_early_s: Natural = 1800
    """An appointment counts as one from this long before its slot ..."""
    appointment_late_s: Natural = 900
    """... until this long after it; then it queues as a normal ticket."""
    rating_s: Positive = 60
    """A closing day ends invitations that are older than this; the units have ended theirs by then."""


class Zone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[[zones]] A part of the hall with its own speakers."""

    code: str
    """What items, counters and lobbies call it."""
    names: dict[str, str]
    """By language; the lobby shows it."""


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[[items]] A service item."""

    code: str
    """What counters, kiosks and the log call it."""
    prefix: Annotated[str, Meta(pattern=r"^[A-Z]$")]
    """Letter of its numbers."""
    names: dict[str, str]
    """By language, as the public calls it."""
    zone: str = ""
    """Where it is served."""
    opens: Clock = "00:00"
    """Numbers are given out from this time ..."""
    closes: Clock = "24:00"
    """... until this one."""
    quota: Natural = 0
    """Numbers a day; 0 for no limit."""
    service_s: Positive = 300
    """How long a service takes, for the estimated wait."""
    icon: str = "ticket"
    """Name of an icon in `assets`."""
    kiosk: bool = True
    """Whether it is offered at a kiosk."""


class Counter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[[counters]] A counter. No items means the whole board of its zone."""

    id: str
    """Its number as people say it, e.g. ``3``, or a word."""
    names: dict[str, str] = {}
    """By language; needed where the id is no number."""
    zone: str = ""
    """Where it stands."""
    items: tuple[str, ...] = ()
    """Codes of the items it serves; empty means all of its zone."""


class Clerk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[[clerks]] A person of the staff. The PIN stands here only in the demo; otherwise `hall-server pin` sets it."""

    id: str
    """What is typed to sign in, and what the log says."""
    name: str
    """For the supervisor's lists."""
    roles: tuple[str, ...] = ("clerk",)
    """``clerk``, ``attendant``, ``supervisor``, ``manager``, ``auditor``, ``technician``, ``administrator``."""
    pin: str = ""
    """Only in the demo."""
    counters: tuple[str, ...] = ()
    """Counters where the clerk may sign in; empty means all."""


class HallConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    hub: HubSettings
    items: tuple[Item, ...]
    counters: tuple[Counter, ...]
    rules: Rules = Rules()
    zones: tuple[Zone, ...] = ()
    clerks: tuple[Clerk, ...] = ()
    notices: tuple[str, ...] = ()
    """Lines for the foot of the lobby's screen."""
