"""Frames of the serial speech modules SYN6288, SYN6658, XFS5152CE and VTX316.

::

    FD | length, 16 bits, high byte first | command | parameter | text ... | XOR (SYN6288 only)

The length counts everything after itself. Only command 01 (speak), 31 (the SYN6288's baud, the SYN6658's store)
and 32 (play what is stored) have a parameter. The XOR runs over every byte before it, the head included. The module
answers with single bytes: 4A initialised, 41 accepted, 45 rejected, 4E speaking, 4F idle (also sent unasked at the
end of the speech); a CSK4002 also says 46 (incomplete) and 47 (bad mark) where the others say 45.

Three facts differ between the chips and are data (`Dialect`): whether the XOR is there, what the code page
numbers mean (3 is UTF-16 big-endian on the SYN6288 and little-endian on the others), and which marker is speed
(``[t]`` on the SYN6288, ``[s]`` on the others, where ``[t]`` is pitch).

On the wire: a wrong XOR is answered with 45; a frame that stops in the middle is dropped in silence. `[` in the
text would be read as a marker, so it never gets through. Sources: SYN6288 and SYN6658 datasheets (in
libdriver/syn6288 and libdriver/syn6658), XFS5152 headers, xhfb/vtx316-tts-driver.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from operator import xor
from typing import Any

import msgspec

HEAD = 0xFD
SPEAK = 0x01
SET_BAUD = STORE = 0x31
PLAY_STORED = 0x32
SEGMENT_BYTES = 256
"""Of the SYN6658's cache."""
MOST_REPEATS = 15
MOST_MUSIC = 15
BAUDS = (9600, 19200, 38400)
"""Of the SYN6288's baud command, by parameter. The setting is lost at power-off."""
CONTROLS = {
    "stop": 0x02,
    "pause": 0x03,
    "resume": 0x04,
    "status": 0x21,
    "standby": 0x22,
    "version": 0x58,
    "power down": 0x88,
    "wake": 0xFF,
}
_EVERY_CHIP = frozenset(("stop", "pause", "resume", "status", "power down"))

_MARKS = "。！？!?；;，,、：: "
"""Where a text may be split, the best place first."""


class Reply(IntEnum):
    """What the module says, one byte each."""

    INITIALISED = 0x4A
    ACCEPTED = 0x41
    REJECTED = 0x45
    SPEAKING = 0x4E
    IDLE = 0x4F
    INCOMPLETE = 0x46
    BAD_MARK = 0x47


REJECTIONS = frozenset((Reply.REJECTED, Reply.INCOMPLETE, Reply.BAD_MARK))


class Dialect(msgspec.Struct, frozen=True):
    """What differs between the chips: a part of a row of `models.toml`."""

    xor: bool
    pages: tuple[str, ...]
    """Python codec of each code page number."""
    page: int
    """The page that the driver speaks in."""
    limit: int
    """Longest text in bytes, markers included."""
    speed_marker: str
    speed_most: int
    volume_most: int
    wakes: bool = False
    """Whether command FF wakes it."""
    music: bool = False
    """Whether the parameter's high five bits choose background music."""
    sets_baud: bool = False
    """Whether command 31 sets the speed of the line; on the others it fills a cache."""
    sleep_name: str = "power down"
    more: tuple[str, ...] = ()
    """Commands of `CONTROLS` that not every chip has: standby, version."""
    segments: int = 0
    """Of the cache that commands 31 and 32 store and play; 0 for a chip without one."""
    says_why: bool = False
    """Whether a refusal may also be 46 or 47."""

    @property
    def lengths(self) -> range:
        """What the length of a frame may be: from a command alone to the longest text."""
        return range(1 + self.xor, self.limit + 3 + self.xor)

    @property
    def controls(self) -> frozenset[str]:
        """Commands without parameter that this chip has."""
        return _EVERY_CHIP | frozenset(self.more) | (frozenset(("wake",)) if self.wakes else frozenset())


