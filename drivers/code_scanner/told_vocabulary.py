"""Commands to scanners as objects, and back: what `hall-field decode` prints and `encode` takes.

Triggers and the older Newland's setup are a ``meaning``; Newland settings ``scope``, ``tag``, ``settings``; Honeywell
``menu`` and ``saved``; GM65 ``type``, ``addr``, ``data``; a setup code of digits ``code``.
"""

import re
from binascii import crc_hqx
from collections.abc import Callable
from typing import Any

from drivers.code_scanner.commands import GM65_TYPES, GM65_UNCHECKED, TRIGGERS, gm65, honeywell_menu, newland_settings

SAID = {
    "honeywell": ("software trigger", "stop trigger"),
    "newland": ("start reading", "stop reading"),
}
SCOPES = {"@": "@ saved", "#": "# temporary"}
SETUP = {b"$$$": "enter setup", b"%%%": "leave setup"}
SETUP_ANSWERS = {b"@@@@": "enter setup", b"^^^": "leave setup"}
"""Of older Newland scanners."""
METROLOGIC_SETUP = "999999"
_UNCHECKED = "ABCD = do not check"
_NEWLAND = re.compile(rb"\x7e\x010000([\x20-\x7e]{4,504}?;)\x03")
_SETTINGS = re.compile(rb"([@#])([\x20-\x7e]{3})([\x20-\x7e]{0,500});")
_HONEYWELL = re.compile(rb"\x16M\r([\x20-\x7e]{1,500}?)([.!])")
_OLDER = rb"(\d{8});"
_METROLOGIC = re.compile(rb"\x02(\d{6})\x03")
Described = dict[str, Any]
Found = tuple[Described, int] | None


def decode(raw: bytes, dialects: tuple[str, ...]) -> list[Described]:
    """Return one object per command; the first that is none ends it with ``{"error": ...}``."""
    found: list[Described] = []
    while raw:
        at = next((command for read in _READERS if (command := read(raw, dialects))), None)
        if at is None:
            return [*found, {"error": "no command"}]
        found.append(at[0])
        raw = raw[at[1] :]
    return found


def encode(fields: Described, dialects: tuple[str, ...], *, told: bool = True) -> bytes:
    """Return the bytes of a command, or of an older Newland's answer to it.

    Raises:
        ValueError: the object does not say which; the text names what is missing or wrong.

    """
    if not told or "answer" in fields:
        return _older_answer(fields)
    if "tag" in fields:
        tag, settings = printable(fields, "tag"), printable(fields, "settings") if "settings" in fields else ""
        if len(tag) != 3:
            raise ValueError(f"tag has three letters, not {tag!r}")
        return newland_settings(tag, settings, saved=saved_in(fields))
    if word := menu_word(fields, dialects):
        return honeywell_menu(printable(fields, word), saved=saved_in(fields))
    if "type" in fields or "addr" in fields:
        return _gm65(fields)
    if "code" in fields:
        return _coded(str(fields["code"]))
    return _meant(str(fields.get("meaning", "")), dialects)


def saved_in(fields: Described) -> bool:
    """Return whether a setting is kept without power: by ``saved`` or by the first letter of ``scope``.

    Raises:
        ValueError: neither word is understood.

    """
    if "scope" in fields:
        scope = str(fields["scope"])[:1]
        if scope not in "@.#!" or not scope:
            raise ValueError(f"scope is '@ saved' or '# temporary', not {fields['scope']!r}")
        return scope in "@."
    saved = fields.get("saved", True)
    if not isinstance(saved, bool):
        raise ValueError(f"saved is true or false, not {saved!r}")
    return saved


def settings_of(body: bytes) -> Described:
    """Return scope, tag and settings of a Newland command's or answer's body; nothing where it is none."""
    match = _SETTINGS.fullmatch(body)
    if not match:
        return {}
    scope, tag, settings = (part.decode("ascii") for part in match.groups())
    return {"scope": SCOPES[scope], "tag": tag, "settings": settings}


def older_code(raw: bytes, mark: bytes) -> str:
    """Return the digits of an older Newland's code behind a mark; nothing where it is none."""
    match = re.fullmatch(mark + _OLDER, raw)
    return match.group(1).decode("ascii") if match else ""


def printable(fields: Described, word: str) -> str:
    """Return a field's text, which goes over the line as ASCII.

    Raises:
        ValueError: it is none; the text names the field.

    """
    value = fields[word]
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        raise ValueError(f"{word} is printable ASCII text, not {value!r}")
    return value


def menu_word(fields: Described, dialects: tuple[str, ...]) -> str:
    """Return the field with a Honeywell menu code; nothing where there is none."""
    if "menu" in fields:
        return "menu"
    return "code" if "honeywell" in dialects and not str(fields.get("code", "0")).isdecimal() else ""


def hexed(fields: Described, word: str) -> bytes:
    """Return a field's bytes.

    Raises:
        ValueError: the text is no hex; it names the field.

    """
    try:
        return bytes.fromhex(str(fields.get(word, "")))
    except ValueError as problem:
        raise ValueError(f"{word} is bytes in hex, not {fields[word]!r}") from problem


