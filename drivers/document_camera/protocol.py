"""What the camera worker and its parent say to each other, and the key presses of a shutter button. Pure.

::

    F0 48 44 43 | head length (u16) | body length (u32) | CRC-32 of head and body (u32) | head (JSON) | body (JPEG)

Numbers are big-endian. To the worker go lines of text: ``take 7``, ``preview on``, ``preview off``.

A pipe loses nothing, but a library may print into it, and a worker may be killed in the middle of a picture: so a
message has a mark, a bound and a check, and what is none is skipped to the next mark. A mark inside a picture is only
looked at when that picture's own message was damaged.

The button: the kernel's 24-byte input records; only the pressing of a key (type 1, value 1) counts, whichever key it
is, since makers report Camera, Enter, a letter or a volume key. Source: linux/input.h.
"""

import struct
from zlib import crc32

import msgspec

from hall.ports.status import StatusWord

MAGIC = b"\xf0HDC"
HEAD = struct.Struct(">HII")
LARGEST_HEAD = 2048
LARGEST_BODY = 48_000_000
"""A picture of 24 megapixels at the best quality."""
RECORD = struct.Struct("=qqHHi")
EV_KEY, KEY_DOWN = 1, 1


class Alive(msgspec.Struct, frozen=True, tag="alive"):
    """Twice a second: what the camera's status is."""

    word: StatusWord
    reason: str = ""


class Looked(msgspec.Struct, frozen=True, tag="looked"):
    """A preview; the body is the JPEG."""


class Taken(msgspec.Struct, frozen=True, tag="taken"):
    """The page that was asked for under this number; the body is the JPEG."""

    number: int
    width: int
    height: int
    dpi: int
    found: bool


class Missed(msgspec.Struct, frozen=True, tag="missed"):
    """No page for this number, and why."""

    number: int
    word: StatusWord
    reason: str


class Gone(msgspec.Struct, frozen=True, tag="gone"):
    """Last words."""

    reason: str


Head = Alive | Looked | Taken | Missed | Gone


class Message(msgspec.Struct, frozen=True):
    """One message."""

    head: Head
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Message({self.head!r}, {len(self.body)} bytes)"


def to_bytes(message: Message) -> bytes:
    """Return a message as the worker writes it."""
    head = msgspec.json.encode(message.head)
    check = crc32(message.body, crc32(head))
    return MAGIC + HEAD.pack(len(head), len(message.body), check) + head + message.body


class Decoder:
    """Messages out of any split of the worker's bytes; bounded; never raises."""

    def __init__(self, largest: int = LARGEST_BODY) -> None:
        self._largest = largest
        self._buffer = bytearray()
        self._heads = msgspec.json.Decoder(Head)

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes, return what became whole."""
        self._buffer += data
        found: list[Message] = []
        while self._next(found):
            pass
        return found

    def _next(self, found: list[Message]) -> bool:
        """Take one message, or what is none, off the buffer; False when more bytes are needed."""
        start = self._buffer.find(MAGIC)
        if start != 0:
            del self._buffer[: start if start > 0 else max(0, len(self._buffer) - len(MAGIC) + 1)]
            if start < 0:
                return False
        begin = len(MAGIC) + HEAD.size
        if len(self._buffer) < begin:
            return False
        head_size, body_size, check = HEAD.unpack_from(self._buffer, len(MAGIC))
        if head_size > LARGEST_HEAD or body_size > self._largest:
            del self._buffer[: len(MAGIC)]
            return True
        if len(self._buffer) < begin + head_size + body_size:
            return False
        return self._whole(found, begin, begin + head_size, begin + head_size + body_size, check)

    def _whole(self, found: list[Message], begin: int, middle: int, end: int, check: int) -> bool:
        head, body = bytes(self._buffer[begin:middle]), bytes(self._buffer[middle:end])
        if crc32(body, crc32(head)) != check:
            del self._buffer[: len(MAGIC)]
            return True
        del self._buffer[:end]
        try:
            found.append(Message(self._heads.decode(head), body))
        except msgspec.MsgspecError:
            return True  # of another version; its bytes are whole and are skipped
        return True


def take(number: int) -> bytes:
    """Return the request for a page."""
    return f"take {number}\n".encode("ascii")


def preview(on: bool) -> bytes:
    """Return the request for previews, or for no more."""
    return b"preview on\n" if on else b"preview off\n"


def request(line: str) -> int | bool | None:
    """Return what a line asks for: a page's number, previews on or off, or None for no request."""
    word, _, rest = line.strip().partition(" ")
    if word == "take" and rest.isascii() and rest.isdigit() and len(rest) < 10:
        return int(rest)
    return {"on": True, "off": False}.get(rest) if word == "preview" else None


class KeyPresses:
    """Counts key presses in input records of any split; keeps at most part of one record."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> int:
        """Take records, return how many keys went down."""
        self._bytes += data
        whole = len(self._bytes) // RECORD.size * RECORD.size
        records = RECORD.iter_unpack(bytes(self._bytes[:whole]))
        pressed: int = sum(kind == EV_KEY and value == KEY_DOWN for _, _, kind, _, value in records)
        del self._bytes[:whole]
        return pressed
