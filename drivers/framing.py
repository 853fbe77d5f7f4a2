"""The engine behind profiles: fields to bytes, and bytes in any split to fields. No port, no clock.

A frame that fits no shape costs one byte: the search goes on behind it. The buffer never grows beyond the largest
frame that a profile may have.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from drivers.checks import CHECKS
from drivers.profile import LARGEST_FRAME, FrameShape, Part, Profile

T = TypeVar("T")


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
            pieces[index] = _number_bytes(part.length, counted // part.divide + part.plus)
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
        self._leads = _leads(list(self._shapes.values()))
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
            decoded, why = self._first_fit()
            if decoded is not None:
                _note(found, skipped, reason)
                found.append(decoded)
                del self._unread[: len(decoded.raw)]
                continue
            if not why and not ended and len(self._unread) < LARGEST_FRAME:
                break
            reason = reason or why or "unfinished frame"
            count = self._hopeless()
            skipped += self._unread[:count]
            del self._unread[:count]
        _note(found, skipped, reason)
        return found

    def _hopeless(self) -> int:
        """Return how many bytes from the first one on begin no shape; the first is known to."""
        if not self._leads:
            return 1
        return next((at for at in range(1, len(self._unread)) if self._unread[at] in self._leads), len(self._unread))

    def _first_fit(self) -> tuple[Decoded | None, str]:
        """Return the frame at the front, or why there is none; an empty reason means that more bytes may help."""
        reason, hopeful = "no shape fits", False
        furthest, raw = -1, bytes(self._unread)
        for name, shape in self._shapes.items():
            reader = _Reader(shape, raw, self._steps[name])
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
    reader = _Reader(shape, raw)
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
    reader = _Reader(shape, raw)
    with suppress(_NeedsMore, _Misfit):
        reader.read()
    return reader.pieces


class Step(NamedTuple):
    """What reading a part takes, worked out once a shape: a stream of noise asks for it at every byte."""

    part: Part
    kind: str
    fixed: bytes
    """The bytes of a `hex` part."""
    width: int
    """0 for a text whose width depends on what was read before it."""


def steps_of(shape: FrameShape) -> tuple[Step, ...]:
    """Work out a shape's steps."""
    return tuple(
        Step(part, part.kind, bytes.fromhex(part.hex), part.size if part.text else _fixed_width(part))
        for part in shape.parts
    )


def _leads(shapes: Sequence[FrameShape]) -> frozenset[int]:
    """Return the bytes with which frames of these shapes begin; empty when some begin with anything."""
    leads = [bytes.fromhex(shape.parts[0].hex)[:1] for shape in shapes if shape.parts]
    return frozenset(b"".join(leads)) if all(leads) else frozenset()


class _Reader:
    """One attempt to read one shape from the front of some bytes."""

    def __init__(self, shape: FrameShape, raw: bytes, steps: tuple[Step, ...] = ()) -> None:
        self._shape, self._raw = shape, raw
        self._steps = steps or steps_of(shape)
        self.at = self.part = 0
        self.expected = b""
        self.pieces: list[bytes] = []
        self._fields: dict[str, Any] = {}
        self._numbers: dict[str, int] = {}

    def read(self) -> dict[str, Any]:
        for index, step in enumerate(self._steps):
            self.part = index
            piece = self._take(step, step.width or self._text_width(index))
            self.pieces.append(piece)
            if step.kind == "number":
                self._read_number(step.part, piece)
            elif step.kind == "text":
                self._fields[step.part.text] = _untransformed(step.part, piece).decode(step.part.encoding, "replace")
        self._verify()
        return self._fields

    def _text_width(self, index: int) -> int:
        lengths = [(at, part) for at, part in enumerate(self._shape.parts) if part.length]
        if not lengths:
            return self._until_end(self._steps[index + 1].fixed)
        at, part = lengths[0]
        counted = (_number_of(part.length, self.pieces[at]) - part.plus) * part.divide
        others = sum(_fixed_width(other) or other.size for other in _range(self._shape, part, self._shape.parts))
        if not 0 <= counted - others <= LARGEST_FRAME:
            raise _Misfit("impossible length")
        return counted - others

    def _until_end(self, end: bytes) -> int:
        found = self._raw.find(end, self.at)
        if found < 0:
            raise _Misfit("no end") if len(self._raw) >= LARGEST_FRAME else _NeedsMore
        return found - self.at

    def _take(self, step: Step, width: int) -> bytes:
        piece = self._raw[self.at : self.at + width]
        if step.fixed and not step.fixed.startswith(piece):
            raise _Misfit(f"{piece.hex().upper() or 'nothing'} instead of {step.part.hex}")
        if len(piece) < width:
            raise _NeedsMore
        self.at += width
        return piece

    def _read_number(self, part: Part, piece: bytes) -> None:
        raw = _number_of(part.form, piece) - part.add
        if (raw < 0 and not part.form.startswith("s")) or (part.mask and raw > part.mask):
            raise _Misfit(f"{part.number} {raw} is out of range")
        number = self._numbers.get(part.number, 0) | (raw << part.shift) if raw >= 0 else raw
        if part.among and number not in part.among:
            raise _Misfit(f"{part.number} {number} is none of {part.among}")
        self._numbers[part.number] = number
        shown: Any = f"{number:02X}" if part.show == "hex" else number
        self._fields[part.number] = part.names.get(str(number), shown)

    def _verify(self) -> None:
        for index, (step, piece) in enumerate(zip(self._steps, self.pieces, strict=True)):
            if step.kind not in ("check", "length"):
                continue
            self.part, part = index, step.part
            counted = b"".join(_range(self._shape, part, self.pieces))
            if part.check and piece != _check_bytes(part, counted):
                self.expected = _check_bytes(part, counted)
                raise _Misfit("checksum")
            if part.length and _number_of(part.length, piece) != len(counted) // part.divide + part.plus:
                raise _Misfit("length")


