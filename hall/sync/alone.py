"""What a unit may decide without its hub, and what not. Pure: a record, a command and a moment give a `Verdict`.

====================  ==========================================================================================
issue                 a number of the own series; `abandon` of the key goes to the outbox if the hub may have it
confirm, abandon      of an own ticket: decided here. Of a hub's ticket: done here, sent later, in order
start, finish         of the counter's current visitor only, and not by a view that is behind the hub's replies; a
                      finish that the hub does not confirm becomes a service report
rate                  into the report, if that has not left yet; else later, in order, under the hub's name for it
report_service        taken for an offline slip always (the visitor was there); a number of the hub's must be this
                      counter's own (one owner per ticket)
submit_case           taken, with the provisional number that it got when it was submitted
report_device, alarm  taken
everything else       refused with `hub_away`: it needs the one place that numbers and calls
====================  ==========================================================================================
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from hall.domain.ids import CommandKey, CounterId, RatingUid, TicketUid, UnitId
from hall.domain.ticket import Ticket, TicketState
from hall.store.record import (
    AnswerKept,
    Change,
    Dropped,
    Given,
    Pending,
    Queued,
    Rank,
    RatingMapped,
    Stamp,
    TicketGiven,
    UnitRecord,
    ViewKept,
)
from hall.sync.series import fallback_counter, is_offline_number, item_of, next_number
from hall.wire import commands as cmd
from hall.wire.replies import Done, RefusalCode, Refused, Reply
from hall.wire.view import CounterState, CounterView, HallView


@dataclass(frozen=True)
class Moment:
    """When and who: everything a verdict needs beside the record."""

    unit: UnitId
    series: str
    stamp: Stamp
    hub_now: int
    """Best guess of hub time, for what is shown; no rule uses it."""
    new_key: Callable[[], CommandKey]
    new_token: Callable[[], str]
    behind: bool = False
    """The view is older than what the hub has answered: who sits at the counter is not known."""


@dataclass(frozen=True)
class Verdict:
    """Changes to be stored first, and the answer. No answer means: it waits for the hub, as it stands."""

    changes: tuple[Change, ...]
    reply: Reply | None


def decide(record: UnitRecord, pending: Pending, moment: Moment) -> Verdict:
    """Decide a command that the hub does not answer. The verdict's changes take it out of the outbox or keep it."""
    if moment.behind and isinstance(pending.command, cmd.StartService | cmd.FinishService):
        return _no(pending, RefusalCode.HUB_AWAY, "the screen is behind the hub")
    rule = _RULES.get(type(pending.command), _refuse)
    return rule(record, pending, pending.command, moment)


def _done(command: cmd.Command, moment: Moment, **fields: Any) -> Done:
    return Done(key=command.key, seq=0, at=moment.hub_now, **fields)


def _no(pending: Pending, code: RefusalCode, message: str = "") -> Verdict:
    reply = Refused(key=pending.command.key, code=code, message=message)
    return Verdict((AnswerKept(reply.key, reply),), reply)


def _refuse(_record: UnitRecord, pending: Pending, _command: cmd.Command, _moment: Moment) -> Verdict:
    return _no(pending, RefusalCode.HUB_AWAY, "needs the hub")


def _keep(_record: UnitRecord, pending: Pending, command: cmd.Command, moment: Moment) -> Verdict:
    return Verdict((Queued(replace(pending, told=True)),), _done(command, moment))


def _submit_case(_record: UnitRecord, pending: Pending, command: cmd.SubmitCase, moment: Moment) -> Verdict:
    return Verdict((Queued(replace(pending, told=True)),), _done(command, moment, case=command.provisional))


def _issue(record: UnitRecord, pending: Pending, command: cmd.IssueTicket, moment: Moment) -> Verdict:
    view = record.view
    if record.retired:
        given_up = _no(pending, RefusalCode.HUB_AWAY, "another machine has taken this unit's place")
        return Verdict((*_phantom(record, pending, moment), *given_up.changes), given_up.reply)
    if view is None or not moment.series:
        given_up = _no(pending, RefusalCode.HUB_AWAY, "this unit has no own series, or never saw its hub")
        return Verdict((*_phantom(record, pending, moment), *given_up.changes), given_up.reply)
    item = item_of(view, command.item)
    if item is None:
        return _no(pending, RefusalCode.UNKNOWN_ITEM)
    number, moved = next_number(record, item.prefix, moment.series)
    ticket = Ticket(
        uid=TicketUid(moment.new_key()),
        number=number,
        item=command.item,
        state=TicketState.ISSUED,
        arrived_at=moment.hub_now,
        unit=moment.unit,
        token=moment.new_token(),
        priority=command.priority,
        slot_at=command.slot_at,
        cases=command.cases,
        fallback_counter=fallback_counter(view, item, moved.last),
        offline=True,
    )
    ahead = sum(1 for line in view.tickets if line.item == command.item and line.state is TicketState.WAITING)
    reply = _done(command, moment, ticket=ticket, ahead=ahead)
    given = Given(ticket=ticket, stamp=pending.stamp, sealed_person=command.sealed_person)
    changes = (*_phantom(record, pending, moment), moved, TicketGiven(given), AnswerKept(command.key, reply))
    return Verdict(changes, reply)


