"""Signing with a pen on the pad or a finger on the glass: strokes in, one sealed sheet out."""

from hashlib import sha256
from itertools import pairwise
from math import dist

import msgspec

from config.flow import Sign
from hall.domain.signature import Point, Signature
from kiosk.flow import papers
from kiosk.flow.causes import DocumentKept, Inked, PadPressed
from kiosk.flow.effects import KeepSignature
from kiosk.flow.models import Word
from kiosk.flow.state import Place
from kiosk.flow.turn import Turn

ASPECT = 0.45
"""Height by width of the field on the glass; a pad that is higher makes it higher."""
SHORTEST = 0.25
"""All strokes together, in widths of the field: a dot or a dash is no name."""
SMALLEST = 0.06
"""The diagonal of what was drawn, in widths of the field."""
MOST_STROKES = 200
MOST_POINTS = 20_000

Stroke = tuple[Point, ...]
_STROKE = msgspec.json.Decoder(Stroke)


class SignedSheet(msgspec.Struct, frozen=True):
    """What is sealed and kept: who reads it later sees what was signed, how, and over which answers."""

    text: dict[str, str]
    """What was signed, by language."""
    answers_sha256: str
    """Digest of all answers given before (JSON, keys sorted), so that they cannot be exchanged."""
    signature: Signature
    png: bytes = b""
    """The strokes as a picture, ink on white, cropped."""

    def __repr__(self) -> str:
        return f"SignedSheet({self.signature!r})"


def start(turn: Turn) -> None:
    """Enter a sign step with an empty field."""
    turn.go(Place.SIGN)
    turn.write(question="", strokes=())


def touched(turn: Turn, value: str) -> None:
    """Take a stroke drawn on the glass, as JSON."""
    try:
        ink(turn, _STROKE.decode(value))
    except (msgspec.DecodeError, msgspec.ValidationError):
        return  # our own screen sends nothing else; a remote control may


def inked(turn: Turn, cause: Inked) -> None:
    """Take a stroke drawn on the pad."""
    ink(turn, cause.points)


def ink(turn: Turn, stroke: Stroke) -> None:
    """Add a stroke, while there is room and nothing is being sealed."""
    there = turn.session.strokes
    if not stroke or turn.session.question or len(there) >= MOST_STROKES:
        return
    if sum(map(len, there)) + len(stroke) <= MOST_POINTS:
        turn.write(strokes=(*there, stroke), problem=None)


def clear(turn: Turn) -> None:
    """Begin again with an empty field."""
    if not turn.session.question:
        turn.write(strokes=(), problem=None)


def pad_pressed(turn: Turn, cause: PadPressed) -> None:
    """A key of the pad itself."""
    match cause.key:
        case "confirm":
            done(turn)
        case "clear" | "cancel":
            clear(turn)


def done(turn: Turn) -> None:
    """Take the signature, unless it is too short to be a name."""
    step = turn.step
    if not isinstance(step, Sign) or turn.session.question:
        return
    signature = signature_of(turn.session.strokes)
    if too_short(signature):
        turn.write(problem=Word("sign.too_short"), strokes=())
        return
    key = papers.hub_key(turn)
    if not key:
        turn.write(problem=Word("document.no_key"))
        return
    question = str(turn.settings.new_key())
    turn.write(question=question, problem=None)
    answers = msgspec.json.encode(_others(turn, step.field), order="sorted")
    turn.emit(KeepSignature(question, SignedSheet(step.text, sha256(answers).hexdigest(), signature), key))


def _others(turn: Turn, field: str) -> dict[str, str]:
    return {name: value for name, value in turn.session.answers.items() if name != field}


def kept(turn: Turn, cause: DocumentKept) -> None:
    """The sheet lies sealed on the unit; the strokes are forgotten at once."""
    step = turn.step
    if isinstance(step, Sign) and turn.session.question == cause.question:
        if cause.sha256:
            turn.write(strokes=())
        papers.kept(turn, cause, step.field)
    else:
        papers.stray(turn, cause)


def signature_of(strokes: tuple[Stroke, ...]) -> Signature:
    """Return strokes with the shape of the field they were drawn in."""
    lowest = max((point.y for stroke in strokes for point in stroke), default=0.0)
    return Signature(strokes, max(ASPECT, lowest))


def too_short(signature: Signature) -> bool:
    """Whether nobody could have written a name with this little ink."""
    points = [(point.x, point.y) for stroke in signature.strokes for point in stroke]
    if not points:
        return True
    ink_length = sum(dist((a.x, a.y), (b.x, b.y)) for stroke in signature.strokes for a, b in pairwise(stroke))
    (left, right), (top, bottom) = ((min(values), max(values)) for values in zip(*points, strict=True))
    return ink_length < SHORTEST or dist((left, top), (right, bottom)) < SMALLEST
