"""ESC/POS in the words of the test vectors: what `hall-field decode` prints and `encode` takes.

Directions: ``host->printer`` here and back in `commands_encoding`, ``printer->host`` in `answers_vocabulary`. A command
is one object; the commands of a QR code or of a bar code are one; everything that prints text, up to the cut, is one
with its ``commands``. Bytes that the words do not make again come with their ``hex``.
"""

from collections.abc import Iterator

from drivers.described import PROSE
from drivers.ticket_printer import answers_encoding, answers_vocabulary, commands_encoding, usb_vocabulary
from drivers.ticket_printer.commands import Command, CommandParser, to_bytes
from drivers.ticket_printer.mnemonics import (
    BAR_SETTINGS,
    DEFAULT_PAGE,
    LEVELS,
    NUMBER_WORDS,
    PAGES,
    SPECIAL,
    SYSTEMS,
    WITHOUT_CHINESE,
    mnemonic,
    number_names,
    page_name,
)
from drivers.ticket_printer.model import Model
from drivers.ticket_printer.vocabulary_fields import Described, hex_bytes

DIRECTIONS = ("host->printer", "printer->host")


def decode(raw: bytes, direction: str, after: bytes = b"", model: Model | None = None) -> list[Described]:
    """Return one object per event; what is none comes as ``{"error": ...}``. `after` is what the host sent before."""
    if not raw:
        return [{"error": "no frame"}]
    if not direction and after:
        direction = DIRECTIONS[1]
    answers = answers_vocabulary.decode(raw, after, model)
    if direction == DIRECTIONS[1]:
        return answers
    parser = CommandParser(esc_b_is_margin=bool(model and model.esc_b_is_margin))
    commands = parser.feed(raw)
    if not direction and _are_answers(answers, commands):
        return answers
    if request := usb_vocabulary.request(raw):
        return [request]
    found = list(_events(commands, model))
    return [*found, {"error": "unfinished command"}] if parser.inside_command else found


def encode(fields: Described, direction: str = "", model: Model | None = None) -> bytes:
    """Return the bytes of such an object.

    Raises:
        ValueError: the object says no command and no answer; the text names the field.

    """
    if "hex" in fields:
        return _by_hex(fields, direction, model)
    if direction != DIRECTIONS[1] and usb_vocabulary.is_request(fields):
        return usb_vocabulary.request_bytes(fields)
    if direction == DIRECTIONS[1] or (not direction and _is_answer(fields)):
        return answers_encoding.encode(fields, model)
    return commands_encoding.encode(fields, model)


def _is_answer(fields: Described) -> bool:
    identity = fields.get("cmd") == "GS I" and {"text", "number"} & fields.keys()
    return bool(identity or "request" in fields or not {"cmd", "text", "commands"} & fields.keys())


def _by_hex(fields: Described, direction: str, model: Model | None) -> bytes:
    """Return the bytes that an object holds, if the rest of it is what they mean."""
    raw = hex_bytes(fields, "hex")
    said = {name: value for name, value in fields.items() if name not in {*PROSE, "hex"}}
    ways = (direction,) if direction else DIRECTIONS
    found = [one for way in ways for one in decode(raw, way, model=model)]
    found += answers_vocabulary.decode(raw, _question(fields), model) if DIRECTIONS[1] in ways else []
    if not any(all(one.get(name) == value for name, value in said.items()) for one in found):
        raise ValueError("hex means something else than the other fields say")
    return raw


def _question(fields: Described) -> bytes:
    """Return the question that an answer must have had."""
    asked = fields.get("n")
    if isinstance(asked, int) and 0 <= asked <= 255:
        return (b"\x1dI" if fields.get("cmd") == "GS I" else b"\x10\x04") + bytes((asked,))
    if "online" in fields:
        return b""
    return b"\x1dr\x02" if "drawer" in fields else b"\x1dr\x01"


def _are_answers(items: list[Described], commands: list[Command]) -> bool:
    """Guess a direction; a block of automatic status with undefined bits that is a command as well is the command.

    The answer to GET_PORT_STATUS has a field `error` too.
    """
    if any(isinstance(item.get("error"), str) for item in items):
        return False
    known = bool(commands) and commands[0].name not in ("unknown", "chars")
    return not (known and any("online" in item and "n" not in item and "hex" in item for item in items))


def _events(commands: list[Command], model: Model | None) -> Iterator[Described]:
    for run in _runs(commands):
        if any(command.name == "chars" for command in run):
            yield _job(run, model)
        else:
            yield from _items(run, model)


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


def _items(run: list[Command], model: Model | None) -> Iterator[Described]:
    """Describe commands one by one, with the parts of a code put together."""
    at, pages = 0, _Pages()
    while at < len(run):
        size = _code_size(run[at:]) or 1
        parts = run[at : at + size]
        pages.follow(parts[0])
        is_code = parts[-1].name == "barcode" or parts[0].name.startswith("qr_")
        yield _told(_code(parts) if is_code else _described(parts[0], pages.page), parts, model)
        at += size


