"""The technician's screen as a pure step: (state, cause) gives the next state and what is wanted done."""

from collections.abc import Callable

import msgspec

from field.touch.state import (
    Answer,
    Asked,
    Cause,
    Effect,
    Ended,
    Leave,
    Line,
    LineCame,
    Look,
    Place,
    Pleased,
    Plug,
    PluggedSeen,
    Seen,
    Send,
    State,
    Tick,
    Touch,
    Touched,
    Try,
)

Outcome = tuple[State, tuple[Effect, ...]]


def step(state: State, cause: Cause) -> Outcome:
    """Take one cause."""
    match cause:
        case Touched(what=what, value=value):
            return _TOUCHES[what](state, value)
        case Seen(devices=devices):
            return msgspec.structs.replace(state, devices=devices), ()
        case LineCame(line=line):
            return msgspec.structs.replace(state, lines=(*state.lines, line), question="", please=""), ()
        case Asked(question=question):
            return msgspec.structs.replace(state, question=question, please=""), ()
        case Pleased(text=text):
            return msgspec.structs.replace(state, please=text, question=""), ()
        case Ended():
            return msgspec.structs.replace(state, busy=False, question="", please=""), ()
        case PluggedSeen(lines=lines):
            return _plugged_seen(state, lines)
        case Tick():
            return _tick(state)


def _plugged_seen(state: State, lines: tuple[Line, ...]) -> Outcome:
    shown = lines if state.place is Place.PLUGGED else state.lines
    return msgspec.structs.replace(state, looking=False, lines=shown), ()


def _tick(state: State) -> Outcome:
    """What is plugged in is looked at again and again, as `suggest --watch` does."""
    if state.place is Place.PLUGGED and not state.looking:
        return msgspec.structs.replace(state, looking=True), (Plug(),)
    return state, ()


def _to(place: Place, *effects: Effect) -> Callable[[State, str], Outcome]:
    """Return the touch that opens a screen; while work runs it does nothing."""

    def go(state: State, _value: str) -> Outcome:
        if state.busy:
            return state, ()
        return msgspec.structs.replace(state, place=place, lines=(), busy=bool(effects)), effects

    return go


def _plugged(state: State, _value: str) -> Outcome:
    if state.busy:
        return state, ()
    effects = () if state.looking else (Plug(),)
    return msgspec.structs.replace(state, place=Place.PLUGGED, lines=(), looking=True), effects


def _device(state: State, name: str) -> Outcome:
    if state.busy or name not in {row.name for row in state.devices}:
        return state, ()
    return msgspec.structs.replace(state, place=Place.TEST, device=name, lines=()), ()


def _test(state: State, level: str) -> Outcome:
    if state.busy or state.place is not Place.TEST:
        return state, ()
    return msgspec.structs.replace(state, lines=(), busy=True), (Try(state.device, level),)


def _send(state: State, to: str) -> Outcome:
    if state.busy or state.place is not Place.REPORT:
        return state, ()
    return msgspec.structs.replace(state, lines=(), busy=True), (Send(to),)


def _judged(yes: bool) -> Callable[[State, str], Outcome]:
    def judge(state: State, _value: str) -> Outcome:
        if not state.question:
            return state, ()
        return msgspec.structs.replace(state, question=""), (Answer(yes),)

    return judge


def _leave(state: State, _value: str) -> Outcome:
    return (state, ()) if state.busy else (state, (Leave(),))


_TOUCHES: dict[Touch, Callable[[State, str], Outcome]] = {
    Touch.DEVICE: _device,
    Touch.TEST: _test,
    Touch.LOOK: _to(Place.FINDINGS, Look()),
    Touch.PLUGGED: _plugged,
    Touch.REPORT: _to(Place.REPORT),
    Touch.SEND: _send,
    Touch.YES: _judged(True),
    Touch.NO: _judged(False),
    Touch.BACK: _to(Place.DEVICES),
    Touch.LEAVE: _leave,
}