def _phantom(record: UnitRecord, pending: Pending, moment: Moment) -> tuple[Change, ...]:
    """The hub may have made a ticket of it: it must be void before anything else is said to the hub."""
    if not pending.sent:
        return ()
    abandon = cmd.AbandonTicket(key=moment.new_key(), issue_key=pending.command.key)
    return (Queued(system_command(record, abandon, Rank.ABANDON, moment.stamp)),)


def system_command(record: UnitRecord, command: cmd.AnyCommand, rank: int, stamp: Stamp) -> Pending:
    """Make an outbox row for a command that no face waits for."""
    return Pending(order=record.next_order(), rank=rank, command=command, stamp=stamp, told=True)


def _desk(view: HallView | None, name: CounterId) -> CounterView | None:
    if view is None:
        return None
    return next((counter for counter in view.counters if counter.id == name), None)


def _start(record: UnitRecord, pending: Pending, command: cmd.StartService, moment: Moment) -> Verdict:
    view, desk = record.view, _desk(record.view, command.counter)
    if view is None or desk is None or desk.ticket is None:
        return _no(pending, RefusalCode.COUNTER_IDLE)
    seated = replace(desk, state=CounterState.SERVING, since=moment.hub_now)
    changes = (Queued(replace(pending, told=True)), ViewKept(_with_desk(view, seated), record.cursor))
    return Verdict(changes, _done(command, moment))


def _finish(record: UnitRecord, pending: Pending, command: cmd.FinishService, moment: Moment) -> Verdict:
    view, desk = record.view, _desk(record.view, command.counter)
    if view is None or desk is None or desk.ticket is None or desk.number is None:
        return _no(pending, RefusalCode.COUNTER_IDLE)
    if desk.state is not CounterState.SERVING:
        return _no(pending, RefusalCode.WRONG_STATE, "the visitor has not sat down")
    local = RatingUid(moment.new_key())
    reply = _done(command, moment, rating=local)
    emptied = ViewKept(_without(view, desk), record.cursor)
    report = cmd.ReportService(
        key=moment.new_key(),
        counter=command.counter,
        ticket=desk.ticket,
        number=desk.number,
        started_age_ms=max(0, moment.hub_now - (desk.since or moment.hub_now)),
        ended_age_ms=0,
    )
    queued = Queued(system_command(record, report, Rank.COMMAND, pending.stamp))
    if pending.sent:  # the hub may have done it: ask again by the same key, and report only if it has not
        kept = Queued(replace(pending, told=True))
        return Verdict((kept, queued, RatingMapped(local, command.key), emptied), reply)
    return Verdict((AnswerKept(command.key, reply), queued, RatingMapped(local, report.key), emptied), reply)


def _without(view: HallView, desk: CounterView) -> HallView:
    empty = replace(desk, state=CounterState.FREE, ticket=None, number=None)
    return replace(_with_desk(view, empty), tickets=tuple(line for line in view.tickets if line.uid != desk.ticket))


def overlaid(view: HallView, record: UnitRecord) -> HallView:
    """Return the hub's view with what this unit did alone and the hub has not heard yet, so no visitor comes twice."""
    for pending in sorted(record.outbox.values(), key=lambda one: one.order):
        command = pending.command
        if not pending.told:
            continue
        if isinstance(command, cmd.StartService):
            desk = _desk(view, command.counter)
            if desk is not None and desk.state is CounterState.CALLING:
                view = _with_desk(view, replace(desk, state=CounterState.SERVING))
        elif isinstance(command, cmd.FinishService):
            desk = _desk(view, command.counter)
            if desk is not None and desk.state is CounterState.SERVING:
                view = _without(view, desk)
        elif isinstance(command, cmd.ReportService) and command.ended_age_ms is not None:
            desk = _desk(view, command.counter)
            if desk is not None and desk.ticket == command.ticket:
                view = _without(view, desk)
    return view


def _with_desk(view: HallView, desk: CounterView) -> HallView:
    return replace(view, counters=tuple(desk if one.id == desk.id else one for one in view.counters))


def _report(record: UnitRecord, pending: Pending, command: cmd.ReportService, moment: Moment) -> Verdict:
    view = record.view
    known = next((line for line in view.tickets if line.uid == command.ticket), None) if view else None
    if known is not None and known.counter != command.counter and not is_offline_number(known.number):
        return _no(pending, RefusalCode.NOT_YOURS, "the hub knows this ticket; only its own counter may serve it now")
    kept = Queued(replace(pending, told=True))
    if command.ended_age_ms is None or command.rating is not None or command.not_rated is not None:
        return Verdict((kept,), _done(command, moment))
    local = RatingUid(moment.new_key())
    return Verdict((kept, RatingMapped(local, command.key)), _done(command, moment, rating=local))


