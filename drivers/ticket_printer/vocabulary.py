"""ESC/POS in the words of the test vectors: what `hall-field decode` prints and `encode` takes.

Directions: ``host->printer`` here, ``printer->host`` in `answers_vocabulary`. A command is one object; the commands
of a QR code or of a bar code are one; everything that prints text, up to the cut, is one with its ``commands``.
"""

import re
from collections.abc import Iterator
from typing import Any

from drivers.ticket_printer import answers_vocabulary
from drivers.ticket_printer.commands import Command, CommandParser, barcode, code128, cut, fixed, raster, to_bytes
from drivers.ticket_printer.commands import qr as qr_commands
from drivers.ticket_printer.mnemonics import NAMES, mnemonic
from drivers.ticket_printer.status import Ignored, NotTaken

DIRECTIONS = ("host->printer", "printer->host")
PAGES = {0: "gbk", 1: "utf-8", 3: "big5", 4: "shift_jis", 5: "euc_kr"}
DEFAULT_PAGE = "gb18030"
_LEVELS = {0x30: "L", 0x31: "M", 0x32: "Q", 0x33: "H"}
_BAR_SETTINGS = {"barcode_height": "height", "barcode_width": "width", "barcode_text": "hri"}
_SYSTEMS = {65: "UPC-A", 66: "UPC-E", 67: "EAN13", 68: "EAN8", 69: "CODE39", 70: "ITF", 71: "CODABAR"} | {
    72: "CODE93",
    73: "CODE128",
}
_SPECIAL: dict[tuple[str, tuple[int, ...]], str] = {
    ("real_time_status", (20,)): "DLE EOT 20 full status",
    ("real_time_recover", (1,)): "DLE ENQ 1 recover and go on",
    ("real_time_recover", (2,)): "DLE ENQ 2 clear buffers and recover",
}
_NUMBER_NAMES = ("n", "t", "u")
Described = dict[str, Any]


def decode(
    raw: bytes, direction: str, after: bytes = b"", ignored: Ignored | None = None, not_taken: NotTaken = NotTaken.NONE
) -> list[Described]:
    """Return one object per event; what is none comes as ``{"error": ...}``. `after` is what the host sent before."""
    if not raw:
        return [{"error": "no frame"}]
    if not direction and after:
        direction = DIRECTIONS[1]
    answers = answers_vocabulary.decode(raw, after, ignored or Ignored(), not_taken)
    if direction == DIRECTIONS[1] or (not direction and not any(_is_no_answer(item) for item in answers)):
        return answers
    parser = CommandParser()
    found = list(_events(parser.feed(raw)))
    return [*found, {"error": "unfinished command"}] if parser.inside_command else found


def encode(fields: Described, direction: str = "") -> bytes:
    """Return the bytes of such an object.

    Raises:
        ValueError: the object says no command and no answer.

    """
    if direction == DIRECTIONS[1] or not {"cmd", "text", "commands"} & fields.keys():
        return answers_vocabulary.encode(fields)
    if "commands" in fields:
        return _encoded_job(fields["commands"])
    return _encoded(fields)


def _is_no_answer(item: Described) -> bool:
    """The answer to GET_PORT_STATUS has a field of this name too."""
    return isinstance(item.get("error"), str)


def _events(commands: list[Command]) -> Iterator[Described]:
    for run in _runs(commands):
        if any(command.name == "chars" for command in run):
            yield _job(run)
        else:
            yield from _items(run)


def _runs(commands: list[Command]) -> Iterator[list[Command]]:
    """Cut the stream behind each cut, and around what is no command."""
    run: list[Command] = []
    for command in commands:
        if command.name == "unknown":
            yield from ([run, [command]] if run else [[command]])
            run = []
            continue
        run.append(command)
        if command.name == "cut":
            yield run
            run = []
    if run:
        yield run


def _items(run: list[Command], page: str = DEFAULT_PAGE) -> Iterator[Described]:
    """Describe commands one by one, with the parts of a code put together."""
    at = 0
    while at < len(run):
        size = _code_size(run[at:])
        if size:
            yield _code(run[at : at + size])
            at += size
            continue
        command = run[at]
        page = _page_after(command, page)
        yield _described(command, page)
        at += 1


