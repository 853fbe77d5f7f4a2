"""What scanners are told and say, in the words of the test vectors: for `hall-field decode` and `encode`.

Directions: ``host->scanner``, ``scanner->host``, and ``kernel->host`` for the input records of a keyboard wedge.
"""

import re
from binascii import crc_hqx
from collections.abc import Iterator
from typing import Any

from drivers.code_scanner.commands import GM65_TYPES, GM65_UNCHECKED, TRIGGERS, gm65, honeywell_menu, newland_settings
from drivers.code_scanner.hid import PLAIN, SHIFTED, SUFFIX_KEYS, HidDecoder
from drivers.code_scanner.protocol import SUFFIX_NAMES, Answer, Decoder, RawCode, Spoiled
from drivers.code_scanner.text import FNC1, decoded, gs1_items
from drivers.input_records import EV_KEY, EV_SYN, RECORD

DIRECTIONS = ("host->scanner", "scanner->host", "kernel->host")
DIALECTS = ("honeywell", "newland", "gm65")
SAID = {
    "honeywell": ("software trigger", "stop trigger"),
    "newland": ("start reading", "stop reading"),
}
_SCOPES = {"@": "@ saved", "#": "# temporary"}
_UNCHECKED = "ABCD = do not check"
_NEWLAND_HEAD = b"\x02\x010000"
_NEWLAND = re.compile(rb"\x7e\x010000([@#])([\x20-\x7e]{3})([\x20-\x7e]{0,500}?);\x03")
_HONEYWELL = re.compile(rb"\x16M\r([\x20-\x7e]{1,500}?)([.!])")
_SHIFT = 42
_RECORD_SAYS = "q sec, q usec, H type, H code, i value; each key event followed by SYN_REPORT"
Events = list[dict[str, Any]]


def decode(raw: bytes, direction: str, dialects: tuple[str, ...]) -> Events:
    """Return one object per command, answer or code; what is none comes as ``{"error": ...}``.

    `dialects` are the makers' languages that the model may speak; an empty one is a scanner that takes no commands.
    """
    if not raw:
        return [{"error": "no frame"}]
    direction = direction or _direction_of(raw, dialects)
    if direction == DIRECTIONS[2]:
        return _typed(raw)
    if direction == DIRECTIONS[0]:
        return list(_commands(raw, dialects))
    readings = [_said(raw, dialect) for dialect in dialects or ("none",)]
    return min(readings, key=lambda found: sum("error" in item for item in found))


def encode(fields: dict[str, Any], direction: str, dialects: tuple[str, ...]) -> bytes:
    """Return the bytes of such an object.

    Raises:
        ValueError: the object does not say what; the text names what is missing.

    """
    if direction == DIRECTIONS[2] or "keys" in fields or fields.get("suffix") in SUFFIX_KEYS.values():
        return _records(fields)
    if "text" in fields or "gs1" in fields:
        return _code(fields)
    if "status" in fields:
        return _answer(fields, dialects)
    return _command(fields)


def _direction_of(raw: bytes, dialects: tuple[str, ...]) -> str:
    if len(raw) % RECORD.size == 0 and not any("error" in event for event in _typed(raw)):
        return DIRECTIONS[2]
    commands = list(_commands(raw, dialects))
    return DIRECTIONS["error" in commands[0]]


