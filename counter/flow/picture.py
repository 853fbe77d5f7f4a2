"""Draw up the desk's model from the hall's view: pure arithmetic and look-ups."""

from counter.flow.model import CurrentTicket, WaitingRow
from hall.domain.ids import CounterId, ItemCode
from hall.domain.ticket import Priority, TicketState
from hall.wire.view import CounterView, HallView, WaitingTicket

NOTICE_MINUTES = 15
ALARM_MINUTES = 30
"""Long-wait thresholds."""
MINUTE_MS = 60_000


def counter_of(view: HallView | None, counter: CounterId) -> CounterView | None:
    """Return this counter as the hall sees it."""
    if view is None:
        return None
    return next((one for one in view.counters if one.id == counter), None)


def serves(view: HallView, counter: CounterView) -> frozenset[ItemCode]:
    """Return the items a counter serves; a counter without a list serves its zone's whole board."""
    if counter.items:
        return frozenset(counter.items)
    return frozenset(item.code for item in view.items if not counter.zone or item.zone == counter.zone)


def waiting_rows(view: HallView, counter: CounterView, now_ms: int) -> tuple[WaitingRow, ...]:
    """Return the tickets this counter may call, earliest first."""
    mine = serves(view, counter)
    rows = [
        _row(view, ticket, now_ms)
        for ticket in sorted(view.tickets, key=lambda one: one.arrived_at)
        if ticket.state is TicketState.WAITING and _may_call(ticket, counter, mine)
    ]
    return tuple(rows)


def parked_rows(view: HallView, counter: CounterView, now_ms: int) -> tuple[WaitingRow, ...]:
    """Return the visitors parked at this counter."""
    return tuple(
        _row(view, ticket, now_ms)
        for ticket in view.tickets
        if ticket.state is TicketState.PARKED and ticket.counter == counter.id
    )


def current_ticket(view: HallView, counter: CounterView, registered: int, now_ms: int) -> CurrentTicket | None:
    """Return the visitor at this counter."""
    ticket = next((one for one in view.tickets if one.uid == counter.ticket), None)
    if counter.number is None or counter.ticket is None:
        return None
    since = counter.since if counter.since is not None else now_ms
    return CurrentTicket(
        uid=counter.ticket,
        number=counter.number,
        names=_names(view, ticket.item) if ticket else {},
        priority=ticket.priority if ticket else Priority.NORMAL,
        cases=ticket.cases if ticket else 1,
        registered=registered,
        calls=ticket.calls if ticket else 0,
        minutes=_minutes(since, now_ms),
        note=ticket.note if ticket else "",
    )


def digits(number: str | None) -> int | None:
    """Return what a caller pad's three digits can show of a number (letters cannot be shown)."""
    tail = "".join(letter for letter in number or "" if letter.isdigit())
    return int(tail) % 1000 if tail else None


def _may_call(ticket: WaitingTicket, counter: CounterView, mine: frozenset[ItemCode]) -> bool:
    return ticket.counter == counter.id if ticket.counter else ticket.item in mine


def _row(view: HallView, ticket: WaitingTicket, now_ms: int) -> WaitingRow:
    minutes = _minutes(ticket.arrived_at, now_ms)
    return WaitingRow(
        uid=ticket.uid,
        number=ticket.number,
        item=ticket.item,
        names=_names(view, ticket.item),
        minutes=minutes,
        priority=ticket.priority,
        level=_level(minutes),
        note=ticket.note,
    )


def _names(view: HallView, code: ItemCode) -> dict[str, str]:
    return next((item.names for item in view.items if item.code == code), {})


def _minutes(since_ms: int, now_ms: int) -> int:
    return max(0, now_ms - since_ms) // MINUTE_MS


def _level(minutes: int) -> str:
    if minutes >= ALARM_MINUTES:
        return "alarm"
    return "notice" if minutes >= NOTICE_MINUTES else "ok"
