"""Coming back: a citizen puts a flow away under a code, and goes on with it later."""

from kiosk.flow import drafts, forms, walk
from kiosk.flow.causes import ResumeCodeMade, ResumeOpened, Touched
from kiosk.flow.effects import DropDraft, OpenPutAway, PutAway, WipeSession
from kiosk.flow.models import Word
from kiosk.flow.state import Place, Session
from kiosk.flow.turn import Turn

DIGITS = 12


def put_away(turn: Turn, _cause: Touched) -> None:
    """The citizen leaves and wants to come back: put the draft away under a code."""
    flow = turn.settings.flows.get(turn.session.flow)
    if flow is not None and flow.resumable and not turn.session.submitted_at and turn.session.key is None:
        turn.emit(PutAway(drafts.pack(turn.session)))
        turn.emit(WipeSession())
        turn.set(session=Session(asked="code"))
        turn.emit(DropDraft())
        turn.go(Place.CODE_GIVEN)


def code_made(turn: Turn, cause: ResumeCodeMade) -> None:
    """The code is there: the citizen notes it."""
    if turn.state.place is Place.CODE_GIVEN:
        turn.write(typed=cause.code)


def enter(turn: Turn, _cause: Touched) -> None:
    """The citizen came back and types the code."""
    turn.set(session=Session())
    turn.go(Place.CODE_ENTRY)


def key(turn: Turn, cause: Touched) -> None:
    """A key of the code."""
    turn.write(typed=forms.typed(turn.session.typed, cause.value, "digits", DIGITS), problem=None)


def open_it(turn: Turn, _cause: Touched) -> None:
    """All digits are typed: look for the draft."""
    if len(turn.session.typed) == DIGITS and not turn.session.question:
        turn.write(question="code")
        turn.emit(OpenPutAway(turn.session.typed))


def opened(turn: Turn, cause: ResumeOpened) -> None:
    """The draft is there, and the flow goes on where it was left; or the code was wrong."""
    if turn.state.place is not Place.CODE_ENTRY:
        return
    found = drafts.unpack(cause.draft) if cause.draft is not None else None
    if found is None or found.flow not in turn.settings.flows:
        turn.write(question="", typed="", problem=Word("resume.wrong"))
        return
    turn.set(session=found)
    walk.enter(turn)
