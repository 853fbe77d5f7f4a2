"""What a printer says back, in the words of the test vectors. See `status` for the bits.

A byte does not say which question it answers. With the question (`after`) there is one reading; without it every
reading that the fixed bits allow is given, each as an object of its own.
"""

from typing import Any

from drivers.ticket_printer.commands import CommandParser
from drivers.ticket_printer.status import Ignored, NotTaken, usb_port_status

USB_REQUEST = "GET_PORT_STATUS bmRequestType A1 bRequest 01 length 1"
Described = dict[str, Any]
_OFFLINE_CAUSE = {0x04: "cover_open", 0x08: "feeding", 0x20: "stopped_paper_end", 0x40: "error"}
_ERROR_CAUSE = {0x04: "mechanical_error", 0x08: "cutter_error", 0x20: "unrecoverable", 0x40: "auto_recoverable"}
_CUSTOM = (
    {0x01: "no_paper", 0x04: "near_end", 0x20: "ticket_in_output", 0x40: "virtual_end", 0x80: "notch"},
    {0x01: "head_up", 0x02: "cover_open", 0x04: "spooling", 0x08: "motor", 0x20: "lf_key", 0x40: "ff_key"},
    {0x01: "head_hot", 0x02: "com_error", 0x08: "voltage", 0x40: "cutter"},
    {0x01: "unrecoverable_1", 0x02: "unrecoverable_2", 0x04: "unrecoverable_4", 0x08: "unrecoverable_8"}
    | {0x10: "unrecoverable_10", 0x20: "unrecoverable_20", 0x40: "unrecoverable_40", 0x80: "unrecoverable_80"},
)
_EOT4 = {0x00: "ok", 0x0C: "near end", 0x60: "end, near-end sensor clear", 0x6C: "end"}
_IN_ORDER = {0x00: "ok", 0x03: "near end", 0x0C: "end", 0x0F: "end and near end"}


def decode(raw: bytes, after: bytes, ignored: Ignored, not_taken: NotTaken) -> list[Described]:
    """Return one object per answer; several for a byte that may answer several questions."""
    asked = _asked(after)
    found: list[Described] = []
    at = 0
    while at < len(raw):
        described, size = _at(raw[at:], asked, ignored, not_taken, alone=len(raw) == 1)
        found += described
        at += size
    return found or [{"error": "no answer"}]


def _asked(after: bytes) -> list[tuple[str, int]]:
    names = {"real_time_status": "DLE EOT", "status_request": "GS r", "identity_request": "GS I"}
    commands = CommandParser().feed(after)
    return [(names[command.name], command.numbers[0]) for command in commands if command.name in names]


def _at(
    raw: bytes, asked: list[tuple[str, int]], ignored: Ignored, not_taken: NotTaken, *, alone: bool
) -> tuple[list[Described], int]:
    first = raw[0]
    if len(raw) >= 6 and raw[:2] == b"\x10\x0f":
        return [_custom(raw[2:6])], 6
    if first in (0x11, 0x13):
        return [{"flow": "XON" if first == 0x11 else "XOFF"}], 1
    if first & 0x13 == 0x12:
        return _real_time(first, asked, ignored, not_taken), 1
    if first & 0x93 == 0x10:
        return _start(raw, alone)
    if first == 0x5F and b"\x00" in raw:
        end = raw.index(b"\x00")
        return [{"cmd": "GS I", "text": raw[1:end].decode("ascii", "replace")}], end + 1
    if first & 0x90 == 0:
        return _in_order(first, asked, alone), 1
    return [{"error": f"{first:02X} has the fixed bits of no answer"}], 1


def _start(raw: bytes, alone: bool) -> tuple[list[Described], int]:
    """10h begins an automatic status of four bytes; XON and XOFF may stand between them."""
    block, size = [raw[0]], 1
    while len(block) < 4 and size < len(raw) and (raw[size] & 0x90 == 0 or raw[size] in (0x11, 0x13)):
        block += [] if raw[size] in (0x11, 0x13) else [raw[size]]
        size += 1
    if len(block) == 4:
        return [_asb(bytes(block))], size
    if alone and raw[0] & ~0x38 == 0:
        return [_usb(raw[0])], 1
    return [{"error": "unfinished automatic status"}], size


def _real_time(byte: int, asked: list[tuple[str, int]], ignored: Ignored, not_taken: NotTaken) -> list[Described]:
    question = next((item for item in asked if item[0] == "DLE EOT" and item[1] in (1, 2, 3, 4)), None)
    if question:
        asked.remove(question)
    numbers = (question[1],) if question else (1, 2, 3, 4)
    readings = [_answer(number, byte, ignored, not_taken) for number in numbers]
    good = [reading for reading in readings if not isinstance(reading.get("error"), str)]
    return good or readings[:1]


def _answer(number: int, byte: int, ignored: Ignored, not_taken: NotTaken) -> Described:
    if byte & 0x80 and number != 1:
        return {"error": f"bit 7 is set, which DLE EOT {number} does not know"}
    byte &= ~ignored[number - 1]
    if number == 1:
        return _printer(byte, ignored.printer, not_taken)
    if number == 4:
        low = 0x0C if byte & 0x0C else 0
        end = 0x60 if byte & 0x60 else 0
        return {"n": 4, "paper": _EOT4[low | end]}
    flags = _flags(byte, _OFFLINE_CAUSE if number == 2 else _ERROR_CAUSE)
    return {"n": number, **(flags or {"ok": True})}


