"""A staff member's card on its way from a kiosk's reader to the hub.

The kiosk seals the card's number as it is read and keeps nothing of it; the hub opens it, and keeps a keyed digest.
The blob names the unit that made it, so that it opens nothing at another one.
"""

import msgspec

LARGEST_NUMBER = 128
"""Characters of a card's number; whoever seals more has no card."""


class StaffCard(msgspec.Struct, frozen=True):
    """What is sealed: which card, read where."""

    unit: str
    number: str

    def __repr__(self) -> str:
        return f"StaffCard(unit={self.unit!r}, sealed)"


class CardRequest(msgspec.Struct, frozen=True):
    """``PUT /v1/cards``: whoever signed in here by PIN may sign in at kiosks by this card from now on."""

    sealed_card: bytes


def card_bytes(unit: str, number: str) -> bytes:
    """Return what a kiosk seals."""
    return msgspec.json.encode(StaffCard(unit, number))
