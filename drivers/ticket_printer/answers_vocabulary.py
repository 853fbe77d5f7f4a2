"""What a printer says back, in the words of the test vectors. See `status` for the bits, `answers_encoding` for back.

A byte does not say which question it answers. With the question (`after`) there is one reading; without it every
reading that the fixed bits allow is given, each as an object of its own. Bytes that the words do not make again
(half a pair of paper bits, bits that a maker fixes at 1, XOFF inside a block) come with their ``hex``.
"""

from drivers.ticket_printer import answers_encoding, usb_vocabulary
from drivers.ticket_printer.answers_encoding import (
    CUSTOM,
    EOT4,
    ERROR_CAUSE,
    IN_ORDER,
    OFFLINE_CAUSE,
    PRINTER_EXTRAS,
)
from drivers.ticket_printer.commands import Command, CommandParser
from drivers.ticket_printer.model import Model
from drivers.ticket_printer.status import NotTaken
from drivers.ticket_printer.vocabulary_fields import Described

_EOT, _GS_R, _GS_I = "DLE EOT", "GS r", "GS I"
_REAL_TIME = (1, 2, 3, 4, 5, 17)
_CUSTOM_START = b"\x10\x0f"
_USB_BITS = 0x38


class _Asked:
    """The questions that are still open."""

    def __init__(self, after: bytes) -> None:
        self._open = [question for command in CommandParser().feed(after) if (question := _question(command))]
        self.any = bool(self._open)
        request = usb_vocabulary.request(after)
        self.of_usb = request["request"] if request else ""

    def take(self, command: str, numbers: tuple[int, ...] = ()) -> int | None:
        """Return the number of the first such question and close it, or None."""
        for question in self._open:
            if question[0] == command and (not numbers or question[1] in numbers):
                self._open.remove(question)
                return question[1]
        return None


def _question(command: Command) -> tuple[str, int] | None:
    numbers = command.numbers
    match command.name:
        case "real_time_status":
            return _EOT, numbers[0]
        case "status_request":
            return _GS_R, numbers[0] % 48  # the digits 1 and 2 mean the same
        case "old_paper_request":
            return _GS_R, 1
        case "identity_request":
            return _GS_I, numbers[0]
        case _:
            return None


def decode(raw: bytes, after: bytes, model: Model | None) -> list[Described]:
    """Return one object per answer; several for a byte that may answer several questions."""
    asked = _Asked(after)
    if asked.of_usb == usb_vocabulary.PORT_STATUS:
        return [_told(usb_vocabulary.port_status(byte), bytes((byte,)), model) for byte in raw]
    if found := usb_vocabulary.device_id(raw):
        return [found]
    reader = _Reader(asked, model, alone=len(raw) == 1)
    told: list[Described] = []
    at = 0
    while at < len(raw):
        readings, size = reader.at(raw[at:])
        told += [_told(reading, raw[at : at + size], model) for reading in readings]
        at += size
    return told or [{"error": "no answer"}]


def _told(described: Described, raw: bytes, model: Model | None) -> Described:
    """Add the bytes to words that do not make them again."""
    if isinstance(described.get("error"), str):
        return described
    try:
        same = answers_encoding.encode(described, model) == raw
    except ValueError:
        same = False
    return described if same else {**described, "hex": raw.hex().upper()}


