"""Checks that the commands at a counter share: whose counter it is, who sits there, and what lies before it."""

from hall.domain.ids import CounterId
from hall.domain.ticket import Ticket
from hall.wire.actor import Role
from hall.wire.replies import RefusalCode
from server.hub.outcome import Refusal, Scene
from server.hub.state import Desk

LEADERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR, Role.HUB})
"""Who may act at any counter, and call whom they choose."""


def counter_desk(scene: Scene, counter: CounterId) -> Desk | Refusal:
    """Return the desk of a counter that the actor may act at."""
    if counter not in scene.facts.counters:
        return Refusal(RefusalCode.UNKNOWN_COUNTER, f"no counter {counter!r} in this hall")
    own = scene.actor.counter
    if own is not None and own != counter and scene.actor.role not in LEADERS:
        return Refusal(RefusalCode.NOT_YOURS, f"signed in at counter {own!r}, not at {counter!r}")
    return scene.state.desks[counter]


def staffed_desk(scene: Scene, counter: CounterId) -> Desk | Refusal:
    """Return the desk of a counter at which a clerk is signed in on an open day."""
    desk = counter_desk(scene, counter)
    if isinstance(desk, Refusal):
        return desk
    if not scene.state.open:
        return Refusal(RefusalCode.DAY_CLOSED, "no business day is open")
    if desk.clerk is None:
        return Refusal(RefusalCode.NOT_SIGNED_IN, f"nobody is signed in at counter {counter!r}")
    return desk


def current(scene: Scene, counter: CounterId) -> tuple[Desk, Ticket] | Refusal:
    """Return a staffed desk and the ticket that it called or serves."""
    desk = staffed_desk(scene, counter)
    if isinstance(desk, Refusal):
        return desk
    if desk.ticket is None:
        return Refusal(RefusalCode.COUNTER_IDLE, f"counter {counter!r} has no visitor")
    return desk, scene.state.tickets[desk.ticket]


def wrong_state(ticket: Ticket, wanted: str) -> Refusal:
    """Refuse because the ticket is in another state than the command needs."""
    return Refusal(RefusalCode.WRONG_STATE, f"ticket {ticket.number} is {ticket.state}, not {wanted}", ticket)
