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
    state_dir: str
    listen: str = "127.0.0.1:8443"
    tls: bool = True
    """TLS with the hall's own CA, made on first start."""
    timezone: str = "Asia/Shanghai"
    parent_url: str = ""
    """Centre to which the log is shipped; empty for none."""
    parent_token_file: str = ""
    parent_ca: str = ""
    centre: bool = False
    """Whether this process also plays the centre (own file, same path as over the network)."""
    centre_store: str = ""
    """SQLAlchemy URL of the centre's store; empty means SQLite in `state_dir`."""
    auto_day: bool = True
    """Open the business day by itself at the first start of a date."""
    demo: bool = False


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[rules] Queue and calling rules; the defaults follow domain.md, part 4b."""

    number_digits: Positive = 3
    priority_in_a_row: Positive = 2
    """At most this many priority calls in a row while normal tickets wait."""
    recalls_before_no_show: Positive = 3
    open_per_person_item: Positive = 1
    per_person_item_day: Positive = 3
    appointment_early_s: Natural = 1800
    """An appointment counts as one from this long before its slot ..."""
    appointment_late_s: Natural = 900
    """... until this long after it; then it queues as a normal ticket."""
    rating_s: Positive = 60


class Zone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[[zones]] A part of the hall with its own speakers."""

    code: str
    names: dict[str, str]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[[items]] A service item."""

    code: str
    prefix: Annotated[str, Meta(pattern=r"^[A-Z]$")]
    names: dict[str, str]
    zone: str = ""
    opens: Clock = "00:00"
    closes: Clock = "24:00"
    quota: Natural = 0
    service_s: Positive = 300
    icon: str = "ticket"
    kiosk: bool = True


class Counter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[[counters]] A counter. No items means the whole board of its zone."""

    id: str
    names: dict[str, str] = {}
    zone: str = ""
    items: tuple[str, ...] = ()


class Clerk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[[clerks]] A person of the staff. The PIN stands here only in the demo; otherwise `hall-server pin` sets it."""

    id: str
    name: str
    roles: tuple[str, ...] = ("clerk",)
    pin: str = ""
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
