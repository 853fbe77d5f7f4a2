"""The bytes of commands from their words: the way back of `vocabulary`."""

import re
from collections.abc import Iterable

from drivers.ticket_printer.commands import (
    FIXED,
    LARGEST_DATA,
    Command,
    barcode,
    code128,
    cut,
    fixed,
    margin,
    raster,
    to_bytes,
)
from drivers.ticket_printer.commands import qr as qr_commands
from drivers.ticket_printer.mnemonics import (
    BAR_SETTINGS,
    DEFAULT_PAGE,
    LEVELS,
    NAMES,
    SPECIAL,
    SYSTEMS,
    number_names,
)
from drivers.ticket_printer.model import Model
from drivers.ticket_printer.vocabulary_fields import Described, encoded, flag, hex_bytes, number, only, text

_USUAL = ("n", "t", "u")
_LARGEST_BLOCK = 0xFFFF
_TEXT_WORD = re.compile(r"([A-Za-z0-9_-]+) text$")


def encode(fields: Described, model: Model | None = None) -> bytes:
    """Return the bytes of a command, or of a job with its ``commands``.

    Raises:
        ValueError: the object says no command; the text names the field.

    """
    if "commands" not in fields:
        return _encoded(fields, model)
    only(fields, ("cmd", "text", "encoding", "commands"), "a job")
    items = fields["commands"]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError("commands is a list of objects")
    return b"".join(hex_bytes(item, "hex") if "hex" in item else encode_item(item, model) for item in items)


def encode_item(fields: Described, model: Model | None = None) -> bytes:
    """Return the bytes of one of a job's ``commands``: its text has no line end.

    Raises:
        ValueError: the object says no command; the text names the field.

    """
    return _encoded(fields, model, line_end=b"")


def _encoded(fields: Described, model: Model | None, line_end: bytes = b"\n") -> bytes:
    cmd = text(fields, "cmd") if "cmd" in fields else ""
    if "text" in fields:
        return _encoded_text(cmd, fields, line_end)
    if not cmd:
        raise ValueError("cmd or text is missing")
    if ", " in cmd:
        only(fields, ("cmd",), "several commands")
        return b"".join(_encoded({"cmd": word}, model) for word in cmd.split(", "))
    if cmd.startswith("GS ( k"):
        return _encoded_qr(cmd, fields)
    if cmd.startswith("GS k"):
        return _encoded_bar(cmd, fields)
    if cmd.startswith("GS v 0"):
        return _encoded_raster(fields)
    if cmd.startswith("GS ( "):
        return _encoded_block(cmd, fields)
    return _encoded_fixed(cmd, fields, model)


def _encoded_text(cmd: str, fields: Described, line_end: bytes) -> bytes:
    """Text alone, or in the place that ``cmd`` gives it; where it gives none, at the end."""
    only(fields, ("cmd", "text", "encoding"), "a text")
    encoding = text(fields, "encoding") if "encoding" in fields else _encoding_in(cmd)
    said = encoded(fields, "text", encoding) + line_end
    words = [word for word in cmd.split(", ") if word]
    made = [said if _TEXT_WORD.search(word) else _encoded({"cmd": word}, None) for word in words]
    return b"".join(made) if any(map(_TEXT_WORD.search, words)) else b"".join([*made, said])


def _encoding_in(cmd: str) -> str:
    found = next((found for word in cmd.split(", ") if (found := _TEXT_WORD.search(word))), None)
    return found.group(1).lower() if found else DEFAULT_PAGE


def _data(fields: Described) -> bytes:
    if "data_hex" in fields:
        return hex_bytes(fields, "data_hex")
    encoding = text(fields, "encoding") if "encoding" in fields else "utf-8"
    return encoded(fields, "data", encoding)


def _encoded_qr(cmd: str, fields: Described) -> bytes:
    only(fields, ("cmd", "data", "data_hex", "encoding", "print"), "GS ( k")
    model, size, level = (re.search(pattern, cmd) for pattern in (r"model(\d)", r"size(\d+)", r"ECC-(\w+)"))
    if level and level.group(1) not in LEVELS.values():
        raise ValueError(f"cmd: ECC is one of {', '.join(LEVELS.values())}, not {level.group(1)}")
    has_data = bool({"data", "data_hex"} & fields.keys())
    data = _data(fields) if has_data or cmd == "GS ( k store" else b""
    if len(data) + 3 > _LARGEST_BLOCK:
        raise ValueError(f"data has at most {_LARGEST_BLOCK - 3} bytes")
    dots = number({"size": int(size.group(1))}, "size") if size else 0
    whole = qr_commands(data, dots, _level(level.group(1)) if level else 0)
    if model:
        whole[0] = Command("qr_model", (0x30 + int(model.group(1)), 0))
    only_parts = "store" in cmd or not (has_data or cmd in ("GS ( k", "GS ( k print"))
    kept = {"qr_model": model, "qr_module": size, "qr_level": level, "qr_store": has_data}
    kept["qr_print"] = flag(fields, "print", not only_parts)
    return to_bytes(command for command in whole if kept[command.name])


def _level(letter: str) -> int:
    return next(value for value, name in LEVELS.items() if name == letter)


