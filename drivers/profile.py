"""Descriptions of frames as data: shipped models and a stranger's strip or pad are the same format.

A profile is a line (baud, parity, bits, gap, retry, duplicate window, acknowledgement) and its frames; a frame is a
list of parts in the order of the wire, each exactly one of

* ``hex = "AA55"``        fixed bytes (start, command, end); with ``repeats`` more of its last byte may follow
* ``number = "addr"``     with a ``form`` of `drivers.number_forms` (u8, u16be, s16le, f32be, ascii3, hex2, bcd1, ...);
                          ``mask``/``shift``/``add`` put a part of the number into a byte; ``names`` words for values;
                          ``among`` the only values allowed; ``show = "hex"`` for a number told in hex
* ``text = "text"``       with ``encoding`` and ``transform`` of `drivers.text_forms`, ``size`` when fixed, ``even``
                          padded with a blank to whole registers, ``names`` words for texts, ``pattern`` what it is
* ``length = "u8"``       counts the bytes of the parts ``first`` to ``last``, divided by ``divide``, plus ``plus``
* ``check = "sum8"``      over the parts ``first`` to ``last``, ``order`` big or little, ``written`` as bytes or in hex

``first`` and ``last`` are parts by ``name``; without them a length counts the whole frame, and a check covers what
stands before it (a check that begins the frame: what stands behind it). A text ends where a length or its size says,
before the next fixed bytes (a check may stand between), or where the line falls silent.
Parts with ``optional`` are all there or none is; with them the frame says what ``means_with`` holds.
"""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from drivers.checks import CHECKS
from drivers.number_forms import FORMS
from drivers.text_forms import known_encoding

LARGEST_FRAME = 1024
ECHO = "echo"
WITH_OPTIONS = " with its optional parts"
"""Behind the name of a frame whose optional parts are there."""


class BadProfile(ValueError):
    """The description contradicts itself; the text names frame and part."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part of a frame; the module's docstring says what each key means."""

    name: str = ""
    hex: str = ""
    number: str = ""
    text: str = ""
    length: str = ""
    check: str = ""
    form: str = "u8"
    mask: int = 0
    shift: int = 0
    add: int = 0
    names: dict[str, str] = {}
    among: tuple[int, ...] = ()
    show: Literal["number", "hex"] = "number"
    encoding: str = "gbk"
    transform: Literal["plain", "nibbles", "nul", "hex"] = "plain"
    size: int = 0
    even: bool = False
    pattern: str = ""
    repeats: bool = False
    optional: bool = False
    first: str = ""
    last: str = ""
    divide: int = 1
    plus: int = 0
    order: Literal["big", "little"] = "big"
    written: Literal["bytes", "hex"] = "bytes"

    @property
    def kind(self) -> str:
        """Which of the five it is, or an empty word when it is none or several."""
        kinds = [kind for kind in ("hex", "number", "text", "length", "check") if getattr(self, kind)]
        return kinds[0] if len(kinds) == 1 else ""


class FrameShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One frame of the line."""

    parts: tuple[Part, ...]
    direction: str = ""
    """As in captures, e.g. ``host->display``; empty for any."""
    means: dict[str, Any] = {}
    """Facts that follow from the shape alone, shown by decoding."""
    means_with: dict[str, Any] = {}
    """More of them, where the optional parts are there."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line and its frames. Times in milliseconds unless the name says seconds."""

    frames: dict[str, FrameShape]
    baud: int = 9600
    parity: Literal["N", "E", "O"] = "N"
    data_bits: Literal[7, 8] = 8
    stop_bits: Literal[1, 2] = 1
    gap_ms: int = 100
    """Silence between two messages of the host."""
    idle_gap_ms: int = 200
    """Silence after which a frame that has begun counts as cut."""
    duplicate_ms: int = 500
    """The same frame again within this time is a retry."""
    retries: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    """The host says everything so many times more to a display that never answers."""
    refresh_s: int = 60
    """A display that never answers gets its content again after this long; 0 never."""
    text_limit: int = 200
    """Bytes of text that a frame may carry."""
    acknowledge: str = ""
    """What a pad wants back: empty for nothing, ``echo``, fixed bytes in hex, or the name of a frame, which is made of
    the fields of what the pad said."""