class _Reader:
    """Reads one answer at a time."""

    def __init__(self, asked: _Asked, model: Model | None, *, alone: bool) -> None:
        self._asked, self._model, self._alone = asked, model, alone

    def at(self, raw: bytes) -> tuple[list[Described], int]:
        """Return the readings of what stands at the beginning, and its length."""
        first = raw[0]
        if raw[:2] == _CUSTOM_START and self._knows_custom():
            return self._custom_block(raw)
        if first in (0x11, 0x13):
            return [{"flow": "XON" if first == 0x11 else "XOFF"}], 1
        if first & 0x13 == 0x12:
            return self._real_time(first), 1
        if first & 0x93 == 0x10:
            return self._block(raw)
        if first == 0x5F:
            return self._text(raw)
        if first & 0x90 == 0:
            return self._in_order(first), 1
        return [{"error": f"{first:02X} has the fixed bits of no answer"}], 1

    def _knows_custom(self) -> bool:
        return self._model is None or self._model.not_taken is NotTaken.CUSTOM20

    def _may_be_print_status(self, byte: int) -> bool:
        """DLE EOT 17 has two bits; some manuals leave the fixed ones out."""
        return self._alone and not self._asked.any and self._knows_custom() and byte & ~0x24 in (0x00, 0x12)

    def _custom_block(self, raw: bytes) -> tuple[list[Described], int]:
        if len(raw) < 6:
            return [{"error": "unfinished answer to DLE EOT 20"}], len(raw)
        self._asked.take(_EOT, (20,))
        return [_custom(raw[2:6])], 6

    def _block(self, raw: bytes) -> tuple[list[Described], int]:
        """10h begins an automatic status of four bytes; XON and XOFF may stand between them."""
        block, size = [raw[0]], 1
        while len(block) < 4 and size < len(raw) and (raw[size] & 0x90 == 0 or raw[size] in (0x11, 0x13)):
            block += [] if raw[size] in (0x11, 0x13) else [raw[size]]
            size += 1
        if len(block) == 4:
            return [_asb(bytes(block), self._model)], size
        if self._alone and raw[0] & ~_USB_BITS == 0:
            return [usb_vocabulary.port_status(raw[0])], 1
        return [{"error": "unfinished automatic status"}], size

    def _text(self, raw: bytes) -> tuple[list[Described], int]:
        end = raw.find(b"\x00")
        if end < 0:
            return [{"error": "unfinished text of GS I"}], len(raw)
        number = self._asked.take(_GS_I)
        known = {} if number is None else {"n": number}
        return [{"cmd": _GS_I, **known, "text": raw[1:end].decode("ascii", "replace")}], end + 1

    def _real_time(self, byte: int) -> list[Described]:
        number = self._asked.take(_EOT, _REAL_TIME)
        numbers = (1, 2, 3, 4) if number is None else (number,)
        readings = [_answer(number, byte, self._model) for number in numbers]
        if number is None and self._may_be_print_status(byte):
            readings.append(_answer(17, byte, self._model))
        good = [reading for reading in readings if not isinstance(reading.get("error"), str)]
        return good or readings[:1]

    def _in_order(self, byte: int) -> list[Described]:
        if (number := self._asked.take(_EOT, (5, 17))) is not None:
            return [_answer(number, byte, self._model)]
        if (number := self._asked.take(_GS_R)) is not None:
            return [{"drawer": bool(byte & 1)} if number == 2 else _paper(byte)]
        if (number := self._asked.take(_GS_I)) is not None:
            return [{"cmd": _GS_I, "n": number, "number": byte}]
        if self._asked.any:
            return [{"error": f"{byte:02X} answers nothing that was asked"}]
        readings = [] if byte & 0x60 else [_paper(byte)]
        if self._alone and byte <= 1:
            readings.append({"drawer": bool(byte)})
        if self._may_be_print_status(byte):
            readings.append(_answer(17, byte, self._model))
        if self._alone and byte & ~_USB_BITS == 0:
            readings.append(usb_vocabulary.port_status(byte))
        return readings or [{"error": f"{byte:02X} answers nothing that was asked"}]


def _answer(number: int, byte: int, model: Model | None) -> Described:
    if byte & 0x80 and number != 1:
        return {"error": f"bit 7 is set, which DLE EOT {number} does not know"}
    byte &= ~(model.ignored[number - 1] if model and number <= 4 else 0)
    match number:
        case 1:
            return _printer(byte, model)
        case 4:
            return {"n": 4, "paper": EOT4[(0x0C if byte & 0x0C else 0) | (0x60 if byte & 0x60 else 0)]}
        case 5:
            return {"n": 5, "bits": f"{byte:02X}"}
        case 17:
            return {"n": 17, "motor": bool(byte & 0x04), "no_paper": bool(byte & 0x20)}
    names = OFFLINE_CAUSE if number == 2 else _error_names(model)
    flags = _flags(byte, names)
    if not flags.get("error", True):
        del flags["error"]  # where it says nothing, the word is left to what cannot be read
    return {"n": number, "ok": not any(flags.values()), **flags}


def _error_names(model: Model | None) -> dict[int, str]:
    """Return the names of DLE EOT 3 without the bits that the model leaves undefined."""
    if model is None:
        return ERROR_CAUSE
    names = ERROR_CAUSE | ({0x04: "paper_jam"} if model.jam_bit else {})
    return {bit: name for bit, name in names.items() if not bit & model.ignore_error}


def _printer(byte: int, model: Model | None) -> Described:
    described: Described = {"n": 1, "online": not byte & 0x08}
    if model is None or model.drawer:
        described["drawer_pin3"] = bool(byte & 0x04)
    if byte & 0x80 or model is None or model.not_taken is NotTaken.EOT1_BIT7:
        described["ticket_taken"] = not byte & 0x80
    return described | _flags(byte, PRINTER_EXTRAS)


def _flags(byte: int, names: dict[int, str]) -> Described:
    return {name: bool(byte & bit) for bit, name in names.items()}


def _paper(byte: int) -> Described:
    return {"paper": IN_ORDER[(0x03 if byte & 0x03 else 0) | (0x0C if byte & 0x0C else 0)]}


def _asb(block: bytes, model: Model | None) -> Described:
    if model and model.asb_end_only:
        return _paper(block[2] & 0x0C) | _flags(block[1], ERROR_CAUSE)
    described: Described = {"online": not block[0] & 0x08, "drawer": bool(block[0] & 0x04)}
    described |= _flags(block[0], {0x20: "cover_open", 0x40: "feed_button"}) | _flags(block[1], ERROR_CAUSE)
    return described | _paper(block[2])


def _custom(data: bytes) -> Described:
    described: Described = {"all_ok": not any(data)}
    for byte, names in zip(data, CUSTOM, strict=False):
        described |= {name: True for name, said in _flags(byte, names).items() if said}
    return described | ({"unrecoverable": True, "unrecoverable_bits": f"{data[3]:02X}"} if data[3] else {})
