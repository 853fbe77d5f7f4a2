"""Frames of boards: Modbus RTU and Modbus TCP with pymodbus' framers and bodies, and the A0 frames of CH340 relays.

    RTU    unit 1, function 1, body, CRC-16/Modbus 2 (low byte first)
    TCP    transaction 2, zero 2, length 2, unit 1, function 1, body          (big-endian)
    CH340  A0, channel 1, 01 on or 00 off, sum of the three                    (never answered)

Functions: 01 read coils, 02 read inputs, 03 and 04 read registers, 05 set coil; 80 + function is a refusal.
Source: Modbus Application Protocol 1.1b3, Modbus over Serial Line 1.02, Modbus Messaging on TCP/IP 1.0b (modbus.org).

On the wire: RTU has no mark at the beginning, so a frame is what has a known function, its own length and a true CRC;
bytes in front of it are skipped. Behind noise a length may be read that never comes: who asks anew calls `reset`.
Answers carry no number in RTU: a late one looks like the one to come, so the asker drops what it did not wait for.
A decoder keeps at most one largest frame.
"""

import logging
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU, bit_message, register_message

logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)
"""It reports every frame that it cannot read as an error: on a noisy line thousands an hour. Our driver tells once."""

LARGEST = 260
"""A frame of Modbus TCP with the largest body; RTU has 256."""
SHORTEST_RTU, MBAP = 4, 7
REFUSAL = 0x80
READS = {
    "coils": bit_message.ReadCoilsRequest,
    "inputs": bit_message.ReadDiscreteInputsRequest,
    "registers": register_message.ReadHoldingRegistersRequest,
    "input_registers": register_message.ReadInputRegistersRequest,
}
FUNCTIONS = {"coils": 1, "inputs": 2, "registers": 3, "input_registers": 4}
REFUSALS = {
    1: "it does not know the function",
    2: "it has no such channel or register",
    3: "it does not take the value",
    4: "it failed",
    6: "it is busy",
}
MALFORMED = (ModbusException, struct.error, ValueError, IndexError)


@dataclass(frozen=True, slots=True)
class Read:
    """Read bits or registers of a table of `READS`."""

    table: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class SetCoil:
    """Switch one output; answered with the same frame."""

    coil: int
    on: bool


Request = Read | SetCoil


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: who it is to or from, its function with its body, and the transaction (TCP)."""

    unit: int
    pdu: bytes
    transaction: int = 0

    @property
    def function(self) -> int:
        """Number of the function, without the mark of a refusal."""
        return self.pdu[0] & ~REFUSAL


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that are no frame."""

    error: str
    size: int


@dataclass(frozen=True, slots=True)
class Bits:
    """State of coils or inputs, padded to whole bytes."""

    values: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Registers, 0 to 65535."""

    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A coil is switched."""

    coil: int
    on: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """The board says why not."""

    code: int

    @property
    def text(self) -> str:
        """What the code means."""
        return REFUSALS.get(self.code, "unknown reason")


Answer = Bits | Words | Done | Refused


def request_pdu(request: Request) -> bytes:
    """Return function and body of a request."""
    if isinstance(request, SetCoil):
        return _pdu(bit_message.WriteSingleCoilRequest(address=request.coil, bits=[request.on]))
    return _pdu(READS[request.table](address=request.first, count=request.count))


def rtu(unit: int, pdu: bytes) -> bytes:
    """Return an RTU frame."""
    return bytes(FramerRTU(DecodePDU(False)).encode(pdu, unit, 0))


def mbap(unit: int, pdu: bytes, transaction: int) -> bytes:
    """Return a Modbus TCP frame."""
    return bytes(FramerSocket(DecodePDU(False)).encode(pdu, unit, transaction))


def answer_to(request: Request, pdu: bytes) -> Answer | None:
    """Return what a body says in answer to a request; None when it is no answer to it."""
    try:
        found = DecodePDU(False).decode(pdu)
    except MALFORMED:
        return None
    if found is None:
        return None
    if pdu[0] & REFUSAL:
        return Refused(found.exception_code) if pdu[0] & ~REFUSAL == _function(request) else None
    whole = isinstance(request, SetCoil) or pdu[1:2] == bytes((len(pdu) - 2 & 0xFF,))  # pymodbus takes a false count
    return _answer(request, found) if whole and pdu[0] == _function(request) else None