def profile_of(row: dict[str, Any]) -> Profile:
    """Return the checked profile of a model's row (its table ``profile``).

    Raises:
        BadProfile: a key is wrong, or a part contradicts the frame.

    """
    try:
        profile = msgspec.convert(row["profile"], Profile)
    except (msgspec.ValidationError, KeyError) as problem:
        raise BadProfile(f"profile: {problem}") from problem
    shapes = dict(_expanded({name: _with_known_checks(shape) for name, shape in profile.frames.items()}))
    for name, shape in shapes.items():
        _check_frame(name, shape)
    _check_acknowledgement(profile)
    return msgspec.structs.replace(profile, frames=shapes)


def load(path: Path) -> dict[str, Profile]:
    """Read a file of profiles: the same tables as in a shipped ``models.toml``.

    Raises:
        BadProfile: not TOML, or a profile in it is wrong; the text names the model.

    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadProfile(f"{path}: {problem}") from problem
    found = {}
    for model, row in rows.items():
        if isinstance(row, dict) and "profile" in row:
            try:
                found[model] = profile_of(row)
            except BadProfile as problem:
                raise BadProfile(f"{path}: {model}: {problem}") from problem
    return found


def _with_known_checks(shape: FrameShape) -> FrameShape:
    """Take a check by either spelling, ``crc16-arc`` or ``crc16_arc``."""
    parts = [msgspec.structs.replace(part, check=part.check.casefold().replace("-", "_")) for part in shape.parts]
    if any(part.check and not (part.first and part.last) for part in parts):
        parts = [msgspec.structs.replace(part, name=part.name or f"part {at + 1}") for at, part in enumerate(parts)]
        parts = [_covering(parts, at) if part.check else part for at, part in enumerate(parts)]
    return msgspec.structs.replace(shape, parts=tuple(parts))


def _covering(parts: list[Part], at: int) -> Part:
    """Return a check whose range is said: up to itself, or from behind itself where it stands before what it covers."""
    part, names = parts[at], [other.name for other in parts]
    first = part.first or names[at + 1 if at == 0 and len(parts) > 1 else 0]
    behind = first in names and names.index(first) > at
    return msgspec.structs.replace(part, first=first, last=part.last or names[-1 if behind or at == 0 else at - 1])


def _expanded(shapes: dict[str, FrameShape]) -> list[tuple[str, FrameShape]]:
    """Return the shapes without their optional parts, and those that have some once more with all."""
    found = []
    for name, shape in shapes.items():
        kept = tuple(part for part in shape.parts if not part.optional)
        found.append((name, msgspec.structs.replace(shape, parts=kept)))
        if len(kept) < len(shape.parts):
            means = {**shape.means, **shape.means_with}
            found.append((name + WITH_OPTIONS, msgspec.structs.replace(shape, means=means)))
    return found


def _check_acknowledgement(profile: Profile) -> None:
    wanted = profile.acknowledge
    if wanted not in ("", ECHO, *profile.frames) and not _is_hex(wanted):
        raise BadProfile(f"acknowledge {wanted!r} is neither echo, nor hex, nor one of {', '.join(profile.frames)}")
    said = {word for name, shape in profile.frames.items() if name != wanted for word in _said(shape)}
    if wanted in profile.frames and (unsaid := _said(profile.frames[wanted]) - said):
        raise BadProfile(f"acknowledge {wanted}: no other frame says {', '.join(sorted(unsaid))}")


def _said(shape: FrameShape) -> set[str]:
    return {part.number or part.text for part in shape.parts if part.number or part.text}


def _check_frame(frame: str, shape: FrameShape) -> None:
    if not shape.parts:
        raise BadProfile(f"frame {frame}: a frame needs a part")  # the decoder would find it for ever in any byte
    names = {part.name for part in shape.parts if part.name}
    for index, part in enumerate(shape.parts):
        if problem := _part_problem(part, names):
            raise BadProfile(f"frame {frame}, part {index + 1}: {problem}")
    if problem := _name_problem(shape):
        raise BadProfile(f"frame {frame}: {problem}")
    for index in open_texts(shape)[:-1]:
        if not end_of_text(shape, index)[1]:
            raise BadProfile(f"frame {frame}, part {index + 1}: text needs a length, a size, or fixed bytes after it")


def _name_problem(shape: FrameShape) -> str:
    """Parts are covered by name, so a name may stand for one only, and the first part covered not behind the last."""
    names = [part.name for part in shape.parts if part.name]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        return f"two parts are named {twice!r}"
    places = {part.name: at for at, part in enumerate(shape.parts)}
    for part in shape.parts:
        if part.first and part.last and places[part.first] > places[part.last]:
            return f"part {part.first!r} stands behind {part.last!r}"
        if part.check and places.get(part.first, 0) <= shape.parts.index(part) <= places.get(part.last, len(names)):
            return f"check {part.check} covers itself"
    return ""


def open_texts(shape: FrameShape) -> list[int]:
    """Return the texts whose end neither a size nor a length part tells."""
    texts = [index for index, part in enumerate(shape.parts) if part.text and not part.size]
    return [index for index in texts if length_of(shape, index) is None]


def length_of(shape: FrameShape, text: int) -> int | None:
    """Return the place of the length part that counts a text and stands before it."""
    names = [part.name for part in shape.parts]
    for at, part in enumerate(shape.parts[:text]):
        first = names.index(part.first) if part.first else 0
        last = names.index(part.last) if part.last else len(names) - 1
        if part.length and first <= text <= last:
            return at
    return None


def end_of_text(shape: FrameShape, text: int) -> tuple[int, str]:
    """Return how many parts stand between an open text and the fixed bytes that end it, and these bytes in hex.

    No bytes: nothing fixed follows before the frame's end, or the next text.
    """
    for between, part in enumerate(shape.parts[text + 1 :]):
        if part.hex:
            return between, part.hex
        if part.text and not part.size:
            return between, ""
    return len(shape.parts) - text - 1, ""


def ends_in_silence(shape: FrameShape) -> bool:
    """Whether only silence tells where a frame ends: it holds an open text that no fixed bytes end."""
    return any(not end_of_text(shape, index)[1] for index in open_texts(shape))


def _part_problem(part: Part, names: set[str]) -> str:
    forms = (part.number and part.form) or part.length
    problems = (
        (not part.kind, "must be exactly one of hex, number, text, length, check"),
        (bool(forms) and forms not in FORMS, f"{forms!r} is none of {', '.join(FORMS)}"),
        (part.length.startswith("f"), f"{part.length!r} counts no bytes"),
        (bool(part.check) and part.check not in CHECKS, f"check {part.check!r} is none of {', '.join(CHECKS)}"),
        (bool({part.first, part.last} - {""} - names), f"no part is named {part.first!r} or {part.last!r}"),
        (bool(part.hex) and not _is_hex(part.hex), f"{part.hex!r} is no hex"),
        (bool(part.text) and not known_encoding(part.encoding), f"no encoding is named {part.encoding!r}"),
        (bool(part.pattern) and not _is_pattern(part.pattern), f"{part.pattern!r} is no regular expression"),
        (part.divide < 1, "divide must be at least 1"),
        (min(part.size, part.mask, part.shift) < 0, "size, mask and shift are not negative"),
    )
    return next((text for wrong, text in problems if wrong), "")


def _is_hex(text: str) -> bool:
    try:
        return bool(bytes.fromhex(text))
    except ValueError:
        return False


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