def _printer(byte: int, ignored: int, not_taken: NotTaken) -> Described:
    described: Described = {"n": 1, "online": not byte & 0x08}
    if not ignored & 0x04:
        described["drawer_pin3"] = bool(byte & 0x04)
    if byte & 0x80 or not_taken is NotTaken.EOT1_BIT7:
        described["ticket_taken"] = not byte & 0x80
    return described | _flags(byte, {0x20: "waiting_for_recovery", 0x40: "feed_button"})


def _flags(byte: int, names: dict[int, str]) -> Described:
    return {name: True for bit, name in names.items() if byte & bit}


def _asb(block: bytes) -> Described:
    described: Described = {"online": not block[0] & 0x08, "drawer": bool(block[0] & 0x04)}
    described |= _flags(block[0], {0x20: "cover_open", 0x40: "feed_button"}) | _flags(block[1], _ERROR_CAUSE)
    paper = "end" if block[2] & 0x0C else "near end" if block[2] & 0x03 else "ok"
    return described | {"paper": paper} | ({"fourth": f"{block[3]:02X}"} if block[3] else {})


def _custom(data: bytes) -> Described:
    described: Described = {} if any(data) else {"all_ok": True}
    for byte, names in zip(data, _CUSTOM, strict=True):
        described |= _flags(byte, names)
    return described or {"error": "bits that no manual names"}


def _usb(byte: int) -> Described:
    port = usb_port_status(byte)
    paper = "empty" if port.paper_empty else "ok"
    return {"request": USB_REQUEST, "paper": paper, "selected": port.selected, "error": port.error}


def _in_order(byte: int, asked: list[tuple[str, int]], alone: bool) -> list[Described]:
    question = next((item for item in asked if item[0] in ("GS r", "GS I")), None)
    if question:
        asked.remove(question)
    if question and question[0] == "GS I":
        return [{"cmd": "GS I", "number": byte}]
    if question == ("GS r", 2):
        return [{"cmd": "GS r", "drawer": bool(byte & 1)}]
    low, end = 0x03 if byte & 0x03 else 0, 0x0C if byte & 0x0C else 0
    readings = [{"paper": _IN_ORDER[low | end]}] if not byte & 0x60 else []
    if alone and not question and byte & ~0x38 == 0:
        readings.append(_usb(byte))
    return readings or [{"error": f"{byte:02X} answers nothing that was asked"}]


def encode(fields: Described) -> bytes:
    """Return the bytes of an answer.

    Raises:
        ValueError: the object is no answer of a printer.

    """
    if "flow" in fields:
        return b"\x11" if fields["flow"] == "XON" else b"\x13"
    if "request" in fields or "selected" in fields:
        return _encoded_usb(fields)
    if "n" in fields:
        return bytes((0x12 | _answer_bits(int(fields["n"]), fields),))
    if "online" in fields:
        return _encoded_asb(fields)
    if "paper" in fields:
        return bytes((_bits_of(_IN_ORDER, fields["paper"]),))
    custom = bytes(_set_bits(fields, names) for names in _CUSTOM)
    if any(custom) or fields.get("all_ok"):
        return b"\x10\x0f" + custom
    raise ValueError("n, online, paper, request or a flag of DLE EOT 20 is missing")


def _answer_bits(number: int, fields: Described) -> int:
    if number == 1:
        taken = 0 if fields.get("ticket_taken", True) else 0x80
        online = 0 if fields.get("online", True) else 0x08
        drawer = 0x04 if fields.get("drawer_pin3") else 0
        return online | drawer | taken | _set_bits(fields, {0x20: "waiting_for_recovery", 0x40: "feed_button"})
    if number == 4:
        return _bits_of(_EOT4, fields.get("paper", "ok"))
    if number not in (2, 3):
        raise ValueError("n is 1 to 4")
    return _set_bits(fields, _OFFLINE_CAUSE if number == 2 else _ERROR_CAUSE)


def _set_bits(fields: Described, names: dict[int, str]) -> int:
    return sum(bit for bit, name in names.items() if fields.get(name))


def _bits_of(table: dict[int, str], word: Any) -> int:
    for bits, name in table.items():
        if name == word:
            return bits
    raise ValueError(f"paper is one of {', '.join(table.values())}")


def _encoded_asb(fields: Described) -> bytes:
    first = 0x10 | (0 if fields["online"] else 0x08) | (0x04 if fields.get("drawer") else 0)
    first |= _set_bits(fields, {0x20: "cover_open", 0x40: "feed_button"})
    third = _bits_of(_IN_ORDER, fields.get("paper", "ok"))
    return bytes((first, _set_bits(fields, _ERROR_CAUSE), third, int(fields.get("fourth", "0"), 16)))


def _encoded_usb(fields: Described) -> bytes:
    empty = 0x20 if fields.get("paper") == "empty" else 0
    return bytes((empty | (0x10 if fields.get("selected") else 0) | (0 if fields.get("error") else 0x08),))
