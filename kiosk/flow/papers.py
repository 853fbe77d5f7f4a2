"""Papers before the document camera: taken, looked at, taken again, put away, put together.

Pages and documents are here only as references: a page's is the SHA-256 of its picture, which lies in memory until
the session ends; a document's is the SHA-256 of the PDF, which is sealed to the hub as soon as it is made. What was
sealed is held on the unit until its case is submitted, and dropped if the citizen leaves before.
"""

from config.flow import Capture
from kiosk.flow import needs
from kiosk.flow.causes import DocumentKept, DocumentsReleased, NotPhotographed, Photographed
from kiosk.flow.effects import BindPages, DropDocuments, DropPages, ReleaseDocuments, Shoot
from kiosk.flow.models import Word
from kiosk.flow.state import Place
from kiosk.flow.turn import Turn

EXTRA = 5
"""Pages that may lie there beyond the step's limit, so that one can be taken again before the old one goes."""


def start(turn: Turn) -> None:
    """Enter a capture step; pages taken before are still there."""
    turn.go(Place.CAPTURE)
    turn.write(question="", doubtful="", chosen="")


def taken(turn: Turn) -> tuple[str, ...]:
    """Return the pages of the present step, in order."""
    step = turn.step
    return turn.session.taken.get(step.field, ()) if isinstance(step, Capture) else ()


def camera_works(turn: Turn) -> bool:
    """Whether pages can be taken now."""
    return needs.works(turn.settings, turn.state, "camera")


def full(turn: Turn) -> bool:
    """Whether no further page may be taken, not even again."""
    step = turn.step
    return isinstance(step, Capture) and len(taken(turn)) >= step.pages + EXTRA


def complete(turn: Turn) -> bool:
    """Whether the step can go on: at least one page, and no more than asked for."""
    step = turn.step
    return isinstance(step, Capture) and 0 < len(taken(turn)) <= step.pages and not turn.session.doubtful


def shoot(turn: Turn) -> None:
    """Take a page; behind the chosen one if that is to be taken again, which stays beside it."""
    if not isinstance(turn.step, Capture) or turn.session.question or full(turn) or not camera_works(turn):
        return
    question = str(turn.settings.new_key())
    if turn.session.doubtful:
        turn.emit(DropPages((turn.session.doubtful,)))
    turn.write(question=question, problem=None, doubtful="")
    turn.emit(Shoot(question))


def photographed(turn: Turn, cause: Photographed) -> None:
    """A page is there. One whose edge was not seen is shown first, to be kept or taken again."""
    if not isinstance(turn.step, Capture) or turn.session.question != cause.question:
        stray_page(turn, cause)
        return
    turn.write(question="")
    if cause.ref in taken(turn):
        turn.write(problem=Word("capture.same"))
    elif cause.found:
        _add(turn, cause.ref)
    else:
        turn.write(doubtful=cause.ref, problem=Word("capture.no_edge"))


def not_photographed(turn: Turn, cause: NotPhotographed) -> None:
    """The camera gave no picture; its status says why."""
    turn.set(devices={**turn.state.devices, "camera": cause.status})
    if turn.session.question == cause.question:
        turn.write(question="", problem=Word("capture.not_taken"))


def stray_page(turn: Turn, cause: Photographed) -> None:
    """A page that came after its step was left: forget it, unless the same picture is kept already."""
    if all(cause.ref not in refs for refs in turn.session.taken.values()):
        turn.emit(DropPages((cause.ref,)))


def stray(turn: Turn, cause: DocumentKept) -> None:
    """A document that nobody waits for any more: delete it, unless the session names the same bytes."""
    if cause.sha256 and cause.sha256 not in turn.session.documents:
        turn.emit(DropDocuments((cause.sha256,)))


def _add(turn: Turn, ref: str) -> None:
    there = taken(turn)
    chosen = turn.session.chosen
    at = there.index(chosen) + 1 if chosen in there else len(there)
    _write(turn, (*there[:at], ref, *there[at:]))
    turn.write(chosen="", doubtful="", problem=None)


def _write(turn: Turn, refs: tuple[str, ...]) -> None:
    step = turn.step
    assert isinstance(step, Capture)
    turn.write(taken={**turn.session.taken, step.field: refs})


def keep(turn: Turn) -> None:
    """The citizen wants the page although its edge was not seen."""
    if turn.session.doubtful:
        _add(turn, turn.session.doubtful)


def choose(turn: Turn, value: str) -> None:
    """Touch a page to take it again or away; touch it once more to let it be."""
    there = taken(turn)
    if value.isdigit() and int(value) < len(there) and not turn.session.question:
        ref = there[int(value)]
        turn.write(chosen="" if turn.session.chosen == ref else ref, problem=None)


def remove(turn: Turn) -> None:
    """Take the chosen page away."""
    chosen = turn.session.chosen
    if chosen in taken(turn) and not turn.session.question:
        _write(turn, tuple(ref for ref in taken(turn) if ref != chosen))
        turn.write(chosen="", problem=None)
        turn.emit(DropPages((chosen,)))


def done(turn: Turn) -> None:
    """All pages are there: put them together, sealed to the hub."""
    if turn.session.question or not complete(turn):
        return
    key = hub_key(turn)
    if not key:
        turn.write(problem=Word("document.no_key"))
        return
    question = str(turn.settings.new_key())
    turn.write(question=question, problem=None, chosen="")
    turn.emit(BindPages(question, taken(turn), key))


def hub_key(turn: Turn) -> bytes:
    """Return the key to which documents are sealed; empty while the hub was never seen."""
    return turn.state.view.hub_key if turn.state.view is not None else b""


def kept(turn: Turn, cause: DocumentKept, field: str) -> None:
    """A document lies sealed on the unit: its digest is the answer. An older one for the same field goes."""
    turn.write(question="")
    if not cause.sha256:
        turn.write(problem=Word(f"document.{cause.reason}"))
        return
    older = turn.session.answers.get(field, "")
    documents = {**turn.session.documents, cause.sha256: cause.pages}
    if older in documents and older != cause.sha256:
        del documents[older]
        turn.emit(DropDocuments((older,)))
    turn.write(documents=documents)
    turn.answer(**{field: cause.sha256})
    turn.onward()


def bound(turn: Turn, cause: DocumentKept) -> None:
    """The pages of the present step are one document."""
    step = turn.step
    if isinstance(step, Capture) and turn.session.question == cause.question:
        kept(turn, cause, step.field)
    else:
        stray(turn, cause)


def release(turn: Turn) -> bool:
    """Before a case is submitted: hand its documents to the upload. False if there are none left to hand over."""
    session = turn.session
    if not session.documents or session.released or session.key is None:
        return False
    turn.emit(ReleaseDocuments(session.key, tuple(session.documents)))
    return True


def drop(turn: Turn) -> None:
    """Nobody will submit what is held: forget it."""
    session = turn.session
    if session.documents:
        turn.emit(DropDocuments(tuple(session.documents)))
        turn.write(documents={})


def lost(turn: Turn, cause: DocumentsReleased) -> None:
    """The documents could not be handed over: nothing is submitted without them."""
    turn.write(key=None)
    turn.say(Word("needs.title"), Word(f"document.{cause.reason}"), code=cause.reason, retry=cause.reason != "gone")
