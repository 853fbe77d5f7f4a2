"""What reading a frame's parts takes, worked out once a shape, and where in noise a frame could begin. Pure.

A stream of noise asks at every byte whether a frame begins here. Most of it is passed over by one regular expression
made of the bytes with which the shapes begin, and most of the rest fails at bytes that stand at a fixed place.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from drivers.checks import CHECKS
from drivers.number_forms import width_of
from drivers.profile import FrameShape, Part, end_of_text, length_of


class Step(NamedTuple):
    """What reading a part takes, worked out once a shape: a stream of noise asks for it at every byte."""

    part: Part
    kind: str
    fixed: bytes
    """The bytes of a `hex` part."""
    width: int
    """0 for a text whose width depends on what was read before it."""
    length: int | None = None
    """The part that counts this text."""
    end: bytes = b""
    """The fixed bytes that end this text."""
    before_end: int = 0
    """Bytes between the text and its end."""


def steps_of(shape: FrameShape) -> tuple[Step, ...]:
    """Work out a shape's steps."""
    return tuple(_step(shape, index) for index in range(len(shape.parts)))


def _step(shape: FrameShape, index: int) -> Step:
    part = shape.parts[index]
    step = Step(part, part.kind, bytes.fromhex(part.hex), fixed_width(part))
    if step.kind != "text" or part.size:
        return step
    between, end = end_of_text(shape, index)
    width = sum(map(fixed_width, shape.parts[index + 1 : index + 1 + between]))
    return step._replace(length=length_of(shape, index), end=bytes.fromhex(end), before_end=width)


def fixed_width(part: Part) -> int:
    """Return the bytes of a part; 0 for a text whose width depends."""
    if part.kind == "hex":
        return len(bytes.fromhex(part.hex))
    if part.kind == "check":
        return CHECKS[part.check][0] * (2 if part.written == "hex" else 1)
    if part.kind == "text":
        return part.size
    return width_of(part.form if part.kind == "number" else part.length)


class Mark(NamedTuple):
    """Bytes that every frame of a shape has at the same place: most noise fails here, before anything is read."""

    at: int
    fixed: bytes

    def told(self, raw: bytes) -> str:
        """Say what stands there instead."""
        return instead(raw[self.at : self.at + len(self.fixed)], self.fixed)


def marks_of(steps: Sequence[Step]) -> tuple[Mark, ...]:
    """Return the fixed bytes in front of the first text whose width depends."""
    marks, at = [], 0
    for step in steps:
        if step.fixed:
            marks.append(Mark(at, step.fixed))
        if not step.width or step.part.repeats:
            break
        at += step.width
    return tuple(marks)


def first_wrong(marks: tuple[Mark, ...], raw: bytes) -> Mark | None:
    """Return the first mark that other bytes than its own stand at; bytes that have not come yet are none."""
    for mark in marks:
        if not mark.fixed.startswith(raw[mark.at : mark.at + len(mark.fixed)]):
            return mark
    return None


def instead(piece: bytes, fixed: bytes) -> str:
    """Word bytes that are not the wanted ones."""
    return f"{piece.hex().upper() or 'nothing'} instead of {fixed.hex().upper()}"


class Beginnings:
    """Where a frame of some shapes could begin."""

    def __init__(self, shapes: Sequence[Sequence[Step]]) -> None:
        known = [_beginning(steps) for steps in shapes]
        self._expression = (
            re.compile(b"|".join(pattern for pattern, _width in known), re.DOTALL)
            if all(pattern for pattern, _width in known) and known
            else None
        )
        self._kept = max((width for _pattern, width in known), default=1) - 1

    def after_first(self, unread: bytearray) -> int:
        """Return how many bytes from the first one on begin no frame; the first is known to."""
        if self._expression is None:
            return 1
        found = self._expression.search(unread, 1)
        undecided = max(1, len(unread) - self._kept)
        return min(found.start(), undecided) if found else undecided


def _beginning(steps: Sequence[Step]) -> tuple[bytes, int]:
    """Return an expression for the bytes up to the first that are not any, and its width; empty without such."""
    before = 0
    for step in steps:
        if step.fixed:
            return b"." * before + re.escape(step.fixed), before + len(step.fixed)
        if not step.width:
            break
        if allowed := _allowed(step):
            return b"." * before + b"[" + b"".join(b"\\x%02x" % byte for byte in allowed) + b"]", before + 1
        before += step.width
    return b"", 0


def _allowed(step: Step) -> list[int]:
    """Return the bytes that a number of one byte may be; empty when that is any."""
    part = step.part
    if step.kind != "number" or part.form != "u8" or part.shift or not (part.among or part.mask):
        return []
    values = part.among or range(part.mask + 1)
    return sorted({(value & part.mask if part.mask else value) + part.add & 0xFF for value in values})
