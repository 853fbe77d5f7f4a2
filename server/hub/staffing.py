"""Who sits where: sign in and out, pause, take over a dead counter."""

from hall.domain.ids import ClerkId, CounterId
from hall.domain.ticket import TicketState
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.replies import RefusalCode
from server.hub.desks import counter_desk
from server.hub.outcome import NOTHING, Decided, Decision, Refusal, Scene
from server.hub.state import Desk


def sign_in(scene: Scene, command: cmd.SignIn) -> Decision:
    """Open a counter for a clerk. Who sits at another counter with nobody before them is signed out there."""
    desk = counter_desk(scene, command.counter)
    if isinstance(desk, Refusal):
        return desk
    refusal = _may_not_sit(scene, command, desk)
    if refusal is not None:
        return refusal
    if desk.clerk == command.clerk:
        return NOTHING
    bodies: list[ev.AnyBody] = []
    before = scene.state.desk_of(command.clerk)
    if before is not None:
        if scene.state.desks[before].ticket is not None:
            return Refusal(RefusalCode.COUNTER_TAKEN, f"the clerk has a visitor at counter {before!r}")
        bodies.append(ev.ClerkSignedOut(clerk=command.clerk, counter=before))
    bodies.append(ev.ClerkSignedIn(clerk=command.clerk, counter=command.counter))
    return Decided(tuple(bodies))


def _may_not_sit(scene: Scene, command: cmd.SignIn, desk: Desk) -> Refusal | None:
    if not scene.state.open:
        return Refusal(RefusalCode.DAY_CLOSED, "no business day is open")
    if not _known(scene, command.clerk):
        return Refusal(RefusalCode.UNKNOWN_CLERK, f"no clerk {command.clerk!r} in this hall")
    allowed = scene.facts.clerks.get(command.clerk)
    if allowed and command.counter not in allowed:
        return Refusal(RefusalCode.FORBIDDEN, f"clerk {command.clerk!r} may not sit at counter {command.counter!r}")
    if desk.clerk not in (None, command.clerk):
        return Refusal(RefusalCode.COUNTER_TAKEN, f"clerk {desk.clerk!r} is signed in there")
    return None


def _known(scene: Scene, clerk: ClerkId) -> bool:
    return not scene.facts.clerks or clerk in scene.facts.clerks


def sign_out(scene: Scene, command: cmd.SignOut) -> Decision:
    """Leave a counter; parked visitors stay with it, the current one must not."""
    desk = counter_desk(scene, command.counter)
    if isinstance(desk, Refusal):
        return desk
    if desk.clerk is None:
        return NOTHING
    if desk.ticket is not None:
        return Refusal(RefusalCode.COUNTER_BUSY, "finish, park or send on the current visitor first")
    return Decided((ev.ClerkSignedOut(clerk=desk.clerk, counter=command.counter),))


def pause(scene: Scene, command: cmd.Pause) -> Decision:
    """Go away for a while. The visitor at the counter may still be finished."""
    desk = counter_desk(scene, command.counter)
    if isinstance(desk, Refusal):
        return desk
    if desk.clerk is None:
        return Refusal(RefusalCode.NOT_SIGNED_IN, f"nobody is signed in at counter {command.counter!r}")
    if desk.paused and desk.pause_reason == command.reason:
        return NOTHING
    return Decided((ev.CounterPaused(counter=command.counter, reason=command.reason),))


def unpause(scene: Scene, command: cmd.Unpause) -> Decision:
    """Come back."""
    desk = counter_desk(scene, command.counter)
    if isinstance(desk, Refusal):
        return desk
    return Decided((ev.CounterUnpaused(counter=command.counter),)) if desk.paused else NOTHING


def take_over(scene: Scene, command: cmd.TakeOver) -> Decision:
    """Move what a dead counter holds, current and parked, to another one, and sign its clerk out."""
    for counter in (command.from_counter, command.to_counter):
        if counter not in scene.facts.counters:
            return Refusal(RefusalCode.UNKNOWN_COUNTER, f"no counter {counter!r} in this hall")
    if command.from_counter == command.to_counter:
        return Refusal(RefusalCode.MALFORMED, "from_counter and to_counter are the same")
    old, new = (scene.state.desks[one] for one in (command.from_counter, command.to_counter))
    if old.ticket is not None and new.ticket is not None:
        return Refusal(RefusalCode.COUNTER_BUSY, f"counter {command.to_counter!r} has a visitor")
    held = [*old.parked, *([old.ticket] if old.ticket else [])]
    if not held:
        return Refusal(RefusalCode.COUNTER_IDLE, f"counter {command.from_counter!r} holds nobody")
    return Decided(_moved(scene, command.from_counter, command.to_counter, old), ticket=held[-1])


def _moved(scene: Scene, source: CounterId, target: CounterId, old: Desk) -> tuple[ev.AnyBody, ...]:
    held = [*old.parked, *([old.ticket] if old.ticket else [])]
    bodies: list[ev.AnyBody] = [ev.CounterTakenOver(ticket=uid, from_counter=source, to_counter=target) for uid in held]
    called = None if old.ticket is None else scene.state.tickets[old.ticket]
    if called is not None and called.state is TicketState.CALLED:
        # The visitor is on the way to the dead counter: say the new one.
        bodies.append(
            ev.TicketCalled(
                ticket=called.uid,
                number=called.number,
                counter=target,
                item=called.item,
                calls=called.calls + 1,
                clerk=scene.state.desks[target].clerk,
                zone=scene.facts.counters[target].zone,
            )
        )
    if old.clerk is not None:
        bodies.append(ev.ClerkSignedOut(clerk=old.clerk, counter=source))
    return tuple(bodies)
