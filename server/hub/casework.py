"""Cases (办件): register one at a counter, or by a self-service flow."""

from hall.domain import numbering
from hall.domain.ids import ClerkId, CounterId, PersonRef, RatingUid, TicketUid
from hall.domain.ticket import TicketState
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.replies import RefusalCode
from server.hub.desks import staffed_desk
from server.hub.outcome import Decided, Decision, Refusal, Scene

_AT_COUNTER = frozenset({TicketState.SERVING, TicketState.PARKED, TicketState.FINISHED})


def submit_case(scene: Scene, command: cmd.SubmitCase) -> Decision:
    """Give the case its number and query code. One ticket may carry many cases.

    A case at a counter that names no person is the ticket holder's own where the ticket announced just one case, so
    that the holder can ask about it with the ID card. A company runner (more cases announced) hands in for others: who
    those are the ticket does not say, and none of the cases becomes the runner's.

    A self-service case (no counter) opens its own rating invitation: it is a service too. It needs no open business
    day, so that a kiosk works at night; its year is that of the hall's last business day.
    """
    if command.item not in scene.facts.items:
        return Refusal(RefusalCode.UNKNOWN_ITEM, f"no item {command.item!r} in this hall")
    year = scene.state.carry.case_year
    if not year:
        return Refusal(RefusalCode.DAY_CLOSED, "no business day was ever opened")
    clerk: ClerkId | None = None
    ticket = command.ticket
    if command.counter is not None:
        found = _at_counter(scene, command, command.counter)
        if isinstance(found, Refusal):
            return found
        clerk, ticket = found
    elif ticket is not None and ticket not in scene.state.tickets:
        return Refusal(RefusalCode.UNKNOWN_TICKET, "no such ticket today")
    return _registered(scene, command, clerk, ticket, year)


def _registered(
    scene: Scene, command: cmd.SubmitCase, clerk: ClerkId | None, ticket: TicketUid | None, year: int
) -> Decided:
    case = numbering.case_number(scene.facts.hall, year, scene.state.carry.cases + 1)
    code = numbering.case_code(scene.random.getrandbits(64))
    submitted = ev.CaseSubmitted(
        case=case,
        item=command.item,
        ticket=ticket,
        counter=command.counter,
        clerk=clerk,
        person=command.person or _holder(scene, command, ticket),
        code_hash=numbering.code_hash(case, code),
        provisional=command.provisional,
    )
    if command.counter is not None:
        return Decided((submitted,), ticket=ticket, case=case, case_code=code)
    rating = RatingUid(command.key)
    invited = ev.RatingInvited(rating=rating, ticket=ticket, case=case)
    return Decided((submitted, invited), ticket=ticket, case=case, case_code=code, rating=rating)


def _holder(scene: Scene, command: cmd.SubmitCase, ticket: TicketUid | None) -> PersonRef | None:
    """Return whose own case this is by the ticket alone."""
    held = scene.state.tickets.get(ticket) if command.counter is not None and ticket is not None else None
    return held.person if held is not None and held.cases == 1 else None


def _at_counter(
    scene: Scene, command: cmd.SubmitCase, counter: CounterId
) -> tuple[ClerkId | None, TicketUid | None] | Refusal:
    """Return clerk and ticket of a case at a counter; without a ticket it is for whom the counter serves."""
    desk = staffed_desk(scene, counter)
    if isinstance(desk, Refusal):
        return desk
    if command.ticket is None:
        return desk.clerk, desk.ticket
    ticket = scene.state.tickets.get(command.ticket)
    if ticket is None:
        return Refusal(RefusalCode.UNKNOWN_TICKET, "no such ticket today")
    if ticket.counter != counter:
        return Refusal(RefusalCode.NOT_YOURS, f"ticket {ticket.number} is not at counter {counter!r}", ticket)
    if ticket.state not in _AT_COUNTER:
        return Refusal(RefusalCode.WRONG_STATE, f"ticket {ticket.number} is {ticket.state}", ticket)
    return desk.clerk, ticket.uid
