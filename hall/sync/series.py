"""The unit's own series of numbers, for the time without the hub: `A-C07` is item A, kiosk C, running number 07.

Unique by construction: the letter belongs to one enrolled unit, the mark behind it (`A-CB07`) to one of the machines
that had the unit's name, and the running number is on that machine's disk before it is printed. It starts again with
a business day, and then only when it is certain that no number of before can still enter the new day: an offline
ticket belongs to the day in which the hub enters it, which may be the next one.
"""

from hall.domain.ids import CaseNumber, CounterId, ItemCode, TicketNumber, UnitId
from hall.store.record import SeriesMoved, UnitRecord
from hall.wire.view import CounterState, CounterView, HallView, ItemView

_CHECK = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"[:31]


def next_number(record: UnitRecord, prefix: str, series: str) -> tuple[TicketNumber, SeriesMoved]:
    """Return the next number, and the change to be on disk before it is shown to anybody."""
    last = record.series_last + 1
    return TicketNumber(f"{prefix}-{series}{last:02d}"), SeriesMoved(record.series_day, last)


def is_offline_number(number: TicketNumber) -> bool:
    """Whether a number is of some unit's own series; the hub's numbers have no hyphen."""
    return "-" in number


def day_began(record: UnitRecord, day: str, opened_seq: int | None) -> SeriesMoved | None:
    """Return the series' move to a new day; `opened_seq` is the seq of `day.opened`, None if only the view told."""
    if day == record.series_day:
        return None
    offline = [given for given in record.given.values() if given.ticket.offline and not given.void]
    over = opened_seq is not None and all(0 < given.entered_seq < opened_seq for given in offline)
    return SeriesMoved(day, 0 if over or record.series_last == 0 else record.series_last)


def provisional_case(unit: UnitId, last: int, mark: str = "") -> CaseNumber:
    """Return a provisional case number of this unit's machine, with a check character against typing errors."""
    text = f"{unit}-{mark}{last:05d}"
    total = sum(position * ord(letter) for position, letter in enumerate(text, start=1))
    return CaseNumber(f"{text}-{_CHECK[total % len(_CHECK)]}")


def fallback_counter(view: HallView, item: ItemView, turn: int) -> CounterId | None:
    """Choose who may serve an offline ticket: signed-in counters first, by turns; None if nobody serves the item."""
    able = [counter for counter in view.counters if _serves(counter, item)]
    manned = [counter for counter in able if counter.state not in {CounterState.NOT_SIGNED_IN, CounterState.CLOSED}]
    choice = manned or able
    return choice[turn % len(choice)].id if choice else None


def item_of(view: HallView, code: ItemCode) -> ItemView | None:
    """Find an item in the cached hall."""
    return next((item for item in view.items if item.code == code), None)


def _serves(counter: CounterView, item: ItemView) -> bool:
    if item.counters:
        return counter.id in item.counters
    return item.code in counter.items or (not counter.items and counter.zone == item.zone)
