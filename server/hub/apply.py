"""What each event does to the state. Nothing here decides, refuses or reads a clock.

`apply` must accept whatever the log holds, also events that an older program decided by other rules.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from hall.domain.calling import is_express
from hall.domain.ids import CounterId, ItemCode, RatingUid, TicketUid
from hall.domain.queue import Lanes
from hall.domain.ticket import LIVE, Ticket, TicketState
from hall.wire import events as ev
from hall.wire.view import LastCall, OpenAlarm
from server.hub.state import LAST_CALLS, Carry, HubState, Invitation, Place, alarm_key, reported_key

_replace = msgspec.structs.replace


def apply(state: HubState, event: ev.Event) -> None:
    """Change the state by one event of the log; events must come in order."""
    state.seq = event.seq
    change = _CHANGES.get(type(event.body))
    if change is not None:
        change(state, event, event.body)


def _day_opened(state: HubState, event: ev.Event, body: ev.DayOpened) -> None:
    old = state.carry
    if body.day != old.day:
        _begin_day(state, body.day)
    state.open = True
    state.last_arrival = max(state.last_arrival, event.at)  # nobody comes before the opening, whatever the clock does
    year = int(body.day[:4])
    if year != old.case_year:
        state.carry.case_year, state.carry.cases = year, 0


def _begin_day(state: HubState, day: str) -> None:
    """Forget the old day, but for what `Carry` says."""
    old = state.carry
    state.carry = Carry(
        day=day,
        case_year=old.case_year,
        cases=old.cases,
        invitations={uid: one for uid, one in old.invitations.items() if not one.closed},
        dead={key: since for key, since in old.dead.items() if since == old.day},
        reported={},
        alarms=old.alarms,
    )
    for held in (
        state.tickets,
        state.live,
        state.by_number,
        state.item_queues,
        state.counter_queues,
        state.places,
        state.running,
        state.issued,
        state.of_person,
    ):
        held.clear()
    state.last_calls = ()
    state.last_arrival = 0
    state.lay_desks()


def _day_closed(state: HubState, event: ev.Event, body: ev.DayClosed) -> None:
    for uid in body.voided:
        _end(state, uid, TicketState.VOID, event.at)
    for desk in state.desks.values():
        desk.clerk, desk.paused, desk.pause_reason, desk.since = None, False, "", event.at
    state.open = False


def _issued(state: HubState, _event: ev.Event, body: ev.TicketIssued) -> None:
    ticket = body.ticket
    _enter(state, ticket)
    prefix = state.facts.items[ticket.item].prefix if ticket.item in state.facts.items else ticket.number[:1]
    state.running[prefix] = state.running.get(prefix, 0) + 1
    state.last_arrival = max(state.last_arrival, ticket.arrived_at)


def _entered_offline(state: HubState, event: ev.Event, body: ev.OfflineTicketEntered) -> None:
    _enter(state, body.ticket)
    for key in (body.ticket.uid, reported_key(TicketUid(""), body.ticket.number)):
        state.carry.reported.pop(key, None)
    if body.ticket.state is TicketState.WAITING:
        _stand(state, body.ticket, None, front=False, order=event.seq)


def _enter(state: HubState, ticket: Ticket) -> None:
    """Note a new ticket in every index."""
    state.tickets[ticket.uid] = ticket
    state.by_number[ticket.number] = ticket.uid
    if ticket.state in LIVE:
        state.live[ticket.uid] = None
    if ticket.state is not TicketState.VOID:
        state.issued[ticket.item] = state.issued.get(ticket.item, 0) + 1
        if ticket.person is not None:
            state.of_person.setdefault((ticket.person, ticket.item), []).append(ticket.uid)


def _confirmed(state: HubState, event: ev.Event, body: ev.TicketConfirmed) -> None:
    ticket = state.tickets[body.ticket]
    if ticket.state is TicketState.ISSUED:
        _stand(state, _put(state, ticket, state=TicketState.WAITING), None, front=False, order=event.seq)


def _voided(state: HubState, event: ev.Event, body: ev.TicketVoided) -> None:
    _end(state, body.ticket, TicketState.VOID, event.at)


def _abandoned(state: HubState, _event: ev.Event, body: ev.IssueAbandoned) -> None:
    state.carry.dead[body.issue_key] = state.carry.day or ""


def _reprinted(state: HubState, _event: ev.Event, body: ev.TicketReprinted) -> None:
    _put(state, state.tickets[body.ticket], token=body.token, reprints=body.reprints)


def _called(state: HubState, event: ev.Event, body: ev.TicketCalled) -> None:
    ticket = state.tickets[body.ticket]
    desk = state.desks[body.counter]
    if ticket.state is not TicketState.CALLED:
        _leave(state, ticket)
        state.live[ticket.uid] = None
        if ticket.state is TicketState.WAITING:
            express = is_express(ticket, event.at, state.facts.calling)
            desk.streak = desk.streak + 1 if express else 0
        if ticket.uid in desk.parked:
            desk.parked.remove(ticket.uid)
        desk.ticket, desk.since = ticket.uid, event.at
    _put(
        state,
        ticket,
        state=TicketState.CALLED,
        counter=body.counter,
        clerk=body.clerk,
        first_clerk=ticket.first_clerk or body.clerk,
        calls=body.calls,
        called_at=event.at,
        ended_at=None,
    )
    call = LastCall(event.seq, event.at, body.number, body.counter, body.calls, body.item, body.zone)
    # A recall moves the number up instead of listing it twice.
    others = (one for one in state.last_calls if one.number != call.number or one.counter != call.counter)
    state.last_calls = (call, *others)[:LAST_CALLS]


def _no_show(state: HubState, event: ev.Event, body: ev.TicketNoShow) -> None:
    _end(state, body.ticket, TicketState.NO_SHOW, event.at)


def _started(state: HubState, event: ev.Event, body: ev.ServiceStarted) -> None:
    _put(state, state.tickets[body.ticket], state=TicketState.SERVING, started_at=event.at)
    state.desks[body.counter].since = event.at


def _parked(state: HubState, event: ev.Event, body: ev.TicketParked) -> None:
    desk = state.desks[body.counter]
    desk.ticket, desk.since = None, event.at
    desk.parked.append(body.ticket)
    _put(state, state.tickets[body.ticket], state=TicketState.PARKED, counter=body.counter, note=body.note)


def _resumed(state: HubState, event: ev.Event, body: ev.TicketResumed) -> None:
    desk = state.desks[body.counter]
    ticket = state.tickets[body.ticket]
    _leave(state, ticket)
    desk.ticket, desk.since = body.ticket, event.at
    _put(state, ticket, state=TicketState.SERVING, counter=body.counter, clerk=body.clerk)


def _transferred(state: HubState, event: ev.Event, body: ev.TicketTransferred) -> None:
    ticket = state.tickets[body.ticket]
    _leave(state, ticket)
    if body.item != ticket.item:
        _count_for(state, ticket, body.item)
    moved = _put(
        state,
        ticket,
        state=TicketState.WAITING,
        item=body.item,
        counter=body.to_counter,
        clerk=None,
        calls=0,
        note=body.note,
    )
    _stand(state, moved, body.to_counter, front=body.front, order=event.seq)
    state.desks[body.from_counter].since = event.at


def _count_for(state: HubState, ticket: Ticket, item: ItemCode) -> None:
    """Let a ticket count for another item from now on."""
    state.issued[ticket.item] = state.issued.get(ticket.item, 1) - 1
    state.issued[item] = state.issued.get(item, 0) + 1
    if ticket.person is not None:
        state.of_person[(ticket.person, ticket.item)].remove(ticket.uid)
        state.of_person.setdefault((ticket.person, item), []).append(ticket.uid)


def _finished(state: HubState, event: ev.Event, body: ev.ServiceFinished) -> None:
    _end(state, body.ticket, body.state, event.at)
    desk = state.desks[body.counter]
    desk.last_finished, desk.since = body.ticket, event.at


def _invited(state: HubState, event: ev.Event, body: ev.RatingInvited) -> None:
    state.carry.invitations[body.rating] = Invitation(
        counter=body.counter, ticket=body.ticket, clerk=body.clerk, case=body.case, at=event.at
    )
    if body.counter is not None:
        state.desks[body.counter].invitation = body.rating


def _cut(state: HubState, _event: ev.Event, body: ev.InvitationCut) -> None:
    state.carry.invitations[body.rating].cut = True


def _rated(state: HubState, _event: ev.Event, body: ev.Rated) -> None:
    _close_invitation(state, body.rating)


def _not_rated(state: HubState, _event: ev.Event, body: ev.NotRated) -> None:
    _close_invitation(state, body.rating)


def _close_invitation(state: HubState, rating: RatingUid) -> None:
    invitation = state.carry.invitations[rating]
    invitation.closed = True
    desk = None if invitation.counter is None else state.desks.get(invitation.counter)
    if desk is not None and desk.invitation == rating:
        desk.invitation = None


def _case(state: HubState, _event: ev.Event, _body: ev.CaseSubmitted) -> None:
    state.carry.cases += 1


def _reported(state: HubState, event: ev.Event, body: ev.ServiceReported) -> None:
    ticket = state.tickets.get(body.ticket)
    if ticket is None:
        state.carry.reported[reported_key(body.ticket, body.number)] = body
        return
    elsewhere = ticket.state is TicketState.SERVING and ticket.counter != body.counter
    if elsewhere or ticket.state is TicketState.FINISHED:
        return  # A mere call elsewhere does not count: the visitor sits, or sat, where the report says.
    if body.ended_at is None:
        _sit(state, ticket, body, event.at)
        return
    _leave(state, ticket)
    _put(state, ticket, counter=body.counter, clerk=body.clerk, started_at=body.started_at)
    _end(state, body.ticket, TicketState.FINISHED, body.ended_at)
    state.desks[body.counter].last_finished = body.ticket


def _sit(state: HubState, ticket: Ticket, body: ev.ServiceReported, at: int) -> None:
    """Put a live ticket before the counter that serves it, if nobody else is there."""
    desk = state.desks[body.counter]
    if ticket.state not in LIVE or desk.ticket not in (None, ticket.uid):
        return
    _leave(state, ticket)
    desk.ticket, desk.since = ticket.uid, at
    _put(
        state,
        ticket,
        state=TicketState.SERVING,
        counter=body.counter,
        clerk=body.clerk,
        started_at=body.started_at,
    )


def _signed_in(state: HubState, event: ev.Event, body: ev.ClerkSignedIn) -> None:
    desk = state.desks[body.counter]
    desk.clerk, desk.paused, desk.pause_reason, desk.since = body.clerk, False, "", event.at


def _signed_out(state: HubState, event: ev.Event, body: ev.ClerkSignedOut) -> None:
    desk = state.desks[body.counter]
    desk.clerk, desk.paused, desk.pause_reason, desk.since = None, False, "", event.at


def _taken_over(state: HubState, event: ev.Event, body: ev.CounterTakenOver) -> None:
    ticket = state.tickets[body.ticket]
    _leave(state, ticket)
    state.desks[body.from_counter].since = event.at
    desk = state.desks[body.to_counter]
    if ticket.state is TicketState.PARKED:
        desk.parked.append(ticket.uid)
    else:
        desk.ticket, desk.since = ticket.uid, event.at
    _put(state, ticket, counter=body.to_counter, clerk=desk.clerk or ticket.clerk)


def _paused(state: HubState, event: ev.Event, body: ev.CounterPaused) -> None:
    desk = state.desks[body.counter]
    desk.paused, desk.pause_reason, desk.since = True, body.reason, event.at


def _unpaused(state: HubState, event: ev.Event, body: ev.CounterUnpaused) -> None:
    desk = state.desks[body.counter]
    desk.paused, desk.pause_reason, desk.since = False, "", event.at


def _alarm_raised(state: HubState, event: ev.Event, body: ev.AlarmRaised) -> None:
    _alarm_ended(state, event, body)
    state.carry.alarms[alarm_key(body.unit, body.what)] = OpenAlarm(body.unit, body.what, event.at)


def _alarm_ended(state: HubState, _event: ev.Event, body: ev.AlarmRaised | ev.AlarmEnded) -> None:
    state.carry.alarms.pop(alarm_key(body.unit, body.what), None)


def _put(hub: HubState, ticket: Ticket, **changes: Any) -> Ticket:
    """Store a changed ticket and return it."""
    changed = _replace(ticket, **changes)
    hub.tickets[ticket.uid] = changed
    return changed


def _end(state: HubState, uid: TicketUid, how: TicketState, at: int) -> None:
    """End a ticket's life in the hall."""
    ticket = state.tickets[uid]
    _leave(state, ticket)
    state.live.pop(uid, None)
    if how is TicketState.VOID and ticket.state is not TicketState.VOID:
        state.issued[ticket.item] = state.issued.get(ticket.item, 1) - 1
        if ticket.person is not None:
            state.of_person[(ticket.person, ticket.item)].remove(uid)
    _put(state, ticket, state=how, ended_at=at)


