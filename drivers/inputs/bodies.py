"""Functions and bodies of Modbus as objects, and back: the part of a frame that RTU and TCP share. Pure.

::

    01 coils, 02 inputs        asked {"coils": 8}, with "from" behind the first; told {"fc": 1, "coils": [true, ...]}
    03 holding, 04 input       asked {"fc": 3, "register": 0, "count": 2}; told {"fc": 3, "values": [266, 550]}
    05 one coil                {"coil": 0, "on": true}, both ways
    06 one register            {"fc": 6, "register": 0, "value": 23}, both ways
    0F coils, 10 registers     {"fc": 15, "coil": 0, "coils": [...]}, {"fc": 16, "register": 0, "values": [...]};
                               told with "count" in place of the list
    80 + function              {"fc": 5, "exception": 2}
    any other                  {"fc": 7, "data": "..."}

Source: Modbus Application Protocol 1.1b3 (modbus.org).
"""

import struct
from collections.abc import Sequence
from typing import Any

Fields = dict[str, Any]
REFUSAL = 0x80
ON, OFF = 0xFF00, 0
MOST_BITS, MOST_WORDS = 2000, 125
"""Of one request."""
_BITS = {1: "coils", 2: "inputs"}
_FIRST = ("from", "start", "address", "first")
"""Words for the first of several, as decode prints it and as people write it."""
_ALSO = {"function": "fc", "refused": "fc", "code": "exception", "relay": "coil"}
"""Words that people write, with the ones of decode."""
_LISTS = ("values", "bits", "coils", "inputs", "registers", "input_registers")


def described(pdu: bytes, from_host: bool) -> Fields | None:
    """Return what function and body say; None for a body that the function cannot have."""
    function, body = pdu[0], pdu[1:]
    if function & REFUSAL:
        return {"fc": function & ~REFUSAL, "exception": body[0]} if len(body) == 1 else None
    if function == 5:
        return _coil(body)
    if function == 6:
        return _pair(body, lambda first, value: {"fc": 6, "register": first, "value": value})
    if function in (15, 16) and not from_host:
        return _pair(body, lambda first, count: {"fc": function, _thing(function): first, "count": count})
    if function in (15, 16):
        return _many(function, body)
    if function in (1, 2, 3, 4):
        return _asked(function, body) if from_host else _told(function, body)
    return {"fc": function, "data": body.hex().upper()}


def written(said: Fields, direction: str) -> bytes:
    """Return function and body of an object; the direction may be unknown.

    Raises:
        ValueError: a field is missing, out of range, or contradicts another.

    """
    fields = {_ALSO.get(word, word): value for word, value in said.items()}
    if "exception" in fields:
        return bytes((whole(fields, "fc", 1, 0xFF) | REFUSAL, whole(fields, "exception", 0, 0xFF)))
    if "data" in fields:
        return bytes((whole(fields, "fc", 0, 255),)) + _hex(fields, "data")
    if "on" in fields:
        body = struct.pack(">HH", whole(fields, "coil", 0, 0xFFFF), ON if flag(fields, "on") else OFF)
        return _function(fields, (5,)) + body
    if "value" in fields:
        value = whole(fields, "value", -0x8000, 0xFFFF) & 0xFFFF
        return _function(fields, (6,)) + struct.pack(">HH", whole(fields, "register", 0, 0xFFFF), value)
    word = next((word for word in _LISTS if isinstance(fields.get(word), list)), "")
    if word:
        return _with_list(fields, word, sets=direction == "host->relay")
    return _counted(fields, told=direction == "relay->host")


def whole(fields: Fields, word: str, least: int, most: int, default: int | None = None) -> int:
    """Return a whole number out of an object, also one that is written as text.

    Raises:
        ValueError: missing, no whole number, or out of range; the text names the field.

    """
    value = fields.get(word, default)
    if value is None:
        raise ValueError(f"{word} is missing")
    return _in_range(word, value, least, most)


def flag(fields: Fields, word: str) -> bool:
    """Return a truth out of an object.

    Raises:
        ValueError: missing, or neither true nor false.

    """
    value = fields.get(word)
    if value in (0, 1) and isinstance(value, int):
        return bool(value)
    raise ValueError(f"{word} is {'missing' if value is None else f'true or false, not {value!r}'}")


def _in_range(word: str, value: object, least: int, most: int) -> int:
    try:
        number = int(value, 0) if isinstance(value, str) else value
    except ValueError:
        number = None
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise ValueError(f"{word} is a whole number from {least} to {most}, not {value!r}")
    return number


def _hex(fields: Fields, word: str) -> bytes:
    try:
        return bytes.fromhex(str(fields[word]))
    except ValueError as problem:
        raise ValueError(f"{word} is bytes in hex, not {fields[word]!r}") from problem


