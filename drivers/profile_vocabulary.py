"""Frames of profiles in the words of the test vectors: what `hall-field decode` prints and `encode` takes."""

from typing import Any

from drivers.framing import Decoded, Decoder, Undecoded, misfit
from drivers.framing import encode as encode_shape
from drivers.profile import FrameShape, Profile

Profiles = dict[str, Profile]


def decode(raw: bytes, direction: str, profiles: Profiles) -> list[dict[str, Any]]:
    """Return one object per frame by the profile that leaves fewest bytes over; several profiles are named."""
    if not raw:
        return [{"error": "no frame"}]
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


def encode(fields: dict[str, Any], direction: str, profiles: Profiles) -> bytes:
    """Return the frame of the shape that uses most of the fields.

    Raises:
        ValueError: no shape can be filled; the text says what the nearest one misses.

    """
    fitting = []
    missing: set[str] = set()
    for profile in profiles.values():
        for shape in profile.frames.values():
            if (direction and shape.direction not in ("", direction)) or not _agrees(shape, fields):
                continue
            wanted = _wanted(shape)
            if wanted <= fields.keys():
                fitting.append((len(wanted), -_unsaid(shape, fields), shape))
            elif not missing or len(wanted - fields.keys()) < len(missing):
                missing = wanted - fields.keys()
    if not fitting:
        raise ValueError(f"{', '.join(sorted(missing)) or 'a known frame'} is missing")
    return encode_shape(max(fitting, key=lambda item: item[:2])[2], fields)


def _described(event: Decoded | Undecoded, told: dict[str, str]) -> dict[str, Any]:
    if isinstance(event, Undecoded):
        return {"error": event.error}
    return {**event.fields, **told}


def _wanted(shape: FrameShape) -> set[str]:
    return {part.number or part.text for part in shape.parts if part.number or part.text}


def _agrees(shape: FrameShape, fields: dict[str, Any]) -> bool:
    return all(fields.get(word, value) == value for word, value in shape.means.items() if word != "meaning")


def _unsaid(shape: FrameShape, fields: dict[str, Any]) -> int:
    """What the shape means and nobody asked for, e.g. a composite display."""
    return sum(word not in fields for word in shape.means if word != "meaning")