def _encoded_bar(cmd: str, fields: Described) -> bytes:
    only(fields, ("cmd", "m", "data", "data_hex", "encoding", "code_set", *BAR_SETTINGS.values()), "GS k")
    words = cmd.split()
    given = fields["m"] if "m" in fields else words[2] if len(words) > 2 else None
    system = number({"m": given}, "m")
    if system not in SYSTEMS and system < 65:
        raise ValueError(f"m is 0 to 6 or 65 to 255, not {system}")
    if "code_set" in fields and system != 73:
        raise ValueError("code_set belongs to GS k 73 alone")
    data = _code128(fields) if system == 73 else _data(fields)
    if system == 73 and not set(BAR_SETTINGS.values()) & fields.keys():
        shape = code128("")[:-1]
    else:
        named = {word: name for name, word in BAR_SETTINGS.items()}
        shape = [fixed(name, number(fields, word)) for word, name in named.items() if fields.get(word) is not None]
    return to_bytes([*shape, barcode(system, data)])


def _code128(fields: Described) -> bytes:
    chosen = fields.get("code_set", "B")
    if chosen not in ("A", "B", "C", ""):
        raise ValueError(f"code_set is A, B, C or empty, not {chosen!r}")
    if chosen != "C":
        return (b"{" + chosen.encode() if chosen else b"") + _data(fields)
    digits = text(fields, "data")
    if len(digits) % 2 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("data of code set C is pairs of digits")
    return b"{C" + bytes(int(digits[at : at + 2]) for at in range(0, len(digits), 2))


def _encoded_raster(fields: Described) -> bytes:
    only(fields, ("cmd", "m", "mode", "width_bytes", "height", "data"), "GS v 0")
    width, height = number(fields, "width_bytes", most=0xFFFF), number(fields, "height", most=0xFFFF)
    mode = number({"m": fields.get("m", fields.get("mode", 0))}, "m")
    rows = hex_bytes(fields, "data")
    if len(rows) != width * height or len(rows) > LARGEST_DATA:
        raise ValueError(f"data has width_bytes times height bytes, {width * height}, not {len(rows)}")
    return raster(width, height, rows, mode).to_bytes()


def _encoded_block(cmd: str, fields: Described) -> bytes:
    only(fields, ("cmd", "data"), "GS (")
    data = hex_bytes(fields, "data") if "data" in fields else b""
    if len(cmd) != 6 or not cmd.isascii() or len(data) > _LARGEST_BLOCK:
        raise ValueError("cmd is GS ( and one letter, data at most 65535 bytes")
    return Command("block", (ord(cmd[5]),), data).to_bytes()


def _encoded_fixed(cmd: str, fields: Described, model: Model | None) -> bytes:
    name, rest = _named(cmd)
    if name == "cut":
        return _encoded_cut(rest, fields)
    if name == "buzzer" and model and model.esc_b_is_margin:
        only(fields, ("cmd", "n"), cmd)
        return margin(_numbers(rest, fields, ("n",))[0]).to_bytes()
    if name == "size":
        fields = _sized(rest, fields)
    words = number_names(name)
    only(fields, ("cmd", *words, *_USUAL[: len(words)]), cmd)
    return fixed(name, *_numbers(rest, fields, words)).to_bytes()


def _sized(rest: list[str], fields: Described) -> Described:
    """Return the fields of GS ! with its number instead of the size in words."""
    if not {"width", "height"} & fields.keys():
        return fields
    given = {name: value for name, value in fields.items() if name not in ("width", "height")}
    wide, high = (number({name: fields.get(name, 1)}, name, least=1, most=8) for name in ("width", "height"))
    if not rest and "n" not in given:
        return {**given, "n": (wide - 1) << 4 | (high - 1)}
    (said,) = _numbers(rest, given, ("n",))
    if said & 0x77 != (wide - 1) << 4 | (high - 1):
        raise ValueError("width and height contradict n")
    return given


def _encoded_cut(rest: list[str], fields: Described) -> bytes:
    only(fields, ("cmd", "m", "n"), "GS V")
    given: Described = {name: fields[name] for name in ("m", "n") if name in fields}
    for name, word in zip(("m", "n"), rest, strict=False):
        if number({name: given.get(name, word)}, name) != int(word):
            raise ValueError(f"{name} contradicts cmd")
        given[name] = word
    mode = number(given, "m")
    if mode not in (65, 66) and "n" in given:
        raise ValueError(f"n is no number of GS V {mode}")
    return cut(mode, number({"n": 0, **given}, "n")).to_bytes()


def _numbers(rest: list[str], fields: Described, words: Iterable[str]) -> list[int]:
    """Return a command's numbers from its words or from its fields, under their own names or the usual ones."""
    found = []
    for place, (word, usual) in enumerate(zip(words, _USUAL, strict=False)):
        spelt = next((name for name in (word, usual) if name in fields), None)
        if place < len(rest):
            found.append(number({word: rest[place]}, word))
            if spelt and number(fields, spelt) != found[-1]:
                raise ValueError(f"{spelt} contradicts cmd")
        else:
            found.append(number(fields, spelt or word))
    return found


def _named(cmd: str) -> tuple[str, list[str]]:
    """Split ``ESC 9 1`` into the command's name and its numbers; what follows in words says the same again.

    The longest known beginning wins.
    """
    words = cmd.split()
    for end in range(len(words), 0, -1):
        start = " ".join(words[:end])
        name = "cut" if start == "GS V" else NAMES.get(start)
        if name is None:
            continue
        digits = [word for word in words[end:] if word.isdigit()]
        most = 2 if name == "cut" else FIXED[name][1]
        if digits == words[end : end + len(digits)] and len(digits) <= most:
            return name, digits
    known = [*NAMES, *SPECIAL.values(), "GS V", "GS ( k", "GS k", "GS v 0"]
    raise ValueError(f"cmd {cmd!r} is unknown{_like(cmd, known)}")


def _like(cmd: str, known: list[str]) -> str:
    found = [name for name in known if name.split()[0] == cmd.split(" ")[0]]
    return f"; it is one of {', '.join(found)}" if found else ""