def _answer(request: Request, found: ModbusPDU) -> Answer | None:
    if isinstance(request, SetCoil):
        fits = found.address == request.coil and found.bits[:1] == [request.on]
        return Done(request.coil, request.on) if fits else None
    if request.table in ("coils", "inputs"):
        return Bits(tuple(map(bool, found.bits))) if len(found.bits) == -(-request.count // 8) * 8 else None
    return Words(tuple(found.registers)) if len(found.registers) == request.count else None


def request_in(pdu: bytes) -> Request | None:
    """Return what a host asks, or None for what a board does not know."""
    try:
        found = DecodePDU(True).decode(pdu)
    except MALFORMED:
        return None
    if found is None:
        return None
    if found.function_code == 5:
        return SetCoil(found.address, bool(found.bits[0])) if found.bits else None
    tables = {number: table for table, number in FUNCTIONS.items()}
    table = tables.get(found.function_code)
    return Read(table, found.address, found.count) if table else None


def bits_pdu(table: str, values: Sequence[bool]) -> bytes:
    """Return a board's answer with bits."""
    kinds = {"coils": bit_message.ReadCoilsResponse, "inputs": bit_message.ReadDiscreteInputsResponse}
    return _pdu(kinds[table](bits=list(values)))


def words_pdu(table: str, values: Sequence[int]) -> bytes:
    """Return a board's answer with registers."""
    kinds = {
        "registers": register_message.ReadHoldingRegistersResponse,
        "input_registers": register_message.ReadInputRegistersResponse,
    }
    return _pdu(kinds[table](registers=list(values)))


def refusal_pdu(function: int, code: int) -> bytes:
    """Return a board's refusal."""
    return bytes((function | REFUSAL, code))


def as_signed(word: int) -> int:
    """Return a register as two's complement."""
    return word - 0x10000 if word & 0x8000 else word


def ch340(channel: int, on: bool) -> bytes:
    """Return the frame that switches one channel (from 1) of a CH340 relay."""
    body = bytes((0xA0, channel, on))
    return body + bytes((sum(body) & 0xFF,))


class Ch340Decoder:
    """The board's side of A0 frames: bytes in any split to (channel, on); bounded, never raises."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[tuple[int, bool]]:
        """Take bytes; return the switches that became complete."""
        self._held += data
        found = []
        while len(self._held) >= 4:
            frame = self._held[:4]
            good = frame[0] == 0xA0 and frame[2] <= 1 and frame[3] == sum(frame[:3]) & 0xFF
            if good:
                found.append((frame[1], bool(frame[2])))
            self._held = self._held[4 if good else 1 :]
        return found


class RtuDecoder:
    """Bytes in any split to RTU frames of one direction; bounded, never raises."""

    def __init__(self, from_host: bool) -> None:
        self._pdus = DecodePDU(from_host)
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Frame | Noise]:
        """Take bytes; return what became complete, noise as one piece."""
        self._held += data
        found: list[Frame | Noise] = []
        skipped, error = 0, ""
        while self._held:
            size, problem = self._front()
            if size == 0 and not problem:
                break
            if problem:
                del self._held[0]
                skipped, error = skipped + 1, error or problem
                continue
            found += [Noise(error, skipped)] if skipped else []
            found.append(Frame(self._held[0], bytes(self._held[1 : size - 2])))
            del self._held[:size]
            skipped, error = 0, ""
        return found + ([Noise(error, skipped)] if skipped else [])

    def reset(self) -> bytes:
        """Forget what has not become a frame, and return it."""
        held, self._held = bytes(self._held), bytearray()
        return held

    def _front(self) -> tuple[int, str]:
        """Return the size of the frame at the front (0: more bytes are needed), or why there is none."""
        if len(self._held) < 2:
            return 0, ""
        return frame_size(bytes(self._held[:LARGEST]), self._pdus)


def frame_size(data: bytes, pdus: DecodePDU) -> tuple[int, str]:
    """Return the size of the RTU frame at the front (0 while it is unfinished), or why there is none."""
    kind = pdus.lookupPduClass(data) if data[1] & ~REFUSAL in _KNOWN else None
    if kind is None:
        return 0, "no function that a board knows"
    if len(data) < SHORTEST_RTU:
        return 0, ""
    size = kind.calculateRtuFrameSize(data)
    if size == 0:
        return 0, ""
    if not SHORTEST_RTU <= size <= 256:
        return 0, "a length that no frame has"
    if len(data) < size:
        return 0, ""
    check = int.from_bytes(data[size - 2 : size], "big")
    return (size, "") if FramerRTU.check_CRC(data[: size - 2], check) else (0, "checksum")


class MbapDecoder:
    """Bytes in any split to Modbus TCP frames; bounded, never raises."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Frame | Noise]:
        """Take bytes; return what became complete, noise as one piece."""
        self._held += data
        found: list[Frame | Noise] = []
        skipped = 0
        while len(self._held) >= MBAP + 1:
            length = int.from_bytes(self._held[4:6], "big")
            if self._held[2:4] != b"\0\0" or not 2 <= length <= LARGEST - 6:
                del self._held[0]
                skipped += 1
                continue
            if len(self._held) < length + 6:
                break
            found += [Noise("no head of a frame", skipped)] if skipped else []
            body, skipped = bytes(self._held[MBAP : length + 6]), 0
            found.append(Frame(self._held[6], body, int.from_bytes(self._held[:2], "big")))
            del self._held[: length + 6]
        return found + ([Noise("no head of a frame", skipped)] if skipped else [])

    def reset(self) -> bytes:
        """Forget what has not become a frame, and return it."""
        held, self._held = bytes(self._held), bytearray()
        return held


_KNOWN = frozenset({1, 2, 3, 4, 5, 6, 15, 16})
"""Functions that relay and input boards use; anything else at the front of an RTU frame is noise."""


def _pdu(message: ModbusPDU) -> bytes:
    return bytes((message.function_code,)) + bytes(message.encode())


def _function(request: Request) -> int:
    return 5 if isinstance(request, SetCoil) else FUNCTIONS[request.table]
