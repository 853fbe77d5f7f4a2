"""ONBON BX-5K / BX-6K font cards: frames, escapes, check, dynamic areas.

    A5 x 8   escaped(header, data, CRC)   5A
    header   destination 2, source 2, reserved 3, option 1, check mode 1, display mode 1, device type 1,
             version 1, data length 2                                           (numbers little-endian)
    data     group 1, command 1, answer wanted 1 (01 yes, 02 no), 00 00, then the command's own bytes
    CRC      CRC-16/ARC over header and data, low byte first; FF FF means not checked
    escapes  A5 = A6 02, A6 = A6 01, 5A = 5B 02, 5B = 5B 01; length and CRC count unescaped bytes

Source: onbonlab.github.io, onbon-docs/docs/zh/k/potocol.md (vendor), with captures. The bytes of brightness,
power and clock commands are inferred from the same page and were not seen in a capture.

On the wire: replies carry nine A5 and come behind noise; an escape pair is cut by a read; an illegal second byte
of a pair, or A5 inside a frame (5A was lost), drops the frame and starts the next one; an ACK of an earlier frame
may still come. The decoder keeps at most one controller buffer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from drivers.checks import crc16_arc, sum16

HEAD, TAIL = 0xA5, 0x5A
ESCAPED = {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}
UNESCAPED = {pair: byte for byte, pair in ESCAPED.items()}
ESCAPES = (0xA6, 0x5B)
HEADER_LENGTH, CRC_LENGTH = 14, 2
LARGEST_BODY = 1200
"""The controller's buffer is 1024 bytes; anything longer is no frame."""
TEXT_LIMIT = 960
HOST, ANY_ONE, EVERY_ONE = 0x8000, 0xFFFE, 0xFFFF
ANY_DEVICE = 0xFE

ACK, NACK = (0xA0, 0x00), (0xA0, 0x01)
PING, RESET, SET_CLOCK = (0xA2, 0x00), (0xA2, 0x01), (0xA2, 0x03)
POWER, BRIGHTNESS, SHOW_AREAS, CLEAR = (0xA3, 0x00), (0xA3, 0x02), (0xA3, 0x06), (0xA3, 0x10)
STATUS = (0xA1, 0x02)

