"""The business day is an event, not midnight on somebody's clock. And what devices report."""

from datetime import date

from hall.domain.ids import RatingUid
from hall.domain.rating import NotRatedReason
from hall.domain.ticket import TicketState
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.replies import RefusalCode
from server.hub.outcome import NOTHING, Decided, Decision, Refusal, Scene
from server.hub.serving import finishing
from server.hub.state import alarm_key


def open_day(scene: Scene, command: cmd.OpenDay) -> Decision:
    """Open a day. The same date may be opened again: its numbers go on; an earlier one never."""
    try:
        day = date.fromisoformat(command.day).isoformat()
    except ValueError:
        return Refusal(RefusalCode.MALFORMED, f"{command.day!r} is no ISO date")
    last = scene.state.carry.day
    if scene.state.open:
        return Refusal(RefusalCode.DAY_OPEN, f"{last} is open; close it first")
    if last is not None and day < last:
        return Refusal(RefusalCode.DAY_CLOSED, f"{last} was opened already; days only go forward")
    return Decided((ev.DayOpened(day=day),))


def close_day(scene: Scene, command: cmd.CloseDay) -> Decision:
    """Close the day: who is being served is finished, who waits is void, clerks are signed out.

    Invitations whose time is over end as not rated: the unit that should have told of the silence is dead. Who is
    still being asked may answer; the unit ends that invitation, or at the latest the next closing does.
    """
    state = scene.state
    if not state.open:
        return Refusal(RefusalCode.DAY_CLOSED, "no business day is open")
    bodies = _silent(scene)
    served = []
    for counter, desk in state.desks.items():
        if desk.ticket is not None and state.tickets[desk.ticket].state is TicketState.SERVING:
            served.append(desk.ticket)
            bodies += finishing(state.tickets[desk.ticket], counter, desk, RatingUid(f"{command.key}.{counter}"))
        if desk.clerk is not None:
            bodies.append(ev.ClerkSignedOut(clerk=desk.clerk, counter=counter))
    left = tuple(uid for uid in state.live if uid not in served)
    bodies.append(ev.DayClosed(day=state.carry.day or "", voided=left))
    return Decided(tuple(bodies))


def _silent(scene: Scene) -> list[ev.AnyBody]:
    """Return the end of each invitation that nobody answered in time."""
    since = scene.now - scene.facts.rating_ms
    return [
        ev.NotRated(rating=uid, reason=NotRatedReason.TIMED_OUT)
        for uid, one in scene.state.carry.invitations.items()
        if not one.closed and one.at <= since
    ]


def report_device(scene: Scene, command: cmd.ReportDevice) -> Decision:
    """Write down a device's status or an attendant's act. A unit speaks for its own devices only."""
    if command.unit != scene.actor.unit and scene.actor.clerk is None:
        return Refusal(RefusalCode.NOT_YOURS, f"{scene.actor.unit!r} cannot speak for {command.unit!r}")
    body = ev.DeviceReported(
        unit=command.unit,
        device=command.device,
        status=command.status,
        reason=command.reason,
        act=command.act,
    )
    return Decided((body,))


def report_alarm(scene: Scene, command: cmd.ReportAlarm) -> Decision:
    """Raise an alarm once, or end it. A unit raises its own only; who is signed in may end any."""
    if command.unit != scene.actor.unit and not (command.over and scene.actor.clerk is not None):
        return Refusal(RefusalCode.NOT_YOURS, f"{scene.actor.unit!r} cannot raise an alarm of {command.unit!r}")
    stands = alarm_key(command.unit, command.what) in scene.state.carry.alarms
    if stands is not command.over:
        return NOTHING
    kind = ev.AlarmEnded if command.over else ev.AlarmRaised
    return Decided((kind(unit=command.unit, what=command.what),))