def _piece(shape: FrameShape, index: int, fields: dict[str, Any], text_limit: int) -> bytes:
    part = shape.parts[index]
    if part.kind == "hex":
        return bytes.fromhex(part.hex)
    if part.kind == "number":
        number = _value(part, fields[part.number]) >> part.shift
        return _number_bytes(part.form, (number & part.mask if part.mask else number) + part.add)
    if part.kind == "text":
        following = shape.parts[index + 1 : index + 2]
        end = bytes.fromhex(following[0].hex) if following else b""
        return _transformed(part, str(fields[part.text]), text_limit, end)
    return bytes(_fixed_width(part))


def _value(part: Part, given: Any) -> int:
    """Return the number behind a value, its word, or its hex form."""
    for raw, word in part.names.items():
        if word == given:
            return int(raw)
    return int(given, 16) if part.show == "hex" and isinstance(given, str) else int(given)


def _transformed(part: Part, text: str, limit: int, end: bytes) -> bytes:
    """Encode character by character, so that a cut never splits one.

    Control characters, and whatever contains the frame's end, would end the frame early: they are dropped.
    """
    done, limit = b"", part.size or limit
    for character in text:
        raw = character.encode(part.encoding, "replace") if character.isprintable() else b""
        raw = b"" if end and end in raw else raw
        if len(done) + len(raw) > limit:
            break
        done += _character_bytes(part, raw)
    return done.ljust(part.size or len(done) + (part.even and len(done) % 2), b" ")


def _character_bytes(part: Part, raw: bytes) -> bytes:
    if part.transform == "nul" and raw:
        return raw + b"\x00"
    if part.transform == "nibbles":
        return b"".join(bytes((byte >> 4, byte & 15)) if byte >= 0x80 else bytes((byte,)) for byte in raw)
    return raw


def _untransformed(part: Part, piece: bytes) -> bytes:
    if part.transform == "nibbles":
        return _joined_nibbles(piece)
    return piece.replace(b"\x00", b"") if part.transform == "nul" else piece


def _joined_nibbles(piece: bytes) -> bytes:
    joined, rest = bytearray(), list(piece)
    while rest:
        byte = rest.pop(0)
        joined.append(byte << 4 | rest.pop(0) & 15 if byte < 0x10 and rest else byte)
    return bytes(joined)


def _fixed_width(part: Part) -> int:
    """Return the bytes of a part; 0 for a text, whose width depends."""
    if part.kind == "hex":
        return len(part.hex) // 2
    if part.kind == "check":
        return CHECKS[part.check][0]
    if part.kind == "text":
        return 0
    form = part.form if part.kind == "number" else part.length
    return int(form[5:]) if form.startswith("ascii") else (1 if form == "u8" else 2)


def _number_bytes(form: str, number: int) -> bytes:
    try:
        if form.startswith("ascii"):
            digits = f"{number:0{form[5:]}d}".encode()
            return digits if len(digits) == int(form[5:]) else number.to_bytes(0)
        width, order = (1, "big") if form == "u8" else (2, "little" if form.endswith("le") else "big")
        return number.to_bytes(width, order, signed=form.startswith("s"))  # type: ignore[arg-type]  # two literals
    except OverflowError as problem:
        raise ValueError(f"{number} does not fit {form}") from problem


def _number_of(form: str, piece: bytes) -> int:
    if form.startswith("ascii"):
        if not piece.isdigit():
            raise _Misfit(f"{piece.hex().upper()} is no decimal number")
        return int(piece)
    order = "little" if form.endswith("le") else "big"
    return int.from_bytes(piece, order, signed=form.startswith("s"))  # type: ignore[arg-type]  # two literals


def _check_bytes(part: Part, counted: bytes) -> bytes:
    width, function = CHECKS[part.check]
    return function(counted).to_bytes(width, part.order)


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
