"""Descriptions of frames as data: shipped models and a stranger's strip or pad are the same format.

A profile is a line (baud, gap, retry, duplicate window, acknowledgement) and its frames; a frame is a list of
parts in the order of the wire, each exactly one of

* ``hex = "AA55"``        fixed bytes (start, command, end)
* ``number = "addr"``     with ``form`` u8, u16be, u16le, s16be or asciiN (N decimal digits); ``mask``/``shift``/
                          ``add`` put a part of the number into a byte; ``names`` words for values; ``among`` the
                          only values allowed
* ``text = "text"``       with ``encoding``, ``transform`` plain, nibbles (a byte from 80h on goes as two) or nul
                          (00 after every character), ``size`` when fixed, ``even`` padded
                          with a blank to whole registers
* ``length = "u8"``       counts the bytes of the parts ``first`` to ``last``, divided by ``divide``, plus ``plus``
* ``check = "sum8"``      over the parts ``first`` to ``last``, ``order`` big or little

``first`` and ``last`` are parts by ``name``; without them they are the frame's first and last part.
"""

import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec

from drivers.checks import CHECKS

FORMS = ("u8", "u16be", "u16le", "s16be", "ascii1", "ascii2", "ascii3", "ascii4")
LARGEST_FRAME = 1024


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
    transform: Literal["plain", "nibbles", "nul"] = "plain"
    size: int = 0
    even: bool = False
    first: str = ""
    last: str = ""
    divide: int = 1
    plus: int = 0
    order: Literal["big", "little"] = "big"

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


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line and its frames. Times in milliseconds unless the name says seconds."""

    frames: dict[str, FrameShape]
    baud: int = 9600
    parity: Literal["N", "E", "O"] = "N"
    gap_ms: int = 100
    """Silence between two messages of the host."""
    idle_gap_ms: int = 200
    """Silence after which a frame that has begun counts as cut."""
    duplicate_ms: int = 500
    """The same frame again within this time is a retry."""
    refresh_s: int = 60
    """A display that never answers gets its content again after this long; 0 never."""
    text_limit: int = 200
    """Bytes of text that a frame may carry."""
    acknowledge: str = ""
    """What a pad wants back: empty for nothing, ``echo``, or fixed bytes in hex."""


def profile_of(row: dict[str, Any]) -> Profile:
    """Return the checked profile of a model's row (its table ``profile``).

    Raises:
        BadProfile: a key is wrong, or a part contradicts the frame.

    """
    try:
        profile = msgspec.convert(row["profile"], Profile)
    except (msgspec.ValidationError, KeyError) as problem:
        raise BadProfile(f"profile: {problem}") from problem
    for name, shape in profile.frames.items():
        _check_frame(name, shape)
    return profile


def load(path: Path) -> dict[str, Profile]:
    """Read a file of profiles: the same tables as in a shipped ``models.toml``.

    Raises:
        BadProfile: not TOML, or a profile in it is wrong; the text names the model.

    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
        return {model: profile_of(row) for model, row in rows.items() if "profile" in row}
    except (tomllib.TOMLDecodeError, BadProfile) as problem:
        raise BadProfile(f"{path}: {problem}") from problem


def _check_frame(frame: str, shape: FrameShape) -> None:
    if not shape.parts:
        raise BadProfile(f"frame {frame}: a frame needs a part")  # the decoder would find it for ever in any byte
    names = {part.name for part in shape.parts if part.name}
    for index, part in enumerate(shape.parts):
        if problem := _part_problem(part, names):
            raise BadProfile(f"frame {frame}, part {index + 1}: {problem}")
    for index in _open_texts(shape):
        if shape.parts[index + 1 : index + 2] == () or shape.parts[index + 1].kind != "hex":
            raise BadProfile(f"frame {frame}, part {index + 1}: text needs a length, a size, or fixed bytes after it")


def _open_texts(shape: FrameShape) -> list[int]:
    """Return the texts whose end neither a size nor a length part tells."""
    if any(part.length for part in shape.parts):
        return []
    return [index for index, part in enumerate(shape.parts) if part.text and not part.size]


def _part_problem(part: Part, names: set[str]) -> str:
    forms = (part.number and part.form) or part.length
    problems = (
        (not part.kind, "must be exactly one of hex, number, text, length, check"),
        (bool(forms) and forms not in FORMS, f"{forms!r} is none of {', '.join(FORMS)}"),
        (bool(part.check) and part.check not in CHECKS, f"check {part.check!r} is none of {', '.join(CHECKS)}"),
        (bool({part.first, part.last} - {""} - names), f"no part is named {part.first!r} or {part.last!r}"),
        (bool(part.hex) and not _is_hex(part.hex), f"{part.hex!r} is no hex"),
        (part.divide < 1, "divide must be at least 1"),
    )
    return next((text for wrong, text in problems if wrong), "")


def _is_hex(text: str) -> bool:
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True
