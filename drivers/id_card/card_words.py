"""A card's fields in the words of the test vectors, both ways: what `vocabulary` says of a read reply.

The text comes out field by field; where its 256 bytes hold more than the fields tell (reserved places in use, another
filling than blanks) they come out too, as ``text_block``, so that what is printed always makes the same bytes again.
The fingerprint comes only with replies to 30 10, even when it is empty.
"""

import re
from typing import Any

from drivers.id_card.layouts import LAYOUTS, CardText, read_text, room, write_text
from drivers.id_card.people import placeholder_photo
from drivers.id_card.protocol import Blocks
from hall.ports.id_card import CardKind

PLACEHOLDER = "byte i = (i*37+11) mod 256 (placeholder, not a decodable WLT)"
PHOTO_SIZE = FINGERPRINT_SIZE = 1024
_WORDS = {
    "nation": "ethnic",
    "english_name": "name_en",
    "pass_number": "pass_no",
    "office": "org_code",
    "renewals": "renewal_count",
}
_FOREIGN = (CardKind.FOREIGN_2017, CardKind.FOREIGN_2023)
_FIELDS = {word: field for field, word in _WORDS.items()} | {
    "id_no": "number",
    "permit_no": "number",
    "name_cn": "name",
    "former_no": "former_link",
}
_PARTS = ("text_block", "photo", "photo_rule", "photo_bytes", "fingerprint", "fingerprint_rule", "fingerprint_bytes")
WORDS = frozenset(
    (*_FIELDS, *_PARTS, *(field for places in LAYOUTS.values() for field in places if field != "english_name_more"))
)
"""Every word that says something about a card."""
_RULE = re.compile(r"byte i = \(i\*(\d+)\+(\d+)\) mod 256")


def describe(card: Blocks, text: CardText, *, fingerprint: bool) -> dict[str, Any]:
    """Return a card's fields; `fingerprint` says that the reply has a place for one."""
    mark = card.text[248:250].decode("utf-16-le", "replace").replace("\0", " ")
    described: dict[str, Any] = {"type": mark}
    for field, value in text.fields.items():
        if field != "type":
            described[_word(text.kind, field)] = value
    if _written(text) != card.text:
        described["text_block"] = card.text.hex().upper()
    described |= _described_photo(card.photo)
    if fingerprint:
        described |= {"fingerprint": card.fingerprint.hex().upper(), "fingerprint_bytes": len(card.fingerprint)}
    return described


def compose(fields: dict[str, Any]) -> bytes:
    """Return the data of a read reply; a card without a photo gets the placeholder, without a type it is a citizen's.

    Raises:
        ValueError: a field that the card does not have, too long, or at odds with another.

    """
    photo = _part(fields, "photo", PHOTO_SIZE, placeholder_photo())
    finger = any(word.startswith("fingerprint") for word in fields)
    parts = Blocks(_text(fields), photo, _part(fields, "fingerprint", FINGERPRINT_SIZE, b""))
    return parts.to_bytes(fingerprint=finger)


def hex_bytes(word: str, value: Any) -> bytes:
    """Return the bytes of a field in hex.

    Raises:
        ValueError: it is none; the text names the field.

    """
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"{word} is bytes in hex, not {value!r}") from problem


def _described_photo(photo: bytes) -> dict[str, Any]:
    if not photo or photo != placeholder_photo()[: len(photo)]:
        return {"photo": photo.hex().upper()}
    return {"photo_rule": PLACEHOLDER} | ({"photo_bytes": len(photo)} if len(photo) != PHOTO_SIZE else {})


def _word(kind: CardKind, field: str) -> str:
    if field == "number":
        return "permit_no" if kind is CardKind.FOREIGN_2017 else "id_no"
    if field == "name":
        return "name_cn" if kind in _FOREIGN else "name"
    return _WORDS.get(field, field)


def _written(text: CardText) -> bytes:
    return write_text(text.kind, text.fields)


def _part(fields: dict[str, Any], word: str, usual: int, default: bytes) -> bytes:
    """Return a part by its bytes, by the rule that makes them, or by their number alone (zeros)."""
    size = _size(f"{word}_bytes", fields.get(f"{word}_bytes", usual))
    given, rule = fields.get(word), fields.get(f"{word}_rule")
    if given is not None:
        made = hex_bytes(word, given)
        if f"{word}_bytes" in fields and len(made) != size:
            raise ValueError(f"{word}_bytes is {size}, but {word} has {len(made)}")
    elif rule is not None:
        made = _by_rule(f"{word}_rule", rule, size)
    else:
        made = bytes(size) if f"{word}_bytes" in fields else default
    return made


def _by_rule(word: str, rule: Any, size: int) -> bytes:
    found = _RULE.match(str(rule))
    if not found:
        raise ValueError(f"{word} is like {PLACEHOLDER!r}, not {rule!r}")
    factor, first = int(found[1]), int(found[2])
    return bytes((index * factor + first) % 256 for index in range(size))


def _size(word: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= PHOTO_SIZE:
        raise ValueError(f"{word} is a number from 0 to {PHOTO_SIZE}, not {value!r}")
    return value


def _text(fields: dict[str, Any]) -> bytes:
    if "text_block" in fields:
        return _block(fields)
    kind = _kind(fields.get("type", " "))
    given: dict[str, str] = {}
    for word, value in fields.items():
        if word in _PARTS or word not in WORDS or word == "type":
            continue
        field = _FIELDS.get(word, word)
        text = _value(kind, word, field, value)
        if given.setdefault(field, text) != text:
            raise ValueError(f"{word} contradicts another word for the same field")
    return write_text(kind, given)


def _block(fields: dict[str, Any]) -> bytes:
    """Return the whole text as it is given; fields beside it must be what it says."""
    block = hex_bytes("text_block", fields["text_block"])
    text = read_text(block)
    if text is None:
        raise ValueError(f"text_block has 256 bytes, not {len(block)}")
    for word, value in fields.items():
        field = _FIELDS.get(word, word)
        if word in WORDS and word not in _PARTS and word != "type" and text.fields.get(field) != str(value):
            raise ValueError(f"{word} is not what text_block says")
    return block


def _kind(mark: Any) -> CardKind:
    for kind in CardKind:
        if str(mark).strip() in (kind.value, "" if kind is CardKind.CITIZEN else kind.value):
            return kind
    raise ValueError(f"type is a blank (citizen), I, J or Y, not {mark!r}")


def _value(kind: CardKind, word: str, field: str, value: Any) -> str:
    if field not in LAYOUTS[kind]:
        raise ValueError(f"{word} is no field of a card of type {' ' if kind is CardKind.CITIZEN else kind.value!r}")
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError(f"{word} is text, not {value!r}")
    text = str(value)
    if len(text.encode("utf-16-le", "replace")) > 2 * room(kind, field):
        raise ValueError(f"{word} of this card holds at most {room(kind, field)} characters")
    return text
