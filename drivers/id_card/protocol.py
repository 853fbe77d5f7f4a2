"""SDT frames: what every second-generation ID-card reader with a SAM_V module speaks, whatever carries the bytes.

    AA AA AA 96 69 | length, 2 bytes big-endian | CMD PARA data    | XOR      host to reader
    AA AA AA 96 69 | length, 2 bytes big-endian | SW1 SW2 SW3 data | XOR      reader to host

`length` counts what follows it, the XOR byte included; the XOR goes over everything between preamble and itself. So a
request without data is 10 bytes and a reply without data 11. Over HID a frame is padded with zeros to 64-byte reports.

What goes wrong on the wire: junk before the preamble or only two AA (we look for AA AA 96 69); a preamble torn by
reads; an impossible length (drop one byte, search again); a wrong XOR (`Damaged`, search again behind the mark, so that
a frame inside the wreck is still found); late replies (the driver clears before each request); HID padding (no mark in
zeros); the filler ``... 00 05 05 05 05`` that some makes send on a time-out: two bytes short of its own length, and
with the first two AA of the next frame its XOR would even fit, so it is known by its bytes and dropped.

Sources: GA 450 module documentation as restated by eastcoms.com service 508/840, yzsam.com, and public readers
(github Johann356/readinfo PCSCGetData.h and others named in README.md).
"""

from collections.abc import Callable
from enum import Enum, StrEnum
from typing import Generic, NamedTuple, Protocol, TypeVar

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
_MARK = PREAMBLE[1:]
LONGEST_LENGTH = 2321
"""Length fields above it are not believed (text, photo and two fingerprints make 090Ah)."""
REPORT_SIZE = 64
_FILLER = bytes.fromhex("0005050505")
WRONG_LENGTH = "impossible length"
_FILLER_WHY = "the filler that some makes send on a time-out, no reply"


class Command(Enum):
    """CMD and PARA."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    SAM_ID = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ = b"\x30\x01"
    READ_ADDRESS = b"\x30\x03"
    READ_FINGERPRINT = b"\x30\x10"
    BAUD_115200 = b"\x60\x00"
    BAUD_57600 = b"\x60\x01"
    BAUD_38400 = b"\x60\x02"
    BAUD_19200 = b"\x60\x03"
    BAUD_9600 = b"\x60\x04"


class Request(NamedTuple):
    """Host to reader. `code` is CMD and PARA, known to `Command` or not."""

    code: bytes
    data: bytes = b""

    @property
    def command(self) -> Command | None:
        """The known command, or None."""
        try:
            return Command(self.code)
        except ValueError:
            return None

    def to_bytes(self) -> bytes:
        """The frame."""
        return _framed(self.code + self.data)


class Reply(NamedTuple):
    """Reader to host. Its data may be a person's: it never shows itself."""

    sw1: int
    sw2: int
    sw3: int
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """The frame."""
        return _framed(bytes((self.sw1, self.sw2, self.sw3)) + self.data)

    def __repr__(self) -> str:
        return f"Reply({self.sw1:02X}{self.sw2:02X}{self.sw3:02X}, {len(self.data)} bytes)"


class Damaged(NamedTuple):
    """A frame whose XOR is wrong, or the filler of a time-out, was dropped; `why` is for a technician.

    An impossible length is one only to a decoder that tells of them (`WRONG_LENGTH`); others search on in silence.
    """

    length: int
    why: str = "checksum mismatch, must be rejected"


def reply(sw3: int, data: bytes = b"") -> Reply:
    """Make a reply with the usual zeros in SW1 and SW2."""
    return Reply(0, 0, sw3, data)


def _framed(body: bytes) -> bytes:
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes((_xor(counted),))


