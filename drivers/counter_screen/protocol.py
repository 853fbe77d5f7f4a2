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
from dataclasses import dataclass, field
from datetime import datetime

from drivers.checks import crc16_arc, sum16

HEAD, TAIL = 0xA5, 0x5A
ESCAPED = {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}
UNESCAPED = {pair: byte for byte, pair in ESCAPED.items()}
ESCAPES = (0xA6, 0x5B)
HEADER_LENGTH, CRC_LENGTH = 14, 2
LARGEST_BODY = 1200
"""The controller's buffer is 1024 bytes; anything longer is no frame."""
TEXT_LIMIT = 480
"""A 5K keeps eight areas of 512 bytes, a 6K five of 1024; the area's own fields go off that."""
HOST, ANY_ONE, EVERY_ONE = 0x8000, 0xFFFE, 0xFFFF
ANY_DEVICE = 0xFE
VERSION = 2
WITH_SUM, WITHOUT_CHECK = 1, 2
UNCHECKED = 0xFFFF

ACK, NACK = (0xA0, 0x00), (0xA0, 0x01)
PING, RESET, SET_CLOCK = (0xA2, 0x00), (0xA2, 0x01), (0xA2, 0x03)
POWER, BRIGHTNESS, SHOW_AREAS, CLEAR = (0xA3, 0x00), (0xA3, 0x02), (0xA3, 0x06), (0xA3, 0x10)
STATUS = (0xA1, 0x02)
COMMANDS = {
    ACK: "ACK",
    NACK: "NACK",
    (0xA1, 0x00): "format file system",
    (0xA1, 0x01): "delete file",
    STATUS: "query controller status",
    (0xA1, 0x05): "begin file",
    (0xA1, 0x06): "write file",
    PING: "ping",
    RESET: "reset",
    SET_CLOCK: "set clock",
    (0xA2, 0x09): "query font information",
    POWER: "on or off",
    (0xA3, 0x01): "timed on and off",
    BRIGHTNESS: "brightness",
    (0xA3, 0x04): "lock or unlock programme",
    SHOW_AREAS: "dynamic areas",
    (0xA3, 0x08): "cancel timer",
    CLEAR: "clear screen",
}
SPECIAL = 0xA4
"""Commands of 5K2 and 5MK controllers."""
BARCODE_LENGTH = 16

ERRORS = (
    "none", "group", "command", "busy", "memory", "checksum", "file missing", "flash", "download", "file name",
    "file type", "file CRC", "font missing", "firmware type", "date format", "file exists", "block number",
    "controller type", "screen parameters",
)  # fmt: skip
BUSY, CHECKSUM, FONT_MISSING = 3, 5, 12


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame. `data` is what follows group and command (answer flag, two bytes, the command's own).

    `check_mode` is 0 for the CRC, 1 for a 16-bit sum, 2 for none; `check` holds what stands where the check should,
    when that is something else (FF FF: not checked).
    """

    destination: int
    source: int
    command: tuple[int, int]
    data: bytes
    device: int = ANY_DEVICE
    reserved: bytes = b"\x00\x00\x00"
    check_mode: int = 0
    display_mode: int = 0
    version: int = VERSION
    barcode: bytes = b""
    check: int | None = field(default=None, compare=False)

    def to_bytes(self) -> bytes:
        """Return the frame as it goes over the wire."""
        body = bytes(self.command) + self.data
        header = self.destination.to_bytes(2, "little") + self.source.to_bytes(2, "little") + self.reserved
        header += bytes((bool(self.barcode), self.check_mode, self.display_mode, self.device, self.version))
        checked = header + len(body).to_bytes(2, "little") + self.barcode + body
        check = _computed(self.check_mode, checked) if self.check is None else self.check
        return framed(checked + check.to_bytes(2, "little"))

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
    def pending(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._body is not None

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
    body_at = HEADER_LENGTH + (BARCODE_LENGTH if raw[7] & 1 else 0)  # option bit 0: a barcode follows the header
    body = checked[body_at:]
    if int.from_bytes(raw[12:14], "little") != len(body) or len(body) < 2:
        return BadPacket("length", raw)
    computed = _computed(raw[8], checked)
    if check not in (computed, UNCHECKED) and raw[8] != WITHOUT_CHECK:
        return BadPacket("checksum", raw)
    return Packet(
        destination=int.from_bytes(raw[0:2], "little"),
        source=int.from_bytes(raw[2:4], "little"),
        command=(body[0], body[1]),
        data=body[2:],
        device=raw[10],
        reserved=raw[4:7],
        check_mode=raw[8],
        display_mode=raw[9],
        version=raw[11],
        barcode=checked[HEADER_LENGTH:body_at],
        check=None if check == computed else check,
    )


def _computed(mode: int, checked: bytes) -> int:
    if mode == WITHOUT_CHECK:
        return 0
    return sum16(checked) if mode == WITH_SUM else crc16_arc(checked)


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
"""Offset of the text in an area that says nothing aloud."""
SOUND_LENGTH = 7
"""Person, volume and speed, and the length of what is said, which follows."""


def area_text(data: bytes) -> bytes | None:
    """Return the text of the first area of a SHOW_AREAS packet's data, or None when there is none."""
    return next(iter(area_texts(data)), None)


def area_texts(data: bytes) -> list[bytes]:
    """Return the texts of a SHOW_AREAS packet's areas, as far as they are whole."""
    body, texts = data[3:], []
    if not body:
        return []
    at = 1 + (0 if body[0] == 0xFF else body[0])  # so many areas are deleted; FF stands for all of them
    rest = body[at + 1 :]
    for _area in range(body[at] if at < len(body) else 0):
        length = int.from_bytes(rest[:2], "little")
        text = _text_in(rest[2 : 2 + length])
        if text is None:
            break
        texts.append(text)
        rest = rest[2 + length :]
    return texts


def _text_in(area: bytes) -> bytes | None:
    """Return the text of an area: what is said aloud and an extension may stand before it."""
    if len(area) < TEXT_AT:
        return None
    more = SOUND_LENGTH + int.from_bytes(area[18:22], "little") if area[14] else 0  # person, volume, speed, length 4
    more += area[15 + more] if len(area) > 15 + more else 0
    text_at = TEXT_AT + more
    length = int.from_bytes(area[text_at - 4 : text_at], "little")
    return area[text_at : text_at + length] if len(area) >= text_at + length else None


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
