"""Codes and states of PC/SC, and what each means for a person. Source: pcsclite.h and winscard.h of pcsc-lite 1.9.9."""

TIMEOUT = 0x8010000A
NO_READERS = 0x8010002E
READER_GONE = frozenset((0x80100009, 0x80100017))
"""SCARD_E_UNKNOWN_READER, SCARD_E_READER_UNAVAILABLE."""
DAEMON_GONE = frozenset((0x80100013, 0x80100014, 0x8010001D, 0x8010001E, 0x80100003))
"""F_COMM_ERROR, F_UNKNOWN_ERROR, E_NO_SERVICE, E_SERVICE_STOPPED, E_INVALID_HANDLE (of a daemon that was restarted)."""
SECURITY = 0x8010006A
RESET_BY_OTHERS = 0x80100068
PULLED = "pulled"
MUTE = "mute: turn it round, chip up and to the front"
NEXT_STEPS = {
    PULLED: "visitors leave it in until the screen goes on; if it stays, clean the contacts",
    MUTE: "clean the contacts; if it stays, this card is broken",
    "another program holds it": "end the other program that uses pcscd",
    "another program reset it": "end the other program that uses pcscd",
}
"""What a technician does about a card that cannot be read."""
ANOTHER_CARD = "take it out and put it in again; if it stays, try another card"
_CARD = {
    0x80100009: PULLED,
    0x8010000B: "another program holds it",
    0x8010000C: PULLED,
    0x8010000F: "it speaks no known protocol",
    0x80100016: PULLED,
    0x80100017: PULLED,
    0x80100066: MUTE,
    0x80100067: MUTE,
    0x80100068: "another program reset it",
    0x80100069: PULLED,
}

CHANGED, PRESENT, IS_MUTE = 0x02, 0x20, 0x200
LOST_READER = 0x04 | 0x08
"""Bits of a reader's state: unknown or unavailable."""
UNTOLD = 0
"""A state nobody was told of yet: the next question is answered at once."""


def counter(state: int) -> int:
    """Return how many cards were put in or pulled, as far as 16 bits count."""
    return state >> 16 & 0xFFFF


def advice(trouble: str) -> str:
    """Return the next step for what `card_trouble` said."""
    return NEXT_STEPS.get(trouble, ANOTHER_CARD)


def card_trouble(code: int) -> str:
    """Return why a card cannot be read."""
    return _CARD.get(code, f"PC/SC error {code:08X}")
