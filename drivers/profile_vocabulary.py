"""Frames of profiles in the words of the test vectors: what `hall-field decode` prints and `encode` takes."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from drivers import described
from drivers.framing import AS_IT_IS, Decoded, Decoder, Undecoded, misfit, value_of
from drivers.framing import encode as encode_shape
from drivers.number_forms import FLOATS
from drivers.profile import FrameShape, Part, Profile

Profiles = dict[str, Profile]
PROSE = described.PROSE | {"model", "value_order", "answer_example"}
"""Words about a frame: they choose between frames at most, and make no bytes."""


def decode(raw: bytes, direction: str, profiles: Profiles) -> list[dict[str, Any]]:
    """Return one object per frame by the profile that leaves fewest bytes over; several profiles are named.

    What the other end says is looked for when nothing of the asked direction is there: an own frame that comes back.
    """
    if not raw:
        return [{"error": "no frame"}]
    direction = _known(direction, profiles)
    found = _decoded(raw, direction, profiles)
    if direction and all("error" in item for item in found):
        echo = _decoded(raw, "", profiles)
        return found if any("error" in item for item in echo) else echo
    return found


def _known(direction: str, profiles: Profiles) -> str:
    """Return a direction as the profiles write it; one that none of them has leaves it to be guessed."""
    written = {shape.direction for profile in profiles.values() for shape in profile.frames.values()}
    return next((word for word in written if word.casefold() == "".join(direction.casefold().split())), "")


def _decoded(raw: bytes, direction: str, profiles: Profiles) -> list[dict[str, Any]]:
    readings = {name: Decoder(profile, direction).feed(raw, ended=True) for name, profile in profiles.items()}
    best = min(readings, key=lambda name: left_over(readings[name]))
    if left_over(readings[best]):
        # None reads all of it: the one that came furthest from the beginning says best what is wrong.
        best = max(readings, key=lambda name: _furthest(raw, direction, profiles[name]))
    told = {"model": best} if len(profiles) > 1 else {}
    return [_described(event, told) for event in readings[best]]


def left_over(events: list[Decoded | Undecoded]) -> int:
    """Return how many bytes no shape took."""
    return sum(len(event.raw) for event in events if isinstance(event, Undecoded))


def _furthest(raw: bytes, direction: str, profile: Profile) -> int:
    shapes = [shape for shape in profile.frames.values() if not direction or shape.direction in ("", direction)]
    reasons = [misfit(shape, raw) for shape in shapes]
    return max((reason.fitted if reason else len(raw) for reason in reasons), default=0)


class _Candidate(NamedTuple):
    """A shape that could be meant, with what speaks against it."""

    shape: FrameShape
    missing: frozenset[str]
    unknown: frozenset[str]
    """What was said and has no place in it."""
    unsaid: int
    """What it means and nobody asked for, e.g. a composite display."""
    named: bool
    """Whether the meaning that was said is the shape's own."""

    @property
    def rank(self) -> tuple[int, int, bool, int]:
        """The smaller, the likelier; of those alike the first one is meant."""
        return len(self.missing), len(self.unknown), not self.named, self.unsaid


def encode(fields: dict[str, Any], direction: str, profiles: Profiles) -> bytes:
    """Return the frame of the shape that the fields fit best.

    Raises:
        ValueError: a field is missing, unknown, out of range, or contradicts every shape; the text names it.

    """
    direction = _known(direction, profiles)
    shapes = list(_shapes(fields, direction, profiles))
    candidates = [_candidate(shape, fields) for shape in shapes if not _contradiction(shape, fields)]
    if not candidates:
        raise ValueError(_nothing_known(shapes, fields, direction))
    best = min(candidates, key=lambda candidate: candidate.rank)
    if best.missing:
        raise ValueError(f"{', '.join(sorted(best.missing))} is missing")
    as_they_are = (name + AS_IT_IS for name in _parts(best.shape))
    described.only(fields, _words(best.shape), beside=PROSE.union(as_they_are))
    raw = encode_shape(best.shape, fields)
    if problem := _disagreement(best.shape, fields, raw):
        raise ValueError(problem)
    return raw


