"""The 256 bytes of text on a card: four layouts, told apart by the character at 248 and by nothing else.

UTF-16LE in fixed places, padded with blanks. Decoding never fails: a lone surrogate becomes U+FFFD, private-use
characters (rare names of early cards) stay as they are. The 2023 layout's places come from a single public header and
are to be checked against a real card.
"""

from typing import NamedTuple

from hall.ports.id_card import CardKind, IdCard

TEXT_SIZE = 256
ADDRESS_SIZE = 70
_TYPE = (248, 2)

Places = dict[str, tuple[int, int]]

CITIZEN: Places = {
    "name": (0, 30),
    "sex": (30, 2),
    "nation": (32, 4),
    "birth": (36, 16),
    "address": (52, 70),
    "number": (122, 36),
    "authority": (158, 30),
    "valid_from": (188, 16),
    "valid_to": (204, 16),
}
HK_MACAO_TAIWAN: Places = {
    **{field: place for field, place in CITIZEN.items() if field != "nation"},
    "pass_number": (220, 18),
    "issue_count": (238, 4),
    "type": _TYPE,
}
FOREIGN_2017: Places = {
    "english_name": (0, 120),
    "sex": (120, 2),
    "number": (122, 30),
    "nationality": (152, 6),
    "name": (158, 30),
    "valid_from": (188, 16),
    "valid_to": (204, 16),
    "birth": (220, 16),
    "version": (236, 4),
    "office": (240, 8),
    "type": _TYPE,
}
FOREIGN_2023: Places = {
    "name": (0, 30),
    "sex": (30, 2),
    "renewals": (32, 4),
    "birth": (36, 16),
    "english_name": (52, 70),
    "number": (122, 36),
    "valid_from": (188, 16),
    "valid_to": (204, 16),
    "english_name_more": (220, 22),
    "nationality": (242, 6),
    "type": _TYPE,
    "former_link": (250, 6),
}
_ENGLISH_2023 = (FOREIGN_2023["english_name"], FOREIGN_2023["english_name_more"])
LAYOUTS: dict[CardKind, Places] = {
    CardKind.CITIZEN: CITIZEN,
    CardKind.HK_MACAO_TAIWAN: HK_MACAO_TAIWAN,
    CardKind.FOREIGN_2017: FOREIGN_2017,
    CardKind.FOREIGN_2023: FOREIGN_2023,
}
_KIND_OF_MARK = {kind.value: kind for kind in CardKind if kind is not CardKind.CITIZEN}
_CARD_FIELDS = frozenset(IdCard.__struct_fields__) - {"kind", "photo", "new_address"}


class CardText(NamedTuple):
    """Kind and every field of the text. Personal: never shown."""

    kind: CardKind
    fields: dict[str, str]

    def __repr__(self) -> str:
        return f"CardText(kind={self.kind.value!r}, sealed)"


def read_text(text: bytes) -> CardText | None:
    """Read the block, or None when it is not 256 bytes."""
    if len(text) != TEXT_SIZE:
        return None
    kind = _KIND_OF_MARK.get(_decoded(text, _TYPE).strip(), CardKind.CITIZEN)
    fields = {field: _cleaned(_decoded(text, place)) for field, place in LAYOUTS[kind].items()}
    if kind is CardKind.FOREIGN_2023:
        raw = b"".join(text[start : start + size] for start, size in _ENGLISH_2023)
        fields["english_name"] = _cleaned(raw.decode("utf-16-le", "replace"))
        del fields["english_name_more"]
    return CardText(kind, fields)


def write_text(kind: CardKind, fields: dict[str, str]) -> bytes:
    """Make the block of a card, for the simulator. What is too long is cut.

    Raises:
        KeyError: a field that this layout does not have.

    """
    block = bytearray(" ".encode("utf-16-le") * (TEXT_SIZE // 2))
    values = dict(fields)
    if kind is not CardKind.CITIZEN:
        values["type"] = kind.value
    for field, value in values.items():
        raw = _encoded(value, room(kind, field) * 2)
        for start, size in _places(kind, field):
            block[start : start + size], raw = raw[:size], raw[size:]
    return bytes(block)


def card_of(text: CardText, photo: bytes = b"", new_address: str = "", portrait: bytes = b"") -> IdCard:
    """Return the card as the hall knows it; fields that only the chip knows (issue count, office) stay behind."""
    known = {field: value for field, value in text.fields.items() if field in _CARD_FIELDS}
    return IdCard(kind=text.kind, photo=photo, new_address=new_address, portrait=portrait, **known)


def read_address(data: bytes) -> str:
    """Read an appended address of 70 bytes."""
    return _cleaned(data[:ADDRESS_SIZE].decode("utf-16-le", "replace"))


def write_address(address: str) -> bytes:
    """Make the 70 bytes of an appended address."""
    return _encoded(address, ADDRESS_SIZE)


def room(kind: CardKind, field: str) -> int:
    """Return how many UTF-16 units a field holds; a 2023 English name goes on in its second place."""
    return sum(size for _start, size in _places(kind, field)) // 2


def _places(kind: CardKind, field: str) -> tuple[tuple[int, int], ...]:
    return _ENGLISH_2023 if (kind, field) == (CardKind.FOREIGN_2023, "english_name") else (LAYOUTS[kind][field],)


def _decoded(text: bytes, place: tuple[int, int]) -> str:
    start, size = place
    return text[start : start + size].decode("utf-16-le", "replace")


def _cleaned(value: str) -> str:
    return value.replace("\0", " ").strip()


def _encoded(value: str, size: int) -> bytes:
    raw = value.encode("utf-16-le", "replace")[:size]
    return raw + " ".encode("utf-16-le") * ((size - len(raw)) // 2)
