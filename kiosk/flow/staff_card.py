"""What a staff card is known by: something that belongs to this very card, not to its kind nor to its holder.

An ID card is its number with the time it is valid for, so that the card which replaces a lost one is another card.
Of an IC card it is the fixed UID, else the identification number of the chip. The answer to reset is the same on every
card of a kind and would open the screen to all of them; a UID that begins with 08 is made up anew each time
(ISO/IEC 14443-3, 6.5.4).
"""

from hall.ports.id_card import IdCard
from hall.ports.smart_card import IcCardPresented

_MADE_UP = 0x08


def number_of(card: IdCard) -> str:
    """Return what an ID card is known by, empty if it says too little."""
    return f"id:{card.number}:{card.valid_from}:{card.valid_to}" if card.number else ""


def number_of_ic(card: IcCardPresented) -> str:
    """Return what an IC card is known by, empty if nothing on it is this card's alone."""
    if card.uid and not (len(card.uid) == 4 and card.uid[0] == _MADE_UP):
        return f"uid:{card.uid.hex()}"
    chip = card.public.get("card_id", "")
    return f"chip:{chip}" if chip else ""
