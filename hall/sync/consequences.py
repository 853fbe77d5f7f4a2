"""What follows from a command beside its answer: in the print journal, and in the names of invitations.

Pure: a record and a command (with the hub's reply) give changes, or the command as it is true now.
"""

from collections.abc import Callable

from msgspec.structs import replace

from hall.domain.ids import TicketUid
from hall.store.record import Change, Dropped, Given, Pending, Retired, Stamp, TicketGiven, UnitRecord
from hall.sync.inputs import Failure
from hall.wire import commands as cmd
from hall.wire.replies import Done, Reply


def journal(record: UnitRecord, command: cmd.AnyCommand) -> tuple[Change, ...]:
    """Return what the print journal notes when a face confirms or abandons a ticket of the hub's."""
    if isinstance(command, cmd.ConfirmTicket) and command.ticket in record.given:
        return (TicketGiven(replace(record.given[command.ticket], printed=True)),)
    if isinstance(command, cmd.AbandonTicket):
        given = record.given.get(TicketUid(command.issue_key))
        if given is not None:
            return (TicketGiven(replace(given, void=True)),)
    return ()


def consequences(record: UnitRecord, pending: Pending, reply: Reply) -> list[Change]:
    """Return what the hub's answer changes: tickets given or entered, and the hub's name of an own invitation."""
    changes: list[Change] = []
    command = pending.command
    if isinstance(command, cmd.UploadOffline):
        given = record.given.get(command.tickets[0].uid)
        if given is not None:
            changes.append(TicketGiven(_entered(given, reply)))
    if isinstance(reply, Done):
        if isinstance(command, cmd.IssueTicket) and reply.ticket is not None:
            changes.append(TicketGiven(Given(ticket=reply.ticket, stamp=pending.stamp, uploaded=True)))
        if reply.rating is not None:
            mapped = (one for one in record.ratings.values() if one.source == command.key)
            changes += [replace(one, hub=reply.rating) for one in mapped]
    if isinstance(command, cmd.FinishService) and pending.told:
        changes += _finish_told(record, pending, reply)
    return changes


def retirement(record: UnitRecord, failure: Failure | None) -> tuple[Change, ...]:
    """Return what the hub's word on this machine's key changes: a machine that was replaced numbers nobody any more.

    It stands on disk, since the machine may start again where no hub can tell it. A bearer ends it: enrolled anew.
    """
    if failure is Failure.REPLACED:
        return () if record.retired else (Retired(True),)
    return (Retired(False),) if failure is None and record.retired else ()


def _finish_told(record: UnitRecord, finish: Pending, reply: Reply) -> list[Change]:
    """The face was told that a service is over. Either the hub has it so, or the report beside it must say so."""
    report = _report_beside(record, finish)
    if report is None:
        return []
    if isinstance(reply, Done):
        return [Dropped(report.key)]
    invited = (one for one in record.ratings.values() if one.source == finish.command.key)
    return [replace(one, source=report.key) for one in invited]


def _report_beside(record: UnitRecord, finish: Pending) -> cmd.ReportService | None:
    """Return the report that `hall.sync.alone` queued with this finish, which bears its stamp."""
    for one in record.outbox.values():
        if isinstance(one.command, cmd.ReportService) and one.stamp == finish.stamp:
            return one.command
    return None


def _entered(given: Given, reply: Reply) -> Given:
    if isinstance(reply, Done):
        return replace(given, uploaded=True, entered_seq=reply.seq)
    return replace(given, void=True)


def rendered(record: UnitRecord, pending: Pending, age: Callable[[Stamp], int]) -> cmd.AnyCommand:
    """Return the command as it is true now: ages have grown, and the hub's name of an invitation may be known."""
    command = pending.command
    if isinstance(command, cmd.UploadOffline):
        older = age(pending.stamp)
        return replace(command, tickets=tuple(replace(one, age_ms=one.age_ms + older) for one in command.tickets))
    if isinstance(command, cmd.ReportService):
        older = age(pending.stamp)
        ended = None if command.ended_age_ms is None else command.ended_age_ms + older
        return replace(command, started_age_ms=command.started_age_ms + older, ended_age_ms=ended)
    if isinstance(command, cmd.Rate):
        mapping = record.ratings.get(command.rating)
        return command if mapping is None or mapping.hub is None else replace(command, rating=mapping.hub)
    return command
