"""Frames of the speech modules in the words of the test vectors: what `hall-field decode` prints and `encode` takes.

Directions: ``host->chip`` and ``chip->host``. The same frame means different things to different chips, so a model
decides; without one the chip that understands most is taken.
"""

import codecs
from collections.abc import Callable
from typing import Any

from drivers.voice.protocol import (
    BAUDS,
    HEAD,
    MOST_MUSIC,
    MOST_REPEATS,
    SEGMENT_BYTES,
    Baud,
    Broken,
    Command,
    Control,
    Dialect,
    FrameDecoder,
    PlayStored,
    Reply,
    Speak,
    Store,
    to_bytes,
)

Fields = dict[str, Any]
DIRECTIONS = ("host->chip", "chip->host")
REPLIES = {
    Reply.INITIALISED: "initialised (power-up or wake)",
    Reply.ACCEPTED: "command frame accepted",
    Reply.REJECTED: "command frame rejected",
    Reply.SPEAKING: "busy speaking",
    Reply.IDLE: "idle / playback finished",
    Reply.INCOMPLETE: "command frame rejected: incomplete",
    Reply.BAD_MARK: "command frame rejected: bad mark",
}
_SAY_WHY = frozenset((Reply.INCOMPLETE, Reply.BAD_MARK))
_AFTER_ACCEPTED = {
    Reply.SPEAKING: "answer to a status query: accepted, then busy",
    Reply.IDLE: "answer to a status query: accepted, then idle",
}
_VTX_FINISHED = "accepted, finished"
"""A VTX316 says 41 4F at the end of its speech."""
_88 = ("power down", "sleep")
_OTHER_NAMES = {
    "sleep": "power down",
    "powerdown": "power down",
    "query": "status",
    "query state": "status",
    "store text": "store",
    "store cache": "store",
    "cache": "store",
    "play": "play cache",
    "play stored": "play cache",
    "speak text": "speak",
}
"""What else a command may be called; 88 is power down to some chips and sleep to others."""


def decode(raw: bytes, direction: str, dialects: dict[str, Dialect]) -> list[Fields]:
    """Return one object per frame or answer; what is none comes as ``{"error": ...}``."""
    if not raw:
        return [{"error": "no frame"}]
    way = direction if direction in DIRECTIONS else DIRECTIONS[HEAD not in raw]
    if way == DIRECTIONS[1]:
        says_why = any(dialect.says_why for dialect in dialects.values())
        return _replies(raw, says_why=says_why, vtx=tuple(dialects) == ("vtx316",))
    readings = {name: _frames(raw, dialect) for name, dialect in dialects.items()}
    best = min(readings, key=lambda name: sum("error" in item for item in readings[name]))
    # Where the frames of the chips differ, encoding needs to know whose it was.
    told = {"model": best} if len({dialect.xor for dialect in dialects.values()}) > 1 else {}
    return [item if "error" in item else {**item, **told} for item in readings[best]]


def encode(fields: Fields, dialects: dict[str, Dialect]) -> bytes:
    """Return the frame of such an object, or the answer's bytes where only its ``meaning`` is given.

    Raises:
        ValueError: a field is missing or wrong, or no chip of these can say it; the text names it.

    """
    if "cmd" not in fields:
        return _answer(fields)
    problem = ValueError("this model speaks no frames")
    for dialect in sorted(_meant(fields, dialects), key=lambda dialect: _foreign(fields, dialect)):
        try:
            return to_bytes(_command(fields, dialect), dialect)
        except ValueError as refused:
            problem = ValueError(f"{fields['cmd']}: {refused}")
    raise problem


def _meant(fields: Fields, dialects: dict[str, Dialect]) -> list[Dialect]:
    """Return the chip that decoding had named, or all."""
    named = dialects.get(str(fields.get("model")))
    return [named] if named else list(dialects.values())


def _foreign(fields: Fields, dialect: Dialect) -> bool:
    """Whether the words are another chip's: music belongs to one of them, and 88 has two names."""
    said = fields["cmd"]
    return ("music" in fields) is not dialect.music if said == "speak" else said in _88 and said != dialect.sleep_name


def _frames(raw: bytes, dialect: Dialect) -> list[Fields]:
    decoder = FrameDecoder(dialect)
    found = [_described(event, dialect) for event in decoder.feed(raw)]
    if decoder.partial:
        rest = decoder.drop()
        return [*found, {"error": "unfinished frame"}, *_good_inside(rest[1:], dialect)]
    return found or [{"error": _why_none(raw, dialect)}]


def _good_inside(raw: bytes, dialect: Dialect) -> list[Fields]:
    """Return the good frames behind one whose length was wrong."""
    decoder, found = FrameDecoder(dialect), []
    while raw:
        found += [_described(event, dialect) for event in decoder.feed(raw) if not isinstance(event, Broken)]
        raw = decoder.drop()[1:]
    return found


def _why_none(raw: bytes, dialect: Dialect) -> str:
    length = int.from_bytes(raw[raw.find(HEAD) + 1 :][:2])
    return f"length {length} is not {dialect.lengths.start}..{dialect.lengths[-1]}" if HEAD in raw else "no frame"


def _described(event: Command | Broken, dialect: Dialect) -> Fields:
    match event:
        case Broken(reason=reason):
            return {"error": reason}
        case Speak(text=text, encoding=encoding, music=music):
            described: Fields = {"cmd": "speak", "enc": encoding, "text": text}
            return described | ({"music": music} if dialect.music else {})
        case Baud(value=value):
            return {"cmd": "baud", "value": value}
        case Store(segment=segment, text=stored):
            return {"cmd": "store", "segment": segment, "data": stored.hex().upper(), **_guessed(stored, dialect)}
        case PlayStored(repeats=repeats, encoding=encoding):
            return {"cmd": "play cache", "repeat": repeats, "enc": encoding}
        case Control(name=name):
            return {"cmd": name}


