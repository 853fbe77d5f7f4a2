"""FF 68 frames in the words of the test vectors: what `hall-field decode` prints and `encode` takes.

Directions: ``caller->host``, ``host->caller``, ``evaluator->host``, ``host->evaluator``. Without one, each frame is
guessed from its command. Beside the fields that a frame's meaning has (``key``, ``digit``, ``value``, ``wait``,
``ticket``, ``stars``) every frame shows its ``data`` in hex, which alone encodes too.
"""

from collections.abc import Callable
from typing import Any

from drivers.ff68.protocol import (
    BEEP,
    FROM_PADS,
    HOST_ACK_OR_OPEN,
    KEY_RESULT,
    OPEN_EVALUATION,
    SHOW,
    UNCHANGED,
    BadFrame,
    Decoder,
    Frame,
)

Fields = dict[str, Any]
DIRECTIONS = ("caller->host", "host->caller", "evaluator->host", "host->evaluator")
MEANS_BEEP, MEANS_ACK = "beep", "acknowledgement"
MEANS_OPEN, MEANS_STARS = "start evaluation", "set service stars to "
_OF_BUS = frozenset(("cmd", "data", "digit", "value", "wait", "ticket", "stars", "action"))
"""Fields that only frames of the bus have."""
_CALL_NEXT = "0C"
"""The key of an acknowledgement that does not say which key it acknowledges: the most usual one."""
_DISPLAY_BYTES = 6
_MOST_SHOWN = 999
_UNSAID = -1
_KEY_COMMAND = 0x01
"""Of a caller's keys; inferred."""


def decode(raw: bytes, direction: str, family: str = "ff68") -> list[Fields]:
    """Return one object per frame; what is none comes as ``{"error": ...}``."""
    decoder = Decoder()
    events = decoder.feed(raw)
    unfinished = decoder.pending
    events += decoder.flush()
    found = [_described(event, direction, family) for event in events]
    if unfinished or not found:
        found.append({"error": "unfinished frame" if unfinished else "no frame"})
    return found


def encode(fields: Fields, direction: str, family: str = "ff68") -> bytes:
    """Return the frame that such an object describes.

    Raises:
        ValueError: the object does not say which frame; the text names the field.

    """
    way = direction if direction in DIRECTIONS else direction_for(fields, family)
    command, data = _MAKERS[way](fields)
    address = _number(fields, "addr", 255)
    if "data" in fields and _hex(fields, "data") != data:
        raise ValueError("data contradicts the other fields")
    return Frame(address, command, data).to_bytes()


def is_of_bus(fields: Fields) -> bool:
    """Whether such words are of a frame of the bus, and not of a pad with a line of its own."""
    said, key = str(fields.get("meaning", "")), fields.get("key")
    meant = said.startswith((MEANS_BEEP, MEANS_ACK, MEANS_OPEN, MEANS_STARS))
    return "shape" not in fields and (meant or bool(_OF_BUS & fields.keys()) or ("addr" in fields and _is_hex_key(key)))


def _is_hex_key(key: Any) -> bool:
    """A key of the bus is told by two or four hex digits."""
    return isinstance(key, str) and len(key) in (2, 4)


def direction_of(frame: Frame, family: str) -> str:
    """Guess whose frame it is: a result only comes from a pad, a display frame only from the host."""
    if frame.command == KEY_RESULT:
        return "evaluator->host"
    if family == "rating_pad":
        return "host->evaluator"
    shown = frame.command == SHOW and len(frame.data) == _DISPLAY_BYTES
    return "host->caller" if shown or (frame.command == BEEP and not frame.data) else "caller->host"


def direction_for(fields: Fields, family: str) -> str:
    """Say which way a described frame goes, where nobody said it."""
    said, command = str(fields.get("meaning", "")), _byte(fields, "cmd", _UNSAID)
    if family == "rating_pad" or {"value", "stars", "action"} & fields.keys():
        return "evaluator->host" if command == KEY_RESULT else "host->evaluator"
    to_pad = {"wait", "ticket"} & fields.keys() or said.startswith((MEANS_BEEP, MEANS_ACK))
    return "host->caller" if to_pad or (command in (SHOW, BEEP) and "key" not in fields) else "caller->host"


