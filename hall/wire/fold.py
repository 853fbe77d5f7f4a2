"""Keep a `HallView` current by folding the hall's events into it, one after the other.

The view is frozen, so a fold copies only what an event touches: one ticket line, one counter line, at most twelve
calls. A live hall has some dozens of tickets, which makes a fold a matter of microseconds.

Every type of the catalogue stands in `FOLDS`, also those that change nothing a unit sees; a test compares the two,
so that a new event type cannot be forgotten here.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from hall.domain.ids import ClerkId, CounterId, TicketUid
from hall.domain.ticket import LIVE, Ticket, TicketState
from hall.wire import events as ev
from hall.wire.view import CounterState, CounterView, HallView, LastCall, WaitingTicket

CALLS_SHOWN = 12
"""Lines of the lobby screen that the view keeps."""

Changed = dict[str, Any]
"""Fields of the view that an event replaces."""


def follows(view: HallView, event: ev.Event) -> bool:
    """Whether `event` is the very next one after `view`. If not, the caller fetches the view anew."""
    return event.seq == view.seq + 1 and event.epoch >= view.epoch


def fold(view: HallView, event: ev.Event) -> HallView:
    """Return the hall after `event`, which must follow `view` (see `follows`); an event already in it is ignored."""
    if event.seq <= view.seq:
        return view
    changed = FOLDS[type(event.body)](view, event, event.body)
    return replace(view, seq=event.seq, epoch=event.epoch, at=event.at, **changed)


def line_of(ticket: Ticket) -> WaitingTicket:
    """Return what of a ticket may be listed: no token, no person."""
    return WaitingTicket(
        uid=ticket.uid,
        number=ticket.number,
        item=ticket.item,
        state=ticket.state,
        arrived_at=ticket.arrived_at,
        priority=ticket.priority,
        slot_at=ticket.slot_at,
        counter=ticket.counter,
        note=ticket.note,
        cases=ticket.cases,
        calls=ticket.calls,
    )


def _ticket(view: HallView, uid: TicketUid, **fields: Any) -> tuple[WaitingTicket, ...]:
    return tuple(replace(line, **fields) if line.uid == uid else line for line in view.tickets)


def _without(view: HallView, uid: TicketUid) -> tuple[WaitingTicket, ...]:
    return tuple(line for line in view.tickets if line.uid != uid)


def _counter(counters: tuple[CounterView, ...], name: CounterId | None, **fields: Any) -> tuple[CounterView, ...]:
    return tuple(replace(counter, **fields) if counter.id == name else counter for counter in counters)


def _holding(view: HallView, uid: TicketUid) -> CounterId | None:
    return next((counter.id for counter in view.counters if counter.ticket == uid), None)


def _idle(view: HallView, name: CounterId | None, at: int) -> tuple[CounterView, ...]:
    """The counter without its visitor: free if a clerk sits there, else not signed in."""
    return tuple(_emptied(counter, at) if counter.id == name else counter for counter in view.counters)


def _emptied(counter: CounterView, at: int) -> CounterView:
    state = CounterState.FREE if counter.clerk is not None else CounterState.NOT_SIGNED_IN
    if counter.state in {CounterState.PAUSED, CounterState.CLOSED}:
        state = counter.state
    return replace(counter, state=state, ticket=None, number=None, since=at)


def _serving(
    view: HallView, name: CounterId, uid: TicketUid, state: CounterState, at: int, clerk: ClerkId | None
) -> tuple[CounterView, ...]:
    number = next((line.number for line in view.tickets if line.uid == uid), None)
    fields: Changed = {"state": state, "ticket": uid, "number": number, "since": at}
    if clerk is not None:
        fields["clerk"] = clerk
    return _counter(view.counters, name, **fields)


def _nothing(_view: HallView, _event: ev.Event, _body: ev.Body) -> Changed:
    return {}


def _day_opened(_view: HallView, _event: ev.Event, body: ev.DayOpened) -> Changed:
    return {"day": body.day, "tickets": (), "calls": ()}


def _day_closed(view: HallView, event: ev.Event, _body: ev.DayClosed) -> Changed:
    ended = {
        "state": CounterState.NOT_SIGNED_IN,
        "clerk": None,
        "ticket": None,
        "number": None,
        "since": event.at,
        "pause_reason": "",
    }
    closed = tuple(
        counter if counter.state is CounterState.CLOSED else replace(counter, **ended) for counter in view.counters
    )
    return {"day": None, "tickets": (), "counters": closed}


def _entered(view: HallView, _event: ev.Event, body: ev.TicketIssued | ev.OfflineTicketEntered) -> Changed:
    if body.ticket.state not in LIVE:
        return {}
    return {"tickets": (*_without(view, body.ticket.uid), line_of(body.ticket))}


def _confirmed(view: HallView, _event: ev.Event, body: ev.TicketConfirmed) -> Changed:
    return {"tickets": _ticket(view, body.ticket, state=TicketState.WAITING)}


def _ended(view: HallView, event: ev.Event, body: ev.TicketVoided | ev.TicketNoShow | ev.ServiceFinished) -> Changed:
    return _gone(view, body.ticket, event.at)


def _gone(view: HallView, uid: TicketUid, at: int) -> Changed:
    changed: Changed = {"tickets": _without(view, uid)}
    holder = _holding(view, uid)
    if holder is not None:
        changed["counters"] = _idle(view, holder, at)
    return changed


def _called(view: HallView, event: ev.Event, body: ev.TicketCalled) -> Changed:
    call = LastCall(event.seq, event.at, body.number, body.counter, body.calls, body.item, body.zone)
    return {
        "tickets": _ticket(view, body.ticket, state=TicketState.CALLED, counter=body.counter, calls=body.calls),
        "counters": _serving(view, body.counter, body.ticket, CounterState.CALLING, event.at, body.clerk),
        "calls": (call, *view.calls)[:CALLS_SHOWN],
    }


def _started(view: HallView, event: ev.Event, body: ev.ServiceStarted | ev.TicketResumed) -> Changed:
    return {
        "tickets": _ticket(view, body.ticket, state=TicketState.SERVING, counter=body.counter),
        "counters": _serving(view, body.counter, body.ticket, CounterState.SERVING, event.at, body.clerk),
    }


def _parked(view: HallView, event: ev.Event, body: ev.TicketParked) -> Changed:
    return {
        "tickets": _ticket(view, body.ticket, state=TicketState.PARKED, counter=body.counter, note=body.note),
        "counters": _idle(view, body.counter, event.at),
    }


def _transferred(view: HallView, event: ev.Event, body: ev.TicketTransferred) -> Changed:
    moved = _ticket(
        view, body.ticket, state=TicketState.WAITING, item=body.item, counter=body.to_counter, note=body.note
    )
    return {"tickets": moved, "counters": _idle(view, body.from_counter, event.at)}


def _reported(view: HallView, event: ev.Event, body: ev.ServiceReported) -> Changed:
    if body.ended_at is not None:
        return _gone(view, body.ticket, event.at)
    return {
        "tickets": _ticket(view, body.ticket, state=TicketState.SERVING, counter=body.counter),
        "counters": _serving(view, body.counter, body.ticket, CounterState.SERVING, body.started_at, body.clerk),
    }


def _signed_in(view: HallView, event: ev.Event, body: ev.ClerkSignedIn) -> Changed:
    fields: Changed = {"clerk": body.clerk, "pause_reason": ""}
    if all(counter.ticket is None for counter in view.counters if counter.id == body.counter):
        fields |= {"state": CounterState.FREE, "since": event.at}
    return {"counters": _counter(view.counters, body.counter, **fields)}


def _signed_out(view: HallView, event: ev.Event, body: ev.ClerkSignedOut) -> Changed:
    left = _counter(
        view.counters,
        body.counter,
        clerk=None,
        state=CounterState.NOT_SIGNED_IN,
        ticket=None,
        number=None,
        since=event.at,
        pause_reason="",
    )
    return {"counters": left}


def _taken_over(view: HallView, event: ev.Event, body: ev.CounterTakenOver) -> Changed:
    source = next((counter for counter in view.counters if counter.id == body.from_counter), None)
    state = source.state if source is not None else CounterState.CALLING
    emptied = replace(view, counters=_idle(view, body.from_counter, event.at))
    return {
        "tickets": _ticket(view, body.ticket, counter=body.to_counter),
        "counters": _serving(emptied, body.to_counter, body.ticket, state, event.at, None),
    }


def _paused(view: HallView, event: ev.Event, body: ev.CounterPaused) -> Changed:
    paused: Changed = {"state": CounterState.PAUSED, "pause_reason": body.reason, "since": event.at}
    return {"counters": _counter(view.counters, body.counter, **paused)}


def _unpaused(view: HallView, event: ev.Event, body: ev.CounterUnpaused) -> Changed:
    free: Changed = {"state": CounterState.FREE, "pause_reason": "", "since": event.at}
    return {"counters": _counter(view.counters, body.counter, **free)}


FOLDS: dict[type[ev.Body], Callable[[HallView, ev.Event, Any], Changed]] = {
    ev.DayOpened: _day_opened,
    ev.DayClosed: _day_closed,
    ev.TicketIssued: _entered,
    ev.TicketConfirmed: _confirmed,
    ev.TicketVoided: _ended,
    ev.IssueAbandoned: _nothing,
    ev.TicketReprinted: _nothing,
    ev.TicketCalled: _called,
    ev.TicketNoShow: _ended,
    ev.ServiceStarted: _started,
    ev.TicketParked: _parked,
    ev.TicketResumed: _started,
    ev.TicketTransferred: _transferred,
    ev.ServiceFinished: _ended,
    ev.RatingInvited: _nothing,
    ev.InvitationCut: _nothing,
    ev.Rated: _nothing,
    ev.NotRated: _nothing,
    ev.CaseSubmitted: _nothing,
    ev.OfflineTicketEntered: _entered,
    ev.ServiceReported: _reported,
    ev.ClerkSignedIn: _signed_in,
    ev.ClerkSignedOut: _signed_out,
    ev.CounterTakenOver: _taken_over,
    ev.CounterPaused: _paused,
    ev.CounterUnpaused: _unpaused,
    ev.DeviceReported: _nothing,
    ev.UnitEnrolled: _nothing,
    ev.PersonErased: _nothing,
}
"""What each event type does to the view."""