@dataclass(frozen=True)
class Speak:
    """Say a text; it cuts off what is being said."""

    text: str
    encoding: str
    music: int = 0


@dataclass(frozen=True)
class Control:
    """A command without parameter, by its name in `CONTROLS`; 88 is ``power down`` or ``sleep`` by dialect."""

    name: str


@dataclass(frozen=True)
class Baud:
    """Set the line's speed (SYN6288)."""

    value: int


@dataclass(frozen=True)
class Store:
    """Keep a text in a segment of the cache (SYN6658); its code page is only said when it is played."""

    segment: int
    text: bytes


@dataclass(frozen=True)
class PlayStored:
    """Say what the cache holds, 1 to 15 times (SYN6658)."""

    repeats: int
    encoding: str


@dataclass(frozen=True)
class Broken:
    """A frame that no command could be read from."""

    reason: str


Command = Speak | Control | Baud | Store | PlayStored


def dialect_of(row: dict[str, Any]) -> Dialect:
    """Read the dialect of a model's row."""
    return msgspec.convert(row["dialect"], Dialect)


def to_bytes(command: Command, dialect: Dialect) -> bytes:
    """Return the whole frame.

    Raises:
        ValueError: a text longer than the chip's limit, or outside its code page: sanitise and split first.

    """
    body = _body(command, dialect)
    frame = bytes([HEAD]) + (len(body) + dialect.xor).to_bytes(2, "big") + body
    return frame + bytes([check_byte(frame)]) if dialect.xor else frame


def _body(command: Command, dialect: Dialect) -> bytes:
    if isinstance(command, Control):
        return bytes([0x88 if command.name == "sleep" else CONTROLS[command.name]])
    if isinstance(command, Baud):
        return bytes([SET_BAUD, BAUDS.index(command.value)])
    if isinstance(command, Store):
        return bytes([STORE, command.segment]) + command.text
    if isinstance(command, PlayStored):
        return bytes([PLAY_STORED, command.repeats << 4 | dialect.pages.index(command.encoding)])
    text = command.text.encode(command.encoding)
    if len(text) > dialect.limit:
        raise ValueError(f"text of {len(text)} bytes, the chip takes {dialect.limit}")
    return bytes([SPEAK, dialect.pages.index(command.encoding) | command.music << 3]) + text


def check_byte(data: bytes) -> int:
    """Return the XOR of all bytes."""
    return reduce(xor, data, 0)


def command_of(body: bytes, dialect: Dialect) -> Command | Broken:
    """Read a frame's bytes between length and XOR."""
    code, rest = body[0], body[1:]
    if code == SPEAK and rest:
        return _speak_of(rest[0], rest[1:], dialect)
    if code == SET_BAUD and dialect.sets_baud and len(rest) == 1:
        return Baud(BAUDS[rest[0]]) if rest[0] < len(BAUDS) else Broken(f"baud {rest[0]:02X}")
    if dialect.segments and code in (STORE, PLAY_STORED) and rest:
        return _store_of(rest[0], rest[1:], dialect) if code == STORE else _play_of(rest, dialect)
    names = {CONTROLS[name]: name for name in dialect.controls} | {0x88: dialect.sleep_name}
    if code in names and not rest:
        return Control(names[code])
    return Broken(f"command {code:02X} with {len(rest)} bytes")


def _store_of(segment: int, text: bytes, dialect: Dialect) -> Store | Broken:
    if segment >= dialect.segments:
        return Broken(f"segment {segment}")
    return Store(segment, text) if len(text) <= SEGMENT_BYTES else Broken(f"text of {len(text)} bytes in a segment")


def _play_of(rest: bytes, dialect: Dialect) -> PlayStored | Broken:
    repeats, page = rest[0] >> 4, rest[0] & 15
    if len(rest) > 1 or not repeats or page >= len(dialect.pages):
        return Broken(f"parameter {rest.hex().upper()}")
    return PlayStored(repeats, dialect.pages[page])


