"""Fold one hall's events into the centre's tables: tickets, cases, ratings.

Every fold may be repeated: rows are found by their own uid, so a doubled batch changes nothing. A rating row is one
invitation; it holds a level, or a reason why there is none, never both and never a default.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, update

from hall.domain.ticket import Ticket, TicketState
from hall.wire import events as e
from server.store.centre import put
from server.store.centre_tables import hall_case, person, rating, ticket

NUMBER_ONLY = "reported"
"""State of a service reported under a printed number whose ticket has not entered (or never will: a mistyped one)."""
SAME_DAY_MS = 12 * 3_600_000
"""A kiosk's own numbers come again each day; further apart they are two tickets."""
BodyT = TypeVar("BodyT")
Fold = Callable[[Connection, e.Event, Any], None]
_FOLDS: dict[type, Fold] = {}


def project(connection: Connection, event: e.Event) -> None:
    """Apply one event to the tables; types that no table shows are passed over."""
    fold = _FOLDS.get(type(event.body))
    if fold is not None:
        fold(connection, event, event.body)


def _of(
    *kinds: type,
) -> Callable[[Callable[[Connection, e.Event, BodyT], None]], Callable[[Connection, e.Event, BodyT], None]]:
    def remember(
        fold: Callable[[Connection, e.Event, BodyT], None],
    ) -> Callable[[Connection, e.Event, BodyT], None]:
        for kind in kinds:
            _FOLDS[kind] = fold
        return fold

    return remember


def _set_ticket(connection: Connection, origin: str, uid: str, **change: Any) -> None:
    """Change a ticket; one that was never heard of (late work of another epoch) appears with what is known."""
    blank = {"number": "", "item": "", "state": ""}
    put(connection, ticket, {"origin": origin, "uid": uid, **blank, **change}, keep=tuple(set(blank) - set(change)))


def _whole_ticket(connection: Connection, origin: str, made: Ticket) -> None:
    names = ("number", "item", "arrived_at", "called_at", "started_at", "ended_at", "counter", "clerk")
    values = {name: getattr(made, name) for name in names}
    _set_ticket(connection, origin, made.uid, state=made.state.value, **values)


@_of(e.TicketIssued, e.OfflineTicketEntered)
def _issued(connection: Connection, event: e.Event, body: e.TicketIssued | e.OfflineTicketEntered) -> None:
    _whole_ticket(connection, event.origin, body.ticket)
    if isinstance(body, e.OfflineTicketEntered):
        _forget_number_only(connection, event.origin, body.ticket)


def _forget_number_only(connection: Connection, origin: str, entered: Ticket) -> None:
    """Take out the row of a service that was known by this number only: the ticket brought it along."""
    started = ticket.c.started_at.between(entered.arrived_at - SAME_DAY_MS, entered.arrived_at + SAME_DAY_MS)
    same = (ticket.c.origin == origin) & (ticket.c.number == entered.number) & (ticket.c.state == NUMBER_ONLY)
    connection.execute(delete(ticket).where(same & started))


@_of(e.TicketConfirmed)
def _confirmed(connection: Connection, event: e.Event, body: e.TicketConfirmed) -> None:
    _set_ticket(connection, event.origin, body.ticket, state=TicketState.WAITING.value)


@_of(e.TicketVoided)
def _voided(connection: Connection, event: e.Event, body: e.TicketVoided) -> None:
    _set_ticket(connection, event.origin, body.ticket, state=TicketState.VOID.value, ended_at=event.at)


@_of(e.DayClosed)
def _day_closed(connection: Connection, event: e.Event, body: e.DayClosed) -> None:
    for uid in body.voided:
        _set_ticket(connection, event.origin, uid, state=TicketState.VOID.value, ended_at=event.at)


@_of(e.TicketCalled)
def _called(connection: Connection, event: e.Event, body: e.TicketCalled) -> None:
    change = {"state": TicketState.CALLED.value, "counter": body.counter, "clerk": body.clerk}
    if body.calls <= 1:
        change["called_at"] = event.at  # type: ignore[assignment] # one row of mixed columns
    _set_ticket(connection, event.origin, body.ticket, number=body.number, item=body.item, **change)


@_of(e.TicketNoShow)
def _no_show(connection: Connection, event: e.Event, body: e.TicketNoShow) -> None:
    _set_ticket(connection, event.origin, body.ticket, state=TicketState.NO_SHOW.value, ended_at=event.at)


@_of(e.ServiceStarted)
def _started(connection: Connection, event: e.Event, body: e.ServiceStarted) -> None:
    change = {"counter": body.counter, "clerk": body.clerk, "started_at": event.at}
    _set_ticket(connection, event.origin, body.ticket, state=TicketState.SERVING.value, **change)


