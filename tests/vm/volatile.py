"""A disk with a volatile write cache, as an NBD server on a Unix socket: what was not flushed is gone with the power.

Killing QEMU alone shows no missing barrier, since this machine's page cache still holds all that was written without a
flush. Here a write stays in the cache until the machine asks for a flush; at a cut each block in it is kept or lost by
dice, as a real disk writes in an order of its own. One export, one connection at a time, 4 KiB blocks.
Source: the NBD protocol description (doc/proto.md of the NetworkBlockDevice project), fixed newstyle, simple replies.
"""

import os
import random
import socket
import struct
import threading
from enum import IntEnum
from pathlib import Path

BLOCK = 4096
LARGEST = 1 << 25
COMES_S = 60.0
"""A machine that does not connect in that time did not start."""

GREETING = b"NBDMAGICIHAVEOPT"
OPTION_REPLY = 0x3E889045565A9
REPLY = 0x67446698
FIXED_NEWSTYLE, NO_ZEROES = 1, 2
HAS_FLAGS, HAS_FLUSH, HAS_FUA = 1, 4, 8
FLAGS = HAS_FLAGS | HAS_FLUSH | HAS_FUA
AT_ONCE = 1  # FUA: the flag of a write that must be on the disk before its answer
ACKNOWLEDGED, INFORMATION, UNKNOWN = 1, 3, 0x80000001
EXPORT_SIZE, BLOCK_SIZES = 0, 3
INVALID = 22


class Option(IntEnum):
    """What is agreed on before the export is used."""

    EXPORT_NAME = 1
    ABORT = 2
    INFO = 6
    GO = 7


class Order(IntEnum):
    """What is asked of the disk."""

    READ = 0
    WRITE = 1
    DISCONNECT = 2
    FLUSH = 3


class VolatileDisk:
    """A base file that is never changed, what was flushed (a file beside it), and the cache that a cut empties."""

    def __init__(self, base: Path, changes: Path, door: Path) -> None:
        self._base = os.open(base, os.O_RDONLY)
        self._changes = os.open(changes, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._changed: set[int] = set()
        self._cached: dict[int, bytes] = {}
        self.size = os.fstat(self._base).st_size
        self.flushes = 0
        door.unlink(missing_ok=True)
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(door))
        self._door.listen(1)
        self._door.settimeout(COMES_S)
        self._serving: threading.Thread | None = None

    def power(self) -> None:
        """Serve the next machine that connects, until it hangs up."""
        self._serving = threading.Thread(target=self._serve, name="disk", daemon=True)
        self._serving.start()

    def cut(self, kept: float, dice: random.Random) -> int:
        """Take the power away once the killed machine hung up: each cached block is kept by dice. Return how many."""
        if self._serving is not None:
            self._serving.join()
        waiting = len(self._cached)
        self._cached = {place: data for place, data in self._cached.items() if dice.random() < kept}
        self._flush()
        return waiting

    def close(self) -> None:
        """Put it away."""
        self._door.close()
        os.close(self._changes)
        os.close(self._base)

    def _serve(self) -> None:
        try:
            line, _ = self._door.accept()
        except OSError:
            return  # nobody came
        with line:
            try:
                if self._agree(line):
                    while self._obey(line):
                        pass
            except OSError:
                return  # the machine was killed

    def _agree(self, line: socket.socket) -> bool:
        """Agree on the export; False when the machine left again."""
        line.sendall(GREETING + struct.pack(">H", FIXED_NEWSTYLE | NO_ZEROES))
        (wishes,) = _numbers(line, ">I")
        while True:
            option, length = _numbers(line, ">8xII")
            _exactly(line, length)
            if option == Option.EXPORT_NAME:
                line.sendall(struct.pack(">QH", self.size, FLAGS) + (b"" if wishes & NO_ZEROES else bytes(124)))
                return True
            if option in (Option.INFO, Option.GO):
                _reply(line, option, INFORMATION, struct.pack(">HQH", EXPORT_SIZE, self.size, FLAGS))
                _reply(line, option, INFORMATION, struct.pack(">HIII", BLOCK_SIZES, 1, BLOCK, LARGEST))
            _reply(line, option, ACKNOWLEDGED if option in set(Option) else UNKNOWN)
            if option in (Option.GO, Option.ABORT):
                return option == Option.GO

    def _obey(self, line: socket.socket) -> bool:
        """Do one thing that the machine asks; False when it leaves."""
        flags, order, handle, offset, length = _numbers(line, ">4xHHQQI")
        data, problem = b"", 0
        if order == Order.READ:
            data = self._read(offset, length)
        elif order == Order.WRITE:
            self._write(offset, _exactly(line, length))
        elif order != Order.FLUSH:
            problem = INVALID
        if order == Order.FLUSH or flags & AT_ONCE:
            self._flush()
        if order != Order.DISCONNECT:
            line.sendall(struct.pack(">IIQ", REPLY, problem, handle) + data)
        return order != Order.DISCONNECT

    def _read(self, offset: int, length: int) -> bytes:
        first, last = offset // BLOCK, (offset + length - 1) // BLOCK
        if not any(place in self._cached or place in self._changed for place in range(first, last + 1)):
            return os.pread(self._base, length, offset)
        data = b"".join(self._block(place) for place in range(first, last + 1))
        return data[offset - first * BLOCK :][:length]

    def _block(self, place: int) -> bytes:
        cached = self._cached.get(place)
        if cached is not None:
            return cached
        return os.pread(self._changes if place in self._changed else self._base, BLOCK, place * BLOCK)

    def _write(self, offset: int, data: bytes) -> None:
        first, last = offset // BLOCK, (offset + len(data) - 1) // BLOCK
        start, end = first * BLOCK, (last + 1) * BLOCK
        whole = self._read(start, offset - start) if offset > start else b""
        whole += data
        tail = offset + len(data)
        whole += self._read(tail, end - tail) if end > tail else b""
        for place in range(first, last + 1):
            self._cached[place] = whole[(place - first) * BLOCK :][:BLOCK]

    def _flush(self) -> None:
        for place, data in self._cached.items():
            os.pwrite(self._changes, data, place * BLOCK)
        self._changed.update(self._cached)
        self._cached = {}
        self.flushes += 1


def _reply(line: socket.socket, option: int, kind: int, data: bytes = b"") -> None:
    line.sendall(struct.pack(">QIII", OPTION_REPLY, option, kind, len(data)) + data)


def _numbers(line: socket.socket, form: str) -> tuple[int, ...]:
    return struct.unpack(form, _exactly(line, struct.calcsize(form)))


def _exactly(line: socket.socket, size: int) -> bytes:
    heard = bytearray()
    while len(heard) < size:
        more = line.recv(min(size - len(heard), 1 << 20))
        if not more:
            raise ConnectionResetError("the machine hung up")
        heard += more
    return bytes(heard)
