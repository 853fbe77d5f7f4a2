"""What became of each thing that the dead unit had not sent, by name, and which numbers nobody knows anything of.

Pure: the outbox before, the store after, and what the hub has, give lines. Numbers are compared by their running part:
a series counts over all items, so `A-C07` and `B-C07` cannot both be.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from field.rescue.carve import Fragment
from field.rescue.upload import Sent
from hall.domain.ids import TicketUid
from hall.store.record import Given, UnitRecord
from hall.wire import commands as cmd
from hall.wire.enrolment import UnitSeries
from hall.wire.replies import Refused

SENT, KNOWN, WAITING, REFUSED = "sent", "known", "waiting", "refused"
"""Sent now; the hub had it already; still to be sent; the hub will not have it."""
MISSING, UNKNOWN, NOTE = "missing", "unknown", "note"
"""Printed and lost; nobody can tell whether it was printed; for the technician to know."""
_PASSING = (cmd.ConfirmTicket, cmd.AbandonTicket, cmd.ReportDevice)
"""What the hub may know better by now, and nobody loses anything by its refusal."""
_NUMBER = re.compile(r"(?P<prefix>.*)-(?P<series>[A-Za-z]+)(?P<running>\d+)")


class Line(msgspec.Struct, frozen=True):
    """One thing and what became of it."""

    state: str
    what: str
    why: str = ""


def lines_of(sent: Sent, before: UnitSeries) -> Iterator[Line]:
    """Say of everything that was to be sent what became of it, in the order in which it was done."""
    known = {slip.number for slip in before.slips}
    for key, pending in sorted(sent.outbox.items(), key=lambda item: item[1].order):
        command = pending.command
        if isinstance(command, cmd.IssueTicket):
            continue  # nobody waits for it any more; that it was given up has a line of its own
        what = _named(command, sent.record)
        if key in sent.record.outbox:
            yield Line(WAITING, what, sent.trouble or "the hall's day is not open; run this again when it is")
            continue
        reply = sent.record.answers.get(key)
        if isinstance(reply, Refused):
            yield Line(NOTE if isinstance(command, _PASSING) else REFUSED, what, reply.message or reply.code)
        elif isinstance(command, cmd.UploadOffline) and {slip.number for slip in command.tickets} <= known:
            yield Line(KNOWN, what, "the hub had it already")
        elif isinstance(command, cmd.UploadOffline) and command.tickets[0].uid in sent.unsure:
            yield Line(SENT, what, "its slip may not have come out; it is called all the same")
        else:
            yield Line(SENT, what)


def missing(
    series: str, record: UnitRecord | None, hub: UnitSeries, fragments: Iterable[Fragment] = (), noted: int = 0
) -> Iterator[Line]:
    """Name the numbers of one printed series that neither a damaged disk nor the hub has a record of.

    `record` is None where there was no disk to read; `noted` is the highest number that the unit wrote down. Of a disk
    that is whole, no number can be missing: do not ask.
    """
    pieces = {running: one for one in fragments if (running := running_of(one.number, series))}
    seen = {running: slip.at for slip in hub.slips if (running := running_of(slip.number, series))}
    served = {running: number for number in hub.served_unknown if (running := running_of(number, series))}
    own = _own(record, series) if record is not None else {}
    last = max([*seen, *served, *own, *pieces, noted])
    times = seen | {running: given.ticket.arrived_at for running, given in own.items()}
    zone = ZoneInfo(record.view.timezone) if record is not None and record.view is not None else None
    for running in range(1, last + 1):
        if running in seen or running in own:
            continue
        if running in served:
            yield Line(NOTE, f"ticket {served[running]}", "was served at a counter; its record is lost, nothing to do")
            continue
        what = _from_fragment(pieces[running], zone) if running in pieces else ""
        yield Line(MISSING, what or f"ticket ?-{series}{running:02d}{_between(running, times, zone)}", _LOST)
    yield Line(UNKNOWN, f"numbers above {series}{last:02d}", _NOBODY_KNOWS)


_LOST = "not sent, no record readable: whoever holds this slip must be taken in by its number at a counter"
_NOBODY_KNOWS = "if any were printed, nobody can tell; the spare prints others, so none comes twice"


def running_of(number: str, series: str) -> int | None:
    """Return the running number of a slip of this very series, else None."""
    found = _NUMBER.fullmatch(number)
    return int(found["running"]) if found and found["series"] == series else None


def clock(at_ms: int, zone: ZoneInfo | None) -> str:
    """Return hub time as the hall's clocks show it."""
    return f"{datetime.fromtimestamp(at_ms / 1000, zone).astimezone(zone):%H:%M}"


def _own(record: UnitRecord, series: str) -> dict[int, Given]:
    slips = (given for given in record.given.values() if given.ticket.offline)
    return {running: given for given in slips if (running := running_of(given.ticket.number, series))}


def _from_fragment(piece: Fragment, zone: ZoneInfo | None) -> str:
    at = f", printed {clock(piece.at, zone)}" if piece.at else ""
    return f"ticket {piece.number} for {piece.item}{at}"


def _between(running: int, times: dict[int, int], zone: ZoneInfo | None) -> str:
    """Say between which known slips a lost one was printed."""
    earlier = [at for number, at in times.items() if number < running]
    later = [at for number, at in times.items() if number > running]
    after = f"after {clock(max(earlier), zone)}" if earlier else ""
    before = f"before {clock(min(later), zone)}" if later else ""
    said = " and ".join(part for part in (after, before) if part)
    return f", printed {said}" if said else ""


def _named(command: cmd.AnyCommand, record: UnitRecord) -> str:
    zone = ZoneInfo(record.view.timezone) if record.view is not None else None
    match command:
        case cmd.UploadOffline(tickets=(one, *_)):
            given = record.given.get(one.uid)
            at = f", printed {clock(given.ticket.arrived_at, zone)}" if given is not None else ""
            return f"ticket {one.number} for {one.item}{at}"
        case cmd.ConfirmTicket(ticket=uid):
            return f"slip of ticket {_number(record, uid)}"
        case cmd.AbandonTicket(issue_key=key):
            return f"a number asked for and never answered ({_number(record, TicketUid(key))})"
        case cmd.ReportService(number=number, counter=counter):
            return f"service of {number} at counter {counter}"
        case cmd.SubmitCase(item=item, provisional=provisional):
            return f"case {provisional or ''} for {item}"
        case cmd.Rate():
            return "a rating"
        case cmd.ReportDevice(device=device, status=status):
            return f"{device}: {status}"
        case _:
            return f"{type(command).__struct_config__.tag} ({command.key})"


def _number(record: UnitRecord, uid: TicketUid) -> str:
    given = record.given.get(uid)
    return given.ticket.number if given is not None else str(uid)