def _stand(state: HubState, ticket: Ticket, counter: CounterId | None, *, front: bool, order: int) -> None:
    """Let a ticket wait: in its item's queue, or in one counter's own."""
    place = Place(item=ticket.item, counter=counter, order=order, front=front)
    state.places[ticket.uid] = place
    lanes = (
        state.item_queues.setdefault(ticket.item, Lanes())
        if counter is None
        else state.counter_queues.setdefault(counter, Lanes())
    )
    lanes.add(ticket, order, front)


def _leave(state: HubState, ticket: Ticket) -> None:
    """Take a ticket from where it stands or sits."""
    place = state.places.pop(ticket.uid, None)
    if place is not None:
        lanes = state.queue_of(place)
        lanes.remove(ticket, place.order, place.front)
        if not lanes:
            if place.counter is None:
                del state.item_queues[place.item]
            else:
                del state.counter_queues[place.counter]
        return
    desk = None if ticket.counter is None else state.desks.get(ticket.counter)
    if desk is None:
        return
    if desk.ticket == ticket.uid:
        desk.ticket = None
    elif ticket.uid in desk.parked:
        desk.parked.remove(ticket.uid)


_CHANGES: dict[type[ev.Body], Callable[[HubState, ev.Event, Any], None]] = {
    ev.DayOpened: _day_opened,
    ev.DayClosed: _day_closed,
    ev.TicketIssued: _issued,
    ev.TicketConfirmed: _confirmed,
    ev.TicketVoided: _voided,
    ev.IssueAbandoned: _abandoned,
    ev.TicketReprinted: _reprinted,
    ev.TicketCalled: _called,
    ev.TicketNoShow: _no_show,
    ev.ServiceStarted: _started,
    ev.TicketParked: _parked,
    ev.TicketResumed: _resumed,
    ev.TicketTransferred: _transferred,
    ev.ServiceFinished: _finished,
    ev.RatingInvited: _invited,
    ev.InvitationCut: _cut,
    ev.Rated: _rated,
    ev.NotRated: _not_rated,
    ev.CaseSubmitted: _case,
    ev.OfflineTicketEntered: _entered_offline,
    ev.ServiceReported: _reported,
    ev.ClerkSignedIn: _signed_in,
    ev.ClerkSignedOut: _signed_out,
    ev.CounterTakenOver: _taken_over,
    ev.CounterPaused: _paused,
    ev.CounterUnpaused: _unpaused,
    ev.AlarmRaised: _alarm_raised,
    ev.AlarmEnded: _alarm_ended,
}
"""Device reports, enrolments, erasures and looks at documents are in the log for people, not for the queue."""
