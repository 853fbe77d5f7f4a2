"""What scanners are told and say, in the words of the test vectors: for `hall-field decode` and `encode`.

Directions: ``host->scanner`` (`told_vocabulary`), ``scanner->host`` (codes and answers, here), and ``kernel->host`` for
the input records of a keyboard wedge (`typed_vocabulary`).
"""

import re
from binascii import crc_hqx
from typing import Any

from drivers.code_scanner import told_vocabulary, typed_vocabulary
from drivers.code_scanner.commands import NEWLAND_HEAD
from drivers.code_scanner.protocol import SUFFIX_NAMES, Answer, Decoder, RawCode, Spoiled
from drivers.code_scanner.text import BYTE_ORDER_MARK, FNC1, decoded, gs1_items
from drivers.code_scanner.told_vocabulary import (
    SCOPES,
    SETUP_ANSWERS,
    hexed,
    menu_word,
    printable,
    saved_in,
    settings_of,
)

DIRECTIONS = ("host->scanner", "scanner->host", "kernel->host")
_ANSWER_HEAD = b"\x02\x01" + NEWLAND_HEAD[2:]
_SUFFIXES = {name: mark for mark, name in SUFFIX_NAMES.items()} | dict.fromkeys(("NONE", "IDLE", ""), b"")
_ITEM = re.compile(r"\d{2,4} .+")
Events = list[dict[str, Any]]


def decode(raw: bytes, direction: str, dialects: tuple[str, ...], record_size: int = 0) -> Events:
    """Return one object per command, answer or code; what is none comes as ``{"error": ...}``.

    `dialects` are the makers' languages that the model may speak; an empty one is a scanner that takes no commands.
    `record_size` is that of an input record where the device's word says it.
    """
    if not raw:
        return [{"error": "no frame"}]
    direction = direction or _direction_of(raw, dialects)
    if direction == DIRECTIONS[2]:
        return typed_vocabulary.decode(raw, record_size)
    if direction == DIRECTIONS[0]:
        return told_vocabulary.decode(raw, dialects)
    readings = [_said(raw, dialect) for dialect in dialects or ("none",)]
    return min(readings, key=_doubt)


def encode(fields: dict[str, Any], direction: str, dialects: tuple[str, ...], record_size: int = 0) -> bytes:
    """Return the bytes of such an object.

    Raises:
        ValueError: the object does not say what; the text names what is missing or wrong.

    """
    typed = "keys" in fields or fields.get("suffix") in ("ENTER", "KPENTER")
    if direction == DIRECTIONS[2] or (direction != DIRECTIONS[1] and typed):
        return typed_vocabulary.encode(fields, record_size)
    if "text" in fields or "gs1" in fields:
        return _code(fields)
    if "status" in fields:
        return _answer(fields, dialects)
    return told_vocabulary.encode(fields, dialects, told=direction != DIRECTIONS[1])


def _doubt(found: Events) -> tuple[int, int]:
    """Errors first; between readings without, the one that knows an answer."""
    return sum("error" in item for item in found), -sum("status" in item or "answer" in item for item in found)


def _direction_of(raw: bytes, dialects: tuple[str, ...]) -> str:
    if not any("error" in event for event in typed_vocabulary.decode(raw)):
        return DIRECTIONS[2]
    return DIRECTIONS["error" in told_vocabulary.decode(raw, dialects)[0]]


def _said(raw: bytes, dialect: str) -> Events:
    if dialect == "newland" and (setup := SETUP_ANSWERS.get(raw)):
        return [{"answer": raw.decode("ascii"), "meaning": setup}]
    if dialect == "newland" and (code := told_vocabulary.older_code(raw, b"!")):
        return [{"answer": "!", "code": code}]
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
    whole = event.data.decode(text.encoding)
    raw_text = whole.removeprefix(BYTE_ORDER_MARK)
    described: dict[str, Any] = {"text": text.text, "encoding": _encoding(raw_text, text.encoding)}
    if raw_text != whole:
        described["bom"] = True
    if text.symbology:
        described |= {"aim": raw_text[:3], "symbology": text.symbology}
    if text.items:
        described["gs1"] = [f"{identifier} {value}" for identifier, value in text.items]
    return described | {"suffix": "none" if event.suffix == "idle" else event.suffix}


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
    found: dict[str, Any] = {"status": list(answer.statuses)}
    if dialect == "honeywell":
        return found | {"menu": answer.data.decode("ascii"), "saved": answer.mark == b"."}
    plain = answer.data.translate(None, b"\x06\x15\x05")
    named = settings_of(plain.removeprefix(b"0000"))
    if named and _answer(found | named, (dialect,)) == _ANSWER_HEAD[:2] + answer.data + b"\x03":
        return found | named
    return found | ({"body": answer.data.decode("latin-1")} if answer.data else {})