@_of(e.TicketParked)
def _parked(connection: Connection, event: e.Event, body: e.TicketParked) -> None:
    _set_ticket(connection, event.origin, body.ticket, state=TicketState.PARKED.value, counter=body.counter)


@_of(e.TicketResumed)
def _resumed(connection: Connection, event: e.Event, body: e.TicketResumed) -> None:
    change = {"counter": body.counter, "clerk": body.clerk}
    _set_ticket(connection, event.origin, body.ticket, state=TicketState.SERVING.value, **change)


@_of(e.TicketTransferred)
def _transferred(connection: Connection, event: e.Event, body: e.TicketTransferred) -> None:
    change = {"item": body.item, "counter": body.to_counter}
    _set_ticket(connection, event.origin, body.ticket, state=TicketState.WAITING.value, **change)


@_of(e.CounterTakenOver)
def _taken_over(connection: Connection, event: e.Event, body: e.CounterTakenOver) -> None:
    _set_ticket(connection, event.origin, body.ticket, counter=body.to_counter)


@_of(e.ServiceFinished)
def _finished(connection: Connection, event: e.Event, body: e.ServiceFinished) -> None:
    change = {"counter": body.counter, "clerk": body.clerk, "ended_at": event.at}
    _set_ticket(connection, event.origin, body.ticket, state=body.state.value, **change)
    _served(connection, event.origin, body.ticket)


@_of(e.ServiceReported)
def _reported(connection: Connection, event: e.Event, body: e.ServiceReported) -> None:
    state = TicketState.FINISHED if body.ended_at is not None else TicketState.SERVING
    change: dict[str, Any] = {"counter": body.counter, "clerk": body.clerk}
    change |= {"started_at": body.started_at, "ended_at": body.ended_at}
    if not body.ticket:
        change |= {"number": body.number, "arrived_at": body.started_at}
        _set_ticket(connection, event.origin, event.uid, state=NUMBER_ONLY, **change)
        return
    _set_ticket(connection, event.origin, body.ticket, number=body.number, state=state.value, **change)
    if body.ended_at is not None:
        _served(connection, event.origin, body.ticket)


def _served(connection: Connection, origin: str, uid: str) -> None:
    of_ticket = (hall_case.c.origin == origin) & (hall_case.c.ticket == uid) & (hall_case.c.status == "registered")
    connection.execute(update(hall_case).where(of_ticket).values(status="served"))


@_of(e.CaseSubmitted)
def _case(connection: Connection, event: e.Event, body: e.CaseSubmitted) -> None:
    row = {"origin": event.origin, "number": body.case, "item": body.item, "status": "registered", "at": event.at}
    row |= {"ticket": body.ticket, "counter": body.counter, "clerk": body.clerk, "person": body.person}
    row |= {"code_hash": body.code_hash, "provisional": body.provisional}
    put(connection, hall_case, row, keep=("status",))


@_of(e.RatingInvited)
def _invited(connection: Connection, event: e.Event, body: e.RatingInvited) -> None:
    row = {"origin": event.origin, "uid": body.rating, "invited_at": event.at, "ticket": body.ticket}
    row |= {"hall_case": body.case, "counter": body.counter, "clerk": body.clerk, "cuts": 0, "tags": ""}
    put(connection, rating, row, keep=("cuts", "tags"))


@_of(e.InvitationCut)
def _cut(connection: Connection, event: e.Event, body: e.InvitationCut) -> None:
    this = (rating.c.origin == event.origin) & (rating.c.uid == body.rating)
    connection.execute(update(rating).where(this).values(cuts=rating.c.cuts + 1))


@_of(e.Rated)
def _rated(connection: Connection, event: e.Event, body: e.Rated) -> None:
    row = {"origin": event.origin, "uid": body.rating, "answered_at": event.at, "level": int(body.level)}
    put(connection, rating, {**row, "not_rated": None, "tags": ",".join(body.tags)[:400], "cuts": 0}, keep=("cuts",))


@_of(e.NotRated)
def _not_rated(connection: Connection, event: e.Event, body: e.NotRated) -> None:
    row = {"origin": event.origin, "uid": body.rating, "not_rated": body.reason.value, "tags": "", "cuts": 0}
    put(connection, rating, row, keep=("cuts", "tags"))


@_of(e.PersonErased)
def _erased(connection: Connection, event: e.Event, body: e.PersonErased) -> None:
    connection.execute(delete(person).where((person.c.origin == event.origin) & (person.c.ref == body.person)))