def _speak_of(parameter: int, text: bytes, dialect: Dialect) -> Speak | Broken:
    page, music = parameter & 7, parameter >> 3
    if page >= len(dialect.pages) or music > (MOST_MUSIC if dialect.music else 0):
        return Broken(f"parameter {parameter:02X}")
    if len(text) > dialect.limit:
        return Broken(f"text of {len(text)} bytes")
    encoding = dialect.pages[page]
    try:
        return Speak(text.decode(encoding), encoding, music)
    except UnicodeDecodeError:
        return Broken(f"text is not {encoding}")


class FrameDecoder:
    """The module's side: frames out of any split and any garbage. Keeps at most one frame of bytes."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._buffer = bytearray()

    @property
    def partial(self) -> bool:
        """Whether a frame has begun and is not complete."""
        return bool(self._buffer)

    def drop(self) -> bytes:
        """Forget a frame that stopped in the middle; return its bytes."""
        dropped = bytes(self._buffer)
        self._buffer.clear()
        return dropped

    def feed(self, data: bytes) -> list[Command | Broken]:
        """Take bytes, return the frames that became complete."""
        self._buffer += data
        found = []
        while (frame := self._next()) is not None:
            found.append(frame)
        return found

    def _next(self) -> Command | Broken | None:
        while True:
            start = self._buffer.find(HEAD)
            del self._buffer[: len(self._buffer) if start < 0 else start]
            if len(self._buffer) < 3:
                return None
            length = int.from_bytes(self._buffer[1:3], "big")
            if length in self._dialect.lengths:
                break
            del self._buffer[0]
        if len(self._buffer) < 3 + length:
            return None
        frame = bytes(self._buffer[: 3 + length])
        del self._buffer[: 3 + length]
        return self._read(frame)

    def _read(self, frame: bytes) -> Command | Broken:
        if not self._dialect.xor:
            return command_of(frame[3:], self._dialect)
        if check_byte(frame):
            return Broken("checksum")
        return command_of(frame[3:-1], self._dialect)


def replies(data: bytes, *, says_why: bool = False) -> list[Reply]:
    """The host's side: every byte is a reply or noise; nothing is ever kept."""
    known = _REPLY_BYTES if says_why else _USUAL_REPLIES
    return [Reply(byte) for byte in data if byte in known]


_REPLY_BYTES = frozenset(Reply)
_USUAL_REPLIES = _REPLY_BYTES - {Reply.INCOMPLETE, Reply.BAD_MARK}


def sanitised(text: str, encoding: str) -> str:
    """Return what may be sent: no marker brackets, no controls, nothing outside the code page (blanks instead)."""
    plain = re.sub(r"[\[\]\x00-\x1f\x7f]", " ", text)
    return "".join(letter if _encodes(letter, encoding) else " " for letter in plain).strip()


def _encodes(letter: str, encoding: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def split_text(text: str, encoding: str, limit: int) -> list[str]:
    """Split into pieces of at most `limit` bytes, at punctuation where there is any, never inside a character."""
    pieces = []
    while text:
        size = _fitting(text, encoding, limit)
        if size < len(text):
            size = _best_break(text[:size])
        pieces.append(text[:size].strip())
        text = text[size:]
    return [piece for piece in pieces if piece]


def _fitting(text: str, encoding: str, limit: int) -> int:
    used = 0
    for index, letter in enumerate(text):
        used += len(letter.encode(encoding))
        if used > limit:
            return max(index, 1)
    return len(text)


def _best_break(text: str) -> int:
    """Return where to cut: behind the last mark of the best sort in the second half, else at the end."""
    for mark in _MARKS:
        place = text.rfind(mark)
        if place >= len(text) // 2:
            return place + 1
    return len(text)


def preamble(dialect: Dialect, volume: int, speed: int) -> str:
    """Return the markers for volume and speed, both 0 to 100; the SYN6288 takes them only at the start."""
    loud = round(volume * dialect.volume_most / 100)
    fast = round(speed * dialect.speed_most / 100)
    return f"[v{loud}][{dialect.speed_marker}{fast}]"