def _function(fields: Fields, allowed: tuple[int, ...]) -> bytes:
    """Return the function's byte: the first allowed one, or the one that is said, if it can be."""
    said = whole(fields, "fc", 0, 0xFF, allowed[0])
    if said not in allowed:
        raise ValueError(f"fc {said} contradicts the other fields, which mean {' or '.join(map(str, allowed))}")
    return bytes((said,))


def _coil(body: bytes) -> Fields | None:
    made = _pair(body, lambda coil, value: {"coil": coil, "on": value == ON})
    return made if made and body[2:] in (b"\xff\0", b"\0\0") else None


def _pair(body: bytes, made: Any) -> Fields | None:
    if len(body) != 4:
        return None
    found: Fields = made(*struct.unpack(">HH", body))
    return found


def _thing(function: int) -> str:
    return "coil" if function == 15 else "register"


def _many(function: int, body: bytes) -> Fields | None:
    if len(body) < 6 or body[4] != len(body) - 5:
        return None
    first, count = struct.unpack(">HH", body[:4])
    if function == 15:
        fits = (count + 7) // 8 == body[4]
        return {"fc": 15, "coil": first, "coils": _bits(body[5:])[:count]} if fits else None
    return {"fc": 16, "register": first, "values": _words(body[5:])} if 2 * count == body[4] else None


def _asked(function: int, body: bytes) -> Fields | None:
    if function in _BITS:
        return _pair(body, lambda first, count: {_BITS[function]: count} | ({"from": first} if first else {}))
    return _pair(body, lambda first, count: {"fc": function, "register": first, "count": count})


def _told(function: int, body: bytes) -> Fields | None:
    if not body or body[0] != len(body) - 1:
        return None
    if function in _BITS:
        return {"fc": function, _BITS[function]: _bits(body[1:])}
    return {"fc": function, "values": _words(body[1:])} if body[0] % 2 == 0 else None


def _bits(data: bytes) -> list[bool]:
    return [bool(byte >> place & 1) for byte in data for place in range(8)]


def _words(data: bytes) -> list[int]:
    return list(struct.unpack(f">{len(data) // 2}H", data))


def _with_list(fields: Fields, word: str, *, sets: bool) -> bytes:
    """Several values: a host sets them, a board tells them; a first one or the function says it too."""
    items = fields[word]
    are_bits = word in ("bits", "coils", "inputs") or fields.get("fc") in (1, 2, 15)
    data = _packed(word, items) if are_bits else _paired(word, items)
    if whole(fields, "count", 0, MOST_BITS, len(items)) != len(items):
        raise ValueError(f"count contradicts {word}, which has {len(items)}")
    head = bytes((len(data),))
    first = next((name for name in ("coil", "register", *_FIRST) if name in fields), "")
    if sets or first or fields.get("fc") in (15, 16):
        place = struct.pack(">HH", whole(fields, first, 0, 0xFFFF, 0), len(items))
        return _function(fields, (15 if are_bits else 16,)) + place + head + data
    if are_bits:
        return _function(fields, {"coils": (1,), "inputs": (2,)}.get(word, (2, 1))) + head + data
    return _function(fields, (4,) if word == "input_registers" else (3, 4)) + head + data


def _packed(word: str, items: Sequence[Any]) -> bytes:
    if not 1 <= len(items) <= MOST_BITS or not all(item in (0, 1) for item in items):
        raise ValueError(f"{word} is a list of 1 to {MOST_BITS} times true or false")
    packed = sum(bool(item) << place for place, item in enumerate(items))
    return packed.to_bytes(-(-len(items) // 8), "little")


def _paired(word: str, items: Sequence[Any]) -> bytes:
    if not 1 <= len(items) <= MOST_WORDS:
        raise ValueError(f"{word} is a list of 1 to {MOST_WORDS} numbers")
    return b"".join((_in_range(word, item, -0x8000, 0xFFFF) & 0xFFFF).to_bytes(2, "big") for item in items)


def _counted(fields: Fields, *, told: bool) -> bytes:
    """A question for several, or the answer to having set several."""
    word = next((word for word in ("coils", "inputs", "registers", "input_registers") if word in fields), "")
    named = next((name for name in ("coil", "register", *_FIRST) if name in fields), "")
    if not (word or (named and "count" in fields)):
        raise ValueError("coil and on, register and value or count, coils or inputs are missing")
    most = MOST_BITS if word in ("coils", "inputs") or named == "coil" else MOST_WORDS
    place = whole(fields, named or "from", 0, 0xFFFF, 0), whole(fields, word or "count", 1, most)
    asked, set_ = _counting(word or named)
    return _function(fields, (*set_, *asked) if told else (*asked, *set_)) + struct.pack(">HH", *place)


def _counting(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the functions that ask for what a word counts, and those that set it."""
    if word in ("inputs", "input_registers"):
        return ((2,) if word == "inputs" else (4,)), ()
    return ((1, 2), (15,)) if word in ("coil", "coils") else ((3, 4), (16,))