def merged_rating(record: UnitRecord, command: cmd.Rate, moment: Moment) -> Verdict | None:
    """Put a rating of the unit's own invitation into the report it belongs to, if that has not left yet."""
    mapping = record.ratings.get(command.rating)
    source = record.outbox.get(mapping.source) if mapping is not None and mapping.hub is None else None
    if source is None or source.sent or not isinstance(source.command, cmd.ReportService):
        return None
    report = replace(source.command, rating=command.level, not_rated=command.not_rated)
    reply = _done(command, moment, rating=command.rating)
    return Verdict((Queued(replace(source, command=report)), AnswerKept(command.key, reply)), reply)


def own_ticket(record: UnitRecord, command: cmd.AnyCommand) -> Given | None:
    """Return the offline ticket that a confirm or abandon is about, if it is one of this unit's own series."""
    match command:
        case cmd.ConfirmTicket(ticket=uid):
            given = record.given.get(uid)
        case cmd.AbandonTicket(issue_key=key):
            given = record.given.get(TicketUid(key))
        case _:
            return None
    return given if given is not None and given.ticket.offline else None


def settle_own(record: UnitRecord, command: cmd.AnyCommand, given: Given, moment: Moment) -> Verdict | None:
    """Confirm or abandon an own ticket, with the hub there or not. None: the hub has it, so the hub must be asked."""
    reply = _done(command, moment, ticket=given.ticket)
    answered = AnswerKept(command.key, reply)
    upload = _upload_of(record, given)
    if isinstance(command, cmd.ConfirmTicket):
        if given.void:
            refused = Refused(key=command.key, code=RefusalCode.WRONG_STATE)
            return Verdict((AnswerKept(command.key, refused),), refused)
        if given.printed:
            return Verdict((answered,), reply)
        pending = system_command(record, _entry(given, moment.new_key()), Rank.UPLOAD, given.stamp)
        return Verdict((TicketGiven(replace(given, printed=True)), Queued(pending), answered), reply)
    if given.uploaded or (upload is not None and upload.sent):
        return None
    dropped = () if upload is None else (Dropped(upload.command.key),)
    return Verdict((TicketGiven(replace(given, void=True)), *dropped, answered), reply)


def _upload_of(record: UnitRecord, given: Given) -> Pending | None:
    for pending in record.outbox.values():
        if isinstance(pending.command, cmd.UploadOffline) and pending.command.tickets[0].uid == given.ticket.uid:
            return pending
    return None


def lost_uploads(record: UnitRecord, new_key: Callable[[], CommandKey]) -> list[Change]:
    """Return uploads for printed slips whose upload is neither answered nor in the outbox: a damaged file lost it.

    A sound store has none such: the slip's line and its upload are written together.
    """
    order, changes = record.order, list[Change]()
    for given in record.given.values():
        open_ = given.ticket.offline and given.printed and not given.uploaded and not given.void
        if open_ and _upload_of(record, given) is None:
            order += 1
            upload = Pending(order, Rank.UPLOAD, _entry(given, new_key()), given.stamp, told=True)
            changes.append(Queued(upload))
    return changes


def _entry(given: Given, key: CommandKey) -> cmd.UploadOffline:
    """One ticket a command: each enters exactly once by its key, and none can make another fail."""
    ticket = given.ticket
    entry = cmd.OfflineTicket(
        uid=ticket.uid,
        number=ticket.number,
        item=ticket.item,
        token=ticket.token,
        age_ms=0,
        priority=ticket.priority,
        sealed_person=given.sealed_person,
        cases=ticket.cases,
        fallback_counter=ticket.fallback_counter,
    )
    return cmd.UploadOffline(key=key, tickets=(entry,))


_RULES: dict[type[cmd.Command], Callable[[UnitRecord, Pending, Any, Moment], Verdict]] = {
    cmd.IssueTicket: _issue,
    cmd.ConfirmTicket: _keep,
    cmd.AbandonTicket: _keep,
    cmd.StartService: _start,
    cmd.FinishService: _finish,
    cmd.Rate: _keep,
    cmd.ReportService: _report,
    cmd.SubmitCase: _submit_case,
    cmd.ReportDevice: _keep,
    cmd.ReportAlarm: _keep,
    cmd.UploadOffline: _keep,
}
"""What is not here is refused while the hub is away."""

KEPT_AFTER_RESTART = frozenset(_RULES) - {cmd.IssueTicket}
"""Commands that still make sense when the process that wanted them is gone."""
