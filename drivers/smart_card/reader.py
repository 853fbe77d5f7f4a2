"""One reader behind PC/SC, asked in the device's own thread: which reader, what lies in it, what it says."""

from collections.abc import Sequence
from typing import NamedTuple

from drivers.smart_card import codes
from drivers.smart_card.port import CARD_S, INSTALL, PcscPort, Said
from drivers.smart_card.protocol import PLAIN_ATR, Card, parse_atr, read_card
from drivers.transport.base import TransportLost

WAIT_MS = 300


class Unreadable(NamedTuple):
    """A card is there and cannot be read."""

    reason: str


class Reader:
    """Questions to the daemon about one reader."""

    def __init__(self, port: PcscPort) -> None:
        self._port = port
        self.name = ""
        self.state = codes.UNTOLD
        self.atr = b""

    def open(self) -> None:
        """Reach the daemon.

        Raises:
            TransportLost: it is not there, or refuses this account.

        """
        said = self._port.ask({"do": "open"})
        if said.error == codes.SECURITY:
            raise TransportLost(f"{self._port.address}: pcscd refuses this account; allow it in polkit")
        if said.error:
            raise TransportLost(f"{self._port.address}: no PC/SC daemon; {INSTALL}")

    def choose(self, wanted: str) -> list[str]:
        """Take the reader that is wanted, if it is there; return all there are."""
        said = self._port.ask({"do": "readers"})
        names = [] if said.error == codes.NO_READERS else [str(name) for name in self._checked(said).fields["readers"]]
        self.name, self.state, self.atr = chosen(names, wanted), codes.UNTOLD, b""
        return names

    def look(self) -> bool:
        """Wait a moment for a card to come or go. False when the reader itself was pulled out.

        Raises:
            TransportLost: the daemon went or hangs.

        """
        said = self._port.ask({"do": "wait", "reader": self.name, "known": self.state, "ms": WAIT_MS})
        if said.error == codes.TIMEOUT:
            return True
        if said.error in codes.READER_GONE:
            return False
        fields = self._checked(said).fields
        self.state = int(fields["state"]) & ~codes.CHANGED
        self.atr = bytes.fromhex(fields["atr"])
        return not self.state & codes.LOST_READER

    @property
    def occupied(self) -> bool:
        """Whether a card lies in it."""
        return bool(self.state & codes.PRESENT)

    def read(self, *, read_files: bool) -> Card | Unreadable:
        """Read the card that lies in it."""
        if self.state & codes.IS_MUTE:
            return Unreadable(codes.MUTE)
        found = self._read(read_files=read_files)
        if isinstance(found, int) and found == codes.RESET_BY_OTHERS:
            found = self._read(read_files=read_files)
        self._port.ask({"do": "disconnect"}, CARD_S)
        return Unreadable(codes.card_trouble(found)) if isinstance(found, int) else found

    def _read(self, *, read_files: bool) -> Card | int:
        """Return the card, or the code of what went wrong with it."""
        connected = self._port.ask({"do": "connect", "reader": self.name}, CARD_S)
        if connected.error:
            return self._of_card(connected)
        self.atr = bytes.fromhex(connected.fields["atr"]) or self.atr
        talk = read_card(parse_atr(self.atr) or PLAIN_ATR, read_files=read_files)
        command = next(talk)
        while True:
            said = self._port.ask({"do": "transmit", "hex": command.hex()}, CARD_S)
            if said.error:
                return self._of_card(said)
            try:
                command = talk.send(bytes.fromhex(said.fields["hex"]))
            except StopIteration as done:
                card: Card = done.value
                return card

    def _of_card(self, said: Said) -> int:
        """Return the code of a card's trouble; a daemon's trouble is no card's."""
        if said.error in codes.DAEMON_GONE:
            raise self._lost(said)
        return said.error

    def _checked(self, said: Said) -> Said:
        if said.error:
            raise self._lost(said)
        return said

    def _lost(self, said: Said) -> TransportLost:
        known = f"the PC/SC daemon went away; {INSTALL}" if said.error in codes.DAEMON_GONE else ""
        return TransportLost(f"{self._port.address}: {known or f'PC/SC error {said.error:08X}; restart pcscd.service'}")


def chosen(names: Sequence[str], wanted: str) -> str:
    """Return the wanted reader: its whole name, else the first that has it as a part; empty for none.

    Without a wish it is the first that is no slot of a security module (SAM, PSAM).
    """
    if not wanted:
        return next((name for name in names if "SAM" not in name.upper()), "")
    folded = wanted.casefold()
    exact = [name for name in names if name.casefold() == folded]
    return (exact or [name for name in names if folded in name.casefold()] or [""])[0]