def _page_after(command: Command, page: str) -> str:
    if command.name == "init":
        return DEFAULT_PAGE
    return PAGES.get(command.numbers[0], page) if command.name == "code_page" else page


def _code_size(run: list[Command]) -> int:
    """Return how many commands from here on belong to one code, or 0."""
    settings = 0
    while settings < len(run) and (run[settings].name in _BAR_SETTINGS):
        settings += 1
    if settings < len(run) and run[settings].name == "barcode":
        names = [command.name for command in run[:settings]]
        return settings + 1 if len(set(names)) == len(names) else 0
    parts = 0
    while parts < len(run) and run[parts].name.startswith("qr_"):
        parts += 1
        if run[parts - 1].name == "qr_print":
            break
    return parts


def _code(parts: list[Command]) -> Described:
    return _bar(parts) if parts[-1].name == "barcode" else _qr(parts)


def _bar(parts: list[Command]) -> Described:
    system, data = parts[-1].numbers[0], parts[-1].data
    described: Described = {"cmd": f"GS k {system} {_SYSTEMS.get(system, '')}".rstrip()}
    described |= _shown(data.removeprefix(b"{B") if system == 73 else data)
    if system == 73 and not data.startswith(b"{B"):
        described["code_set"] = ""
    settings = {_BAR_SETTINGS[part.name]: part.numbers[0] for part in parts[:-1]}
    return described | {name: settings.get(name) for name in _BAR_SETTINGS.values()}


def _qr(parts: list[Command]) -> Described:
    words, found = ["GS ( k"], {"print": False} if parts[-1].name != "qr_print" else {}
    described: Described = {}
    for part in parts:
        if part.name == "qr_model":
            words.append(f"model{part.numbers[0] - 0x30}" if part.numbers else "model")
        elif part.name == "qr_module":
            words.append(f"size{part.numbers[0]}" if part.numbers else "size")
        elif part.name == "qr_level":
            words.append(f"ECC-{_LEVELS.get(part.numbers[0], '?')}" if part.numbers else "ECC")
        elif part.name == "qr_store":
            described |= _shown(part.data)
    return {"cmd": " ".join(words), **described, **found}