def _trigger_at(raw: bytes, dialects: tuple[str, ...]) -> Found:
    for dialect, said in SAID.items():
        for meaning, code in zip(said, TRIGGERS[dialect], strict=True):
            if dialect in dialects and raw.startswith(code):
                return {"meaning": meaning}, len(code)
    return None


def _newland_at(raw: bytes, dialects: tuple[str, ...]) -> Found:
    if "newland" not in dialects:
        return None
    if match := _NEWLAND.match(raw):
        found = settings_of(match.group(1))
        return (found, match.end()) if found else None
    for code, meaning in SETUP.items():
        if raw.startswith(code):
            return {"meaning": meaning}, len(code)
    code_at = older_code(raw[:10], b"#")
    return ({"code": code_at}, 10) if code_at else None


def _honeywell_at(raw: bytes, dialects: tuple[str, ...]) -> Found:
    match = _HONEYWELL.match(raw) if "honeywell" in dialects else None
    return ({"menu": match.group(1).decode("ascii"), "saved": match.group(2) == b"."}, match.end()) if match else None


def _gm65_at(raw: bytes, dialects: tuple[str, ...]) -> Found:
    if "gm65" not in dialects or not raw.startswith(b"\x7e\x00"):
        return None
    end = 8 + raw[3] if len(raw) > 3 else 0
    kinds = {value: kind for kind, value in GM65_TYPES.items()}
    if not 8 <= end <= len(raw) or raw[2] not in kinds:
        return None
    found = {"type": kinds[raw[2]], "addr": raw[4:6].hex().upper(), "data": raw[6 : end - 2].hex().upper()}
    if raw[end - 2 : end] == GM65_UNCHECKED:
        return found | {"crc": _UNCHECKED}, end
    return (found, end) if crc_hqx(raw[2:end], 0) == 0 else ({"error": "checksum"}, end)


def _metrologic_at(raw: bytes, dialects: tuple[str, ...]) -> Found:
    del dialects
    match = _METROLOGIC.match(raw)
    return ({"code": match.group(1).decode("ascii"), "meaning": "setup"}, match.end()) if match else None


_READERS: tuple[Callable[[bytes, tuple[str, ...]], Found], ...] = (
    _trigger_at,
    _newland_at,
    _honeywell_at,
    _gm65_at,
    _metrologic_at,
)


def _gm65(fields: Described) -> bytes:
    for word in ("type", "addr"):
        if word not in fields:
            raise ValueError(f"{word} is missing")
    if fields["type"] not in GM65_TYPES:
        raise ValueError(f"type is one of {', '.join(GM65_TYPES)}, not {fields['type']!r}")
    data, place = hexed(fields, "data"), _place(fields["addr"])
    if len(data) > 0xFF:
        raise ValueError(f"data has {len(data)} bytes; a command holds 255")
    unchecked = str(fields.get("crc", "")).upper().startswith("ABCD")
    made = gm65(fields["type"], place, data, checked=not unchecked)
    if "crc" in fields and made[-2:] != hexed({"crc": str(fields["crc"])[:4]}, "crc"):
        raise ValueError(f"crc is {made[-2:].hex().upper()} or ABCD, not {fields['crc']!r}")
    return made


def _place(addr: object) -> int:
    try:
        place = addr if isinstance(addr, int) else int(str(addr), 16)
    except ValueError:
        place = -1
    if not 0 <= place <= 0xFFFF:
        raise ValueError(f"addr is a place from 0000 to FFFF, not {addr!r}")
    return place


def _coded(code: str) -> bytes:
    if re.fullmatch(r"\d{8}", code):
        return f"#{code};".encode("ascii")
    if re.fullmatch(r"\d{6}", code):
        return b"\x02" + code.encode("ascii") + b"\x03"
    raise ValueError(f"code has eight digits (Newland) or six (Metrologic), not {code!r}")


def _older_answer(fields: Described) -> bytes:
    if "code" in fields:
        return b"!" + _coded(str(fields["code"]))[1:]
    for answer, meaning in SETUP_ANSWERS.items():
        if fields.get("answer") == answer.decode("ascii") or fields.get("meaning") == meaning:
            return answer
    raise ValueError("text, gs1, status, or code are missing")


def _meant(meaning: str, dialects: tuple[str, ...]) -> bytes:
    for code, known in SETUP.items():
        if meaning == known:
            return code
    if meaning == "setup":
        return _coded(METROLOGIC_SETUP)
    if dialects == ("gm65",) and meaning in (said[0] for said in SAID.values()):
        return TRIGGERS["gm65"][0]
    own = [dialect for dialect in SAID if dialect in dialects]
    for dialect in own if len(own) == 1 else SAID:
        for known, code in zip(SAID[dialect], TRIGGERS[dialect], strict=True):
            if meaning == known or (len(own) == 1 and meaning in (word[place] for word, place in _both(known))):
                return code
    raise ValueError("meaning, tag, menu, code, or type and addr are missing or unknown")


def _both(known: str) -> list[tuple[tuple[str, str], int]]:
    """Return the makers' words for one deed."""
    place = next(place for said in SAID.values() for place, word in enumerate(said) if word == known)
    return [(said, place) for said in SAID.values()]
