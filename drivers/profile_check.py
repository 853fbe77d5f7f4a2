"""A profile against captured frames: which frame contradicts which part, and what would fit instead. Pure."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from drivers.checks import CHECKS
from drivers.framing import Decoded, Decoder, Misfit, misfit, pieces_of
from drivers.profile import FrameShape, Part, Profile
from drivers.profile_vocabulary import PROSE

LARGEST_PLUS = 8
NOT_COMPARED = PROSE | {"shape"}


class Captured(NamedTuple):
    """One frame with what the technician wrote beside it. `place` names file and line."""

    place: str
    raw: bytes
    direction: str = ""
    """As in profiles, or only its end: ``->host`` for what the device said, ``host->`` for the host."""
    says: dict[str, Any] = {}  # noqa: RUF012 - a default that nobody alters
    """Fields that the frame is known to carry."""


CORRECT = "; correct this part of the profile, or capture the frame again"


class Contradiction(NamedTuple):
    """One line for the technician."""

    place: str
    says: str


def check(profile: Profile, frames: list[Captured]) -> list[Contradiction]:
    """Return what contradicts, frame by frame; then the shapes that no capture shows."""
    found = []
    seen: set[str] = set()
    for frame in frames:
        fitting = [name for name, shape in _shapes(profile, frame) if misfit(shape, frame.raw) is None]
        seen.update(fitting)
        if fitting:
            found += list(_disagreements(profile, fitting[0], frame))
        else:
            found.append(Contradiction(frame.place, _nearest(profile, frame, frames)))
    unseen = [name for name in profile.frames if name not in seen]
    return found + [
        Contradiction("", f"no capture shows frame {name}: it is not proven; capture one") for name in unseen
    ]


def _shapes(profile: Profile, frame: Captured) -> Iterator[tuple[str, FrameShape]]:
    for name, shape in profile.frames.items():
        ours, theirs = shape.direction, frame.direction
        if not ours or not theirs or ours == theirs or ours.startswith(theirs) or ours.endswith(theirs):
            yield name, shape


def _disagreements(profile: Profile, shape: str, frame: Captured) -> Iterator[Contradiction]:
    events = Decoder(profile).feed(frame.raw, ended=True)
    fields = next((event.fields for event in events if isinstance(event, Decoded) and event.shape == shape), {})
    for name, value in frame.says.items():
        if name not in NOT_COMPARED and fields.get(name) != value:
            says = f"frame {shape} reads {name} as {fields.get(name)!r}, the capture says {value!r}"
            yield Contradiction(frame.place, f"{says}; correct the part {name}, or what the capture says")


def _nearest(profile: Profile, frame: Captured, frames: list[Captured]) -> str:
    """Word the contradiction of the shape that came furthest."""
    tried = [(name, shape, misfit(shape, frame.raw)) for name, shape in _shapes(profile, frame)]
    known = [(name, shape, why) for name, shape, why in tried if why is not None]
    if not known:
        return f"the profile has no frame of the direction {frame.direction!r}; describe one, or correct the capture"
    name, shape, why = max(known, key=lambda item: (item[2].fitted, item[2].part))
    part = shape.parts[why.part]
    return f"contradicts frame {name}, part {why.part + 1} ({_described(part)}): {_worded(shape, frame.raw, why)}" + (
        _advice(shape, why, frames)
    )


def _described(part: Part) -> str:
    value = getattr(part, part.kind)
    covers = f" over {part.first or 'the first'} to {part.last or 'the last'} part" if part.check or part.length else ""
    form = f" {part.form}" if part.number else ""
    return f"{part.kind} {value}{form}{covers}"


def _worded(shape: FrameShape, raw: bytes, why: Misfit) -> str:
    pieces = pieces_of(shape, raw)
    there = pieces[why.part].hex().upper() if why.part < len(pieces) else raw[why.fitted :].hex().upper()
    if why.expected:
        return f"{there} is there, these bytes make {why.expected.hex().upper()}"
    if why.reason == "length":
        return f"{there} is there, which is not what the part counts"
    return why.reason


def _advice(shape: FrameShape, why: Misfit, frames: list[Captured]) -> str:
    """Say what to do: where a check or a length is to blame, what would fit every captured frame."""
    index = why.part
    if not why.expected:
        index = next((at for at, part in enumerate(shape.parts) if part.length), index)
    part = shape.parts[index]
    if not (part.check or part.length):
        return CORRECT
    for words, other in _other_checks(shape, index) if part.check else _other_lengths(shape, index):
        if all(_fits(other, frame.raw, part) for frame in frames):
            return f"; all {len(frames)} frames would fit {words}"
    return CORRECT


def _fits(shape: FrameShape, raw: bytes, part: Part) -> bool:
    """Whether the frame fits; a length may be right while a check is still wrong."""
    why = misfit(shape, raw)
    return why is None or (bool(part.length and why.expected) and why.fitted == len(raw))


def _other_checks(shape: FrameShape, index: int) -> Iterator[tuple[str, FrameShape]]:
    width = CHECKS[shape.parts[index].check][0]
    orders = ("big", "little") if width > 1 else ("big",)
    for first, last in _ranges(len(shape.parts), index):
        for name, (size, _function) in CHECKS.items():
            for order in orders if size == width else ():
                words = f"{name} over parts {first + 1} to {last + 1}" + (
                    ", low byte first" if order == "little" else ""
                )
                yield words, _with(shape, index, first, last, check=name, order=order)


def _other_lengths(shape: FrameShape, index: int) -> Iterator[tuple[str, FrameShape]]:
    for plus in range(LARGEST_PLUS + 1):
        for first, last in _ranges(len(shape.parts), -1):
            words = f"a length of parts {first + 1} to {last + 1}" + (f", plus = {plus}" if plus else "")
            yield words, _with(shape, index, first, last, plus=plus)


def _with(shape: FrameShape, index: int, first: int, last: int, **changes: Any) -> FrameShape:
    """Return the shape with one part altered to cover other parts. Parts are found by name, so all get one."""
    parts = [msgspec.structs.replace(part, name=part.name or f"part-{at}") for at, part in enumerate(shape.parts)]
    parts[index] = msgspec.structs.replace(parts[index], first=parts[first].name, last=parts[last].name, **changes)
    covering = [
        part if at == index or not (part.check or part.length) else _kept(part, parts) for at, part in enumerate(parts)
    ]
    return msgspec.structs.replace(shape, parts=tuple(covering))


def _kept(part: Part, parts: list[Part]) -> Part:
    return msgspec.structs.replace(part, first=part.first or parts[0].name, last=part.last or parts[-1].name)


def _ranges(count: int, without: int) -> Iterator[tuple[int, int]]:
    """Every run of parts, long ones first, without the check itself."""
    for size in range(count, 0, -1):
        for first in range(count - size + 1):
            if not first <= without < first + size:
                yield first, first + size - 1