def _shapes(fields: dict[str, Any], direction: str, profiles: Profiles) -> Iterator[FrameShape]:
    asked = {name: profile for name, profile in profiles.items() if fields.get("model", name) == name} or profiles
    for profile in asked.values():
        for shape in profile.frames.values():
            if not direction or shape.direction in ("", direction):
                yield shape


def _candidate(shape: FrameShape, fields: dict[str, Any]) -> _Candidate:
    wanted = set(_parts(shape))
    said = {name for name in fields if name not in PROSE}
    raw_texts = {name + AS_IT_IS for name in wanted}
    missing = {name for name in wanted - said if name + AS_IT_IS not in said}
    unsaid = sum(name not in fields for name in shape.means if name not in PROSE)
    named = "meaning" in shape.means and fields.get("meaning") == shape.means["meaning"]
    unknown = said - wanted - raw_texts - set(shape.means)
    return _Candidate(shape, frozenset(missing), frozenset(unknown), unsaid, named)


def _words(shape: FrameShape) -> list[str]:
    return [*_parts(shape), *(name for name in shape.means if name not in PROSE)]


def _parts(shape: FrameShape) -> list[str]:
    return list(dict.fromkeys(part.number or part.text for part in shape.parts if part.number or part.text))


def _contradiction(shape: FrameShape, fields: dict[str, Any]) -> str:
    """Return the field that says something else than the shape."""
    facts = [name for name, value in shape.means.items() if name not in PROSE and not _same(value, fields, name)]
    return facts[0] if facts else _outside(shape, fields)


def _outside(shape: FrameShape, fields: dict[str, Any]) -> str:
    """Return the number that is none of those which the shape knows."""
    for part in shape.parts:
        if part.number in fields and part.among:
            try:
                if value_of(part, fields[part.number]) not in part.among:
                    return part.number
            except (ValueError, TypeError):
                return part.number
    return ""


def _same(value: Any, fields: dict[str, Any], name: str) -> bool:
    given = fields.get(name, value)
    if isinstance(value, int) and not isinstance(value, bool) and isinstance(given, str):
        return given in (str(value), f"{value:X}", f"{value:02X}", f"{value:02x}")
    return bool(given == value)


def _nothing_known(shapes: list[FrameShape], fields: dict[str, Any], direction: str) -> str:
    if not shapes:
        return f"no frame of the direction {direction!r} is known"
    name = next(filter(None, (_contradiction(shape, fields) for shape in shapes)), "a field")
    return f"{name} {fields.get(name)!r} fits no known frame"


def _disagreement(shape: FrameShape, fields: dict[str, Any], raw: bytes) -> str:
    """Read what was made: a number too large for its place, or a text that its place does not take, comes to light."""
    if why := misfit(shape, raw):
        part = shape.parts[why.part]
        return f"{part.number or part.text or 'the frame'} does not fit: {why.reason}"
    profile = Profile(frames={"made": shape})
    (found,) = (event.fields for event in Decoder(profile).feed(raw, ended=True) if isinstance(event, Decoded))
    for part in shape.parts:
        word = part.number or part.text
        if word in fields and not _carried(part, fields[word], found[word]):
            return f"{word} {fields[word]!r} does not fit its place"
    return ""


def _carried(part: Part, given: Any, found: Any) -> bool:
    """Whether a number, or a text of fixed width, arrives as given; an open text may lose what it cannot hold."""
    if part.number:
        return part.form in FLOATS or value_of(part, given) == value_of(part, found)
    return bool(not part.size or part.names or not isinstance(given, str) or found.strip() == given.strip())


def _described(event: Decoded | Undecoded, told: dict[str, str]) -> dict[str, Any]:
    if isinstance(event, Undecoded):
        return {"error": event.error}
    return {**event.fields, **told}