def _described(event: Frame | BadFrame, direction: str, family: str) -> Fields:
    if isinstance(event, BadFrame):
        return {"error": event.error}
    way = direction if direction in DIRECTIONS else direction_of(event, family)
    meaning = _DESCRIBERS.get(way, _meaning_to_host)(event)
    if "error" in meaning:
        return meaning
    return {"addr": event.address, "cmd": f"{event.command:02X}", **meaning, "data": event.data.hex().upper()}


def _meaning_to_host(frame: Frame) -> Fields:
    counted = len(frame.data) + 2
    if counted not in FROM_PADS:
        return {"error": f"length {counted}: pads send {FROM_PADS.start} to {FROM_PADS.stop - 1} counted bytes"}
    return {"value": frame.data[0]} if frame.command == KEY_RESULT else _key_of(frame)


def _key_of(frame: Frame) -> Fields:
    """The last byte is the key; what stands before it is a digit (two of them: the nearer one)."""
    key = {"key": frame.data[-1:].hex().upper()}
    return {"digit": frame.data[-2], **key} if len(frame.data) > 1 else key


def _meaning_to_caller(frame: Frame) -> Fields:
    if frame.command == SHOW and len(frame.data) == _DISPLAY_BYTES:
        return _shown(frame.data)
    if frame.command == BEEP and not frame.data:
        return {"meaning": MEANS_BEEP}
    described = _meaning_to_host(frame)
    return {**described, "meaning": "acknowledgement: the key frame sent back unchanged"}


def _shown(data: bytes) -> Fields:
    halves = {"wait": data[:3], "ticket": data[3:]}
    for name, half in halves.items():
        if max(half) > 9 and half != bytes((UNCHANGED,)) * 3:
            return {"error": f"{name} {half.hex().upper()} is no three digits"}
    return {name: "unchanged" if max(half) > 9 else "".join(map(str, half)) for name, half in halves.items()}


def _meaning_to_evaluator(frame: Frame) -> Fields:
    if len(frame.data) != 1:
        return {"error": f"length {len(frame.data) + 2}: frames to an evaluator have 3 counted bytes"}
    value = frame.data[0]
    if frame.command == HOST_ACK_OR_OPEN and value == OPEN_EVALUATION:
        return {"value": value, "action": "open", "meaning": MEANS_OPEN}
    if frame.command == SHOW:
        return {"stars": value, "value": value, "meaning": f"{MEANS_STARS}{value}"}
    return {"value": value, "meaning": "acknowledgement of result"}


_DESCRIBERS = {"host->caller": _meaning_to_caller, "host->evaluator": _meaning_to_evaluator}


def _key_frame(fields: Fields) -> tuple[int, bytes]:
    command = _byte(fields, "cmd", _KEY_COMMAND)
    if "key" not in fields and "value" in fields and command == KEY_RESULT:
        return _result_frame(fields)
    if "data" in fields:
        data = _hex(fields, "data")
        # Two digits before a key stand in `data` only: the rest must agree with it.
        if "key" in fields and not data.endswith(_named_key(fields)):
            raise ValueError("data contradicts key or digit")
        return command, data
    return command, _named_key(fields)


def _named_key(fields: Fields) -> bytes:
    """Return digit and key; ``060F`` is both in one word, as configurations have it."""
    word = fields.get("key")
    if isinstance(word, str) and len(word) > 2 and "digit" not in fields:
        return _hex(fields, "key")
    key = _byte(fields, "key")
    return bytes((_number(fields, "digit", 255), key)) if "digit" in fields else bytes((key,))


def _to_caller(fields: Fields) -> tuple[int, bytes]:
    said, command = str(fields.get("meaning", "")), _byte(fields, "cmd", _UNSAID)
    if {"wait", "ticket"} & fields.keys():
        _only(command, SHOW, "wait and ticket go with")
        return SHOW, _half(fields, "wait") + _half(fields, "ticket")
    if not {"key", "data"} & fields.keys():
        if command == BEEP or said == MEANS_BEEP:
            _only(command, BEEP, "a beep has")
            return BEEP, b""
        if command == SHOW:
            raise ValueError("wait or ticket is missing")
        if said.startswith(MEANS_ACK):
            return _key_frame({**fields, "key": _CALL_NEXT})
    return (command, b"") if command == BEEP and not fields.get("data", "?") else _key_frame(fields)


