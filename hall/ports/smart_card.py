"""The contact or contactless IC-card reader (社保卡读卡器) behind PC/SC."""

from typing import Protocol

import msgspec

from hall.domain.ids import DeviceName
from hall.ports.status import Device


class IcCardPresented(msgspec.Struct, frozen=True, tag="ic_card_presented"):
    """A card is in the reader. All of it identifies its holder: never in logs, never in a repr."""

    device: DeviceName
    atr: bytes
    uid: bytes = b""
    """Of a contactless card (PC/SC part 3, ``FF CA 00 00 00``)."""
    application: str = ""
    """``social-security`` where the card has that application, else empty."""
    public: dict[str, str] = {}
    """What the card tells without keys, by field name."""

    def __repr__(self) -> str:
        return f"IcCardPresented(device={self.device!r}, sealed)"


class IcCardUnreadable(msgspec.Struct, frozen=True, tag="ic_card_unreadable"):
    """A card is there but mute, put in the wrong way, or pulled during the read."""

    device: DeviceName
    reason: str


class IcCardRemoved(msgspec.Struct, frozen=True, tag="ic_card_removed"):
    """The card was pulled."""

    device: DeviceName


class SmartCardReader(Device, Protocol):
    """Emits the events above by itself while `watch(True)`."""

    def watch(self, on: bool) -> None: ...
