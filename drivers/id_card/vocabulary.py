"""SDT frames in the words of the test vectors: what `hall-field decode` prints and `encode` takes.

Directions: ``host->reader`` and ``reader->host``; without one each frame is judged by itself, so that a recording of
both sides is read too. A card's text comes out field by field (`card_words`): the technician who asks for it has the
bytes in front of him already.
"""

from typing import Any

from drivers import described
from drivers.id_card import card_words
from drivers.id_card.card_words import hex_bytes
from drivers.id_card.layouts import ADDRESS_SIZE, read_address, read_text, write_address
from drivers.id_card.protocol import (
    LONGEST_LENGTH,
    PREAMBLE,
    REPORT_SIZE,
    STATUS_WORDS,
    Command,
    Damaged,
    Reply,
    ReplyDecoder,
    Request,
    RequestDecoder,
    blocks,
    meaning_of,
    sam_id,
    sam_id_bytes,
    to_reports,
)
from hall.domain.id_number import is_resident_number, resident_check_digit, to_eighteen

DIRECTIONS = ("host->reader", "reader->host")
HID_TRANSPORT = "one 64-byte output report, zero padded"
PROSE = described.PROSE | {"transport"}
_MARK = PREAMBLE[1:]
_REQUEST_WORDS = frozenset(("cmd", "para", "data"))
_REPLY_WORDS = frozenset(("sw", "data", "sam_id", "new_address", "error")) | card_words.WORDS
_SAM_ID_SIZE = 16
_TEXT_LENGTH = b"\x01\x00"
"""With it the data of a reading begins: 256 bytes of text."""
_NUMBER_WORDS = ("number", "id_no", "text")


def decode(raw: bytes, direction: str, *, hid: bool = False) -> list[dict[str, Any]]:
    """Return one object per frame; what is none comes as ``{"error": ...}``."""
    decoder = ReplyDecoder() if direction == DIRECTIONS[1] else RequestDecoder()
    reports = hid or _is_report(raw)
    events: list[Request | Reply | Damaged] = [*decoder.feed(raw)]
    if not direction:
        events = [_judged(event) if isinstance(event, Request) else event for event in events]
    found = [_described(event, reports) for event in events]
    if decoder.pending >= len(_MARK) or not found:
        found.append({"error": _why(raw, decoder.pending)})
    return found


def encode(fields: dict[str, Any], *, hid: bool = False) -> bytes:
    """Return the frame of such an object; a card without ``photo`` gets the placeholder.

    Raises:
        ValueError: the object does not say which frame; the text names the field.

    """
    words = _REQUEST_WORDS if "cmd" in fields else _REPLY_WORDS
    described.only(fields, words, beside=PROSE)
    made = _request(fields) if "cmd" in fields else _reply(fields)
    frame = made.to_bytes()
    if len(frame) > LONGEST_LENGTH + 7:
        raise ValueError(f"data is too long: a frame counts at most {LONGEST_LENGTH} bytes")
    return b"".join(to_reports(frame)) if hid or "transport" in fields else frame


def is_number(raw: bytes) -> bool:
    """Whether these are the characters of an identity number, and so no frame."""
    digits, last = raw[:-1], raw[-1:]
    return len(raw) in (15, 18) and digits.isdigit() and (last.isdigit() or (len(raw) == 18 and last in b"Xx"))


def describe_number(text: str) -> dict[str, Any]:
    """Judge a resident identity number by its own check character; an old one of 15 digits has none and gets it."""
    if len(text) == 15 and (whole := to_eighteen(text)):
        return {"valid": True, "check_digit": whole[17], "number": whole}
    try:
        digit = resident_check_digit(text[:17])
    except ValueError:
        return {"valid": False, "check_digit": None, "error": "a number has 17 digits and a check character, or 15"}
    return {"valid": is_resident_number(text), "check_digit": digit}


def encode_number(fields: dict[str, Any]) -> bytes:
    """Return a resident identity number as text: 17 digits get their check character, 15 digits century and character.

    Raises:
        ValueError: no number, or not of that form.

    """
    word = next((word for word in _NUMBER_WORDS if word in fields), "number")
    text = str(fields.get(word, "")).strip().upper()
    judged = describe_number(text)
    if "error" in judged or len(text) not in (15, 17, 18):
        raise ValueError(f"{word} is missing, or has neither 15, 17 nor 18 characters")
    if fields.get("check_digit", judged["check_digit"]) != judged["check_digit"]:
        raise ValueError(f"check_digit of this {word} is {judged['check_digit']}")
    return str(judged.get("number", text if len(text) == 18 else text + judged["check_digit"])).encode("ascii")


def _judged(event: Request) -> Request | Reply:
    """Tell a reply from a request: known commands go to the reader, and no other request begins with a zero."""
    body = event.code + event.data
    known = event.command is not None and not event.data
    status = len(body) >= 3 and (body[0] == 0 or (len(body) == 3 and body[2] in STATUS_WORDS))
    return Reply(body[0], body[1], body[2], body[3:]) if status and not known else event


def _is_report(raw: bytes) -> bool:
    """Whether these are HID reports: cut to 64 bytes, with zeros behind the first frame."""
    end = len(PREAMBLE) + 2 + int.from_bytes(raw[5:7], "big")
    padding = raw[end : end + -end % REPORT_SIZE]
    return len(raw) % REPORT_SIZE == 0 and raw.startswith(PREAMBLE) and bool(padding) and not any(padding)