def _result_frame(fields: Fields) -> tuple[int, bytes]:
    """The first byte is the key; what may stand behind it is in `data` only."""
    command = _byte(fields, "cmd", KEY_RESULT)
    if "data" not in fields:
        return command, bytes((_number(fields, "value", 255),))
    data = _hex(fields, "data")
    if "value" in fields and data[:1] != bytes((_number(fields, "value", 255),)):
        raise ValueError("data contradicts value")
    return command, data


def _to_evaluator(fields: Fields) -> tuple[int, bytes]:
    said, command = str(fields.get("meaning", "")), _byte(fields, "cmd", _UNSAID)
    if fields.get("action") == "open" or said == MEANS_OPEN:
        _only(command, HOST_ACK_OR_OPEN, "an evaluation is opened by")
        return HOST_ACK_OR_OPEN, bytes((OPEN_EVALUATION,))
    if "stars" in fields or said.startswith(MEANS_STARS) or command == SHOW:
        _only(command, SHOW, "stars go with")
        return SHOW, bytes((_stars(fields, said),))
    command = HOST_ACK_OR_OPEN if command == _UNSAID else command
    if "value" not in fields and "data" in fields:
        return command, _hex(fields, "data")
    return command, bytes((_number(fields, "value", 255),))


_MAKERS: dict[str, Callable[[Fields], tuple[int, bytes]]] = {
    "caller->host": _key_frame,
    "host->caller": _to_caller,
    "evaluator->host": _result_frame,
    "host->evaluator": _to_evaluator,
}


def _stars(fields: Fields, said: str) -> int:
    """Return the number of stars from whichever words give it; all must agree."""
    given: tuple[str, ...] = ("stars", "value")
    words = {name: _number(fields, name, 255) for name in given if name in fields}
    if said.startswith(MEANS_STARS):
        words["meaning"] = _number({"meaning": said.removeprefix(MEANS_STARS)}, "meaning", 255)
    if "data" in fields and not words:
        words["data"] = int.from_bytes(_hex(fields, "data"))
    if not words:
        raise ValueError("stars is missing")
    if len(set(words.values())) > 1:
        raise ValueError(f"{' and '.join(words)} contradict each other")
    return next(iter(words.values()))


def _half(fields: Fields, name: str) -> bytes:
    """Return three digits of the display; a half that is not given stays as it is."""
    if fields.get(name) in (None, "unchanged"):
        return bytes((UNCHANGED,)) * 3
    return bytes(int(digit) for digit in f"{_number(fields, name, _MOST_SHOWN):03d}")


def _only(command: int, wanted: int, why: str) -> None:
    """Refuse a ``cmd`` that says something else than the other fields; none at all is fine."""
    if command not in (_UNSAID, wanted):
        raise ValueError(f"cmd {command:02X}: {why} cmd {wanted:02X}")


def _number(fields: Fields, name: str, most: int) -> int:
    """Return a number that is given as such or in decimal digits."""
    if name not in fields:
        raise ValueError(f"{name} is missing")
    given = fields[name]
    number = int(given) if isinstance(given, str) and given.isascii() and given.isdigit() else given
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
        raise ValueError(f"{name} is 0..{most}, not {given!r}")
    return number


def _byte(fields: Fields, name: str, default: int | None = None) -> int:
    """Return a byte that is given as a number or, as the vectors have it, in hex."""
    if name not in fields and default is not None:
        return default
    given = fields.get(name)
    if not isinstance(given, str):
        return _number(fields, name, 255)
    raw = _hex({name: given.zfill(2)}, name)
    if len(raw) != 1:
        raise ValueError(f"{name} is one byte in hex, not {given!r}")
    return raw[0]


def _hex(fields: Fields, name: str) -> bytes:
    try:
        return bytes.fromhex(str(fields[name]))
    except ValueError:
        raise ValueError(f"{name} is bytes in hex, not {fields[name]!r}") from None
