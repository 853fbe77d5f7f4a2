"""ATR, commands and answers of IC cards as objects: what `hall-field decode` prints and `encode` takes.

Directions: ``host->card`` and ``card->host`` (``reader`` for ``card`` is understood); without one an ATR is known by
its first byte and its shape, a command by its instruction and its lengths, and anything else is an answer::

    {"atr": "3B...", "protocols": [0, 1], ...}
    {"cla": "FF", "ins": "CA", "p1": "00", "p2": "00", "le": "00", "command": "uid"}
    {"sw": "9000", "data": "DEADBEEF", "uid": "DEADBEEF"}

Lc and Le are told as they stand in the bytes: two digits, four where they are written the long way.

Sources: ISO/IEC 7816-3 and -4; PC/SC part 3, 3.1.3.2.3 (ATR of a storage card) and 3.2.2.1.3 (FF CA).
"""

from collections.abc import Callable
from typing import Any

from drivers import described
from drivers.smart_card import apdu
from drivers.smart_card.apdu import Apdu
from drivers.smart_card.protocol import (
    APPLICATION,
    GET_UID,
    SELECT_APPLICATION,
    Answer,
    Atr,
    contactless_atr,
    explained,
    parse_atr,
    read_record,
)

_INSTRUCTIONS = {0xA4: "select", 0xB0: "read binary", 0xB2: "read record", 0xC0: "get response", 0xCA: "get data"}
_WORDS = {"social-security": SELECT_APPLICATION, "uid": GET_UID, "ats": bytes.fromhex("FFCA010000")}
_CLASSES = (0x00, 0x80, 0xFF)
_TO_CARD = ("host->card", "host->reader")
_TO_HOST = ("card->host", "reader->host")
_UID_SIZES = (4, 7, 8, 10)
_STORAGE = bytes.fromhex("4F0CA000000306")
_STORAGE_CARDS = {
    0x0001: "MIFARE Classic 1K",
    0x0002: "MIFARE Classic 4K",
    0x0003: "MIFARE Ultralight",
    0x0026: "MIFARE Mini",
    0x003A: "MIFARE Ultralight C",
    0xF004: "Topaz and Jewel",
    0xF011: "FeliCa 212K",
    0xF012: "FeliCa 424K",
}
"""PC/SC part 3, supplemental document: names of storage cards in the made-up ATR."""
_PROSE = described.PROSE | {"name", "card", "command", "value"}
_APDU_WORDS = frozenset(("cla", "ins", "p1", "p2", "data", "le", "lc", "file", "record")) | _PROSE
_ANSWER_WORDS = frozenset(("sw", "data", "uid", "record", "bytes")) | _PROSE
_ATR_WORDS = frozenset(("atr", "protocols", "historical", "contactless", "convention")) | _PROSE


def decode(raw: bytes, direction: str = "", after: bytes = b"") -> list[dict[str, Any]]:
    """Return one object; what is none comes as ``{"error": ...}``."""
    if direction in _TO_CARD:
        return [_command(raw)]
    if not after and (atr := parse_atr(raw)):
        return [_reset(raw, atr)]
    if direction not in _TO_HOST and not after and _is_command(raw):
        return [_command(raw)]
    return [_answer(raw, after)]


def encode(fields: dict[str, Any]) -> bytes:
    """Return a command, an answer or an ATR.

    Raises:
        ValueError: the object says none of them; the text names the field.

    """
    words, make = _maker(fields)
    described.only(fields, words - _PROSE, beside=_PROSE)
    return make(fields)


def _maker(fields: dict[str, Any]) -> tuple[frozenset[str], Callable[[dict[str, Any]], bytes]]:
    """Return the fields that what is meant may have, and what makes its bytes."""
    if "sw" in fields:
        return _ANSWER_WORDS, _answer_bytes
    if {"atr", "historical"} & fields.keys():
        return _ATR_WORDS, _atr_bytes
    return _APDU_WORDS, _apdu if "ins" in fields else _named


def _reset(raw: bytes, atr: Atr) -> dict[str, Any]:
    convention = "inverse" if atr.inverse else "direct"
    told = {"protocols": list(atr.protocols), "historical": atr.historical.hex().upper()}
    described = {"atr": raw.hex().upper(), "convention": convention, **told, "contactless": atr.contactless}
    at = atr.historical.find(_STORAGE)
    number = int.from_bytes(atr.historical[at + 8 : at + 10], "big")
    return described | ({"card": _STORAGE_CARDS.get(number, f"storage card {number:04X}")} if at >= 0 else {})


def _is_command(raw: bytes) -> bool:
    """Whether it has the lengths of a command, an instruction of ours, and no status word of an answer."""
    known = len(raw) >= 4 and raw[0] in _CLASSES and raw[1] in _INSTRUCTIONS
    return known and apdu.parse(raw) is not None and (raw in _WORDS.values() or raw[-2:] != b"\x90\x00")


