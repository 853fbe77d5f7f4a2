"""Numbers: issue, confirm, abandon, reprint."""

from hall.domain import estimate, hours, numbering
from hall.domain.ids import PersonRef, TicketUid
from hall.domain.ticket import LIVE, Ticket, TicketState
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.actor import Role
from hall.wire.replies import RefusalCode
from server.hub.facts import ItemFacts
from server.hub.outcome import NOTHING, Decided, Decision, Refusal, Scene

TOKEN_BITS = 80
"""Of a slip's QR secret: 16 characters of base32, short enough for a small QR."""
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def token(scene: Scene) -> str:
    """Return a new secret for a slip's QR."""
    bits = scene.random.getrandbits(TOKEN_BITS)
    return "".join(_ALPHABET[bits >> shift & 31] for shift in range(0, TOKEN_BITS, 5))


def issue(scene: Scene, command: cmd.IssueTicket) -> Decision:
    """Give out the next number of the item's prefix, if the hall, the item and the person's own numbers allow it."""
    state = scene.state
    item = scene.facts.items.get(command.item)
    refusal = (
        _unknown_or_closed(scene, command, item)
        or (item and _full(scene, item))
        or (command.person and _second_number(scene, command.person, command))
    )
    if refusal:
        return refusal
    assert item is not None
    running = state.running.get(item.prefix, 0) + 1
    ticket = Ticket(
        uid=TicketUid(command.key),
        number=numbering.ticket_number(item.prefix, running, scene.facts.limits.number_digits),
        item=item.code,
        state=TicketState.ISSUED,
        arrived_at=max(scene.now, state.last_arrival),
        unit=scene.actor.unit,
        token=token(scene),
        priority=command.priority,
        slot_at=command.slot_at,
        person=command.person,
        cases=command.cases,
        fallback_counter=item.counters[running % len(item.counters)],
    )
    return _with_wait(scene, ticket, (ev.TicketIssued(ticket=ticket),))


def _unknown_or_closed(scene: Scene, command: cmd.IssueTicket, item: ItemFacts | None) -> Refusal | None:
    if command.key in scene.state.carry.dead:
        return Refusal(RefusalCode.ABANDONED, "this number was given up before it arrived")
    if item is None:
        return Refusal(RefusalCode.UNKNOWN_ITEM, f"no item {command.item!r} in this hall")
    if command.cases < 1:
        return Refusal(RefusalCode.MALFORMED, "cases must be at least 1")
    if not scene.state.open:
        return Refusal(RefusalCode.DAY_CLOSED, "no business day is open")
    if not item.counters:
        return Refusal(RefusalCode.NO_COUNTER_SERVES, f"no counter of this hall serves {item.code!r}")
    if not hours.is_open(item.opens, item.closes, scene.now, scene.facts.zone):
        return Refusal(
            RefusalCode.CLOSED_ITEM, f"{item.code!r} is open {item.declared.opens} to {item.declared.closes}"
        )
    return None


def _full(scene: Scene, item: ItemFacts) -> Refusal | None:
    if item.quota and scene.state.issued.get(item.code, 0) >= item.quota:
        return Refusal(RefusalCode.QUOTA_FULL, f"all {item.quota} numbers of today are given out")
    return None


def _second_number(scene: Scene, person: PersonRef, command: cmd.IssueTicket) -> Refusal | None:
    held = scene.state.held_by(person, command.item)
    if len(held) >= scene.facts.limits.open_per_person_item:
        return Refusal(RefusalCode.SECOND_NUMBER, "this person already holds a number for this item", held[-1])
    today = len(scene.state.of_person.get((person, command.item), ()))
    if today >= scene.facts.limits.per_person_item_day:
        return Refusal(RefusalCode.QUOTA_FULL, f"this person had {today} numbers for this item today")
    return None


def confirm(scene: Scene, command: cmd.ConfirmTicket) -> Decision:
    """Let an issued ticket wait. Confirming one that waits or was called meanwhile changes nothing."""
    ticket = scene.state.tickets.get(command.ticket)
    if ticket is None:
        return Refusal(RefusalCode.UNKNOWN_TICKET, "no such ticket today")
    if ticket.state is TicketState.ISSUED:
        return _with_wait(scene, ticket, (ev.TicketConfirmed(ticket=ticket.uid, printed=command.printed),))
    if ticket.state in LIVE:
        return Decided(ticket=ticket.uid)
    return Refusal(RefusalCode.WRONG_STATE, f"ticket {ticket.number} is {ticket.state}", ticket)


def _with_wait(scene: Scene, ticket: Ticket, bodies: tuple[ev.AnyBody, ...]) -> Decided:
    """Tell people ahead and the estimate with the ticket."""
    ahead = scene.state.ahead_of(ticket)
    item = scene.facts.items.get(ticket.item)
    wait = estimate.wait_s(ahead, item.service_s if item else 0, scene.state.open_counters(ticket.item))
    return Decided(bodies, ticket=ticket.uid, ahead=ahead, estimate_s=wait)


def abandon(scene: Scene, command: cmd.AbandonTicket) -> Decision:
    """Void what the key made, or refuse it for ever if it was not seen yet (phantom-ticket rule).

    A ticket of the kiosk's own series with the same uid is the very one the kiosk gave out instead: it lives on.
    """
    ticket = scene.state.tickets.get(TicketUid(command.issue_key))
    if ticket is None:
        if command.issue_key in scene.state.carry.dead:
            return NOTHING
        return Decided((ev.IssueAbandoned(issue_key=command.issue_key, reason=command.reason),))
    if ticket.unit != scene.actor.unit:
        return Refusal(RefusalCode.NOT_YOURS, "only the unit that took a number gives it up")
    if ticket.state in (TicketState.ISSUED, TicketState.WAITING) and not ticket.offline:
        return Decided((ev.TicketVoided(ticket=ticket.uid, reason=command.reason),), ticket=ticket.uid)
    return Decided(ticket=ticket.uid)


def reprint(scene: Scene, command: cmd.ReprintTicket) -> Decision:
    """Give a lost slip a new secret. By card any kiosk may; by ticket an attendant or who gave it out."""
    ticket = _lost_one(scene, command)
    if isinstance(ticket, Refusal):
        return ticket
    if ticket.state not in LIVE:
        return Refusal(RefusalCode.WRONG_STATE, f"ticket {ticket.number} is {ticket.state}", ticket)
    body = ev.TicketReprinted(ticket=ticket.uid, token=token(scene), reprints=ticket.reprints + 1)
    return _with_wait(scene, ticket, (body,)) if ticket.state is TicketState.WAITING else Decided((body,), ticket.uid)


def _lost_one(scene: Scene, command: cmd.ReprintTicket) -> Ticket | Refusal:
    state = scene.state
    if command.ticket is not None:
        ticket = state.tickets.get(command.ticket)
        if ticket is None:
            return Refusal(RefusalCode.UNKNOWN_TICKET, "no such ticket today")
        if scene.actor.role is Role.KIOSK and scene.actor.clerk is None and ticket.unit != scene.actor.unit:
            return Refusal(RefusalCode.FORBIDDEN, "another unit's ticket: ask an attendant, or use the ID card")
        return ticket
    if command.person is None:
        return Refusal(RefusalCode.MALFORMED, "either ticket or person is needed")
    held = [state.tickets[uid] for uid in state.live if state.tickets[uid].person == command.person]
    if not held:
        return Refusal(RefusalCode.UNKNOWN_TICKET, "this person holds no number today")
    return held[-1]
