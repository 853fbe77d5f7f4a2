"""FF 68 frames in the words of the test vectors: what `hall-field decode` prints and `encode` takes.

Directions: ``caller->host``, ``host->caller``, ``evaluator->host``, ``host->evaluator``.
"""

from typing import Any

from drivers.ff68.protocol import (
    BEEP,
    CONFIRM_KEY,
    HOST_ACK_OR_OPEN,
    KEY_RESULT,
    OPEN_EVALUATION,
    SHOW,
    UNCHANGED,
    BadFrame,
    Decoder,
    Frame,
    beep,
    open_evaluation,
    set_stars,
    show,
)

DIRECTIONS = ("caller->host", "host->caller", "evaluator->host", "host->evaluator")
MEANS_BEEP, MEANS_ACK = "beep", "acknowledgement"
MEANS_OPEN, MEANS_STARS = "start evaluation", "set service stars to "
_CALL_NEXT = "0C"
"""The key of an acknowledgement that does not say which key it acknowledges: the most usual one."""


def decode(raw: bytes, direction: str) -> list[dict[str, Any]]:
    """Return one object per frame; what is none comes as ``{"error": ...}``."""
    decoder = Decoder()
    events = decoder.feed(raw)
    unfinished = decoder.pending
    events += decoder.flush()
    found = [_described(event, direction) for event in events]
    if unfinished or not found:
        found.append({"error": "unfinished frame" if unfinished else "no frame"})
    return found


def encode(fields: dict[str, Any], direction: str) -> bytes:
    """Return the frame that such an object describes.

    Raises:
        ValueError: the object does not say which frame; the text says what is missing.

    """
    address = int(fields.get("addr", 0))
    if not 0 <= address <= 255:
        raise ValueError("addr is 0..255")
    makers = {
        "caller->host": _key_frame,
        "host->caller": _to_caller,
        "evaluator->host": _result_frame,
        "host->evaluator": _to_evaluator,
    }
    if direction not in makers:
        raise ValueError(f"direction is one of {', '.join(DIRECTIONS)}")
    return makers[direction](address, fields).to_bytes()


def direction_of(raw: bytes, family: str) -> str:
    """Guess whose frame it is: a result only comes from a pad, a display frame only from the host."""
    frames = [event for event in Decoder().feed(raw) if isinstance(event, Frame)]
    command = frames[0].command if frames else 0
    if family == "rating_pad" or command == KEY_RESULT:
        return DIRECTIONS[2] if command in (0, KEY_RESULT) else DIRECTIONS[3]
    return DIRECTIONS[1] if command in (SHOW, BEEP) else DIRECTIONS[0]


def direction_for(fields: dict[str, Any], family: str) -> str:
    """Say which way a described frame goes, where nobody said it."""
    said = str(fields.get("meaning", ""))
    if family == "rating_pad" or {"value", "stars", "action"} & fields.keys():
        return DIRECTIONS[2] if str(fields.get("cmd", "")) == f"{KEY_RESULT:02X}" else DIRECTIONS[3]
    to_pad = {"wait", "ticket"} & fields.keys() or said.startswith((MEANS_BEEP, MEANS_ACK))
    return DIRECTIONS[1] if to_pad or str(fields.get("cmd", "")) in ("02", "03") else DIRECTIONS[0]


def _described(event: Frame | BadFrame, direction: str) -> dict[str, Any]:
    if isinstance(event, BadFrame):
        return {"error": event.error}
    if direction == "caller->host":
        return _described_key(event)
    if direction == "evaluator->host":
        return {"addr": event.address, "cmd": f"{event.command:02X}", "value": event.data[0] if event.data else None}
    return _described_to_caller(event) if direction == "host->caller" else _described_to_evaluator(event)


def _described_key(frame: Frame) -> dict[str, Any]:
    described: dict[str, Any] = {"addr": frame.address, "cmd": f"{frame.command:02X}"}
    if len(frame.data) >= 2 and frame.data[-1] == CONFIRM_KEY:
        described["digit"] = frame.data[-2]
    return {**described, "key": frame.data[-1:].hex().upper()}


def _described_to_caller(frame: Frame) -> dict[str, Any]:
    described: dict[str, Any] = {"addr": frame.address, "cmd": f"{frame.command:02X}"}
    if frame.command == SHOW and len(frame.data) == 6:
        return {**described, "wait": _half(frame.data[:3]), "ticket": _half(frame.data[3:])}
    if frame.command == BEEP:
        return {**described, "meaning": "beep"}
    return {**_described_key(frame), "meaning": "acknowledgement: the key frame sent back unchanged"}


def _described_to_evaluator(frame: Frame) -> dict[str, Any]:
    value = frame.data[0] if frame.data else None
    described: dict[str, Any] = {"addr": frame.address, "cmd": f"{frame.command:02X}"}
    if frame.command == HOST_ACK_OR_OPEN and value == OPEN_EVALUATION:
        return {**described, "action": "open", "meaning": "start evaluation"}
    if frame.command == SHOW:
        return {**described, "stars": value, "meaning": f"set service stars to {value}"}
    return {**described, "value": value, "meaning": "acknowledgement of result"}


def _half(digits: bytes) -> str:
    if digits == bytes((UNCHANGED,)) * 3:
        return "unchanged"
    return "".join(str(digit) if digit <= 9 else "?" for digit in digits)


def _key_frame(address: int, fields: dict[str, Any]) -> Frame:
    command = int(str(fields.get("cmd", "01")), 16)
    digit = bytes((int(fields["digit"]),)) if "digit" in fields else b""
    return Frame(address, command, digit + bytes.fromhex(_needed(fields, "key")))


def _to_caller(address: int, fields: dict[str, Any]) -> Frame:
    if "wait" in fields or "ticket" in fields:
        return show(address, _number(fields.get("wait")), _number(fields.get("ticket")))
    said = str(fields.get("meaning", ""))
    if str(fields.get("cmd", "")) == "03" or said == MEANS_BEEP:
        return beep(address)
    if said.startswith(MEANS_ACK) and "key" not in fields:
        return _key_frame(address, {**fields, "key": _CALL_NEXT})
    return _key_frame(address, fields)


def _result_frame(address: int, fields: dict[str, Any]) -> Frame:
    return Frame(address, KEY_RESULT, bytes((int(_needed(fields, "value")),)))


def _to_evaluator(address: int, fields: dict[str, Any]) -> Frame:
    said = str(fields.get("meaning", ""))
    if fields.get("action") == "open" or said == MEANS_OPEN:
        return open_evaluation(address)
    if said.startswith(MEANS_STARS) and "stars" not in fields:
        return set_stars(address, int(said.removeprefix(MEANS_STARS)))
    if "stars" in fields:
        return set_stars(address, int(fields["stars"]))
    return Frame(address, HOST_ACK_OR_OPEN, bytes((int(_needed(fields, "value")),)))


def _number(half: Any) -> int | None:
    return None if half in (None, "unchanged") else int(half)


def _needed(fields: dict[str, Any], name: str) -> str:
    if name not in fields:
        raise ValueError(f"{name} is missing")
    return str(fields[name])
