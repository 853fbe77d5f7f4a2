"""Staff cards: which clerk a card stands for. The hub keeps a keyed digest of the number, and nobody the number."""

import msgspec

from hall.wire.seal import SealError, unseal
from hall.wire.staff_card import LARGEST_NUMBER, CardRequest, StaffCard
from server.auth.accounts import Accounts, CardRow, SessionRow
from server.auth.authority import Rejected, rejected
from server.auth.keys import HallKey

FOREIGN = rejected(400, "malformed", "the card was not sealed by this unit to this hall's key; fetch the view anew")


class Cards:
    """The register of staff cards, kept by the staff themselves. Waits for the disk."""

    def __init__(self, accounts: Accounts, key: HallKey) -> None:
        self._accounts, self._key = accounts, key

    def whose(self, sealed: bytes, unit: str) -> str | Rejected | None:
        """Return the clerk of a card that a unit sealed, None for a card nobody registered."""
        found = self._digest(sealed, unit)
        return found if isinstance(found, Rejected) else self._accounts.card_clerk(found)

    def keep(self, request: CardRequest, session: SessionRow, now: int) -> Rejected | None:
        """Make the card the one of whoever signed in, in place of an older one.

        Only after a PIN: whoever finds a card must not be able to add the own one to it.
        """
        if session.by_card:
            return rejected(403, "pin_wanted", "sign in by PIN to register a card")
        found = self._digest(request.sealed_card, session.unit)
        if isinstance(found, Rejected):
            return found
        if not self._accounts.keep_card(CardRow(session.clerk, found, now)):
            return rejected(409, "card_taken", "this card is another person's; hall-server card --remove takes it away")
        return None

    def _digest(self, sealed: bytes, unit: str) -> bytes | Rejected:
        try:
            card = msgspec.json.decode(unseal(self._key.private, sealed), type=StaffCard)
        except (SealError, msgspec.DecodeError):
            return FOREIGN
        fits = card.unit == unit and 0 < len(card.number) <= LARGEST_NUMBER
        return self._key.card_digest(card.number) if fits else FOREIGN