def _code(fields: dict[str, Any]) -> bytes:
    name = fields.get("suffix", "CR")
    suffix = _SUFFIXES.get("" if name is None else str(name).upper().replace("+", "").replace(" ", ""))
    if suffix is None:
        raise ValueError(f"suffix is one of {', '.join(SUFFIX_NAMES.values())} or none, not {name!r}")
    text = _gs1(fields) if "gs1" in fields else _text(fields)
    aim = "" if fields.get("aim") is None else str(fields["aim"])
    if not text.startswith(aim or "]"):
        text = aim + text
    encoding = str(fields.get("encoding") or "utf-8")
    mark = BYTE_ORDER_MARK if fields.get("bom") else ""
    try:
        data: bytes = (mark + text).encode(encoding)
    except LookupError as problem:
        raise ValueError(f"encoding {encoding!r} is unknown") from problem
    except UnicodeError as problem:
        raise ValueError(f"text cannot be written in {encoding}: {problem}") from problem
    return data + suffix


def _text(fields: dict[str, Any]) -> str:
    if not isinstance(fields["text"], str):
        raise ValueError(f"text is text, not {fields['text']!r}")
    return fields["text"]


def _gs1(fields: dict[str, Any]) -> str:
    """Join the items; a separator stands only where leaving it out would be read differently."""
    items = fields["gs1"]
    if not isinstance(items, list) or not items or not all(_ITEM.fullmatch(str(item)) for item in items):
        raise ValueError("gs1 is a list of an identifier (two to four digits), a blank and its value each")
    text = ""
    wanted: list[tuple[str, str]] = []
    for item in items:
        identifier, _, value = str(item).partition(" ")
        wanted.append((identifier, value))
        joined = f"{text}{identifier}{value}"
        text = joined if gs1_items(joined) == tuple(wanted) else f"{text}{FNC1}{identifier}{value}"
    return text


def _answer(fields: dict[str, Any], dialects: tuple[str, ...]) -> bytes:
    status = fields["status"]
    if isinstance(status, str) or (isinstance(status, int) and "data" in fields):
        data = hexed(fields, "data")
        if len(data) > 0xFF:
            raise ValueError(f"data has {len(data)} bytes; an answer holds 255")
        body = bytes((_status_byte(status), len(data))) + data
        return b"\x02\x00" + body + crc_hqx(body, 0).to_bytes(2, "big")
    statuses = status if isinstance(status, list) else [status]
    if not statuses or not all(isinstance(one, int) and 0 <= one <= 0xFF for one in statuses):
        raise ValueError("status is a list of bytes, or text as of a GM65: '00 ok'")
    if "newland" in dialects and "body" in fields:
        return _ANSWER_HEAD[:2] + str(fields["body"]).encode("latin-1") + b"\x03"
    if "newland" in dialects and "tag" in fields:
        return _ANSWER_HEAD + _acknowledged(fields, statuses)
    if "honeywell" in dialects and (word := menu_word(fields, dialects)):
        return _each(printable(fields, word), ";,", statuses) + (b"." if saved_in(fields) else b"!")
    if len(statuses) == 1 and "newland" in dialects:
        return bytes(statuses)
    raise ValueError("tag and settings, menu or body are missing: a status alone does not say what was set")


def _status_byte(status: str | int) -> int:
    try:
        return bytes.fromhex(status[:2])[0] if isinstance(status, str) else bytes((status,))[0]
    except (ValueError, IndexError) as problem:
        raise ValueError(f"status begins with a byte in hex, as '00 ok', not {status!r}") from problem


def _acknowledged(fields: dict[str, Any], statuses: list[int]) -> bytes:
    scope = str(fields.get("scope", "@"))[:1]
    if scope not in SCOPES:
        raise ValueError("scope is '@ saved' or '# temporary'")
    settings = printable(fields, "settings") if fields.get("settings") else ""
    body = f"{scope}{printable(fields, 'tag')}{settings}"
    return _each(body, ",;", statuses) + b";\x03"


def _each(text: str, between: str, statuses: list[int]) -> bytes:
    """Put a status behind each part of a text."""
    places = [place for place, letter in enumerate(text) if letter in between]
    if len(statuses) != len(places) + 1:
        raise ValueError(f"status has {len(statuses)} bytes for {len(places) + 1} settings")
    made, start = b"", 0
    for place, status in zip([*places, len(text)], statuses, strict=True):
        made += text[start:place].encode("ascii") + bytes((status,)) + text[place : place + 1].encode("ascii")
        start = place + 1
    return made
