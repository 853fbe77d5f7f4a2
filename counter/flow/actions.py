"""Which button works in which state: the table that the screen, the F-keys and the pads all read."""

from enum import StrEnum

from hall.wire.view import CounterState


class Action(StrEnum):
    """A button at the desk."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    CALL_NEXT = "call_next"
    CALL_CHOSEN = "call_chosen"
    RECALL = "recall"
    NO_SHOW = "no_show"
    START = "start"
    PARK = "park"
    RESUME = "resume"
    TRANSFER = "transfer"
    FINISH = "finish"
    REGISTER_CASE = "register_case"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    INVITE = "invite"
    SERVE_SLIP = "serve_slip"


F_KEYS: dict[str, Action] = {
    "F2": Action.CALL_NEXT,
    "F3": Action.RECALL,
    "F4": Action.NO_SHOW,
    "F5": Action.START,
    "F6": Action.PARK,
    "F7": Action.TRANSFER,
    "F8": Action.FINISH,
    "F9": Action.REGISTER_CASE,
    "F10": Action.PAUSE,
    "F11": Action.INVITE,
}

WITH_HUB: dict[CounterState, frozenset[Action]] = {
    CounterState.CLOSED: frozenset(),
    CounterState.NOT_SIGNED_IN: frozenset({Action.SIGN_IN}),
    CounterState.FREE: frozenset(
        {
            Action.CALL_NEXT,
            Action.CALL_CHOSEN,
            Action.RESUME,
            Action.PAUSE,
            Action.INVITE,
            Action.SIGN_OUT,
        }
    ),
    CounterState.CALLING: frozenset({Action.RECALL, Action.NO_SHOW, Action.START, Action.TRANSFER}),
    CounterState.SERVING: frozenset(
        {
            Action.CALL_NEXT,
            Action.FINISH,
            Action.PARK,
            Action.TRANSFER,
            Action.REGISTER_CASE,
            Action.RECALL,
        }
    ),
    CounterState.PAUSED: frozenset({Action.UNPAUSE, Action.SIGN_OUT}),
}

WITHOUT_HUB: dict[CounterState, frozenset[Action]] = {
    CounterState.FREE: frozenset({Action.SERVE_SLIP}),
    CounterState.CALLING: frozenset({Action.START}),
    CounterState.SERVING: frozenset({Action.FINISH}),
}
"""A counter that cannot reach the hub finishes what it has and serves slips that name it; it calls nobody."""


def allowed(state: CounterState, away: bool) -> frozenset[Action]:
    """Return the buttons that work now."""
    return WITHOUT_HUB.get(state, frozenset()) if away else WITH_HUB[state]
