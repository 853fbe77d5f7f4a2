"""What the hall's view says about waiting: people ahead, an estimate, the counters. For display only."""

from zoneinfo import ZoneInfo

from hall.domain.estimate import wait_s
from hall.domain.hours import is_open, minute_of_day
from hall.domain.ids import ItemCode
from hall.domain.ticket import TicketState
from hall.wire.view import CounterState, CounterView, HallView, ItemView

OPEN = frozenset({CounterState.FREE, CounterState.CALLING, CounterState.SERVING})


def offered(view: HallView | None, only: tuple[str, ...]) -> tuple[ItemView, ...]:
    """Return the items offered at this kiosk, in the hall's order."""
    if view is None:
        return ()
    return tuple(item for item in view.items if item.kiosk and (not only or item.code in only))


def item_of(view: HallView | None, code: str) -> ItemView | None:
    """Return an item of the hall, or None."""
    return next((item for item in view.items if item.code == code), None) if view else None


def hours(item: ItemView) -> str:
    """Return an item's opening hours as they are shown."""
    return f"{item.opens}-{item.closes}"


def open_now(view: HallView, item: ItemView, hall_minute: int) -> bool:
    """Say whether an item is open at a minute since the epoch; where the time is not known, the hub will say."""
    if not hall_minute:
        return True
    zone = ZoneInfo(view.timezone)
    return is_open(minute_of_day(item.opens), minute_of_day(item.closes), hall_minute * 60_000, zone)


def waiting(view: HallView, code: str | None = None) -> int:
    """Return how many wait, for one item or altogether."""
    return sum(1 for t in view.tickets if t.state is TicketState.WAITING and code in (None, t.item))


def serving(view: HallView, code: ItemCode) -> tuple[CounterView, ...]:
    """Return the counters that serve an item, open ones first."""
    item = item_of(view, code)
    listed = set(item.counters) if item else set()
    zone = item.zone if item else ""
    found = [
        c
        for c in view.counters
        if c.id in listed or code in c.items or (not listed and not c.items and (not zone or c.zone == zone))
    ]
    return tuple(sorted(found, key=lambda counter: counter.state not in OPEN))


def open_counters(view: HallView) -> int:
    """Return how many counters work."""
    return sum(1 for counter in view.counters if counter.state in OPEN)


def estimate_min(view: HallView, code: ItemCode) -> int:
    """Estimate the wait for a new ticket in minutes: people ahead, their service time, the open counters."""
    item = item_of(view, code)
    if item is None:
        return 0
    at_work = max(1, sum(1 for counter in serving(view, code) if counter.state in OPEN))
    return -(-wait_s(waiting(view, code), item.service_s, at_work) // 60)