def _command(raw: bytes) -> dict[str, Any]:
    found = apdu.parse(raw)
    if found is None:
        return {"error": "a command has at least four bytes" if len(raw) < 4 else "its lengths do not fit its bytes"}
    word = next((word for word, known in _WORDS.items() if raw == known), _INSTRUCTIONS.get(found.ins, "unknown"))
    described: dict[str, Any] = {"command": word}
    described |= {word: f"{value:02X}" for word, value in zip(("cla", "ins", "p1", "p2"), found[:4], strict=True)}
    width = 4 if found.extended else 2
    if found.data:
        described |= {"lc": f"{len(found.data):0{width}X}", "data": found.data.hex().upper()}
    if found.le:
        described["le"] = f"{found.le:0{width}X}"[-width:]
    return described | ({"name": APPLICATION.decode("gb18030")} if raw == SELECT_APPLICATION else {})


def _answer(raw: bytes, after: bytes) -> dict[str, Any]:
    if len(raw) < 2:
        return {"error": "an answer ends with two bytes of status"}
    answer = Answer(raw[:-2], int.from_bytes(raw[-2:], "big"))
    if answer.status >> 12 not in (6, 9):
        return {"error": f"{answer.status:04X} is no status word: they begin with 6 or 9"}
    said: dict[str, Any] = {"sw": f"{answer.status:04X}", "meaning": explained(answer.status)[5:]}
    if answer.data:
        said["data"] = answer.data.hex().upper()
    found = None if after == GET_UID else read_record(answer.data)
    if found:
        return {**said, "record": found[0], "value": found[1]}
    uid = after == GET_UID or (not after and len(answer.data) in _UID_SIZES)
    return {**said, "uid": said["data"]} if uid and answer.ok and answer.data else said


def _named(fields: dict[str, Any]) -> bytes:
    """Return a command by its word, or the one that reads a record."""
    if "record" in fields:
        number, file = _number("record", fields["record"]), _file(fields.get("file"))
        return bytes((0x00, 0xB2, number, (file & 31) << 3 | 4, 0x00))
    if "command" not in fields:
        raise ValueError("command, ins, record, sw or atr is missing")
    word = str(fields["command"])
    if word not in _WORDS:
        raise ValueError(f"command is one of {', '.join(_WORDS)}, not {word!r}; others are told by cla, ins, p1 and p2")
    return _WORDS[word]


def _file(value: Any) -> int:
    try:
        return int(str(value), 16)
    except ValueError as problem:
        raise ValueError(f"file is missing or no number in hex: {value!r}") from problem


def _apdu(fields: dict[str, Any]) -> bytes:
    head = [_byte(word, fields[word]) for word in ("cla", "ins", "p1", "p2") if word in fields]
    if len(head) != 4:
        missing = next(word for word in ("cla", "ins", "p1", "p2") if word not in fields)
        raise ValueError(f"{missing} is missing")
    data = _hex("data", fields.get("data", ""))
    if _count("lc", fields.get("lc", len(data))) != len(data):
        raise ValueError(f"lc is {fields['lc']}, but data has {len(data)} bytes")
    extended = any(isinstance(fields.get(word), str) and len(fields[word]) == 4 for word in ("lc", "le"))
    le = 0
    if "le" in fields:
        le = _count("le", fields["le"]) or (apdu.LARGEST_LE if extended else apdu.SHORT_LE)
    return Apdu(head[0], head[1], head[2], head[3], data, le, extended).to_bytes()


def _count(word: str, value: Any) -> int:
    """Return Lc or Le from a number or from the hex of its bytes."""
    if isinstance(value, int):
        return _number(word, value, apdu.LARGEST_LE)
    raw = _hex(word, value)
    if len(raw) not in (1, 2):
        raise ValueError(f"{word} is one byte or two, not {value!r}")
    return int.from_bytes(raw, "big")


def _answer_bytes(fields: dict[str, Any]) -> bytes:
    status = _hex("sw", fields["sw"])
    if len(status) != 2:
        raise ValueError("sw is two bytes in hex")
    data = _hex("data", fields.get("data", fields.get("uid", "")))
    if "uid" in fields and _hex("uid", fields["uid"]) != data:
        raise ValueError("uid is not what data says")
    return data + status


def _atr_bytes(fields: dict[str, Any]) -> bytes:
    """Return an ATR as it is given, or the one that a contactless reader makes up."""
    if "atr" not in fields:
        historical = _hex("historical", fields["historical"])
        if len(historical) > 15 or not fields.get("contactless"):
            raise ValueError("historical has at most 15 bytes and makes an ATR only with contactless: true")
        return contactless_atr(historical)
    raw = _hex("atr", fields["atr"])
    found = parse_atr(raw)
    if found is None:
        raise ValueError("atr is cut, too long, or its check byte is wrong")
    told = _reset(raw, found)
    for word in fields.keys() - _PROSE:
        if fields[word] != told[word]:
            raise ValueError(f"{word} is not what atr says")
    return raw


def _hex(word: str, value: Any) -> bytes:
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"{word} is bytes in hex, not {value!r}") from problem


def _number(word: str, value: Any, most: int = 255) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(f"{word} is a number from 0 to {most}, not {value!r}")
    return value


def _byte(word: str, value: Any) -> int:
    """Return a byte from a number or from its hex."""
    if isinstance(value, int):
        return _number(word, value)
    raw = _hex(word, value)
    if len(raw) != 1:
        raise ValueError(f"{word} is one byte, not {value!r}")
    return raw[0]
