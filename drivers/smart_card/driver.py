"""Life of an IC-card reader: which reader, card in, read, card out."""

from typing import Any

from drivers.catalog import Opening
from drivers.smart_card import codes
from drivers.smart_card.options import Options
from drivers.smart_card.port import PcscPort
from drivers.smart_card.reader import Reader, Unreadable
from drivers.supervise import Life, Supervised
from drivers.transport import Transport
from hall.domain.ids import DeviceName
from hall.ports.smart_card import IcCardPresented, IcCardRemoved, IcCardUnreadable, SmartCardReader
from hall.ports.status import Status, StatusWord

__all__ = ["Options", "PcscReader", "open_device"]

LOOK_EVERY_S = 0.5
READY = Status(StatusWord.READY)


class PcscReader:
    """SmartCardReader over PC/SC. The card's own bytes never leave the thread except as an event."""

    def __init__(self, opening: Opening, options: Options) -> None:
        scheme, _, named = opening.address.partition(":")
        self._wanted = options.reader or (named if scheme == "pcsc" else "")
        self._read_files = options.read_files
        self._asked = (0, False)
        """How often somebody asked, and what for; set by the flow's thread, the device's thread follows."""
        self._supervised = Supervised(opening.name, lambda: PcscPort(opening.address), self._serve, opening.emit)

    @property
    def name(self) -> DeviceName:
        """As configured."""
        return self._supervised.life.name

    def status(self) -> Status:
        """Last known status."""
        return self._supervised.life.status

    def watch(self, on: bool) -> None:
        """Tell of cards, the one that lies there included, or of none."""
        self._asked = (self._asked[0] + 1, on)

    def close(self) -> None:
        """End the thread and the worker."""
        self._supervised.close()

    def _serve(self, port: Transport, life: Life) -> None:
        assert isinstance(port, PcscPort)
        reader = Reader(port)
        reader.open()
        while not life.stopping.is_set():
            names = reader.choose(self._wanted)
            if not reader.name:
                life.report(Status(StatusWord.OFFLINE, _missing(self._wanted, names)))
                life.stopping.wait(LOOK_EVERY_S)
                continue
            self._attend(reader, life)

    def _attend(self, reader: Reader, life: Life) -> None:
        """Serve one reader until it is pulled out; the next look says what is there instead."""
        cards = _Cards(life, read_files=self._read_files)
        try:
            while reader.look() and not life.stopping.is_set():
                life.report(READY)
                cards.attend(reader, self._asked)
        finally:
            cards.end()  # a lost reader counts as a pulled card


class _Cards:
    """What was told of the cards in one reader."""

    def __init__(self, life: Life, *, read_files: bool) -> None:
        self._life, self._read_files = life, read_files
        self._asked = (0, False)
        self._seen = 0
        """State of the reader when its card was told; 0 while none was."""
        self._presented = False

    def attend(self, reader: Reader, asked: tuple[int, bool]) -> None:
        """Tell what is new since the last look."""
        if asked != self._asked:
            self._asked, self._seen, self._presented = asked, 0, False
        if self._seen and not _same_card(self._seen, reader.state):
            self.end()
        if reader.occupied and not self._seen and asked[1]:
            self._seen = reader.state
            self._tell(reader)

    def end(self) -> None:
        """The card has gone."""
        if self._presented:
            self._life.emit(IcCardRemoved(self._life.name))
        self._seen, self._presented = 0, False

    def _tell(self, reader: Reader) -> None:
        found = reader.read(read_files=self._read_files)
        if isinstance(found, Unreadable):
            self._life.emit(IcCardUnreadable(self._life.name, found.reason))
            self._life.remark(f"a card could not be read ({found.reason}); {codes.advice(found.reason)}")
            return
        self._presented = True
        self._life.emit(IcCardPresented(self._life.name, reader.atr, found.uid, found.application, dict(found.public)))


def _same_card(seen: int, state: int) -> bool:
    return bool(state & codes.PRESENT) and codes.counter(seen) == codes.counter(state)


def _missing(wanted: str, names: list[str]) -> str:
    there = f"there are {', '.join(names)}" if names else "none is plugged in"
    return f"no card reader {wanted!r}; {there}" if wanted else f"no card reader; {there}: plug one in"


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> SmartCardReader:
    """Open the reader; it reconnects by itself until closed."""
    del row  # PC/SC is the same for all of them
    return PcscReader(opening, options)