ERRORS = (
    "none", "group", "command", "busy", "memory", "checksum", "file missing", "flash", "download", "file name",
    "file type", "file CRC", "font missing", "firmware type", "date format", "file exists", "block number",
    "controller type", "screen parameters",
)  # fmt: skip
BUSY, CHECKSUM, FONT_MISSING = 3, 5, 12


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame. `data` is what follows group and command (answer flag, two bytes, the command's own)."""

    destination: int
    source: int
    command: tuple[int, int]
    data: bytes
    device: int = ANY_DEVICE
    reserved: bytes = b"\x00\x00\x00"

    def to_bytes(self) -> bytes:
        """Return the frame as it goes over the wire."""
        body = bytes(self.command) + self.data
        header = self.destination.to_bytes(2, "little") + self.source.to_bytes(2, "little") + self.reserved
        header += bytes((0, 0, 0, self.device, 2)) + len(body).to_bytes(2, "little")
        checked = header + body
        return framed(checked + crc16_arc(checked).to_bytes(2, "little"))

    @property
    def error(self) -> int:
        """Error number of an ACK or NACK."""
        return self.data[0] if self.data else 0


def framed(checked: bytes) -> bytes:
    """Return header, data and check between their marks, escaped."""
    return bytes((HEAD,)) * 8 + b"".join(ESCAPED.get(byte, bytes((byte,))) for byte in checked) + bytes((TAIL,))


@dataclass(frozen=True, slots=True)
class BadPacket:
    """Something between A5 and 5A that is no frame."""

    error: str
    raw: bytes


class Decoder:
    """Bytes in any split to packets; bounded, never raises. `read` reads what stands between the marks."""

    def __init__(self, read: Callable[[bytes], Packet | BadPacket] | None = None) -> None:
        self._read = read or parse
        self._body: bytearray | None = None
        self._escape = 0

    def feed(self, data: bytes) -> list[Packet | BadPacket]:
        """Take bytes; return what became complete."""
        return [event for byte in data if (event := self._take(byte)) is not None]

    @property
    def size(self) -> int:
        """Bytes held."""
        return len(self._body or b"")

    def _take(self, byte: int) -> Packet | BadPacket | None:
        if byte == HEAD:
            return self._start()
        if self._body is None:
            return None
        if self._escape:
            return self._unescape(byte)
        if byte == TAIL:
            return self._end()
        if byte in ESCAPES:
            self._escape = byte
        else:
            self._body.append(byte)
        return self._drop("longer than a controller's buffer") if len(self._body) > LARGEST_BODY else None

    def _start(self) -> BadPacket | None:
        cut = self._drop("cut by the next frame") if self._body else None
        self._body, self._escape = bytearray(), 0
        return cut

    def _unescape(self, byte: int) -> BadPacket | None:
        assert self._body is not None
        real = UNESCAPED.get(bytes((self._escape, byte)))
        if real is None:
            return self._drop("illegal escape")
        self._escape = 0
        self._body.append(real)
        return None

    def _end(self) -> Packet | BadPacket | None:
        raw = bytes(self._body or b"")
        self._body = None
        found = self._read(raw)
        return found if raw else None

    def _drop(self, error: str) -> BadPacket:
        raw, self._body, self._escape = bytes(self._body or b""), None, 0
        return BadPacket(error, raw)


def parse(raw: bytes) -> Packet | BadPacket:
    """Return the packet of an unescaped header, data and check."""
    if len(raw) < HEADER_LENGTH + 2 + CRC_LENGTH:
        return BadPacket("too short", raw)
    checked, check = raw[:-CRC_LENGTH], int.from_bytes(raw[-CRC_LENGTH:], "little")
    body_at = HEADER_LENGTH + (16 if raw[7] & 1 else 0)  # option bit 0: a 16-byte barcode follows the header
    body = checked[body_at:]
    if int.from_bytes(raw[12:14], "little") != len(body) or len(body) < 2:
        return BadPacket("length", raw)
    if not _check_fits(raw[8], checked, check):
        return BadPacket("checksum", raw)
    return Packet(
        destination=int.from_bytes(raw[0:2], "little"),
        source=int.from_bytes(raw[2:4], "little"),
        command=(body[0], body[1]),
        data=body[2:],
        device=raw[10],
        reserved=raw[4:7],
    )


def _check_fits(mode: int, checked: bytes, check: int) -> bool:
    if mode == 2 or check == 0xFFFF:
        return True
    return check == (sum16(checked) if mode == 1 else crc16_arc(checked))


@dataclass(frozen=True, slots=True)
class Area:
    """One dynamic area (in RAM: may be written without limit). Pixels; times in seconds and half seconds."""

    text: bytes
    width: int
    height: int
    x: int = 0
    y: int = 0
    number: int = 0
    run_mode: int = 0
    timeout_s: int = 10
    single_line: bool = True
    automatic_wrap: bool = False
    effect: int = 1
    speed: int = 2
    stay: int = 10

    def to_bytes(self) -> bytes:
        """Return the area without its length."""
        places = (self.x | 0x8000, self.y, self.width | 0x8000, self.height)  # bit 15: in pixels
        return (
            b"\x00"
            + b"".join(place.to_bytes(2, "little") for place in places)
            + bytes((self.number, 0, self.run_mode))
            + self.timeout_s.to_bytes(2, "little")
            + bytes((0, 0, 0, 1 if self.single_line else 2, 2 if self.automatic_wrap else 1))
            + bytes((self.effect, 0, self.speed, self.stay))
            + len(self.text).to_bytes(4, "little")
            + self.text
        )


STATIC, SCROLL_LEFT = 1, 3
TEXT_AT = 27
"""Offset of the text in an area."""


def area_text(data: bytes) -> bytes | None:
    """Return the text of the first area of a SHOW_AREAS packet's data, or None when there is none."""
    body = data[3:]
    if not body:
        return None
    areas_at = 1 + (0 if body[0] == 0xFF else body[0])
    area = body[areas_at + 3 :]
    if len(body) <= areas_at or body[areas_at] == 0 or len(area) < TEXT_AT or area[14]:
        return None
    length = int.from_bytes(area[23:27], "little")
    return area[TEXT_AT : TEXT_AT + length]


def request(destination: int, command: tuple[int, int], own: bytes = b"", answer: bool = True) -> Packet:
    """Return a host's packet."""
    return Packet(destination, HOST, command, bytes((1 if answer else 2, 0, 0)) + own)


def show_area(destination: int, area: Area) -> Packet:
    """Return the packet that shows one area and deletes none."""
    raw = area.to_bytes()
    return request(destination, SHOW_AREAS, b"\x00\x01" + len(raw).to_bytes(2, "little") + raw)


def set_clock(destination: int, moment: datetime) -> Packet:
    """Return the packet that sets the clock (BCD; year, month, day, hour, minute, second, weekday 1..7)."""
    year = moment.year
    parts = (year % 100, year // 100, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    own = bytes(int(str(part), 16) for part in (*parts, moment.isoweekday()))
    return Packet(destination, HOST, SET_CLOCK, b"\x01" + len(own).to_bytes(2, "little") + own)


def answer_to(packet: Packet, source: int, error: int = 0) -> Packet:
    """Return the controller's ACK (error 0) or NACK."""
    return Packet(packet.source, source, NACK if error else ACK, bytes((error, 0, 0)))


def text_bytes(text: str, limit: int = TEXT_LIMIT) -> bytes:
    """Encode for the controller: GB2312/GBK, `?` for what it lacks, backslash doubled, cut between characters."""
    done = b""
    for character in text:
        raw = character.encode("gbk", "replace") if character.isprintable() else b""
        raw = b"\\\\" if character == "\\" else raw
        if len(done) + len(raw) > limit:
            break
        done += raw
    return done
