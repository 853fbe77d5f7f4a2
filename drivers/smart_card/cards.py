"""Invented cards, and how each answers commands. Nobody has these names and numbers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from drivers.smart_card.protocol import APPLICATION, GET_UID, SEXES, contactless_atr, record

SOCIAL_ATR = bytes.fromhex("3B6D000080318065B0890201F1831190 00".replace(" ", ""))
BANK_ATR = bytes.fromhex("3B6800000073C84013009000")
Item = tuple[str, str, int]
ISSUER: tuple[Item, ...] = (
    ("card_id", "330100D156000005AB12CD34", 16),
    ("category", "2", 1),
    ("version", "2.00", 4),
    ("issuer", "910000330000000000000000", 12),
    ("issued", "20230401", 4),
    ("valid_until", "20330401", 4),
    ("card_number", "A01234567", 9),
)
HOLDER: tuple[Item, ...] = (
    ("number", "110101199003070017", 18),
    ("name", "张三丰", 30),
    ("name_rest", "", 20),
    ("sex", SEXES["1"], 1),
    ("nation", "01", 1),
    ("birthplace", "330106", 3),
    ("birth", "19900307", 4),
)


class SimulatedCard(NamedTuple):
    """One kind of card."""

    atr: bytes
    uid: bytes = b""
    files: Mapping[int, tuple[Item, ...]] = MappingProxyType({})
    locked: frozenset[str] = frozenset()
    """Items that want a key."""
    mute: bool = False
    t0: bool = False
    """It speaks T=0 strictly: 61 xx and 6C xx instead of data."""

    @property
    def social(self) -> bool:
        """Whether it has the application."""
        return bool(self.files)


_FILES = {0xEF05: ISSUER, 0xEF06: HOLDER}
CARDS = {
    "social": SimulatedCard(SOCIAL_ATR, files=_FILES, t0=True),
    "social-locked": SimulatedCard(SOCIAL_ATR, files=_FILES, locked=frozenset(("number", "name", "card_number"))),
    "social-contactless": SimulatedCard(contactless_atr(b"\x80\x31"), bytes.fromhex("04A1B2C3D4E5F6"), _FILES),
    "bank": SimulatedCard(BANK_ATR),
    "contactless": SimulatedCard(contactless_atr(bytes.fromhex("4F0CA000000306030001")), bytes.fromhex("DEADBEEF")),
    "mute": SimulatedCard(b"", mute=True),
}
"""By the name that the control `insert` takes."""


class CardTalk:
    """A card that was just powered: what is selected, what is left to fetch."""

    def __init__(self, card: SimulatedCard) -> None:
        self._card = card
        self._selected = False
        self._file = 0
        self._left = b""

    def answer(self, command: bytes) -> bytes:
        """Return data and status word."""
        if command == GET_UID:
            return self._card.uid + b"\x90\x00" if self._card.uid else b"\x6a\x81"
        if len(command) < 4 or command[0] != 0:
            return b"\x6e\x00"
        if command[1] == 0xA4:
            return self._select(command)
        if command[1] == 0xB2:
            return self._read(command)
        if command[1] == 0xC0:
            left, self._left = self._left, b""
            return left + b"\x90\x00" if left else b"\x69\x85"
        return b"\x6d\x00"

    def _select(self, command: bytes) -> bytes:
        name = command[5 : 5 + command[4]] if len(command) > 5 else b""
        if command[2] == 0x04:
            self._selected = name == APPLICATION and self._card.social
            return self._more(b"\x6f\x11\x84\x0f" + APPLICATION) if self._selected else b"\x6a\x82"
        file = int.from_bytes(name, "big")
        if not self._selected or file not in self._card.files:
            return b"\x6a\x82"
        self._file = file
        return b"\x90\x00"

    def _read(self, command: bytes) -> bytes:
        short = command[3] >> 3
        file = next((known for known in self._card.files if known & 31 == short), 0) if short else self._file
        items = self._card.files.get(file, ()) if self._selected else ()
        if not 1 <= command[2] <= len(items):
            return b"\x6a\x83" if items else b"\x69\x86"
        item = items[command[2] - 1]
        if item[0] in self._card.locked:
            return b"\x69\x82"
        said = record(*item)
        if self._card.t0 and command[-1] != len(said):
            return bytes((0x6C, len(said)))
        return said + b"\x90\x00"

    def _more(self, said: bytes) -> bytes:
        if not self._card.t0:
            return said + b"\x90\x00"
        self._left = said
        return bytes((0x61, len(said)))
