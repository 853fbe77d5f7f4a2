"""Input records of a keyboard wedge as objects, and back: what `hall-field decode` prints and `encode` takes.

``{"text": "A023", "suffix": "ENTER", "keys": [[42, 1], ...], "record": "q sec, ..."}``. A machine of 64 bits has
records of 24 bytes, one of 32 bits of 16; where the device does not say which, the bytes do. Chinese by Alt and keypad
is read as GBK, or as Unicode where it cannot be GBK.
"""

import struct
from collections.abc import Iterator
from typing import Any

from drivers.code_scanner.hid import PLAIN, SHIFTED, SUFFIX_KEYS, HidDecoder, TypedCode
from drivers.code_scanner.protocol import Spoiled
from drivers.code_scanner.text import explained
from drivers.input_records import EV_KEY, EV_SYN, KEYPAD_KEYS, RECORD

NARROW = struct.Struct("=iiHHi")
"""Of a machine of 32 bits."""
_SAYS = {
    RECORD.size: "q sec, q usec, H type, H code, i value; each key event followed by SYN_REPORT",
    NARROW.size: "i sec, i usec, H type, H code, i value; each key event followed by SYN_REPORT",
}
_SHIFT, _ALT, _CTRL = 42, 56, 29
_CONTROLS = {chr(ord(letter) & 0x1F): code for code, letter in SHIFTED.items() if "@" <= letter <= "_"} | {"\x1d": 27}
_UNKNOWN = "\ufffd"
Described = dict[str, Any]
Rows = list[tuple[int, int, int, int, int]]


def decode(raw: bytes, size: int = 0) -> list[Described]:
    """Return one object per code; `size` is a record's, 0 where it is not known."""
    sizes = [size] if size else [known for known in (RECORD.size, NARROW.size) if len(raw) % known == 0]
    readings = [_decoded(raw, known) for known in sizes] or [[{"error": "input records have 24 or 16 bytes"}]]
    return min(readings, key=_doubt)


def _doubt(found: list[Described]) -> tuple[int, int]:
    """Errors first; then keys that were never released: read in the wrong width, half of the records are missed."""
    pressed: dict[int, int] = {}
    for code, value in (pair for item in found for pair in item.get("keys", [])):
        pressed[code] = pressed.get(code, 0) + {1: 1, 0: -1}.get(value, 0)
    return sum("error" in item for item in found), sum(map(abs, pressed.values()))


def encode(fields: Described, size: int = 0) -> bytes:
    """Return the records of an object: of its keys, or of the keys that type its text.

    Raises:
        ValueError: no text, a text that no key types, or keys that are none.

    """
    narrow = size == NARROW.size or (not size and str(fields.get("record", "")).startswith("i sec"))
    record = NARROW if narrow else RECORD
    if not fields.get("keys", "text" in fields):
        raise ValueError("text or keys are missing")
    keys = fields["keys"] if "keys" in fields else list(_presses(fields["text"], fields.get("suffix", "ENTER")))
    syn = record.pack(0, 0, EV_SYN, 0, 0)
    try:
        return b"".join(record.pack(0, 0, EV_KEY, code, value) + syn for code, value in keys)
    except (struct.error, TypeError, ValueError) as problem:
        raise ValueError("keys are pairs of a key's code and 1 (down), 0 (up) or 2 (held)") from problem


def _decoded(raw: bytes, size: int) -> list[Described]:
    if len(raw) % size:
        return [{"error": f"input records have {size} bytes"}]
    rows: Rows = list((RECORD if size == RECORD.size else NARROW).iter_unpack(raw))
    if any(kind > 0x1F or not -1 <= value <= 2 for _, _, kind, _, value in rows if kind in (EV_SYN, EV_KEY)):
        return [{"error": "no input records"}]
    keys = [[code, value] for _, _, kind, code, value in rows if kind == EV_KEY]
    if not keys:
        return [{"error": "no key presses"}]
    found = [_described(event) for event in _events(rows)]
    if not found:
        return [{"error": "key presses that type nothing", "keys": keys}]
    return [found[0] | {"keys": keys, "record": _SAYS[size]}] if len(found) == 1 else found


def _events(rows: Rows) -> list[TypedCode | Spoiled]:
    wide = b"".join(RECORD.pack(*row) for row in rows)
    readings = []
    for alt_codes in ("gbk", "unicode"):
        decoder = HidDecoder(alt_codes=alt_codes)
        readings.append([*decoder.feed(wide), *decoder.idle()])
    return min(readings, key=_unknown_letters)


def _unknown_letters(found: list[TypedCode | Spoiled]) -> int:
    return sum(event.text.count(_UNKNOWN) for event in found if isinstance(event, TypedCode))


def _described(event: TypedCode | Spoiled) -> Described:
    if isinstance(event, Spoiled):
        return {"error": event.reason}
    text = explained(event.text)
    items = {"gs1": [f"{identifier} {value}" for identifier, value in text.items]} if text.items else {}
    return {"text": event.text, **items, "suffix": "none" if event.suffix == "idle" else event.suffix}


def _presses(text: object, suffix: object) -> Iterator[tuple[int, int]]:
    if not isinstance(text, str):
        raise ValueError(f"text is text, not {text!r}")
    for letter in text:
        yield from _press(letter)
    ends = {name: code for code, name in SUFFIX_KEYS.items()} | {"none": 0, "idle": 0, "": 0, "CR": 28}
    wanted = "none" if suffix is None else str(suffix)
    if wanted not in ends:
        raise ValueError(f"suffix is one of {', '.join(SUFFIX_KEYS.values())} or none, not {suffix!r}")
    if code := ends[wanted]:
        yield from ((code, 1), (code, 0))


def _press(letter: str) -> Iterator[tuple[int, int]]:
    plain = {shown: code for code, shown in PLAIN.items()}
    shifted = {shown: code for code, shown in SHIFTED.items() if shown not in plain}
    if letter in plain:
        yield from ((plain[letter], 1), (plain[letter], 0))
    elif letter in shifted:
        yield from ((_SHIFT, 1), (shifted[letter], 1), (shifted[letter], 0), (_SHIFT, 0))
    elif letter in _CONTROLS:
        yield from ((_CTRL, 1), (_CONTROLS[letter], 1), (_CONTROLS[letter], 0), (_CTRL, 0))
    else:
        yield from _alt(letter)


def _alt(letter: str) -> Iterator[tuple[int, int]]:
    """Yield Alt with the decimal digits of the letter's GBK value."""
    try:
        value = int.from_bytes(letter.encode("gb18030"), "big")
    except UnicodeEncodeError as problem:
        raise ValueError(f"text: no key types {letter!r}") from problem
    keypad = {digit: code for code, digit in KEYPAD_KEYS.items()}
    yield (_ALT, 1)
    for digit in str(value):
        yield from ((keypad[digit], 1), (keypad[digit], 0))
    yield (_ALT, 0)
