r"""Frames of the FF 68 bus, on which caller pads and evaluators share one RS-485 pair (9600 8N1, half duplex).

    FF  68  L  L  68  address  command  data ...  sum  16
                      \----- L bytes ----------/
    sum = address + command + data, modulo 256

Source of the frame: two independent descriptions of the same bus (github.com/JackQChen/QueueSystem, MIT, file
CallSystem/CallSystem/frmMain.cs; max.book118.com document 7033135055002126). Command and key values stand in the
first of them only.

What goes wrong on the wire, and what the decoder does:
* several FF before 68, noise between frames: skipped.
* the two length bytes differ, or are impossible; wrong sum; last byte not 16: reported once, then only the first
  byte is dropped and the search for the next `FF 68` goes on inside the rest, since a good frame may start there.
* 68 and 16 occur in data: they are never searched for, the length decides.
* a frame cut by a collision: the next frame's bytes complete it, the sum fails, and the frame inside is found;
  `flush` does the same after a silence.
"""

from dataclasses import dataclass

START = b"\xff\x68"
SECOND_START = 0x68
END = 0x16
OVERHEAD = 7
"""Bytes beside address, command and data."""
SHORTEST = 2
LONGEST = 16
"""Known frames have at most 8 counted bytes; more than this is a broken length."""
FROM_PADS = range(3, 6)
"""Counted bytes of what pads send: address, command, one to three of data."""

KEY_RESULT = 0x11
HOST_ACK_OR_OPEN = 0x01
SHOW = 0x02
BEEP = 0x03
OPEN_EVALUATION = 0x0B
UNCHANGED = 0x0A
"""In place of a digit: leave that half of the display as it is."""
CONFIRM_KEY = 0x0F


@dataclass(frozen=True, slots=True)
class Frame:
    """One good frame."""

    address: int
    command: int
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the frame as it goes over the wire."""
        counted = bytes((self.address, self.command)) + self.data
        length = len(counted)
        return START + bytes((length, length, SECOND_START)) + counted + bytes((sum(counted) & 0xFF, END))


@dataclass(frozen=True, slots=True)
class BadFrame:
    """Something began like a frame and was none."""

    error: str
    raw: bytes


class Decoder:
    """Bytes in any split to frames; holds at most one frame's length, never raises."""

    def __init__(self) -> None:
        self._unread = bytearray()
        self.noise = 0
        """Bytes skipped since the last good frame."""

    @property
    def pending(self) -> bool:
        """Whether a frame has begun and not ended."""
        return len(self._unread) >= len(START)

    def feed(self, data: bytes) -> list[Frame | BadFrame]:
        """Take bytes; return what became complete."""
        self._unread += data
        found: list[Frame | BadFrame] = []
        while (event := self._next()) is not None:
            found.append(event)
        return found

    def flush(self) -> list[Frame | BadFrame]:
        """Give up the frame that has begun (the line fell silent); return what was inside."""
        found: list[Frame | BadFrame] = []
        while self.pending:
            self._skip(1)
            found += self.feed(b"")
        return found

    def _next(self) -> Frame | BadFrame | None:
        self._seek_start()
        unread = self._unread
        if len(unread) < 5:
            return None
        length = unread[2]
        if error := _header_error(unread):
            return self._broken(error, 5)
        if len(unread) < length + OVERHEAD:
            return None
        counted = bytes(unread[5 : 5 + length])
        if unread[5 + length] != sum(counted) & 0xFF:
            return self._broken("checksum", length + OVERHEAD)
        if unread[6 + length] != END:
            return self._broken("the last byte is not 16", length + OVERHEAD)
        del unread[: length + OVERHEAD]
        self.noise = 0
        return Frame(counted[0], counted[1], counted[2:])

    def _seek_start(self) -> None:
        at = self._unread.find(START)
        if at < 0:
            at = len(self._unread) - self._unread.endswith(START[:1])
        self._skip(at)

    def _broken(self, error: str, length: int) -> BadFrame:
        raw = bytes(self._unread[:length])
        self._skip(1)
        return BadFrame(error, raw)

    def _skip(self, count: int) -> None:
        del self._unread[:count]
        self.noise += count


def _header_error(unread: bytearray) -> str:
    first, second, start = unread[2], unread[3], unread[4]
    if first != second:
        return "the two length bytes differ"
    if not SHORTEST <= first <= LONGEST:
        return f"length {first} is not {SHORTEST}..{LONGEST}"
    return "" if start == SECOND_START else "no second 68"


def acknowledgement(frame: Frame) -> Frame:
    """Return the host's answer to a pad: a caller's frame unchanged, an evaluator's with command 01."""
    if frame.command == KEY_RESULT:
        return Frame(frame.address, HOST_ACK_OR_OPEN, frame.data)
    return frame


def open_evaluation(address: int) -> Frame:
    """Return the frame that opens an evaluation."""
    return Frame(address, HOST_ACK_OR_OPEN, bytes((OPEN_EVALUATION,)))


def set_stars(address: int, stars: int) -> Frame:
    """Return the frame that sets the number of service stars."""
    return Frame(address, SHOW, bytes((stars,)))


def show(address: int, waiting: int | None, ticket: int | None) -> Frame:
    """Return the display frame: three digits waiting, three digits ticket, 0..999; None leaves a half unchanged."""
    return Frame(address, SHOW, _digits(waiting) + _digits(ticket))


def beep(address: int) -> Frame:
    """Return the frame that makes a caller beep."""
    return Frame(address, BEEP)


def key_of(frame: Frame) -> str:
    """Return a caller's key in upper-case hex; the confirm key together with the digit before it (``060F``)."""
    data = frame.data
    if len(data) >= 2 and data[-1] == CONFIRM_KEY:
        return data[-2:].hex().upper()
    return data[-1:].hex().upper()


def _digits(number: int | None) -> bytes:
    if number is None:
        return bytes((UNCHANGED,)) * 3
    return bytes(int(digit) for digit in f"{min(max(number, 0), 999):03d}")
