"""The far end of PC/SC: a daemon with its readers, which the real libpcsclite talks to over `pcsc-sim:/path.sock`.

The cards are plainly invented; the state shows which kind lies in a reader, never what is on it.
"""

from typing import Any

from drivers.far_end import FarEnd, UnknownControl
from drivers.smart_card.cards import CARDS
from drivers.smart_card.options import Options
from drivers.smart_card.pcscd import Daemon, SimulatedReader

CONTROLS = {
    "insert": f"Put a card in: card={', '.join(CARDS)} (default social), slot= (default 0), pull_after= commands.",
    "pull": "Pull the card out: slot=.",
    "reader_out": "Unplug the readers; the daemon stays.",
    "reader_in": "Plug the readers in again.",
}


class SimulatedPcsc:
    """A daemon, with the readers of a model."""

    def __init__(self, row: dict[str, Any]) -> None:
        self._readers = [SimulatedReader(name) for name in row["slots"]]
        self._daemon = Daemon(list(self._readers))
        self._said: list[tuple[int, bytes]] = []
        self._lying = dict.fromkeys(range(len(self._readers)), "")

    def heard(self, host: int, data: bytes, now: float) -> None:
        """Take a client's bytes."""
        del now
        self._said += self._daemon.heard(host, data)

    def said(self, now: float) -> list[tuple[int, bytes]]:
        """Return the answers (once)."""
        del now
        said, self._said = self._said, []
        return said

    def receive(self, data: bytes, now: float) -> None:
        """Nothing: clients are numbered."""

    def outgoing(self, now: float) -> bytes:
        """Nothing: clients are numbered."""
        del now
        return b""

    def next_due(self) -> float | None:
        """Nothing comes by itself."""
        return None

    def controls(self) -> dict[str, str]:
        """What a person can do."""
        return CONTROLS

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.

        """
        del now
        if control not in CONTROLS:
            raise UnknownControl(control, CONTROLS)
        slot = int(arguments.get("slot", 0))
        reader = self._readers[slot]
        if control == "insert":
            kind = str(arguments.get("card", "social"))
            reader.insert(CARDS[kind])
            reader.pull_after = int(arguments["pull_after"]) if "pull_after" in arguments else None
            self._lying[slot] = kind
        elif control == "pull":
            reader.pull()
        else:
            self._daemon.readers[:] = self._readers if control == "reader_in" else []
        self._said += self._daemon.changed()
        return self.state()

    def state(self) -> dict[str, Any]:
        """Which kind of card lies where, and how many commands were answered."""
        there = {
            reader.name: self._lying[slot] if reader.card is not None else ""
            for slot, reader in enumerate(self._readers)
        }
        return {"readers": there if self._daemon.readers else {}, "commands": self._daemon.commands}


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the simulator of a row."""
    del options
    return SimulatedPcsc(row)
