"""What the configuration says about a hall, laid out for the hub's step. Immutable."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from config.hall import Counter, HallConfig, Item
from hall.domain.calling import CallingRule
from hall.domain.hours import minute_of_day
from hall.domain.ids import ClerkId, CounterId, ItemCode


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A service item. Hours are minutes since midnight in the hall's time zone."""

    declared: Item
    code: ItemCode
    prefix: str
    opens: int
    closes: int
    quota: int
    service_s: int
    counters: tuple[CounterId, ...]
    """Counters that serve it, in the order of the configuration."""
    rivals: frozenset[ItemCode]
    """Items whose visitors every counter of this item also serves, itself among them: they stand before or behind."""


@dataclass(frozen=True, slots=True)
class CounterFacts:
    """A counter and the items it serves, a whole board already spelt out."""

    declared: Counter
    id: CounterId
    zone: str
    items: frozenset[ItemCode]


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers and bounds of the rules that are not about who is called next."""

    number_digits: int
    recalls: int
    open_per_person_item: int
    per_person_item_day: int


@dataclass(frozen=True, slots=True)
class HallFacts:
    """A hall as configured."""

    hall: str
    names: dict[str, str]
    zone: tzinfo
    items: dict[ItemCode, ItemFacts]
    counters: dict[CounterId, CounterFacts]
    clerks: dict[ClerkId, frozenset[CounterId]]
    """Staff known by configuration, and where each may sign in (empty: everywhere). Empty: nobody is checked."""
    calling: CallingRule
    limits: Limits
    notices: tuple[str, ...]
    rating_ms: int
    """How long an invitation stands before silence ends it."""
    zones: dict[str, dict[str, str]]
    """Names of the zones by code."""
    hub_key: bytes = b""
    """The hub's X25519 public key, handed to units with the view."""


def facts_of(config: HallConfig, hub_key: bytes = b"") -> HallFacts:
    """Lay out a checked configuration.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: the configured time zone does not exist.

    """
    counters = {CounterId(counter.id): _counter(counter, config.items) for counter in config.counters}
    rules = config.rules
    return HallFacts(
        hall=config.hub.hall,
        names=config.hub.names,
        zone=ZoneInfo(config.hub.timezone),
        items={ItemCode(item.code): _item(item, counters.values()) for item in config.items},
        counters=counters,
        clerks={ClerkId(clerk.id): frozenset(map(CounterId, clerk.counters)) for clerk in config.clerks},
        calling=CallingRule(
            in_a_row=rules.priority_in_a_row,
            early_ms=rules.appointment_early_s * 1000,
            late_ms=rules.appointment_late_s * 1000,
        ),
        limits=Limits(
            number_digits=rules.number_digits,
            recalls=rules.recalls_before_no_show,
            open_per_person_item=rules.open_per_person_item,
            per_person_item_day=rules.per_person_item_day,
        ),
        notices=config.notices,
        rating_ms=rules.rating_s * 1000,
        zones={zone.code: zone.names for zone in config.zones},
        hub_key=hub_key,
    )


def _counter(counter: Counter, items: Iterable[Item]) -> CounterFacts:
    served = counter.items or [item.code for item in items if item.zone == counter.zone or not counter.zone]
    return CounterFacts(
        declared=counter, id=CounterId(counter.id), zone=counter.zone, items=frozenset(map(ItemCode, served))
    )


def _item(item: Item, counters: Iterable[CounterFacts]) -> ItemFacts:
    code = ItemCode(item.code)
    serving = [counter for counter in counters if code in counter.items]
    rivals = frozenset({code}).union(frozenset.intersection(*(counter.items for counter in serving)) if serving else ())
    return ItemFacts(
        declared=item,
        code=code,
        prefix=item.prefix,
        opens=minute_of_day(item.opens),
        closes=minute_of_day(item.closes),
        quota=item.quota,
        service_s=item.service_s,
        counters=tuple(counter.id for counter in serving),
        rivals=rivals,
    )
