"""The engine behind profiles: fields to bytes, and bytes in any split to fields. No port, no clock.

A frame that fits no shape costs one byte: the search goes on behind it. The buffer never grows beyond the largest
frame that a profile may have.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from drivers.checks import CHECKS
from drivers.frame_steps import Beginnings, Step, first_wrong, fixed_width, instead, marks_of, steps_of
from drivers.number_forms import WHOLE, number_bytes, number_of, width_of
from drivers.profile import LARGEST_FRAME, FrameShape, Part, Profile, end_of_text, length_of, open_texts
from drivers.text_forms import says_all, text_bytes, text_of

T = TypeVar("T")
MOST_REPEATED = 64
"""So many more copies of a repeated byte are taken."""
AS_IT_IS = "_hex"
"""Behind the name of a text: its bytes, where the text does not say them all; they may be given instead of it."""


class Decoded(NamedTuple):
    """One frame: which shape, its fields, its bytes."""

    shape: str
    fields: dict[str, Any]
    raw: bytes


class Undecoded(NamedTuple):
    """Bytes that fit no shape, with the reason of the shape that came furthest."""

    error: str
    raw: bytes


class Misfit(NamedTuple):
    """Where bytes stop to fit a shape: the part (counted from 0), how many bytes fitted, and why the next do not."""

    part: int
    fitted: int
    reason: str
    expected: bytes = b""
    """What a check over these bytes would be."""


class _NeedsMore(Exception):
    """The shape fits so far and the bytes end."""


class _Misfit(Exception):
    """The shape does not fit; the text says where."""


def encode(shape: FrameShape, fields: dict[str, Any], text_limit: int = LARGEST_FRAME) -> bytes:
    """Return a frame of this shape.

    Raises:
        KeyError: a field is missing.
        ValueError: a number does not fit its part.

    """
    pieces = [_piece(shape, index, fields, text_limit) for index in range(len(shape.parts))]
    for index, part in enumerate(shape.parts):
        if part.length:
            counted = sum(len(piece) for piece in _range(shape, part, pieces))
            pieces[index] = _sized(shape, part.length, counted // part.divide + part.plus)
    for index, part in enumerate(shape.parts):
        if part.check:
            pieces[index] = _check_bytes(part, b"".join(_range(shape, part, pieces)))
    return b"".join(pieces)


class Decoder:
    """Frames of a profile out of a stream."""

    def __init__(self, profile: Profile, direction: str = "") -> None:
        self._shapes = {
            name: shape for name, shape in profile.frames.items() if not direction or shape.direction in ("", direction)
        }
        self._steps = {name: steps_of(shape) for name, shape in self._shapes.items()}
        self._marks = {name: marks_of(steps) for name, steps in self._steps.items()}
        self._bare = frozenset(name for name, shape in self._shapes.items() if open_texts(shape)[:1] == [0])
        self._beginnings = Beginnings([steps for name, steps in self._steps.items() if name not in self._bare])
        self._unread = bytearray()

    @property
    def pending(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self._unread)

    def feed(self, data: bytes, ended: bool = False) -> list[Decoded | Undecoded]:
        """Take bytes; `ended` says that the line fell silent, so nothing more belongs to what is there."""
        self._unread += data
        found: list[Decoded | Undecoded] = []
        skipped, reason = bytearray(), ""
        while self._unread:
            decoded, why = self._first_fit(ended, fresh=not skipped)
            if decoded is not None:
                _note(found, skipped, reason)
                found.append(decoded)
                del self._unread[: len(decoded.raw)]
                continue
            if not why and not ended and len(self._unread) < LARGEST_FRAME:
                break
            reason = reason or why or "unfinished frame"
            count = self._beginnings.after_first(self._unread)
            skipped += self._unread[:count]
            del self._unread[:count]
        _note(found, skipped, reason)
        return found

    def _first_fit(self, ended: bool, fresh: bool) -> tuple[Decoded | None, str]:
        """Return the frame at the front, or why there is none; an empty reason means that more bytes may help.

        A shape that begins with a text would find its beginning anywhere: it is not looked for behind damage.
        """
        reason, hopeful = "no shape fits", False
        furthest, raw = -1, bytes(self._unread)
        for name, shape in self._shapes.items():
            if name in self._bare and not fresh:
                continue
            if (wrong := first_wrong(self._marks[name], raw)) is not None:
                if wrong.at > furthest:
                    furthest, reason = wrong.at, wrong.told(raw)
                continue
            reader = _Reader(shape, raw, self._steps[name], ended)
            try:
                fields = reader.read()
            except _NeedsMore:
                hopeful = True
            except _Misfit as problem:
                if reader.at > furthest:
                    furthest, reason = reader.at, str(problem)
            else:
                return Decoded(name, {**fields, **shape.means}, raw[: reader.at]), ""
        return None, "" if hopeful else reason


def misfit(shape: FrameShape, raw: bytes) -> Misfit | None:
    """Say why bytes are not exactly one frame of this shape; None when they are."""
    reader = _Reader(shape, raw, ended=True)
    try:
        reader.read()
    except _NeedsMore:
        return Misfit(reader.part, reader.at, "the bytes end here")
    except _Misfit as problem:
        return Misfit(reader.part, reader.at, str(problem), reader.expected)
    if reader.at < len(raw):
        return Misfit(len(shape.parts) - 1, reader.at, f"{len(raw) - reader.at} bytes more than the frame has")
    return None


def pieces_of(shape: FrameShape, raw: bytes) -> list[bytes]:
    """Return the bytes of each part as far as the bytes fit; checks and lengths need not be right."""
    reader = _Reader(shape, raw, ended=True)
    with suppress(_NeedsMore, _Misfit):
        reader.read()
    return reader.pieces


class _Reader:
    """One attempt to read one shape from the front of some bytes; `ended` when no more belong to them."""

    def __init__(self, shape: FrameShape, raw: bytes, steps: tuple[Step, ...] = (), ended: bool = False) -> None:
        self._shape, self._raw, self._ended = shape, raw, ended
        self._steps = steps or steps_of(shape)
        self._start_over()

    def _start_over(self) -> None:
        self.at = self.part = 0
        self.expected = b""
        self.pieces: list[bytes] = []
        self._fields: dict[str, Any] = {}
        self._numbers: dict[str, float] = {}
        self._first_end = -1

    def read(self) -> dict[str, Any]:
        """A check that stands before the end may hold the end's own byte: then a later end is the right one."""
        try:
            return self._attempt(0)
        except _Misfit:
            if self._first_end < 0:
                raise
            for later in self._later_ends():
                with suppress(_Misfit):
                    return self._attempt(later)
            return self._attempt(0)  # raises as before: place and reason are those of the first end

    def _attempt(self, end_from: int) -> dict[str, Any]:
        self._start_over()
        for index, step in enumerate(self._steps):
            self.part = index
            piece = self._take(step, step.width or self._text_width(step, end_from))
            self.pieces.append(piece)
            if step.kind == "number":
                self._read_number(step.part, piece)
            elif step.kind == "text":
                self._read_text(step.part, piece)
        self._verify()
        return self._fields

    def _later_ends(self) -> list[int]:
        """Return where later ends begin, as far as a check before the end reaches."""
        step = next(step for step in self._steps if step.end and step.before_end and step.length is None)
        reach = self._first_end + step.before_end + len(step.end)
        if len(self._raw) < reach and not self._ended:
            raise _NeedsMore
        found = (self._raw.find(step.end, at, reach) for at in range(self._first_end + 1, reach))
        return sorted({at for at in found if at >= 0})

    def _text_width(self, step: Step, end_from: int) -> int:
        if step.kind != "text":
            return 0
        if step.length is None:
            return self._until_end(step, end_from) if step.end else self._until_silence(step)
        part = self._shape.parts[step.length]
        counted = int(_read(part.length, self.pieces[step.length]) - part.plus) * part.divide
        others = sum(map(fixed_width, _range(self._shape, part, self._shape.parts)))
        if not 0 <= counted - others <= LARGEST_FRAME:
            raise _Misfit("impossible length")
        return counted - others

    def _until_end(self, step: Step, end_from: int) -> int:
        found = self._raw.find(step.end, max(self.at + step.before_end, end_from if step.before_end else 0))
        if found < 0:
            raise _Misfit("no end") if len(self._raw) >= LARGEST_FRAME else _NeedsMore
        if step.before_end and not end_from:
            self._first_end = found
        return found - step.before_end - self.at

    def _until_silence(self, step: Step) -> int:
        """A text that breaks its pattern already will not keep it later."""
        width = len(self._raw) - step.before_end - self.at
        if self._ended and width >= 0:
            return width
        if step.part.pattern and not step.before_end:
            self._read_text(step.part, self._raw[self.at :])
        raise _NeedsMore

    def _take(self, step: Step, width: int) -> bytes:
        piece = self._raw[self.at : self.at + width]
        if step.fixed and not step.fixed.startswith(piece):
            raise _Misfit(instead(piece, step.fixed))
        if len(piece) < width:
            raise _NeedsMore
        self.at += width
        if step.part.repeats:
            more = self._raw[self.at : self.at + MOST_REPEATED]
            extra = more[: len(more) - len(more.lstrip(piece[-1:]))]
            self.at += len(extra)
            piece += extra
        return piece

    def _read_number(self, part: Part, piece: bytes) -> None:
        raw = _read(part.form, piece)
        number = self._part_of_number(part, int(raw)) if part.mask or part.add or part.shift else raw
        if part.among and number not in part.among:
            raise _Misfit(f"{part.number} {number} is none of {part.among}")
        self._numbers[part.number] = number
        shown: Any = f"{int(number):0{_hex_digits(part)}X}" if part.show == "hex" else number
        self._fields[part.number] = part.names.get(str(number), shown)

    def _part_of_number(self, part: Part, raw: int) -> int:
        piece = raw - part.add
        if (piece < 0 and not part.form.startswith("s")) or (part.mask and not 0 <= piece <= part.mask):
            raise _Misfit(f"{part.number} {piece} is out of range")
        return int(self._numbers.get(part.number, 0)) | (piece << part.shift)

    def _read_text(self, part: Part, piece: bytes) -> None:
        said = text_of(part, piece)
        if part.pattern and not (isinstance(said, str) and re.fullmatch(part.pattern, said)):
            raise _Misfit(f"{part.text} {said!r} is none")
        self._fields[part.text] = said
        if not says_all(part, piece):
            self._fields[part.text + AS_IT_IS] = piece.hex().upper()

    def _verify(self) -> None:
        for index, (step, piece) in enumerate(zip(self._steps, self.pieces, strict=True)):
            if step.kind not in ("check", "length"):
                continue
            self.part, part = index, step.part
            counted = b"".join(_range(self._shape, part, self.pieces))
            if part.check and piece.upper() != _check_bytes(part, counted).upper():
                self.expected = _check_bytes(part, counted)
                raise _Misfit("checksum")
            if part.length and _read(part.length, piece) != len(counted) // part.divide + part.plus:
                raise _Misfit("length")


