"""The socket protocol between libpcsclite and its daemon, as the daemon's side needs it. Pure.

::

    request:  size (u32) | command (u32) | body of that size; for TRANSMIT and CONTROL the data follows the body
    answer:   the same body with its results filled in, without a header; then the data

All in the machine's byte order. The states of the readers are always sixteen slots. A client that waits for a change
is answered with the states at once, and with eight zero bytes when something changes; it may take its wish back (14),
which is answered the same way unless the change was told already. Version 4:4 (pcsc-lite 1.9.9); 4:5 (2.x) adds command
15, which only the special reader of plug and play uses. Source: winscard_msg.h and eventhandler.h of pcsc-lite; sizes
and order compared with a real daemon, as the README tells.
"""

import struct
from enum import IntEnum
from typing import NamedTuple

VERSION = (4, 4)
HEADER = struct.Struct("=II")
SLOTS, NAME_SIZE, ATR_SIZE = 16, 128, 33
READER_STATE = struct.Struct("=128sIIi33s3xII")
CHANGED = bytes(8)
LARGEST_BODY = 65_600


class Command(IntEnum):
    """What a client asks."""

    ESTABLISH = 0x01
    RELEASE = 0x02
    CONNECT = 0x04
    RECONNECT = 0x05
    DISCONNECT = 0x06
    BEGIN = 0x07
    END = 0x08
    TRANSMIT = 0x09
    CONTROL = 0x0A
    STATUS = 0x0B
    CANCEL = 0x0D
    GET_ATTRIBUTE = 0x0F
    SET_ATTRIBUTE = 0x10
    VERSION = 0x11
    READERS = 0x12
    WAIT = 0x13
    STOP_WAITING = 0x14


BODIES = {
    Command.ESTABLISH: struct.Struct("=III"),
    Command.RELEASE: struct.Struct("=II"),
    Command.CONNECT: struct.Struct("=I128sIIiII"),
    Command.RECONNECT: struct.Struct("=iIIIII"),
    Command.DISCONNECT: struct.Struct("=iII"),
    Command.BEGIN: struct.Struct("=iI"),
    Command.END: struct.Struct("=iII"),
    Command.TRANSMIT: struct.Struct("=iIIIIIII"),
    Command.CONTROL: struct.Struct("=iIIIII"),
    Command.STATUS: struct.Struct("=iI"),
    Command.CANCEL: struct.Struct("=iI"),
    Command.GET_ATTRIBUTE: struct.Struct("=iI264sII"),
    Command.SET_ATTRIBUTE: struct.Struct("=iI264sII"),
    Command.VERSION: struct.Struct("=iiI"),
    Command.READERS: struct.Struct("="),
    Command.WAIT: struct.Struct("="),
    Command.STOP_WAITING: struct.Struct("="),
}
"""Layout of each body; the last field of most is the result."""
_DATA_AT = {Command.TRANSMIT: 3, Command.CONTROL: 2}
"""Which field says how many bytes of data follow."""


class Request(NamedTuple):
    """One whole request."""

    command: Command
    fields: tuple[int | bytes, ...]
    data: bytes = b""

    def number(self, place: int) -> int:
        """Return a field that is a number."""
        value = self.fields[place]
        assert isinstance(value, int)
        return value

    def answer(self, *changes: tuple[int, int]) -> bytes:
        """Return the body with some fields (by place, the last is -1) replaced."""
        fields = list(self.fields)
        for place, value in changes:
            fields[place] = value
        return BODIES[self.command].pack(*fields)


class Slot(NamedTuple):
    """One reader as the daemon shows it."""

    name: str
    counter: int
    state: int
    atr: bytes = b""
    protocol: int = 0

    def to_bytes(self) -> bytes:
        """Return the slot's 184 bytes."""
        name = self.name.encode()[: NAME_SIZE - 1]
        return READER_STATE.pack(name, self.counter, self.state, 0, self.atr, len(self.atr), self.protocol)


def states(slots: list[Slot]) -> bytes:
    """Return the states of all readers; empty slots have no name."""
    return b"".join(slot.to_bytes() for slot in slots).ljust(SLOTS * READER_STATE.size, b"\0")


class RequestDecoder:
    """Bounded. What is no request ends the talk: `broken`, as the daemon hangs up on such a client."""

    def __init__(self) -> None:
        self._buffer = b""
        self.broken = False

    def feed(self, data: bytes) -> list[Request]:
        """Take bytes in any split, return whole requests."""
        found: list[Request] = []
        self._buffer += data
        while not self.broken and (request := self._next()):
            found.append(request)
        if self.broken:
            self._buffer = b""
        return found

    def _next(self) -> Request | None:
        if len(self._buffer) < HEADER.size:
            return None
        size, number = HEADER.unpack_from(self._buffer)
        if number not in Command.__members__.values() or size != BODIES[Command(number)].size:
            self.broken = True
            return None
        command, end = Command(number), HEADER.size + size
        if len(self._buffer) < end:
            return None
        fields = BODIES[command].unpack(self._buffer[HEADER.size : end])
        return self._with_data(Request(command, fields), end)

    def _with_data(self, request: Request, end: int) -> Request | None:
        more = request.number(_DATA_AT[request.command]) if request.command in _DATA_AT else 0
        if more > LARGEST_BODY:
            self.broken = True
            return None
        if len(self._buffer) < end + more:
            return None
        data, self._buffer = self._buffer[end : end + more], self._buffer[end + more :]
        return request._replace(data=data)


def request(command: Command, *fields: int | bytes, data: bytes = b"") -> bytes:
    """Return what a client sends."""
    body = BODIES[command].pack(*fields)
    return HEADER.pack(len(body), command) + body + data