class _Pages:
    """Which character set the text is in."""

    def __init__(self) -> None:
        self._chinese, self._on = DEFAULT_PAGE, True

    @property
    def page(self) -> str:
        """Python's name of it."""
        return self._chinese if self._on else WITHOUT_CHINESE

    def follow(self, command: Command) -> None:
        """Take note of what changes it."""
        match command.name:
            case "init":
                self._chinese, self._on = DEFAULT_PAGE, True
            case "code_page":
                self._chinese = PAGES.get(command.numbers[0], self._chinese)
            case "chinese_on" | "chinese_off":
                self._on = command.name == "chinese_on"


def _told(described: Described, parts: list[Command], model: Model | None) -> Described:
    """Add the bytes to words that do not make them again."""
    if "error" in described:
        return described
    raw = to_bytes(parts)
    try:
        same = commands_encoding.encode_item(described, model) == raw
    except ValueError:
        same = False
    return described if same else {**described, "hex": raw.hex().upper()}


def _code_size(run: list[Command]) -> int:
    """Return how many commands from here on belong to one code, or 0."""
    settings = 0
    while settings < len(run) and (run[settings].name in BAR_SETTINGS):
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
    described: Described = {"cmd": f"GS k {system} {SYSTEMS.get(system, '')}".rstrip()}
    described |= _code128(data) if system == 73 else _shown(data)
    settings = {BAR_SETTINGS[part.name]: part.numbers[0] for part in parts[:-1]}
    return described | {name: settings.get(name) for name in BAR_SETTINGS.values()}


def _code128(data: bytes) -> Described:
    """Data of one code set is shown without its choice; what changes it, or chooses none, is shown as sent."""
    chosen, rest = data[:2], data[2:]
    if chosen in (b"{A", b"{B") and b"{" not in rest:
        return _shown(rest) | {"code_set": chr(chosen[1])}
    if chosen == b"{C" and all(pair < 100 for pair in rest):
        return {"data": "".join(f"{pair:02}" for pair in rest), "code_set": "C"}
    return _shown(data) | {"code_set": ""}


def _qr(parts: list[Command]) -> Described:
    if len(parts) == 1 and parts[0].name in ("qr_store", "qr_print"):
        alone = {"cmd": "GS ( k " + parts[0].name.removeprefix("qr_")}
        return alone | (_shown(parts[0].data) if parts[0].name == "qr_store" else {})
    words, found = ["GS ( k"], {} if parts[-1].name == "qr_print" else {"print": False}
    described: Described = {}
    for part in parts:
        if part.name == "qr_store":
            described = _shown(part.data)
        elif part.numbers:
            words.append(_qr_word(part.name, part.numbers[0]))
    return {"cmd": " ".join(words), **described, **found}


def _qr_word(name: str, number: int) -> str:
    match name:
        case "qr_model":
            return f"model{number - 0x30}"
        case "qr_module":
            return f"size{number}"
        case _:
            return f"ECC-{LEVELS.get(number, '?')}"


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
        mode, width, height = command.numbers
        data = command.data.hex().upper()
        return {"cmd": "GS v 0", "m": mode, "width_bytes": width, "height": height, "data": data}
    if command.name == "block":
        return {"cmd": f"GS ( {chr(command.numbers[0])}", "data": command.data.hex().upper()}
    if command.name == "cut":
        return {"cmd": " ".join(["GS V", *map(str, command.numbers)])}
    described: Described = {"cmd": SPECIAL.get((command.name, command.numbers)) or mnemonic(command.name)}
    described |= dict(zip(number_names(command.name), command.numbers, strict=False))
    return described | (_times(command.numbers[0]) if command.name == "size" else {})


def _times(size: int) -> Described:
    """How much wider and higher than normal characters are."""
    return {"width": (size >> 4 & 7) + 1, "height": (size & 7) + 1}


def _text(data: bytes, page: str) -> Described:
    return {"text": data.decode(page, "replace"), "encoding": page}


def _job(run: list[Command], model: Model | None) -> Described:
    """Describe a slip: its lines, and every command in order."""
    items = list(_items(run, model))
    lines, words = [""], list[str]()
    encoding = DEFAULT_PAGE
    for index, item in enumerate(items):
        if "text" in item and "cmd" not in item:
            lines[-1] += item["text"]
            encoding = item["encoding"]
            words.append(f"{page_name(encoding)} text")
        elif item.get("cmd") == "LF":
            lines.append("")
            words += [] if index and "text" in items[index - 1] else ["LF"]
        else:
            words.append(_in_a_word(item))
    text = " / ".join(line for line in lines if line)
    return {"cmd": ", ".join(words), "text": text, "encoding": encoding, "commands": items}


def _in_a_word(item: Described) -> str:
    if "data" in item or item["cmd"] in SPECIAL.values():
        return str(item["cmd"])
    numbers = [str(value) for name, value in item.items() if name in NUMBER_WORDS]
    return " ".join([item["cmd"], *numbers])