def _commands(raw: bytes, dialects: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    while raw:
        found, size = _command_at(raw, dialects)
        if found is None:
            yield {"error": "no command"}
            return
        yield found
        raw = raw[size:]


def _command_at(raw: bytes, dialects: tuple[str, ...]) -> tuple[dict[str, Any] | None, int]:
    for dialect, said in SAID.items():
        for meaning, code in zip(said, TRIGGERS[dialect], strict=True):
            if dialect in dialects and raw.startswith(code):
                return {"meaning": meaning}, len(code)
    if "newland" in dialects and (match := _NEWLAND.match(raw)):
        scope, tag, settings = (part.decode("ascii") for part in match.groups())
        return {"scope": _SCOPES[scope], "tag": tag, "settings": settings}, match.end()
    if "honeywell" in dialects and (match := _HONEYWELL.match(raw)):
        return {"menu": match.group(1).decode("ascii"), "saved": match.group(2) == b"."}, match.end()
    if "gm65" in dialects and raw.startswith(b"\x7e\x00"):
        return _gm65_at(raw)
    return None, 0


def _gm65_at(raw: bytes) -> tuple[dict[str, Any] | None, int]:
    end = 8 + raw[3] if len(raw) > 3 else 0
    kinds = {value: kind for kind, value in GM65_TYPES.items()}
    if not 8 <= end <= len(raw) or raw[2] not in kinds:
        return None, 0
    check = raw[end - 2 : end]
    found = {"type": kinds[raw[2]], "addr": raw[4:6].hex().upper(), "data": raw[6 : end - 2].hex().upper()}
    if check == GM65_UNCHECKED:
        return found | {"crc": _UNCHECKED}, end
    return (found, end) if crc_hqx(raw[2:end], 0) == 0 else ({"error": "checksum"}, end)


def _said(raw: bytes, dialect: str) -> Events:
    decoder = Decoder(dialect)
    events = [*decoder.feed(raw), *decoder.idle()]
    return [_described(event, dialect) for event in events] or [{"error": "no code"}]


def _described(event: RawCode | Answer | Spoiled, dialect: str) -> dict[str, Any]:
    if isinstance(event, Spoiled):
        return {"error": event.reason}
    if isinstance(event, Answer):
        return _described_answer(event, dialect)
    text = decoded(event.data)
    if text is None:
        return {"error": "text in no known encoding"}
    raw_text = event.data.decode(text.encoding)
    described: dict[str, Any] = {"text": text.text, "encoding": _encoding(raw_text, text.encoding)}
    if text.symbology:
        described |= {"aim": raw_text[:3], "symbology": text.symbology}
    if text.items:
        described["gs1"] = [f"{identifier} {value}" for identifier, value in text.items]
    return described | ({"suffix": event.suffix} if event.suffix else {})


def _encoding(text: str, used: str) -> str:
    """GB18030 is only named where GBK would not do."""
    if text.isascii():
        return "ascii"
    if used != "gb18030":
        return used
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return used
    return "gbk"


def _described_answer(answer: Answer, dialect: str) -> dict[str, Any]:
    if dialect == "gm65":
        status = answer.statuses[0]
        return {"status": f"{status:02X} {'error' if status else 'ok'}", "data": answer.data.hex().upper()}
    body = {"body": answer.data.decode("latin-1")} if answer.data else {}
    return {"status": list(answer.statuses), **body}


def _typed(raw: bytes) -> Events:
    if len(raw) % RECORD.size:
        return [{"error": f"input records have {RECORD.size} bytes"}]
    records = list(RECORD.iter_unpack(raw))
    if any(kind > 0x1F or not -1 <= value <= 2 for _, _, kind, _, value in records if kind in (EV_SYN, EV_KEY)):
        return [{"error": "no input records"}]
    decoder = HidDecoder()
    events = [*decoder.feed(raw), *decoder.idle()]
    keys = [[code, value] for _, _, kind, code, value in records if kind == EV_KEY]
    if not keys:
        return [{"error": "no key presses"}]
    if not events:
        return [{"error": "key presses that type nothing", "keys": keys}]
    found: Events = []
    for event in events:
        if isinstance(event, Spoiled):
            found.append({"error": event.reason})
        else:
            found.append({"text": event.text, "suffix": event.suffix})
    return [found[0] | {"keys": keys, "record": _RECORD_SAYS}] if len(found) == 1 else found


def _records(fields: dict[str, Any]) -> bytes:
    keys = fields.get("keys") or list(_presses(str(fields["text"]), str(fields.get("suffix", "ENTER"))))
    syn = RECORD.pack(0, 0, EV_SYN, 0, 0)
    return b"".join(RECORD.pack(0, 0, EV_KEY, code, value) + syn for code, value in keys)


def _presses(text: str, suffix: str) -> Iterator[tuple[int, int]]:
    plain = {letter: code for code, letter in PLAIN.items()}
    shifted = {letter: code for code, letter in SHIFTED.items() if letter not in plain}
    for letter in text:
        if letter not in plain and letter not in shifted:
            raise ValueError(f"no key types {letter!r}")
        code = plain.get(letter, shifted.get(letter, 0))
        held = [(_SHIFT, 1), (_SHIFT, 0)] if letter in shifted else []
        yield from (*held[:1], (code, 1), (code, 0), *held[1:])
    for code, name in SUFFIX_KEYS.items():
        if name == suffix:
            yield from ((code, 1), (code, 0))


def _code(fields: dict[str, Any]) -> bytes:
    suffixes: dict[str, bytes] = {name: mark for mark, name in SUFFIX_NAMES.items()} | {"idle": b"", "": b""}
    suffix = str(fields.get("suffix", "CR"))
    if suffix not in suffixes:
        raise ValueError(f"suffix is one of {', '.join(name for name in suffixes if name)}")
    text: str = _gs1(fields) if "gs1" in fields else str(fields["text"])
    if "aim" in fields and "gs1" not in fields:
        text = fields["aim"] + text
    data: bytes = text.encode(str(fields.get("encoding", "utf-8")))
    return data + suffixes[suffix]


def _gs1(fields: dict[str, Any]) -> str:
    """Join the items; a separator stands only where leaving it out would be read differently."""
    text = ""
    wanted: list[tuple[str, str]] = []
    for item in fields["gs1"]:
        identifier, _, value = str(item).partition(" ")
        wanted.append((identifier, value))
        joined = f"{text}{identifier}{value}"
        text = joined if gs1_items(joined) == tuple(wanted) else f"{text}{FNC1}{identifier}{value}"
    return f"{fields.get('aim', ']C1')}{text}"


def _answer(fields: dict[str, Any], dialects: tuple[str, ...]) -> bytes:
    status = fields["status"]
    if isinstance(status, str):
        data = bytes.fromhex(fields.get("data", ""))
        body = bytes((int(status[:2], 16), len(data))) + data
        return b"\x02\x00" + body + crc_hqx(body, 0).to_bytes(2, "big")
    if "body" in fields and "newland" in dialects:
        return _NEWLAND_HEAD[:2] + str(fields["body"]).encode("latin-1") + b"\x03"
    if len(status) == 1 and "newland" in dialects:
        return bytes(status)
    raise ValueError("body is missing: a status alone does not say what was set")


def _command(fields: dict[str, Any]) -> bytes:
    for dialect, said in SAID.items():
        if fields.get("meaning") in said:
            return TRIGGERS[dialect][said.index(fields["meaning"])]
    if "tag" in fields:
        saved = str(fields.get("scope", "@")).startswith("@")
        return newland_settings(fields["tag"], fields.get("settings", ""), saved=saved)
    if "menu" in fields:
        return honeywell_menu(fields["menu"], saved=bool(fields.get("saved", True)))
    if "type" in fields and "addr" in fields:
        if fields["type"] not in GM65_TYPES:
            raise ValueError(f"type is one of {', '.join(GM65_TYPES)}")
        data = bytes.fromhex(fields.get("data", ""))
        return gm65(fields["type"], int(fields["addr"], 16), data, checked="crc" not in fields)
    raise ValueError("meaning, tag, menu, or type and addr are missing")
