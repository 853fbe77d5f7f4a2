"""A PC/SC daemon with some readers, without its socket: requests of numbered clients in, answers out."""

from dataclasses import dataclass, field

from drivers.smart_card.cards import CardTalk, SimulatedCard
from drivers.smart_card.pcsclite import CHANGED, NAME_SIZE, VERSION, Command, Request, RequestDecoder, Slot, states

S_OK = 0
E_CANCELLED, E_INVALID_HANDLE, E_UNKNOWN_READER, E_UNSUPPORTED = 0x80100002, 0x80100003, 0x80100009, 0x8010001F
E_NO_CARD, E_NOT_TRANSACTED, E_NO_SERVICE = 0x8010000C, 0x80100016, 0x8010001D
W_MUTE, W_REMOVED = 0x80100066, 0x80100069
ABSENT, PRESENT, SWALLOWED, POWERED = 0x02, 0x04, 0x08, 0x10
T0, T1 = 1, 2
_CONTEXTS = 0x10000


@dataclass
class SimulatedReader:
    """One slot."""

    name: str
    card: SimulatedCard | None = None
    talk: CardTalk | None = None
    counter: int = 0
    pull_after: int | None = None
    """So many commands until the card is pulled."""

    def insert(self, card: SimulatedCard) -> None:
        """Put a card in, in place of one that is there."""
        self.pull()
        self.card, self.talk, self.counter = card, CardTalk(card), self.counter + 1

    def pull(self) -> None:
        """Take the card out; nothing where none is."""
        if self.card is not None:
            self.card, self.talk, self.pull_after, self.counter = None, None, None, self.counter + 1

    def slot(self) -> Slot:
        """Return what the daemon shows of it."""
        if self.card is None:
            return Slot(self.name, self.counter, ABSENT)
        if self.card.mute:
            return Slot(self.name, self.counter, PRESENT | SWALLOWED)
        return Slot(self.name, self.counter, PRESENT | POWERED, self.card.atr, T0 if self.card.t0 else T1)


@dataclass
class _Client:
    decoder: RequestDecoder = field(default_factory=RequestDecoder)
    waiting: bool = False
    version: tuple[int, int] = VERSION
    handles: dict[int, tuple[SimulatedReader, int]] = field(default_factory=dict)
    """Handle to its reader and to the card count when it was opened."""


class Daemon:
    """Readers and clients. `readers` may be changed; call `changed` afterwards."""

    def __init__(self, readers: list[SimulatedReader]) -> None:
        self.readers = readers
        self._clients: dict[int, _Client] = {}
        self._handle = 0
        self.commands = 0

    def heard(self, client: int, data: bytes) -> list[tuple[int, bytes]]:
        """Take a client's bytes, b"" when it hung up; return answers by client, b"" to hang up."""
        if not data:
            self._clients.pop(client, None)
            return []
        there = self._clients.setdefault(client, _Client())
        said: list[tuple[int, bytes]] = []
        for request in there.decoder.feed(data):
            before = [reader.counter for reader in self.readers]
            said += [(client, piece) for piece in (self._answer(client, there, request),) if piece]
            if before != [reader.counter for reader in self.readers]:
                said += self.changed()
        if there.decoder.broken:
            self._clients.pop(client, None)
            said.append((client, b""))
        return said

    def changed(self) -> list[tuple[int, bytes]]:
        """Tell those who wait, once."""
        waiting = [number for number, client in self._clients.items() if client.waiting]
        for number in waiting:
            self._clients[number].waiting = False
        return [(number, CHANGED) for number in waiting]

    def _answer(self, number: int, client: _Client, request: Request) -> bytes:
        match request.command:
            case Command.VERSION:
                return request.answer((-1, S_OK if request.number(0) == VERSION[0] else E_NO_SERVICE))
            case Command.ESTABLISH:
                return request.answer((1, _CONTEXTS + number), (-1, S_OK))
            case Command.READERS:
                return self._states()
            case Command.WAIT:
                client.waiting = True
                return self._states()
            case Command.STOP_WAITING:
                waited, client.waiting = client.waiting, False
                return CHANGED if waited else b""
            case Command.CONNECT:
                return self._connect(client, request)
            case Command.TRANSMIT:
                return self._transmit(client, request)
            case Command.GET_ATTRIBUTE | Command.SET_ATTRIBUTE | Command.CONTROL:
                return request.answer((-1, E_UNSUPPORTED))
        return self._plain(client, request)

    def _plain(self, client: _Client, request: Request) -> bytes:
        """Answer what only needs a handle or nothing."""
        if request.command in (Command.RELEASE, Command.CANCEL):
            return request.answer((-1, S_OK))
        found = self._open_card(client, request.number(0))
        if request.command is Command.DISCONNECT:
            client.handles.pop(request.number(0), None)
            return request.answer((-1, S_OK))
        if isinstance(found, int):
            return request.answer((-1, found))
        if request.command is Command.RECONNECT:
            return request.answer((-2, found.slot().protocol), (-1, S_OK))
        return request.answer((-1, S_OK))

    def _connect(self, client: _Client, request: Request) -> bytes:
        name = request.fields[1]
        assert isinstance(name, bytes)
        found = [reader for reader in self.readers if reader.name.encode() == name.rstrip(b"\0")[: NAME_SIZE - 1]]
        if not found:
            return request.answer((-1, E_UNKNOWN_READER))
        reader = found[0]
        if reader.card is None:
            return request.answer((-1, E_NO_CARD))
        if reader.card.mute:
            return request.answer((-1, W_MUTE))
        self._handle += 1
        reader.talk = CardTalk(reader.card)
        client.handles[self._handle] = reader, reader.counter
        return request.answer((-3, self._handle), (-2, reader.slot().protocol), (-1, S_OK))

    def _transmit(self, client: _Client, request: Request) -> bytes:
        found = self._open_card(client, request.number(0))
        if isinstance(found, int):
            return request.answer((-2, 0), (-1, found))
        if found.pull_after is not None:
            found.pull_after -= 1
            if found.pull_after < 0:
                found.pull()
                return request.answer((-2, 0), (-1, E_NOT_TRANSACTED))
        self.commands += 1
        assert found.talk is not None
        said = found.talk.answer(request.data)
        return request.answer((-2, len(said)), (-1, S_OK)) + said

    def _open_card(self, client: _Client, handle: int) -> SimulatedReader | int:
        """Return the reader of a handle, or what is wrong with its card."""
        if handle not in client.handles:
            return E_INVALID_HANDLE
        reader, counter = client.handles[handle]
        if reader not in self.readers:
            return E_UNKNOWN_READER
        return reader if reader.counter == counter else W_REMOVED

    def _states(self) -> bytes:
        return states([reader.slot() for reader in self.readers])