def _why(raw: bytes, pending: int) -> str:
    """Say why there is no frame, or no whole one."""
    if not pending:
        at = raw.find(_MARK)
        length = int.from_bytes(raw[at + 4 : at + 6], "big")
        return f"impossible length {length}" if at >= 0 else "no frame: no AA AA 96 69"
    unfinished = raw[len(raw) - pending :]
    if len(unfinished) < 6:
        return "unfinished frame"
    return f"unfinished frame: {pending} of {6 + int.from_bytes(unfinished[4:6], 'big')} bytes behind the first AA"


def _described(event: Request | Reply | Damaged, hid: bool) -> dict[str, Any]:
    if isinstance(event, Damaged):
        return {"error": event.why}
    if isinstance(event, Request):
        return _described_request(event, hid)
    described: dict[str, Any] = {"sw": bytes(event[:3]).hex().upper(), "meaning": meaning_of(event.sw3).text}
    if event.sw3 == 0x91 and not event.data:
        described["new_address"] = None
    if hid:
        described["transport"] = _input_reports(event)
    return described | (_described_data(event.data) if event.data else {})


def _input_reports(event: Reply) -> str:
    count = len(to_reports(event.to_bytes()))
    return "one 64-byte input report, zero padded" if count == 1 else f"{count} 64-byte input reports, zero padded"


def _described_request(request: Request, hid: bool) -> dict[str, Any]:
    code = request.code.hex().upper()
    described: dict[str, Any] = {"cmd": code[:2], "para": code[2:]}
    if hid:
        described = {"cmd": code, "transport": HID_TRANSPORT}
    if request.data:
        described["data"] = request.data.hex().upper()
    known = request.command
    return described | {"meaning": known.name.lower().replace("_", " ") if known else "no known command"}


def _described_data(data: bytes) -> dict[str, Any]:
    plain = {"data": data.hex().upper()}
    if len(data) == ADDRESS_SIZE:
        address = read_address(data)
        return {"new_address": address} | (plain if write_address(address) != data else {})
    for fingerprint in (False, True):
        card = blocks(data, fingerprint=fingerprint)
        text = read_text(card.text) if card is not None else None
        if card is not None and text is not None:
            return card_words.describe(card, text, fingerprint=fingerprint)
    if len(data) > _SAM_ID_SIZE and data.startswith(_TEXT_LENGTH):
        return plain | {"error": "a reading whose inner lengths do not fit its data"}
    number = sam_id(data)
    return plain | ({"sam_id": number} if number else {})


def _request(fields: dict[str, Any]) -> Request:
    code = _code("cmd", fields["cmd"]) + (_code("para", fields["para"]) if "para" in fields else b"")
    if len(code) == 1 and code in {command.value[:1] for command in Command}:
        raise ValueError(f"para is missing: cmd {fields['cmd']} goes with one")
    if len(code) != 2:
        raise ValueError("cmd and para are one byte each, in hex")
    return Request(code, hex_bytes("data", fields.get("data", "")))


def _code(word: str, value: Any) -> bytes:
    """Return a byte (or two, for a ``cmd`` that holds its PARA too) from hex or from a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= 255:
            raise ValueError(f"{word} {value} is out of range: 0 to 255")
        return bytes((value,))
    return hex_bytes(word, value)


def _reply(fields: dict[str, Any]) -> Reply:
    absent = "new_address" in fields and fields["new_address"] is None
    words = _status(fields.get("sw", "000091" if absent else "000090"))
    if absent and words[2] != 0x91:
        raise ValueError("new_address: none on the card is said by sw 000091")
    data = _data(fields)
    contents = fields.keys() - PROSE - {"sw", "data", "error"}
    if data and words[2] != 0x90 and contents:
        raise ValueError(f"sw {words.hex().upper()} comes without {', '.join(sorted(contents))}")
    return Reply(words[0], words[1], words[2], data)


def _status(value: Any) -> bytes:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0xFFFFFF:
        return value.to_bytes(3, "big")
    words = hex_bytes("sw", value)
    if len(words) != 3:
        raise ValueError("sw is three bytes in hex")
    return words


def _data(fields: dict[str, Any]) -> bytes:
    """Return what the fields make; with plain ``data`` they must be what it says."""
    card = fields.keys() & card_words.WORDS
    contents = [word for word in ("sam_id", "new_address") if fields.get(word) is not None]
    if len(contents) + bool(card) > 1:
        raise ValueError(f"{' and '.join([*contents, *sorted(card)])} are not in one reply")
    if fields.get("data") is not None:
        return _agreed(hex_bytes("data", fields["data"]), {word: fields[word] for word in [*contents, *card]})
    if card:
        return card_words.compose(fields)
    if "sam_id" in contents:
        return _sam_id(str(fields["sam_id"]))
    if "new_address" in contents:
        return _address(fields["new_address"])
    if not {"sw", "new_address"} & fields.keys():
        raise ValueError("cmd, sw, data, sam_id, new_address or a card's fields are missing")
    return b""


def _sam_id(text: str) -> bytes:
    try:
        return sam_id_bytes(text)
    except ValueError as problem:
        raise ValueError(f"sam_id is {problem}") from problem


def _agreed(data: bytes, said: dict[str, Any]) -> bytes:
    told = _described_data(data)
    for word, value in said.items():
        if told.get(word) != value:
            raise ValueError(f"{word} is not what data says")
    return data


def _address(value: Any) -> bytes:
    if not isinstance(value, str):
        raise ValueError(f"new_address is text, not {value!r}")
    if len(value.encode("utf-16-le", "replace")) > ADDRESS_SIZE:
        raise ValueError(f"new_address holds at most {ADDRESS_SIZE // 2} characters")
    return write_address(value)