def _piece(shape: FrameShape, index: int, fields: dict[str, Any], text_limit: int) -> bytes:
    part = shape.parts[index]
    if part.kind == "hex":
        return bytes.fromhex(part.hex)
    if part.kind == "number":
        return _number_piece(part, fields[part.number])
    if part.kind == "text":
        return _text_piece(shape, index, fields, text_limit)
    return bytes(fixed_width(part))


def _number_piece(part: Part, given: Any) -> bytes:
    try:
        number = value_of(part, given)
        if part.mask or part.add or part.shift:
            shifted = int(number) >> part.shift
            number = (shifted & part.mask if part.mask else shifted) + part.add
        return number_bytes(part.form, number)
    except (ValueError, TypeError) as problem:
        raise ValueError(f"{part.number}: {problem}") from problem


def _text_piece(shape: FrameShape, index: int, fields: dict[str, Any], text_limit: int) -> bytes:
    part = shape.parts[index]
    try:
        if part.text + AS_IT_IS in fields:
            return bytes.fromhex(fields[part.text + AS_IT_IS])
        end = bytes.fromhex(end_of_text(shape, index)[1]) if length_of(shape, index) is None else b""
        return text_bytes(part, fields[part.text], text_limit, end)
    except (ValueError, TypeError, OverflowError) as problem:
        raise ValueError(f"{part.text}: {problem}") from problem


