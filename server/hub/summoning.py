"""Calls: call-next, call a chosen number, recall, no-show."""

from hall.domain.calling import pick
from hall.domain.ids import CounterId, RatingUid
from hall.domain.ticket import Ticket, TicketState
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.replies import RefusalCode
from server.hub.desks import LEADERS, current, staffed_desk, wrong_state
from server.hub.outcome import Decided, Decision, Refusal, Scene
from server.hub.serving import finishing
from server.hub.state import Desk


def call_next(scene: Scene, command: cmd.CallNext) -> Decision:
    """Give the counter the ticket that the rule picks; a visitor being served is finished first.

    With nobody waiting the visitor is still finished, and the reply has no ticket.
    """
    desk = _ready_desk(scene, command.counter)
    if isinstance(desk, Refusal):
        return desk
    facts = scene.facts.counters[command.counter]
    queues = scene.state.queues_for(command.counter, facts.items)
    chosen = pick(queues, desk.streak, scene.now, scene.facts.calling)
    before, rating = _before_call(scene, command, desk)
    if chosen is None:
        if not before:
            return Refusal(RefusalCode.NOBODY_WAITING, "nobody waits for this counter")
        return Decided(before, rating=rating)
    cut = _cut(scene, desk, command.counter)
    called = _called(scene, command.counter, scene.state.tickets[chosen], desk)
    return Decided((*cut, *before, called), ticket=chosen, rating=rating)


def call_ticket(scene: Scene, command: cmd.CallTicket) -> Decision:
    """Call a chosen number.

    A clerk may call a visitor parked at the counter, one who was called there and came too late, and one sent to
    this counter alone; anybody else's turn is a supervisor's decision.
    """
    desk = _ready_desk(scene, command.counter)
    if isinstance(desk, Refusal):
        return desk
    uid = scene.state.by_number.get(command.number)
    if uid is None:
        return Refusal(RefusalCode.UNKNOWN_TICKET, f"no number {command.number!r} today")
    ticket = scene.state.tickets[uid]
    if ticket.state not in (TicketState.WAITING, TicketState.PARKED, TicketState.NO_SHOW):
        return wrong_state(ticket, "waiting, parked or passed")
    if ticket.counter != command.counter and scene.actor.role not in LEADERS:
        return Refusal(RefusalCode.FORBIDDEN, "only a supervisor may call this number out of turn")
    before, rating = _before_call(scene, command, desk)
    called = _called(scene, command.counter, ticket, desk)
    return Decided((*_cut(scene, desk, command.counter), *before, called), ticket=uid, rating=rating)


def recall(scene: Scene, command: cmd.RecallTicket) -> Decision:
    """Call the current ticket again, as often as the rules allow."""
    found = current(scene, command.counter)
    if isinstance(found, Refusal):
        return found
    desk, ticket = found
    if ticket.state is not TicketState.CALLED:
        return wrong_state(ticket, "called")
    if ticket.calls > scene.facts.limits.recalls:
        return Refusal(RefusalCode.RECALL_LIMIT, f"called {ticket.calls} times; mark a no-show", ticket)
    return Decided((_called(scene, command.counter, ticket, desk),), ticket=ticket.uid)


def no_show(scene: Scene, command: cmd.MarkNoShow) -> Decision:
    """End the call of somebody who did not come."""
    found = current(scene, command.counter)
    if isinstance(found, Refusal):
        return found
    _, ticket = found
    if ticket.state is not TicketState.CALLED:
        return wrong_state(ticket, "called")
    return Decided((ev.TicketNoShow(ticket=ticket.uid, counter=command.counter),), ticket=ticket.uid)


def _ready_desk(scene: Scene, counter: CounterId) -> Desk | Refusal:
    """Return a desk that may call: staffed, not paused, nobody on the way to it."""
    desk = staffed_desk(scene, counter)
    if isinstance(desk, Refusal):
        return desk
    if desk.paused:
        return Refusal(RefusalCode.COUNTER_PAUSED, f"counter {counter!r} is paused")
    ticket = None if desk.ticket is None else scene.state.tickets[desk.ticket]
    if ticket is not None and ticket.state is TicketState.CALLED:
        return Refusal(
            RefusalCode.COUNTER_BUSY, f"{ticket.number} was called here: start, recall or mark a no-show", ticket
        )
    return desk


def _before_call(
    scene: Scene, command: cmd.CallNext | cmd.CallTicket, desk: Desk
) -> tuple[tuple[ev.AnyBody, ...], RatingUid | None]:
    """Finish the visitor who is still being served."""
    if desk.ticket is None:
        return (), None
    rating = RatingUid(command.key)
    return finishing(scene.state.tickets[desk.ticket], command.counter, desk, rating), rating


def _cut(scene: Scene, desk: Desk, counter: CounterId) -> tuple[ev.AnyBody, ...]:
    """Count an invitation that the next call takes the attention from; it lives on."""
    if desk.invitation is None or scene.state.carry.invitations[desk.invitation].cut:
        return ()
    return (ev.InvitationCut(rating=desk.invitation, counter=counter),)


def _called(scene: Scene, counter: CounterId, ticket: Ticket, desk: Desk) -> ev.TicketCalled:
    return ev.TicketCalled(
        ticket=ticket.uid,
        number=ticket.number,
        counter=counter,
        item=ticket.item,
        calls=ticket.calls + 1,
        clerk=desk.clerk,
        zone=scene.facts.counters[counter].zone,
    )
