"""A USB device as an object of this process: the device's side of the usbredir protocol of QEMU's usb-redir.

The kernel in the machine enumerates it like any other: descriptors, drivers, udev. Plugging in is connecting the
socket, pulling out is closing it. Packets are little-endian: type, length, number (64 bits once both said so), body.
Source: the usb-redirection protocol description of the Spice project, version 0.7.
"""

import socket
import struct
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from tests.vm.machine import connected

CAPABILITIES = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6
"""Device version, packet sizes, 64-bit numbers, 32-bit lengths of bulk packets."""
WIDE = 1 << 5
CANCELLED, STALLED = 1, 4
NO_END = 255
INTO = 0x80


class Kind(IntEnum):
    """The packets that are needed here."""

    HELLO = 0
    CONNECT = 1
    INTERFACES = 4
    ENDS = 5
    SET_CONFIGURATION = 6
    GET_CONFIGURATION = 7
    CONFIGURATION = 8
    SET_ALTERNATIVE = 9
    GET_ALTERNATIVE = 10
    ALTERNATIVE = 11
    START_INTERRUPT = 15
    STOP_INTERRUPT = 16
    INTERRUPT_STATUS = 17
    CANCEL = 21
    CONTROL = 100
    BULK = 101
    INTERRUPT = 103


class Speed(IntEnum):
    """The protocol's numbers of speeds."""

    FULL = 1
    HIGH = 2


@dataclass(frozen=True)
class End:
    """An endpoint: address (80 set: to the host), 2 bulk or 3 interrupt, interval, size."""

    address: int
    kind: int
    size: int
    interval: int = 0


@dataclass(frozen=True)
class Facts:
    """A device with one interface."""

    vendor: int
    product: int
    names: tuple[str, str, str]
    """Maker, product, serial number; an empty one is not there."""
    classes: tuple[int, int, int]
    ends: tuple[End, ...]
    speed: Speed = Speed.HIGH
    extra: bytes = b""
    """Descriptors of the class, between interface and endpoints."""

    def device(self) -> bytes:
        """Return the device descriptor."""
        numbers = [place if name else 0 for place, name in enumerate(self.names, 1)]
        start = struct.pack("<BBHBBBBHHH", 18, 1, 0x0200, 0, 0, 0, 64, self.vendor, self.product, 0x0100)
        return start + bytes([*numbers, 1])

    def configuration(self) -> bytes:
        """Return the configuration descriptor with all that it holds."""
        ends = b"".join(struct.pack("<BBBBHB", 7, 5, e.address, e.kind, e.size, e.interval) for e in self.ends)
        body = bytes([9, 4, 0, 0, len(self.ends), *self.classes, 0]) + self.extra + ends
        return struct.pack("<BBHBBBBB", 9, 2, 9 + len(body), 1, 1, 0, 0xC0, 50) + body

    def text(self, number: int) -> bytes | None:
        """Return a string descriptor."""
        if number == 0:
            return b"\x04\x03\x09\x04"
        if number > 3:
            return None
        raw = self.names[number - 1].encode("utf-16le")
        return bytes([len(raw) + 2, 3]) + raw


@dataclass(frozen=True)
class Setup:
    """The eight bytes of a control transfer."""

    kind: int
    request: int
    value: int
    index: int
    length: int


@dataclass
class _Wire:
    """What one connection knows."""

    socket: socket.socket
    wide: bool = False
    listening: set[int] = field(default_factory=set)
    """Interrupt endpoints that the host listens to."""
    asked: dict[int, deque[tuple[int, int]]] = field(default_factory=lambda: defaultdict(deque))
    """Bulk reads that wait for data: packet number, stream."""


