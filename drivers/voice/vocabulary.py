"""Frames of the speech modules in the words of the test vectors: what `hall-field decode` prints and `encode` takes.

Directions: ``host->chip`` and ``chip->host``. The same frame means different things to different chips, so a model
decides; without one the chip that understands most is taken.
"""

from typing import Any

from drivers.voice.protocol import (
    BAUDS,
    CONTROLS,
    HEAD,
    Baud,
    Broken,
    Command,
    Control,
    Dialect,
    FrameDecoder,
    Reply,
    Speak,
    to_bytes,
)

DIRECTIONS = ("host->chip", "chip->host")
REPLIES = {
    Reply.INITIALISED: "initialised (power-up or wake)",
    Reply.ACCEPTED: "command frame accepted",
    Reply.REJECTED: "command frame rejected",
    Reply.SPEAKING: "busy speaking",
    Reply.IDLE: "idle / playback finished",
}
_AFTER_ACCEPTED = {
    Reply.SPEAKING: "answer to a status query: accepted, then busy",
    Reply.IDLE: "answer to a status query: accepted, then idle",
}
_VTX_FINISHED = "accepted, finished"
"""A VTX316 says 41 4F at the end of its speech."""


def decode(raw: bytes, direction: str, dialects: dict[str, Dialect]) -> list[dict[str, Any]]:
    """Return one object per frame or answer; what is none comes as ``{"error": ...}``."""
    if not raw:
        return [{"error": "no frame"}]
    if (direction or DIRECTIONS[HEAD not in raw]) == DIRECTIONS[1]:
        return _replies(raw, "vtx316" in dialects and len(dialects) == 1)
    readings = [_frames(raw, dialect) for dialect in dialects.values()]
    return min(readings, key=lambda found: sum("error" in item for item in found))


def encode(fields: dict[str, Any], dialects: dict[str, Dialect]) -> bytes:
    """Return the frame of such an object, or the answer's bytes where only its ``meaning`` is given.

    Raises:
        ValueError: a field is missing, or no chip of these can say it.

    """
    if "cmd" not in fields:
        return _answer(fields)
    problem = ValueError("no chip of this model takes it")
    for dialect in dialects.values():
        try:
            return to_bytes(_command(fields, dialect), dialect)
        except (KeyError, ValueError) as refused:
            problem = ValueError(f"{fields['cmd']}: {refused}")
    raise problem


def _frames(raw: bytes, dialect: Dialect) -> list[dict[str, Any]]:
    decoder = FrameDecoder(dialect)
    found = [_described(event, dialect) for event in decoder.feed(raw)]
    if decoder.partial or not found:
        found.append({"error": "unfinished frame" if decoder.partial else "no frame"})
    return found


def _described(event: Command | Broken, dialect: Dialect) -> dict[str, Any]:
    match event:
        case Broken(reason=reason):
            return {"error": reason}
        case Speak(text=text, encoding=encoding, music=music):
            described: dict[str, Any] = {"cmd": "speak", "enc": encoding, "text": text}
            return described | ({"music": music} if dialect.music else {})
        case Baud(value=value):
            return {"cmd": "baud", "value": value}
        case Control(name=name):
            return {"cmd": name}


def _replies(raw: bytes, vtx: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    at = 0
    while at < len(raw):
        pair = raw[at : at + 2]
        if len(pair) == 2 and pair[0] == Reply.ACCEPTED and pair[1] in _AFTER_ACCEPTED:
            said = _VTX_FINISHED if vtx and pair[1] == Reply.IDLE else _AFTER_ACCEPTED[Reply(pair[1])]
            found.append({"reply": pair.hex().upper(), "meaning": said})
            at += 2
            continue
        found.append(_described_byte(raw[at]))
        at += 1
    return found


def _described_byte(byte: int) -> dict[str, Any]:
    if byte not in frozenset(Reply):
        return {"error": f"{byte:02X} is no answer"}
    return {"reply": f"{byte:02X}", "meaning": REPLIES[Reply(byte)]}


def _answer(fields: dict[str, Any]) -> bytes:
    if "reply" in fields:
        return bytes.fromhex(fields["reply"])
    said = fields.get("meaning")
    for reply, text in REPLIES.items():
        if text == said:
            return bytes((reply,))
    for reply, text in _AFTER_ACCEPTED.items():
        if text == said:
            return bytes((Reply.ACCEPTED, reply))
    if said == _VTX_FINISHED:
        return bytes((Reply.ACCEPTED, Reply.IDLE))
    raise ValueError("cmd, reply or a known meaning is missing")


def _command(fields: dict[str, Any], dialect: Dialect) -> Command:
    name = fields["cmd"]
    if name == "speak":
        encoding = fields.get("enc", dialect.pages[dialect.page])
        if encoding not in dialect.pages:
            raise ValueError(f"enc is one of {', '.join(dialect.pages)}")
        return Speak(fields["text"], encoding, int(fields.get("music", 0)))
    if name == "baud":
        if not dialect.sets_baud or int(fields["value"]) not in BAUDS:
            raise ValueError("only the SYN6288 sets its baud, to 9600, 19200 or 38400")
        return Baud(int(fields["value"]))
    if name not in CONTROLS and name != "sleep":
        raise ValueError(f"cmd is one of speak, baud, sleep, {', '.join(CONTROLS)}")
    return Control(name)
