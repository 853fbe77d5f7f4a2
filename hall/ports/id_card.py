"""The ID-card reader (身份证读卡器)."""

from enum import StrEnum
from typing import Protocol

import msgspec

from hall.domain.ids import DeviceName
from hall.ports.status import Device


class CardKind(StrEnum):
    """Layout of the chip's 256 bytes of text."""

    CITIZEN = "citizen"
    FOREIGN_2017 = "I"
    HK_MACAO_TAIWAN = "J"
    FOREIGN_2023 = "Y"


class IdCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the chip says. Dates are YYYYMMDD as on the card; `valid_to` may be ``长期``. Never prints itself."""

    kind: CardKind
    name: str
    number: str
    sex: str = ""
    nation: str = ""
    birth: str = ""
    address: str = ""
    authority: str = ""
    valid_from: str = ""
    valid_to: str = ""
    english_name: str = ""
    nationality: str = ""
    photo: bytes = b""
    """Raw WLT, 1024 bytes."""
    new_address: str = ""
    """Appended to the chip after a move; empty where there is none. Newer than `address`."""
    pass_number: str = ""
    """Of the pass behind a Hong Kong, Macao or Taiwan residence permit."""
    portrait: bytes = b""
    """The photo as a BMP, where a vendor's decoder is installed and could read it."""

    def __repr__(self) -> str:
        return f"IdCard(kind={self.kind.value!r}, sealed)"

    __str__ = __repr__


class CardPresented(msgspec.Struct, frozen=True, tag="card_presented"):
    """A card was read."""

    device: DeviceName
    card: IdCard


class CardUnreadable(msgspec.Struct, frozen=True, tag="card_unreadable"):
    """A card lies there but cannot be read; `reason` is a word id for the citizen (``place_again``, ``wrong_card``)."""

    device: DeviceName
    reason: str


class CardRemoved(msgspec.Struct, frozen=True, tag="card_removed"):
    """The card was lifted."""

    device: DeviceName


class IdCardReader(Device, Protocol):
    """Looks for cards by itself while `watch(True)`, and emits the events above."""

    def watch(self, on: bool) -> None: ...