def _sized(shape: FrameShape, form: str, count: int) -> bytes:
    try:
        return number_bytes(form, count)
    except ValueError as problem:
        grown = next((part.text for part in shape.parts if part.text and not part.size), "the frame")
        raise ValueError(f"{grown} is too long: the length {problem}") from problem


def value_of(part: Part, given: Any) -> float:
    """Return the number behind a value, its word, or its hex form.

    Raises:
        ValueError, TypeError: it is no number.

    """
    known = str(given) if part.among and given not in part.among else given  # a digit that is a key's word
    for raw, word in part.names.items():
        if known in (word, word.partition(" ")[2] or word):
            return int(raw)
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise ValueError(f"{given!r} is no number")
    if part.form.startswith("f"):
        return float(given)
    if isinstance(given, float) and not given.is_integer():
        raise ValueError(f"{given} is no whole number")
    return _whole(given, part.show == "hex") if isinstance(given, str) else int(given)


def _whole(given: str, in_hex: bool) -> int:
    """Read digits; what only hex digits can say is hex anyway."""
    try:
        return int(given, 16) if in_hex or not given.lstrip("-").isdecimal() else int(given)
    except ValueError as problem:
        raise ValueError(f"{given!r} is no number") from problem


def _hex_digits(part: Part) -> int:
    return 2 * width_of(part.form) if part.form in WHOLE else 2


def _read(form: str, piece: bytes) -> float:
    try:
        return number_of(form, piece)
    except ValueError as problem:
        raise _Misfit(str(problem)) from problem


def _check_bytes(part: Part, counted: bytes) -> bytes:
    width, function = CHECKS[part.check]
    made = function(counted).to_bytes(width, part.order)
    return made.hex().upper().encode() if part.written == "hex" else made


def _range(shape: FrameShape, part: Part, of: Sequence[T]) -> Sequence[T]:
    """Return the items that stand for the parts which a length or check covers."""
    names = [other.name for other in shape.parts]
    start = names.index(part.first) if part.first else 0
    end = names.index(part.last) if part.last else len(names) - 1
    return of[start : end + 1]


def _note(found: list[Decoded | Undecoded], skipped: bytearray, reason: str) -> None:
    """Report what was skipped as one piece."""
    if skipped:
        found.append(Undecoded(reason, bytes(skipped)))
        skipped.clear()