def _xor(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
    return value


def to_reports(frame: bytes) -> list[bytes]:
    """Cut a frame into 64-byte HID reports, the last one padded with zeros."""
    pieces = [frame[start : start + REPORT_SIZE] for start in range(0, len(frame), REPORT_SIZE)]
    return [piece.ljust(REPORT_SIZE, b"\0") for piece in pieces]


class _Frame(Protocol):
    def to_bytes(self) -> bytes: ...


FrameT = TypeVar("FrameT", bound=_Frame)


class _Decoder(Generic[FrameT]):
    """Finds frames in any split of any bytes; holds at most one frame; never raises."""

    def __init__(self, shortest: int, made: Callable[[bytes], FrameT], *, tells_lengths: bool = False) -> None:
        self._shortest, self._made, self._tells_lengths = shortest, made, tells_lengths
        self._buffer = bytearray()

    @property
    def pending(self) -> int:
        """Bytes of an unfinished frame."""
        return len(self._buffer)

    def clear(self) -> None:
        """Forget a half frame."""
        self._buffer.clear()

    def feed(self, data: bytes) -> list[FrameT | Damaged]:
        """Take bytes, return whole frames and a note of each damaged one."""
        self._buffer += data
        found: list[FrameT | Damaged] = []
        while self._seek_mark():
            size = int.from_bytes(self._buffer[4:6], "big")
            if len(self._buffer) < 6:
                break
            if self._buffer.startswith(_FILLER, 4):
                del self._buffer[: 4 + len(_FILLER)]
                found.append(Damaged(size, _FILLER_WHY))
                continue
            if not self._shortest <= size <= LONGEST_LENGTH:
                del self._buffer[:1]
                found += [Damaged(size, WRONG_LENGTH)] if self._tells_lengths else []
                continue
            if len(self._buffer) < 6 + size:
                break
            found.append(self._take(size))
        return found

    def _seek_mark(self) -> bool:
        """Drop bytes until the buffer begins with the mark; keep what may be the beginning of one."""
        at = self._buffer.find(_MARK)
        if at >= 0:
            del self._buffer[:at]
            return True
        keep = next((count for count in (3, 2, 1) if self._buffer.endswith(_MARK[:count])), 0)
        del self._buffer[: len(self._buffer) - keep]
        return False

    def _take(self, size: int) -> FrameT | Damaged:
        counted = bytes(self._buffer[4 : 6 + size])
        if _xor(counted[:-1]) != counted[-1]:
            del self._buffer[:1]
            return Damaged(size)
        del self._buffer[: 6 + size]
        return self._made(counted[2:-1])


class ReplyDecoder(_Decoder[Reply]):
    """What the host reads."""

    def __init__(self) -> None:
        super().__init__(4, lambda body: Reply(body[0], body[1], body[2], body[3:]))


class RequestDecoder(_Decoder[Request]):
    """What the reader reads (the simulator's side); a reader answers impossible lengths too, and so is told of them."""

    def __init__(self, *, tells_lengths: bool = False) -> None:
        super().__init__(3, lambda body: Request(body[:2], body[2:]), tells_lengths=tells_lengths)


class Reaction(StrEnum):
    """What a driver does about a status word."""

    GO_ON = "go_on"
    NO_CARD = "no_card"
    RESEND = "resend"
    """At most three times."""
    RESET = "reset"
    """Reset the SAM, try once more."""
    PLACE_AGAIN = "place_again"
    WRONG_CARD = "wrong_card"
    NOT_THERE = "not_there"
    """The card has no such part (an appended address): nothing is wrong."""
    REFUSED = "refused"
    """This module does not know the command: fall back or report a fault of the program."""
    DEVICE_FAULT = "device_fault"


class StatusWordMeaning(NamedTuple):
    """Meaning of SW3 and what to do."""

    text: str
    reaction: Reaction


STATUS_WORDS: dict[int, StatusWordMeaning] = {
    0x90: StatusWordMeaning("success", Reaction.GO_ON),
    0x9F: StatusWordMeaning("card found", Reaction.GO_ON),
    0x10: StatusWordMeaning("frame checksum wrong", Reaction.RESEND),
    0x11: StatusWordMeaning("frame length wrong", Reaction.RESEND),
    0x21: StatusWordMeaning("command or content unknown", Reaction.REFUSED),
    0x23: StatusWordMeaning("operation not authorised", Reaction.DEVICE_FAULT),
    0x24: StatusWordMeaning("unknown error", Reaction.RESET),
    0x31: StatusWordMeaning("the card did not authenticate the module", Reaction.PLACE_AGAIN),
    0x32: StatusWordMeaning("the module could not authenticate the card", Reaction.PLACE_AGAIN),
    0x33: StatusWordMeaning("information check failed", Reaction.PLACE_AGAIN),
    0x40: StatusWordMeaning("wrong kind of card", Reaction.WRONG_CARD),
    0x41: StatusWordMeaning("reading failed", Reaction.PLACE_AGAIN),
    0x47: StatusWordMeaning("no random number", Reaction.RESET),
    0x60: StatusWordMeaning("the module's self-test failed", Reaction.DEVICE_FAULT),
    0x66: StatusWordMeaning("the module is not authorised", Reaction.DEVICE_FAULT),
    0x80: StatusWordMeaning("no card", Reaction.NO_CARD),
    0x81: StatusWordMeaning("card not selected", Reaction.NO_CARD),
    0x91: StatusWordMeaning("no such content on the card", Reaction.NOT_THERE),
}
_UNLISTED = StatusWordMeaning("status word that no document lists", Reaction.PLACE_AGAIN)


def meaning_of(sw3: int) -> StatusWordMeaning:
    """Look a status word up; an unlisted one is treated as a failed reading."""
    return STATUS_WORDS.get(sw3, _UNLISTED)


_SAM_SIZES = (2, 2, 4, 4, 4)


def sam_id(data: bytes) -> str | None:
    """Return the printed form ``PP.QQ-DDDDDDDD-NNNNNNNNNN-NNNNNNNNNN`` of a SAM identifier, or None if not 16 bytes."""
    if len(data) != 16:
        return None
    numbers = [int.from_bytes(data[start:end], "little") for start, end in ((0, 2), (2, 4), (4, 8), (8, 12), (12, 16))]
    return "{:02}.{:02}-{:08}-{:010}-{:010}".format(*numbers)


def sam_id_bytes(text: str) -> bytes:
    """Return the 16 bytes of a printed SAM identifier.

    Raises:
        ValueError: not of that form.

    """
    first, *rest = text.split("-")
    parts = [*first.split("."), *rest]
    if len(parts) != len(_SAM_SIZES) or "." in "".join(rest) or not all(map(_is_decimal, parts)):
        raise ValueError(f"no SAM identifier (PP.QQ-DDDDDDDD-NNNNNNNNNN-NNNNNNNNNN): {text!r}")
    try:
        return b"".join(int(part).to_bytes(size, "little") for part, size in zip(parts, _SAM_SIZES, strict=True))
    except OverflowError as problem:
        raise ValueError(f"no SAM identifier (its numbers have 16, 16, 32, 32 and 32 bits): {text!r}") from problem


def _is_decimal(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) <= 10


class Blocks(NamedTuple):
    """The parts of a card reading. Personal: never shown."""

    text: bytes
    photo: bytes
    fingerprint: bytes = b""

    def to_bytes(self, *, fingerprint: bool = False) -> bytes:
        """The data of a read reply; lengths first."""
        parts = self[:3] if fingerprint else self[:2]
        return b"".join(len(part).to_bytes(2, "big") for part in parts) + b"".join(parts)

    def __repr__(self) -> str:
        return "Blocks(sealed)"


def blocks(data: bytes, *, fingerprint: bool) -> Blocks | None:
    """Split the data of a read reply by its inner lengths, or None where they do not fit the data."""
    count = 3 if fingerprint else 2
    head = 2 * count
    if len(data) < head:
        return None
    sizes = [int.from_bytes(data[at : at + 2], "big") for at in range(0, head, 2)]
    if head + sum(sizes) != len(data) or sizes[0] != 256:
        return None
    parts, at = [], head
    for size in sizes:
        parts.append(data[at : at + size])
        at += size
    return Blocks(*parts)
