"""SDT frames in the words of the test vectors: what `hall-field decode` prints and `encode` takes.

Directions: ``host->reader`` and ``reader->host``. A card's text comes out field by field: the technician who asks
for it has the bytes in front of him already.
"""

from typing import Any

from drivers.id_card.layouts import ADDRESS_SIZE, LAYOUTS, CardText, read_address, read_text, write_address, write_text
from drivers.id_card.people import placeholder_photo
from drivers.id_card.protocol import (
    REPORT_SIZE,
    Blocks,
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
from hall.domain.id_number import is_resident_number, resident_check_digit
from hall.ports.id_card import CardKind

DIRECTIONS = ("host->reader", "reader->host")
HID_TRANSPORT = "one 64-byte output report, zero padded"
PLACEHOLDER = "byte i = (i*37+11) mod 256 (placeholder, not a decodable WLT)"
_NUMBER_NAME = {CardKind.FOREIGN_2017: "permit_no"}
_NAMES = {"nation": "ethnic", "english_name": "name_en", "pass_number": "pass_no", "office": "org_code"}
_FIELDS = {word: field for field, word in _NAMES.items()} | {
    "id_no": "number",
    "permit_no": "number",
    "name_cn": "name",
}
_FOREIGN = (CardKind.FOREIGN_2017, CardKind.FOREIGN_2023)


def decode(raw: bytes, direction: str, *, hid: bool = False) -> list[dict[str, Any]]:
    """Return one object per frame; what is none comes as ``{"error": ...}``."""
    decoder = RequestDecoder() if (direction or _direction_of(raw)) == DIRECTIONS[0] else ReplyDecoder()
    found = [_described(event, hid or _is_report(raw)) for event in decoder.feed(raw)]
    if decoder.pending >= len(b"\xaa\xaa\x96\x69") or not found:
        found.append({"error": "unfinished frame" if decoder.pending else "no frame"})
    return found


def encode(fields: dict[str, Any], *, hid: bool = False) -> bytes:
    """Return the frame of such an object; a card without ``photo`` gets the placeholder.

    Raises:
        ValueError: the object does not say which frame; the text says what is missing.

    """
    if "cmd" in fields:
        frame = _request(fields).to_bytes()
        return b"".join(to_reports(frame)) if hid or "transport" in fields else frame
    return _reply(fields).to_bytes()


def describe_number(text: str) -> dict[str, Any]:
    """Judge a resident identity number by its own check character."""
    try:
        digit = resident_check_digit(text[:17])
    except ValueError as problem:
        return {"error": str(problem)}
    return {"valid": is_resident_number(text), "check_digit": digit}


def _direction_of(raw: bytes) -> str:
    """A reply's first two status bytes are zero, and no command is."""
    at = raw.find(b"\xaa\xaa\x96\x69")
    body = raw[at + 6 : at + 8] if at >= 0 else b""
    return DIRECTIONS[0] if body and body[0] else DIRECTIONS[1]


def _is_report(raw: bytes) -> bool:
    return bool(raw) and len(raw) % REPORT_SIZE == 0 and raw.startswith(b"\xaa\xaa\xaa\x96\x69") and raw[-1] == 0


def _described(event: Request | Reply | Damaged, hid: bool) -> dict[str, Any]:
    if isinstance(event, Damaged):
        return {"error": "checksum mismatch, must be rejected"}
    if isinstance(event, Request):
        return _described_request(event, hid)
    described: dict[str, Any] = {"sw": bytes(event[:3]).hex().upper(), "meaning": meaning_of(event.sw3).text}
    if event.sw3 == 0x91:
        described["new_address"] = None
    return described | (_described_data(event.data) if event.data else {})


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
    if len(data) == ADDRESS_SIZE:
        return {"new_address": read_address(data)}
    card = blocks(data, fingerprint=False) or blocks(data, fingerprint=True)
    text = read_text(card.text) if card is not None else None
    if card is not None and text is not None:
        return _described_card(card, text)
    described = {"data": data.hex().upper()}
    number = sam_id(data)
    return described | ({"sam_id": number} if number else {})


def _described_card(card: Blocks, text: CardText) -> dict[str, Any]:
    described: dict[str, Any] = {"type": " " if text.kind is CardKind.CITIZEN else text.kind.value}
    for field, value in text.fields.items():
        if field != "type":
            described[_word(text.kind, field)] = value
    if card.photo == placeholder_photo():
        described["photo_rule"] = PLACEHOLDER
    else:
        described["photo"] = card.photo.hex().upper()
    return described | ({"fingerprint_bytes": len(card.fingerprint)} if card.fingerprint else {})


def _word(kind: CardKind, field: str) -> str:
    if field == "number":
        return _NUMBER_NAME.get(kind, "id_no")
    if field == "name":
        return "name_cn" if kind in _FOREIGN else "name"
    return _NAMES.get(field, field)


def _request(fields: dict[str, Any]) -> Request:
    code = bytes.fromhex(f"{fields['cmd']}{fields.get('para', '')}")
    if len(code) == 1 and code[:1] in {command.value[:1] for command in Command}:
        raise ValueError(f"para is missing: cmd {fields['cmd']} has several")
    if len(code) != 2:
        raise ValueError("cmd and para are one byte each, in hex")
    return Request(code, bytes.fromhex(fields.get("data", "")))


def _reply(fields: dict[str, Any]) -> Reply:
    no_address = "new_address" in fields and not fields["new_address"]
    words = bytes.fromhex(fields.get("sw", "000091" if no_address else "000090"))
    if len(words) != 3:
        raise ValueError("sw is three bytes in hex")
    return Reply(words[0], words[1], words[2], _data(fields))


def _data(fields: dict[str, Any]) -> bytes:
    if fields.get("data") is not None:
        return bytes.fromhex(fields["data"])
    if "sam_id" in fields:
        return sam_id_bytes(fields["sam_id"])
    if "new_address" in fields:
        return write_address(fields["new_address"]) if fields["new_address"] else b""
    if {"id_no", "permit_no"} & fields.keys():
        return _card(fields)
    if "sw" not in fields:
        raise ValueError("cmd, sw, data, new_address or a card's fields are missing")
    return b""


def _card(fields: dict[str, Any]) -> bytes:
    kind = CardKind(str(fields.get("type", "")).strip() or "citizen")
    written = {_FIELDS.get(word, word): str(value) for word, value in fields.items()}
    known = {field: value for field, value in written.items() if field in LAYOUTS[kind] and field != "type"}
    photo = bytes.fromhex(fields["photo"]) if "photo" in fields else placeholder_photo()
    return Blocks(write_text(kind, known), photo).to_bytes()