def _guessed(stored: bytes, dialect: Dialect) -> Fields:
    """Read a stored text in the driver's own code page; the frame does not say in which it is."""
    try:
        return {"text": stored.decode(dialect.pages[dialect.page])}
    except UnicodeDecodeError:
        return {}


def _replies(raw: bytes, *, says_why: bool, vtx: bool) -> list[Fields]:
    found: list[Fields] = []
    at = 0
    while at < len(raw):
        pair = raw[at : at + 2]
        if len(pair) == 2 and pair[0] == Reply.ACCEPTED and pair[1] in _AFTER_ACCEPTED:
            said = _VTX_FINISHED if vtx and pair[1] == Reply.IDLE else _AFTER_ACCEPTED[Reply(pair[1])]
            found.append({"reply": pair.hex().upper(), "meaning": said})
            at += 2
            continue
        found.append(_described_byte(raw[at], says_why))
        at += 1
    return found


def _described_byte(byte: int, says_why: bool) -> Fields:
    if byte not in frozenset(Reply) or (byte in _SAY_WHY and not says_why):
        return {"error": f"{byte:02X} is no answer"}
    return {"reply": f"{byte:02X}", "meaning": REPLIES[Reply(byte)]}


def _answer(fields: Fields) -> bytes:
    if "reply" in fields:
        return _hex(fields, "reply")
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


def _command(fields: Fields, dialect: Dialect) -> Command:
    word = " ".join(str(fields["cmd"]).casefold().replace("_", " ").replace("-", " ").split())
    name = _OTHER_NAMES.get(word, word)
    if name in _MAKERS:
        return _MAKERS[name](fields, dialect)
    if name not in dialect.controls:
        known = sorted({"speak", *dialect.controls})
        raise ValueError(f"this chip has no such cmd; it has {', '.join(known)}")
    return Control(name)


def _speak(fields: Fields, dialect: Dialect) -> Command:
    encoding = _encoding(fields, dialect)
    text = _text(fields, encoding)
    music = _number(fields, "music", 0, MOST_MUSIC if dialect.music else 0) if "music" in fields else 0
    if len(text.encode(encoding)) > dialect.limit:
        raise ValueError(f"text has {len(text.encode(encoding))} bytes, the chip takes {dialect.limit}")
    return Speak(text, encoding, music)


def _baud(fields: Fields, dialect: Dialect) -> Command:
    if not dialect.sets_baud:
        raise ValueError("only the SYN6288 has this cmd")
    value = _number(fields, "value", 0, max(BAUDS))
    if value not in BAUDS:
        raise ValueError(f"value is one of {', '.join(map(str, BAUDS))}, not {value}")
    return Baud(value)


def _store(fields: Fields, dialect: Dialect) -> Command:
    segment = _segmented(dialect) and _number(fields, "segment", 0, dialect.segments - 1)
    stored = _stored(fields, dialect)
    if len(stored) > SEGMENT_BYTES:
        raise ValueError(f"text has {len(stored)} bytes, a segment takes {SEGMENT_BYTES}")
    return Store(segment, stored)


def _stored(fields: Fields, dialect: Dialect) -> bytes:
    if "data" in fields:
        return _hex(fields, "data")
    encoding = _encoding(fields, dialect)
    return _text(fields, encoding).encode(encoding)


def _play(fields: Fields, dialect: Dialect) -> Command:
    repeats = _segmented(dialect) and _number(fields, "repeat", 1, MOST_REPEATS)
    return PlayStored(repeats, _encoding(fields, dialect))


_MAKERS: dict[str, Callable[[Fields, Dialect], Command]] = {
    "speak": _speak,
    "baud": _baud,
    "store": _store,
    "play cache": _play,
}


def _segmented(dialect: Dialect) -> int:
    if not dialect.segments:
        raise ValueError("only the SYN6658 has this cmd")
    return dialect.segments


def _encoding(fields: Fields, dialect: Dialect) -> str:
    """Return the codec of a code page by any of Python's names for it; without one, the page the driver speaks in."""
    given = fields.get("enc", dialect.pages[dialect.page])
    try:
        encoding = codecs.lookup(str(given)).name
    except LookupError:
        encoding = ""
    if encoding not in dialect.pages:
        raise ValueError(f"enc is one of {', '.join(dialect.pages)}, not {given!r}")
    return encoding


def _text(fields: Fields, encoding: str) -> str:
    text = fields.get("text")
    if not isinstance(text, str):
        raise ValueError("text is missing" if text is None else f"text is words, not {text!r}")
    try:
        text.encode(encoding)
    except UnicodeEncodeError as problem:
        raise ValueError(f"text has {text[problem.start : problem.end]!r}, which {encoding} has not") from problem
    return text


def _number(fields: Fields, name: str, least: int, most: int) -> int:
    """Return a number that is given as such or in decimal digits."""
    if name not in fields:
        raise ValueError(f"{name} is missing")
    given = fields[name]
    number = int(given) if isinstance(given, str) and given.isascii() and given.isdigit() else given
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        raise ValueError(f"{name} is {least}..{most}, not {given!r}")
    return number


def _hex(fields: Fields, name: str) -> bytes:
    try:
        return bytes.fromhex(str(fields[name]))
    except ValueError:
        raise ValueError(f"{name} is bytes in hex, not {fields[name]!r}") from None