def _shown(data: bytes) -> Described:
    """Data as text where it is some, else in hex."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return {"data": data.decode(encoding)} | ({"encoding": encoding} if encoding != "utf-8" else {})
        except UnicodeDecodeError:
            continue
    return {"data_hex": data.hex().upper()}


def _described(command: Command, page: str) -> Described:
    if command.name == "chars":
        return _text(command.data, page)
    if command.name == "unknown":
        return {"error": f"{command.data.hex().upper()} begins no known command"}
    if command.name == "raster":
        _mode, width, height = command.numbers
        return {"cmd": "GS v 0", "width_bytes": width, "height": height, "data": command.data.hex().upper()} | (
            {"mode": _mode} if _mode else {}
        )
    if command.name == "block":
        return {"cmd": f"GS ( {chr(command.numbers[0])}", "data": command.data.hex().upper()}
    if command.name == "cut":
        return {"cmd": " ".join(["GS V", *map(str, command.numbers)])}
    described = {"cmd": _SPECIAL.get((command.name, command.numbers), mnemonic(command.name))}
    return described | dict(zip(_NUMBER_NAMES, command.numbers, strict=False))


def _text(data: bytes, page: str) -> Described:
    try:
        return {"text": data.decode(page), "encoding": page}
    except UnicodeDecodeError:
        return {"text": data.decode(page, "replace"), "encoding": page, "hex": data.hex().upper()}


def _job(run: list[Command]) -> Described:
    """Describe a slip: its lines, and every command in order."""
    items = list(_items(run))
    lines, words = [""], list[str]()
    encoding = DEFAULT_PAGE
    for index, item in enumerate(items):
        if "text" in item and "cmd" not in item:
            lines[-1] += item["text"]
            encoding = item["encoding"]
            words.append(f"{encoding.upper()} text")
        elif item.get("cmd") == "LF":
            lines.append("")
            words += [] if index and "text" in items[index - 1] else ["LF"]
        else:
            words.append(_in_a_word(item))
    text = " / ".join(line for line in lines if line)
    return {"cmd": ", ".join(words), "text": text, "encoding": encoding, "commands": items}


def _in_a_word(item: Described) -> str:
    numbers = [str(item[name]) for name in _NUMBER_NAMES if name in item]
    return " ".join([item["cmd"], *numbers])


def _encoded_job(items: list[Described]) -> bytes:
    return b"".join(bytes.fromhex(item["hex"]) if "hex" in item else _encoded(item, line_end=b"") for item in items)


def _encoded(fields: Described, line_end: bytes = b"\n") -> bytes:
    cmd = str(fields.get("cmd", ""))
    if "text" in fields and (not cmd or "," in cmd or cmd.endswith(" text")):
        return _encoded_text(cmd, fields, line_end)
    if cmd.startswith("GS ( k"):
        return _encoded_qr(cmd, fields)
    if cmd.startswith("GS k "):
        return _encoded_bar(int(cmd.split()[2]), fields)
    if cmd == "GS v 0":
        rows = bytes.fromhex(fields["data"])
        return raster(int(fields["width_bytes"]), int(fields["height"]), rows, int(fields.get("mode", 0))).to_bytes()
    if cmd.startswith("GS ( "):
        return Command("block", (ord(cmd[5]),), bytes.fromhex(fields.get("data", ""))).to_bytes()
    return _encoded_fixed(cmd, fields)


def _encoded_text(cmd: str, fields: Described, line_end: bytes) -> bytes:
    """Text alone, or in the place that ``cmd`` gives it; where it gives none, at the end."""
    encoding = str(fields.get("encoding", "")) or _encoding_in(cmd)
    text = fields["text"].encode(encoding) + line_end
    words = [word for word in cmd.split(", ") if word]
    made = [text if word.endswith(" text") else _encoded({"cmd": word}) for word in words]
    return b"".join(made) if any(word.endswith(" text") for word in words) else b"".join([*made, text])


def _encoding_in(cmd: str) -> str:
    found = re.search(r"([A-Za-z0-9_-]+) text", cmd)
    return found.group(1).lower() if found else DEFAULT_PAGE


def _data(fields: Described) -> bytes:
    if "data_hex" in fields:
        return bytes.fromhex(fields["data_hex"])
    return str(fields.get("data", "")).encode(fields.get("encoding", "utf-8"))


def _encoded_qr(cmd: str, fields: Described) -> bytes:
    model, size, level = (re.search(pattern, cmd) for pattern in (r"model(\d)", r"size(\d+)", r"ECC-([LMQH])"))
    whole = qr_commands(_data(fields), int(size.group(1)) if size else 6, _level(level.group(1)) if level else 0x31)
    kept = {"qr_model": model, "qr_module": size, "qr_level": level, "qr_store": {"data", "data_hex"} & fields.keys()}
    kept["qr_print"] = fields.get("print", True)
    if model:
        whole[0] = Command("qr_model", (0x30 + int(model.group(1)), 0))
    return to_bytes(command for command in whole if kept[command.name])


def _level(letter: str) -> int:
    return next(value for value, name in _LEVELS.items() if name == letter)


def _encoded_bar(system: int, fields: Described) -> bytes:
    data = _data(fields)
    if not set(_BAR_SETTINGS.values()) & fields.keys() and system == 73:
        return to_bytes(code128(fields["data"]))
    settings = [fixed(name, int(fields[word])) for name, word in _BAR_SETTINGS.items() if fields.get(word) is not None]
    prefix = b"{B" if system == 73 and "code_set" not in fields else b""
    return to_bytes([*settings, barcode(system, prefix + data)])


def _encoded_fixed(cmd: str, fields: Described) -> bytes:
    for (name, numbers), words in _SPECIAL.items():
        if words == cmd:
            return fixed(name, *numbers).to_bytes()
    if cmd.startswith("GS V "):
        return cut(*map(int, cmd.split()[2:])).to_bytes()
    name, rest = _named(cmd)
    given = [int(number) for number in rest] or [int(fields[word]) for word in _NUMBER_NAMES if word in fields]
    return fixed(name, *given).to_bytes()


def _named(cmd: str) -> tuple[str, list[str]]:
    """Split ``ESC 9 1`` into the command's name and its numbers; the longest known beginning wins."""
    words = cmd.split()
    for end in range(len(words), 0, -1):
        name = NAMES.get(" ".join(words[:end]))
        if name is not None and all(word.isdigit() for word in words[end:]):
            return name, words[end:]
    raise ValueError(f"no command {cmd!r}")
