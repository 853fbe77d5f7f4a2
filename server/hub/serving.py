"""The visitor at the counter: start, park, resume, transfer, finish."""

from hall.domain.ids import CounterId, RatingUid
from hall.domain.ticket import Ticket, TicketState
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.replies import RefusalCode
from server.hub.desks import current, staffed_desk, wrong_state
from server.hub.outcome import Decided, Decision, Refusal, Scene
from server.hub.state import Desk


def start(scene: Scene, command: cmd.StartService) -> Decision:
    """The called visitor sat down. Starting again changes nothing."""
    found = current(scene, command.counter)
    if isinstance(found, Refusal):
        return found
    desk, ticket = found
    if ticket.state is TicketState.SERVING:
        return Decided(ticket=ticket.uid)
    return Decided(
        (ev.ServiceStarted(ticket=ticket.uid, counter=command.counter, clerk=desk.clerk),), ticket=ticket.uid
    )


def park(scene: Scene, command: cmd.ParkTicket) -> Decision:
    """Put the visitor aside at this counter."""
    found = current(scene, command.counter)
    if isinstance(found, Refusal):
        return found
    _, ticket = found
    if ticket.state is not TicketState.SERVING:
        return wrong_state(ticket, "serving")
    return Decided((ev.TicketParked(ticket=ticket.uid, counter=command.counter, note=command.note),), ticket=ticket.uid)


def resume(scene: Scene, command: cmd.ResumeTicket) -> Decision:
    """Take back a visitor parked at this counter, by whichever clerk sits there now."""
    desk = staffed_desk(scene, command.counter)
    if isinstance(desk, Refusal):
        return desk
    ticket = scene.state.tickets.get(command.ticket)
    if ticket is None:
        return Refusal(RefusalCode.UNKNOWN_TICKET, "no such ticket today")
    if ticket.state is not TicketState.PARKED:
        return wrong_state(ticket, "parked")
    if ticket.uid not in desk.parked:
        return Refusal(RefusalCode.NOT_YOURS, f"{ticket.number} is parked at counter {ticket.counter!r}", ticket)
    if desk.ticket is not None:
        return Refusal(RefusalCode.COUNTER_BUSY, "finish, park or send on the current visitor first")
    return Decided((ev.TicketResumed(ticket=ticket.uid, counter=command.counter, clerk=desk.clerk),), ticket=ticket.uid)


def transfer(scene: Scene, command: cmd.TransferTicket) -> Decision:
    """Send the current visitor to an item's queue or to one counter, with the same number."""
    found = current(scene, command.counter)
    if isinstance(found, Refusal):
        return found
    _, ticket = found
    refusal = _bad_target(scene, command)
    if refusal is not None:
        return refusal
    body = ev.TicketTransferred(
        ticket=ticket.uid,
        from_counter=command.counter,
        item=command.item or ticket.item,
        to_counter=command.to_counter,
        front=command.front,
        note=command.note,
    )
    return Decided((body,), ticket=ticket.uid)


def _bad_target(scene: Scene, command: cmd.TransferTicket) -> Refusal | None:
    if command.item is None and command.to_counter is None:
        return Refusal(RefusalCode.MALFORMED, "either item or to_counter is needed")
    if command.to_counter is not None and command.to_counter not in scene.facts.counters:
        return Refusal(RefusalCode.UNKNOWN_COUNTER, f"no counter {command.to_counter!r} in this hall")
    if command.to_counter == command.counter:
        return Refusal(RefusalCode.WRONG_STATE, "the visitor is at this counter already; park instead")
    if command.item is None:
        return None
    item = scene.facts.items.get(command.item)
    if item is None:
        return Refusal(RefusalCode.UNKNOWN_ITEM, f"no item {command.item!r} in this hall")
    if command.to_counter is None and not item.counters:
        return Refusal(RefusalCode.NO_COUNTER_SERVES, f"no counter of this hall serves {command.item!r}")
    return None


def finish(scene: Scene, command: cmd.FinishService) -> Decision:
    """End the service and open the rating invitation."""
    found = current(scene, command.counter)
    if isinstance(found, Refusal):
        return found
    desk, ticket = found
    if ticket.state is not TicketState.SERVING:
        return wrong_state(ticket, "serving")
    rating = RatingUid(command.key)
    return Decided(finishing(ticket, command.counter, desk, rating), ticket=ticket.uid, rating=rating)


def finishing(ticket: Ticket, counter: CounterId, desk: Desk, rating: RatingUid) -> tuple[ev.AnyBody, ...]:
    """Return the events that end a service: no service ends without an invitation to rate it."""
    return (
        ev.ServiceFinished(ticket=ticket.uid, counter=counter, clerk=desk.clerk),
        ev.RatingInvited(rating=rating, counter=counter, ticket=ticket.uid, clerk=desk.clerk),
    )
