"""Walking along a flow: which step comes next, what a step needs when it is entered, how one goes back."""

from collections.abc import Callable

from config.flow import (
    AnyStep,
    Ask,
    Capture,
    Checklist,
    Confirm,
    Flow,
    Form,
    Identify,
    Notice,
    Print,
    Rate,
    Scan,
    Sign,
    Submit,
)
from kiosk.flow import drafts, forms, identify, needs, papers, printing, signing, submitting
from kiosk.flow.effects import SaveDraft
from kiosk.flow.models import Word
from kiosk.flow.state import Place, Session
from kiosk.flow.turn import Turn

CANNOT_BE_UNDONE = (Submit, Print)


def begin(turn: Turn, code: str) -> None:
    """Start a flow, unless something it needs is missing. A card already read is kept."""
    flow = turn.settings.flows[code]
    why = needs.lacking(turn.settings, turn.state, flow)
    if why is not None:
        turn.say(Word("needs.title"), why, icon="alert-triangle")
        return
    kept = turn.session
    turn.set(session=Session(flow=code, at=-1, card=kept.card, person=kept.person, sealed_person=kept.sealed_person))
    advance(turn)


def advance(turn: Turn) -> None:
    """Go to the next step whose condition holds, or end the session after the last."""
    steps = turn.settings.flows[turn.session.flow].steps
    following = turn.session.at + 1
    while following < len(steps) and not applies(steps[following], turn.session.answers):
        following += 1
    if following >= len(steps):
        turn.end()
        return
    turn.write(at=following)
    if turn.settings.flows[turn.session.flow].resumable:
        turn.emit(SaveDraft(drafts.pack(turn.session)))
    enter(turn)


def applies(step: AnyStep, answers: dict[str, str]) -> bool:
    """Whether a step's `when` holds."""
    if not step.when:
        return True
    field, _, value = step.when.partition("=")
    return answers.get(field.strip(), "") == value.strip()


def enter(turn: Turn) -> None:
    """Do what the current step asks for on entering."""
    step = turn.step
    assert step is not None
    if isinstance(step, CANNOT_BE_UNDONE) and not _still_possible(turn, step):
        return
    _ENTER[type(step)](turn)


def _still_possible(turn: Turn, step: AnyStep) -> bool:
    """Check the flow's needs again: nobody shall find out at the end. Printing has its own fallback."""
    if not isinstance(step, Submit):
        return True
    why = needs.lacking(turn.settings, turn.state, turn.settings.flows[turn.session.flow])
    if why is None:
        return True
    turn.say(Word("needs.title"), why, icon="alert-triangle", retry=True)
    return False


def _ask(turn: Turn) -> None:
    step = turn.step
    assert isinstance(step, Ask)
    known = turn.session.answers.get(step.field, "")
    turn.go(Place.ITEM if step.choices_from and known else Place.ASK)


def _form(turn: Turn) -> None:
    turn.go(Place.FORM)
    forms.prefill(turn)


def _to(place: Place) -> Callable[[Turn], None]:
    return lambda turn: turn.go(place)


_ENTER: dict[type[AnyStep], Callable[[Turn], None]] = {
    Notice: _to(Place.NOTICE),
    Identify: identify.start,
    Ask: _ask,
    Scan: _to(Place.SCAN),
    Form: _form,
    Capture: papers.start,
    Sign: signing.start,
    Checklist: _to(Place.CHECKLIST),
    Confirm: _to(Place.CONFIRM),
    Submit: submitting.start,
    Print: printing.start,
    Rate: lambda turn: turn.go(Place.RATE) if turn.session.rating is not None else advance(turn),
}
"""What entering a step does: the closed set of steps, one entry each."""


def back(turn: Turn) -> None:
    """Go to the step before that a citizen can answer, or home from the first."""
    steps = turn.settings.flows[turn.session.flow].steps if turn.session.flow else ()
    before = turn.session.at - 1
    while before >= 0 and not (applies(steps[before], turn.session.answers) and _can_return(steps[before])):
        before -= 1
    if before < 0 or turn.session.submitted_at > 0:
        turn.end()
        return
    step = steps[before]
    turn.write(at=before)
    if isinstance(step, Ask) and step.choices_from:
        turn.go(Place.ITEM)
        return
    _ENTER[type(step)](turn)


def _can_return(step: AnyStep) -> bool:
    return not isinstance(step, Submit | Print | Rate | Identify)


def queries(flow: Flow) -> bool:
    """Whether this flow asks about cases."""
    return any(isinstance(step, Submit) and step.act == "query" for step in flow.steps)


def query_step(flow: Flow) -> int:
    """Return the index of the step that asks about a case."""
    return next(at for at, step in enumerate(flow.steps) if isinstance(step, Submit) and step.act == "query")
