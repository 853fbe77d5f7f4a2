"""ATR, commands and answers of IC cards as objects: what `hall-field decode` prints and `encode` takes.

An ATR is known by its first byte and its shape; ``--direction host->card`` says that the bytes are a command, without
it what is no ATR is an answer: ``{"atr": true, "protocols": [0], ...}``, ``{"command": "select", ...}``,
``{"status": "6A82", ...}``.
"""

from typing import Any

from drivers.smart_card.protocol import (
    APPLICATION,
    GET_UID,
    SELECT_APPLICATION,
    Atr,
    answer_of,
    explained,
    parse_atr,
    read_record,
)

_INSTRUCTIONS = {0xA4: "select", 0xB0: "read binary", 0xB2: "read record", 0xC0: "get response", 0xCA: "get data"}
_WORDS = {"social-security": SELECT_APPLICATION, "uid": GET_UID}


def decode(raw: bytes, direction: str = "", after: bytes = b"") -> list[dict[str, Any]]:
    """Return one object. A record's value is told only as its name: it is somebody's."""
    if direction == "host->card":
        return [_command(raw)]
    if not after and (atr := parse_atr(raw)):
        return [_reset(atr)]
    return [_answer(raw)]


def encode(fields: dict[str, Any]) -> bytes:
    """Return a command.

    Raises:
        KeyError: neither ``command`` nor a record is named.
        ValueError: no such command.

    """
    if "record" in fields:
        number, file = int(fields["record"]), int(str(fields["file"]), 16)
        return bytes((0x00, 0xB2, number & 0xFF, (file & 31) << 3 | 4, 0x00))
    word = str(fields["command"])
    if word not in _WORDS:
        raise ValueError(f"command is one of {', '.join(_WORDS)}, not {word!r}")
    return _WORDS[word]


def _reset(atr: Atr) -> dict[str, Any]:
    convention = "inverse" if atr.inverse else "direct"
    told = {"protocols": list(atr.protocols), "historical": atr.historical.hex().upper()}
    return {"atr": True, "convention": convention, **told, "contactless": atr.contactless}


def _command(raw: bytes) -> dict[str, Any]:
    if len(raw) < 4:
        return {"error": "a command has at least four bytes"}
    word = next((word for word, known in _WORDS.items() if raw == known), _INSTRUCTIONS.get(raw[1], "unknown"))
    more = {"name": APPLICATION.decode("gb18030")} if raw == SELECT_APPLICATION else {}
    return {"command": word, "ins": f"{raw[1]:02X}", "p1": raw[2], "p2": raw[3], **more}


def _answer(raw: bytes) -> dict[str, Any]:
    if len(raw) < 2:
        return {"error": "an answer ends with two bytes of status"}
    answer = answer_of(raw)
    found = read_record(answer.data)
    said = {"status": f"{answer.status:04X}", "means": explained(answer.status)[5:], "bytes": len(answer.data)}
    return {**said, "record": found[0]} if found else said