class UsbDevice:
    """One device; a subclass says what it does with data and class requests."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._wire: _Wire | None = None
        self._ready: dict[int, deque[bytes]] = defaultdict(deque)
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None

    def received(self, end: int, data: bytes) -> None:
        """Take what the host wrote to an endpoint."""

    def asked(self, setup: Setup, data: bytes) -> bytes | None:
        """Answer a class request or a descriptor of the class; None stalls."""
        return None

    def plug(self, path: Path) -> None:
        """Connect to QEMU's usb-redir, as a plug does."""
        self._wire = _Wire(connected(path))
        self._ready.clear()
        self._send(Kind.HELLO, b"hallfloor".ljust(64, b"\0") + struct.pack("<I", CAPABILITIES))
        self._thread = threading.Thread(target=self._serve, args=(self._wire,), name="usb", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull it out."""
        wire, self._wire = self._wire, None
        if wire is not None and self._thread is not None:
            wire.socket.shutdown(socket.SHUT_RDWR)
            self._thread.join()
            wire.socket.close()

    def send(self, end: int, data: bytes) -> None:
        """Have data ready for the host at an endpoint, in packets as given."""
        with self._lock:
            self._ready[end].append(data)
            self._deliver(end)

    def _serve(self, wire: _Wire) -> None:
        try:
            while True:
                kind, length = struct.unpack("<II", _exactly(wire.socket, 8))
                (number,) = struct.unpack("<Q" if wire.wide else "<I", _exactly(wire.socket, 8 if wire.wide else 4))
                self._take(wire, kind, number, _exactly(wire.socket, length))
        except OSError:
            return  # pulled out, or the machine ended

    def _take(self, wire: _Wire, kind: int, number: int, body: bytes) -> None:
        answers = {
            Kind.SET_CONFIGURATION: (Kind.CONFIGURATION, b"\0" + body[:1]),
            Kind.GET_CONFIGURATION: (Kind.CONFIGURATION, b"\0\1"),
            Kind.SET_ALTERNATIVE: (Kind.ALTERNATIVE, b"\0" + body[:2]),
            Kind.GET_ALTERNATIVE: (Kind.ALTERNATIVE, b"\0" + body[:1] + b"\0"),
        }
        takers = {
            Kind.CONTROL: self._control,
            Kind.BULK: self._bulk,
            Kind.INTERRUPT: self._interrupt,
            Kind.START_INTERRUPT: self._listen,
            Kind.STOP_INTERRUPT: self._listen_no_more,
            Kind.CANCEL: self._cancel,
        }
        if kind == Kind.HELLO:
            wire.wide = len(body) >= 68 and bool(struct.unpack("<I", body[64:68])[0] & WIDE)
            self._announce()
        elif kind in answers:
            self._send(*answers[Kind(kind)], number)
        elif kind in takers:
            takers[Kind(kind)](number, body)

    def _announce(self) -> None:
        facts = self.facts
        kinds, intervals, sizes = bytearray([NO_END] * 32), bytearray(32), [0] * 32
        kinds[0] = kinds[16] = 0
        sizes[0] = sizes[16] = 64
        for end in facts.ends:
            place = (end.address & INTO) >> 3 | end.address & 15
            kinds[place], intervals[place], sizes[place] = end.kind, end.interval, end.size
        classes = b"".join(bytes([one]).ljust(32, b"\0") for one in (0, *facts.classes))
        self._send(Kind.INTERFACES, struct.pack("<I", 1) + classes)
        self._send(Kind.ENDS, bytes(kinds) + bytes(intervals) + bytes(32) + struct.pack("<32H", *sizes))
        self._send(Kind.CONNECT, struct.pack("<BBBBHHH", facts.speed, 0, 0, 0, facts.vendor, facts.product, 0x0100))

    def _control(self, number: int, body: bytes) -> None:
        end, request, kind, _status, value, index, length = struct.unpack("<BBBBHHH", body[:10])
        answer = self._answered(Setup(kind, request, value, index, length), body[10:])
        status, data = (STALLED, b"") if answer is None else (0, answer[:length] if kind & INTO else b"")
        told = length if kind & INTO == 0 and answer is not None else len(data)
        self._send(Kind.CONTROL, struct.pack("<BBBBHHH", end, request, kind, status, value, index, told) + data, number)

    def _answered(self, setup: Setup, data: bytes) -> bytes | None:
        if setup.kind == INTO and setup.request == 6:
            which, place = setup.value >> 8, setup.value & 255
            shown = {1: self.facts.device(), 2: self.facts.configuration(), 3: self.facts.text(place)}
            return shown.get(which)
        if setup.kind == INTO and setup.request == 0:
            return b"\1\0"
        return self.asked(setup, data)

    def _bulk(self, number: int, body: bytes) -> None:
        end, _status, low, stream, high = struct.unpack("<BBHIH", body[:10])
        if end & INTO:
            with self._lock:
                if self._wire is not None:
                    self._wire.asked[end].append((number, stream))
                self._deliver(end)
            return
        self._send(Kind.BULK, struct.pack("<BBHIH", end, 0, low, stream, high), number)
        self.received(end, body[10:])

    def _interrupt(self, number: int, body: bytes) -> None:
        end, _status, length = struct.unpack("<BBH", body[:4])
        self._send(Kind.INTERRUPT, struct.pack("<BBH", end, 0, length), number)
        self.received(end, body[4:])

    def _listen(self, number: int, body: bytes) -> None:
        with self._lock:
            if self._wire is not None:
                self._wire.listening.add(body[0])
            self._send(Kind.INTERRUPT_STATUS, bytes([0, body[0]]), number)
            self._deliver(body[0])

    def _listen_no_more(self, number: int, body: bytes) -> None:
        with self._lock:
            if self._wire is not None:
                self._wire.listening.discard(body[0])
        self._send(Kind.INTERRUPT_STATUS, bytes([0, body[0]]), number)

    def _cancel(self, number: int, _body: bytes) -> None:
        with self._lock:
            for end, waiting in self._wire.asked.items() if self._wire is not None else ():
                for asked in [one for one in waiting if one[0] == number]:
                    waiting.remove(asked)
                    self._reply(asked, end, b"", CANCELLED)

    def _deliver(self, end: int) -> None:
        """Hand over what is ready and asked for."""
        wire, ready = self._wire, self._ready[end]
        if wire is None:
            return
        while ready and end in wire.listening:
            data = ready.popleft()
            self._send(Kind.INTERRUPT, struct.pack("<BBH", end, 0, len(data)) + data)
        while ready and wire.asked[end]:
            self._reply(wire.asked[end].popleft(), end, ready.popleft(), 0)

    def _reply(self, asked: tuple[int, int], end: int, data: bytes, status: int) -> None:
        number, stream = asked
        lengths = len(data) & 0xFFFF, stream, len(data) >> 16
        self._send(Kind.BULK, struct.pack("<BBHIH", end, status, *lengths) + data, number)

    def _send(self, kind: Kind, body: bytes, number: int = 0) -> None:
        with self._lock:
            if self._wire is None:
                return
            head = struct.pack("<IIQ" if self._wire.wide else "<III", kind, len(body), number)
            try:
                self._wire.socket.sendall(head + body)
            except OSError:
                return  # the machine ended; the reader thread sees it too


def _exactly(door: socket.socket, size: int) -> bytes:
    heard = b""
    while len(heard) < size:
        more = door.recv(size - len(heard))
        if not more:
            raise ConnectionResetError("the other side closed")
        heard += more
    return heard
