"""Who is called next.

Order: visitors sent on (front), priority classes, appointments around their slot, then arrival. So that nobody
waits for ever, a counter that called `in_a_row` priority visitors or appointments takes a normal ticket next if one
waits. Equal rank goes by arrival, over all queues that the counter serves.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from hall.domain.ids import TicketUid
from hall.domain.queue import EXPRESS, Entry, Lanes, has_slot
from hall.domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class CallingRule:
    """The hall's settings of the rule; times in ms."""

    in_a_row: int = 2
    early_ms: int = 1_800_000
    late_ms: int = 900_000


def pick(queues: Iterable[Lanes], streak: int, now_ms: int, rule: CallingRule) -> TicketUid | None:
    """Return the ticket to call, or None when nobody waits. `streak` is the counter's express calls in a row."""
    front: Entry | None = None
    express: Entry | None = None
    appointment: Entry | None = None
    normal: Entry | None = None
    for lanes in queues:
        front = _earlier(front, lanes.front)
        express = _earlier(express, lanes.express)
        normal = _earlier(normal, lanes.normal)
        if lanes.appointment:
            due = _due(lanes.appointment, now_ms, rule)
            if due is not None and (appointment is None or due < appointment):
                appointment = due
    ranked = (front, normal, express) if streak >= rule.in_a_row else (front, express, appointment, normal)
    chosen = next((entry for entry in ranked if entry is not None), None)
    return None if chosen is None else chosen[2]


def is_express(ticket: Ticket, now_ms: int, rule: CallingRule) -> bool:
    """Say whether calling this ticket now counts as a priority call."""
    if ticket.priority in EXPRESS:
        return True
    if not has_slot(ticket):
        return False
    slot = ticket.slot_at or 0
    return slot - rule.early_ms <= now_ms <= slot + rule.late_ms


def _earlier(best: Entry | None, lane: list[Entry]) -> Entry | None:
    if not lane or (best is not None and best <= lane[0]):
        return best
    return lane[0]


def _due(lane: list[Entry], now_ms: int, rule: CallingRule) -> Entry | None:
    """Return the first appointment whose window is open now."""
    at = bisect_left(lane, (now_ms - rule.late_ms,))
    if at < len(lane) and lane[at][0] - rule.early_ms <= now_ms:
        return lane[at]
    return None
