"""Keep a `HallView` current by folding the hall's events into it, one after the other.

The view is frozen, so a fold copies only what an event touches: one ticket line, one counter line, at most twelve
calls. A live hall has some dozens of tickets, which makes a fold a matter of microseconds.

Every type of the catalogue stands in `FOLDS`, also those that change nothing a unit sees; a test compares the two,
so that a new event type cannot be forgotten here.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from hall.domain.ids import CounterId, TicketUid
from hall.domain.ticket import LIVE, Ticket, TicketState, token_mark
from hall.wire import events as ev
from hall.wire.view import CounterState, CounterView, HallView, LastCall, OpenAlarm, OpenRating, WaitingTicket

CALLS_SHOWN = 12
"""Lines of the lobby screen that the view keeps."""

Changed = dict[str, Any]
"""Fields of the view that an event replaces."""


def follows(view: HallView, event: ev.Event) -> bool:
    """Whether `event` can be folded into `view`. If not, the caller fetches the view anew.

    It must be the very next one. A new day starts from a fresh view, and a visitor who was passed over and is called
    after all is no longer in the view, so those two are fetched as well.
    """
    if event.seq != view.seq + 1 or event.epoch < view.epoch or isinstance(event.body, ev.DayOpened):
        return False
    return not isinstance(event.body, ev.TicketCalled) or _line(view, event.body.ticket) is not None


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
        mark=token_mark(ticket.number, ticket.token),
    )


def _line(view: HallView, uid: TicketUid) -> WaitingTicket | None:
    return next((line for line in view.tickets if line.uid == uid), None)


def _ticket(view: HallView, uid: TicketUid, **fields: Any) -> tuple[WaitingTicket, ...]:
    return tuple([replace(line, **fields) if line.uid == uid else line for line in view.tickets])


def _without(view: HallView, uid: TicketUid) -> tuple[WaitingTicket, ...]:
    return tuple([line for line in view.tickets if line.uid != uid])


def _counter(view: HallView, name: CounterId, paused: bool | None = None, **fields: Any) -> tuple[CounterView, ...]:
    """Change one counter; what it is doing follows from pause, visitor and clerk."""
    return tuple([_changed(view, one, paused, fields) if one.id == name else one for one in view.counters])


def _changed(view: HallView, counter: CounterView, paused: bool | None, fields: Changed) -> CounterView:
    doing: CounterState | None = fields.pop("doing", None)
    changed = replace(counter, **fields)
    if paused is None:
        paused = counter.state is CounterState.PAUSED
    if paused:
        return replace(changed, state=CounterState.PAUSED)
    if changed.ticket is None:
        free = CounterState.NOT_SIGNED_IN if changed.clerk is None else CounterState.FREE
        return replace(changed, state=free)
    if doing is None:
        line = _line(view, changed.ticket)
        called = line is not None and line.state is TicketState.CALLED
        doing = CounterState.CALLING if called else CounterState.SERVING
    return replace(changed, state=doing)


_EMPTY: Changed = {"ticket": None, "number": None}


def _leave(view: HallView, uid: TicketUid) -> tuple[CounterView, ...]:
    """Take a ticket from whatever counter it is at."""
    holder = next((one.id for one in view.counters if one.ticket == uid), None)
    if holder is None:
        return view.counters
    return _counter(view, holder, None, **_EMPTY)


def _nothing(_view: HallView, _event: ev.Event, _body: ev.Body) -> Changed:
    return {}


def _day_opened(view: HallView, _event: ev.Event, body: ev.DayOpened) -> Changed:
    fresh = tuple([_changed(view, one, False, {**_EMPTY, "clerk": None, "pause_reason": ""}) for one in view.counters])
    return {"day": body.day, "tickets": (), "calls": (), "counters": fresh}


def _day_closed(view: HallView, event: ev.Event, body: ev.DayClosed) -> Changed:
    void = set(body.voided)
    ended: Changed = {**_EMPTY, "clerk": None, "since": event.at, "pause_reason": ""}
    return {
        "day": None,
        "tickets": tuple([line for line in view.tickets if line.uid not in void]),
        "counters": tuple([_changed(view, one, False, dict(ended)) for one in view.counters]),
    }


def _entered(view: HallView, _event: ev.Event, body: ev.TicketIssued | ev.OfflineTicketEntered) -> Changed:
    if body.ticket.state not in LIVE:
        return {}
    return {"tickets": (*_without(view, body.ticket.uid), line_of(body.ticket))}


def _confirmed(view: HallView, _event: ev.Event, body: ev.TicketConfirmed) -> Changed:
    line = _line(view, body.ticket)
    if line is None or line.state is not TicketState.ISSUED:
        return {}
    return {"tickets": _ticket(view, body.ticket, state=TicketState.WAITING)}


def _ended(view: HallView, _event: ev.Event, body: ev.TicketVoided | ev.TicketNoShow) -> Changed:
    return {"tickets": _without(view, body.ticket), "counters": _leave(view, body.ticket)}


def _finished(view: HallView, event: ev.Event, body: ev.ServiceFinished) -> Changed:
    left = replace(view, counters=_leave(view, body.ticket))
    return {"tickets": _without(view, body.ticket), "counters": _counter(left, body.counter, since=event.at)}


def _called(view: HallView, event: ev.Event, body: ev.TicketCalled) -> Changed:
    call = LastCall(
        seq=event.seq,
        at=event.at,
        number=body.number,
        counter=body.counter,
        calls=body.calls,
        item=body.item,
        zone=body.zone,
    )
    changed: Changed = {
        "tickets": _ticket(view, body.ticket, state=TicketState.CALLED, counter=body.counter, calls=body.calls),
        "calls": _with_call(view.calls, call),
    }
    line = _line(view, body.ticket)
    if line is None or line.state is not TicketState.CALLED:
        changed["counters"] = _sits(view, event, body.counter, body.ticket, CounterState.CALLING)
    return changed


def _with_call(calls: tuple[LastCall, ...], call: LastCall) -> tuple[LastCall, ...]:
    """Put a call on top; a recall moves the number up instead of listing it twice."""
    others = [line for line in calls if line.number != call.number or line.counter != call.counter]
    return (call, *others)[:CALLS_SHOWN]


def _sits(
    view: HallView, event: ev.Event, counter: CounterId, uid: TicketUid, doing: CounterState
) -> tuple[CounterView, ...]:
    line = _line(view, uid)
    left = replace(view, counters=_leave(view, uid))
    number = None if line is None else line.number
    return _counter(left, counter, ticket=uid, number=number, since=event.at, doing=doing)


def _started(view: HallView, event: ev.Event, body: ev.ServiceStarted) -> Changed:
    return {
        "tickets": _ticket(view, body.ticket, state=TicketState.SERVING),
        "counters": _counter(view, body.counter, since=event.at, doing=CounterState.SERVING),
    }


def _parked(view: HallView, event: ev.Event, body: ev.TicketParked) -> Changed:
    left = replace(view, counters=_leave(view, body.ticket))
    return {
        "tickets": _ticket(view, body.ticket, state=TicketState.PARKED, counter=body.counter, note=body.note),
        "counters": _counter(left, body.counter, since=event.at),
    }


def _resumed(view: HallView, event: ev.Event, body: ev.TicketResumed) -> Changed:
    return {
        "tickets": _ticket(view, body.ticket, state=TicketState.SERVING, counter=body.counter),
        "counters": _sits(view, event, body.counter, body.ticket, CounterState.SERVING),
    }


def _transferred(view: HallView, event: ev.Event, body: ev.TicketTransferred) -> Changed:
    moved: Changed = {"item": body.item, "counter": body.to_counter, "note": body.note, "calls": 0}
    left = replace(view, counters=_leave(view, body.ticket))
    return {
        "tickets": _ticket(view, body.ticket, state=TicketState.WAITING, **moved),
        "counters": _counter(left, body.from_counter, since=event.at),
    }


def _reported(view: HallView, event: ev.Event, body: ev.ServiceReported) -> Changed:
    line = _line(view, body.ticket)
    if line is None:
        return {}
    if line.state is TicketState.SERVING and line.counter != body.counter:
        return {}
    if body.ended_at is not None:
        return {"tickets": _without(view, body.ticket), "counters": _leave(view, body.ticket)}
    if any(one.id == body.counter and one.ticket not in {None, body.ticket} for one in view.counters):
        return {}
    return {
        "tickets": _ticket(view, body.ticket, state=TicketState.SERVING, counter=body.counter),
        "counters": _sits(view, event, body.counter, body.ticket, CounterState.SERVING),
    }


def _invited(view: HallView, event: ev.Event, body: ev.RatingInvited) -> Changed:
    if body.counter is None:
        return {}
    return {"ratings": (*view.ratings, OpenRating(body.rating, body.counter, event.at))}


def _rating_ended(view: HallView, _event: ev.Event, body: ev.Rated | ev.NotRated) -> Changed:
    return {"ratings": tuple([one for one in view.ratings if one.rating != body.rating])}


def _signed_in(view: HallView, event: ev.Event, body: ev.ClerkSignedIn) -> Changed:
    return {"counters": _counter(view, body.counter, False, clerk=body.clerk, pause_reason="", since=event.at)}


def _signed_out(view: HallView, event: ev.Event, body: ev.ClerkSignedOut) -> Changed:
    return {"counters": _counter(view, body.counter, False, clerk=None, pause_reason="", since=event.at)}


def _taken_over(view: HallView, event: ev.Event, body: ev.CounterTakenOver) -> Changed:
    line = _line(view, body.ticket)
    left = replace(view, counters=_leave(view, body.ticket))
    left = replace(left, counters=_counter(left, body.from_counter, since=event.at))
    changed: Changed = {"tickets": _ticket(view, body.ticket, counter=body.to_counter), "counters": left.counters}
    if line is not None and line.state is not TicketState.PARKED:
        doing = CounterState.CALLING if line.state is TicketState.CALLED else CounterState.SERVING
        changed["counters"] = _sits(left, event, body.to_counter, body.ticket, doing)
    return changed


def _paused(view: HallView, event: ev.Event, body: ev.CounterPaused) -> Changed:
    return {"counters": _counter(view, body.counter, True, pause_reason=body.reason, since=event.at)}


def _unpaused(view: HallView, event: ev.Event, body: ev.CounterUnpaused) -> Changed:
    return {"counters": _counter(view, body.counter, False, pause_reason="", since=event.at)}


def _reprinted(view: HallView, _event: ev.Event, body: ev.TicketReprinted) -> Changed:
    line = _line(view, body.ticket)
    if line is None:
        return {}
    return {"tickets": _ticket(view, body.ticket, mark=token_mark(line.number, body.token))}


def _alarm_raised(view: HallView, event: ev.Event, body: ev.AlarmRaised) -> Changed:
    return {"alarms": (*_without_alarm(view, body), OpenAlarm(body.unit, body.what, event.at))}


def _alarm_ended(view: HallView, _event: ev.Event, body: ev.AlarmEnded) -> Changed:
    return {"alarms": _without_alarm(view, body)}


def _without_alarm(view: HallView, body: ev.AlarmRaised | ev.AlarmEnded) -> tuple[OpenAlarm, ...]:
    return tuple([one for one in view.alarms if (one.unit, one.what) != (body.unit, body.what)])


FOLDS: dict[type[ev.Body], Callable[[HallView, ev.Event, Any], Changed]] = {
    ev.DayOpened: _day_opened,
    ev.DayClosed: _day_closed,
    ev.TicketIssued: _entered,
    ev.TicketConfirmed: _confirmed,
    ev.TicketVoided: _ended,
    ev.IssueAbandoned: _nothing,
    ev.TicketReprinted: _reprinted,
    ev.TicketCalled: _called,
    ev.TicketNoShow: _ended,
    ev.ServiceStarted: _started,
    ev.TicketParked: _parked,
    ev.TicketResumed: _resumed,
    ev.TicketTransferred: _transferred,
    ev.ServiceFinished: _finished,
    ev.RatingInvited: _invited,
    ev.InvitationCut: _nothing,
    ev.Rated: _rating_ended,
    ev.NotRated: _rating_ended,
    ev.CaseSubmitted: _nothing,
    ev.OfflineTicketEntered: _entered,
    ev.ServiceReported: _reported,
    ev.ClerkSignedIn: _signed_in,
    ev.ClerkSignedOut: _signed_out,
    ev.CounterTakenOver: _taken_over,
    ev.CounterPaused: _paused,
    ev.CounterUnpaused: _unpaused,
    ev.DeviceReported: _nothing,
    ev.AlarmRaised: _alarm_raised,
    ev.AlarmEnded: _alarm_ended,
    ev.UnitEnrolled: _nothing,
    ev.PersonErased: _nothing,
    ev.DocumentRead: _nothing,
}
"""What each event type does to the view."""
