"""Codes and answers out of the byte stream of a scanner in USB-COM or RS-232 mode.

::

    code:     text | CR, LF, CR LF or TAB (or nothing, and the line goes quiet)
    Newland:  02 01 30 30 30 30 | scope | tag, settings; 06 ok, 15 bad, 05 unknown before each , and ; | 03
    GM65:     02 00 | status | length | data ... | CRC-16/XMODEM over status to data, high byte first
    Honeywell: menu code | 06 ok, 15 bad, 05 unknown | . or !    (several: a status before each ; and , too)

Answers come on the same line as codes, also directly behind one. What can go wrong: a code split over reads or two in
one read; no suffix (the caller tells about the quiet line with `idle`); an answer cut off or with a wrong CRC, after
which everything to the next suffix is thrown away, since a half code that looks whole is worse than none; a code
without end (bounded by `LONGEST`).

What noise can cost: noise without a suffix is thrown away, or told as a code that `text` or `filter` refuse, when the
line goes quiet (`idle`), and the next code is whole. A code that follows noise without a quiet moment is glued to it
and lost with it; the next one is read. In the newland and gm65 dialects such noise can look like the head of an
answer: then up to `LONGEST_ANSWER` bytes wait for its end, or for the quiet moment. People hold up codes seconds
apart, so that one code is lost at most. Noise of printable letters alone, glued to a code, cannot be told from a code
here: tokens are random, and the hub knows none like it.

Sources: Newland NLS-HR42, HR52, FM530 manuals, Mindeo FS390 manual,
easymanua.ls/hamlet/hbcs2d100w page 14.
"""

import re
from binascii import crc_hqx
from dataclasses import dataclass, field

LONGEST = 7168
"""Bytes of one code; the largest QR code holds 2953 bytes, 4296 letters or 7089 digits."""
LONGEST_ANSWER = 512
SUFFIXES = {
    "auto": re.compile(rb"\r\n?|\n|\t"),
    "cr": re.compile(rb"\r"),
    "lf": re.compile(rb"\n"),
    "crlf": re.compile(rb"\r\n"),
    "tab": re.compile(rb"\t"),
    "none": re.compile(rb"(?!)"),
}
SUFFIX_NAMES = {b"\r": "CR", b"\n": "LF", b"\r\n": "CRLF", b"\t": "TAB"}
DIALECTS = ("none", "honeywell", "newland", "gm65")
ACKS = frozenset((0x06, 0x15, 0x05))

_HONEYWELL = re.compile(rb"([\x20-\x7e]{0,64}[\x06\x15\x05](?:[;,][\x20-\x7e]{0,64}[\x06\x15\x05]){0,15})([.!])")


@dataclass(frozen=True)
class RawCode:
    """The bytes between two suffixes. How it ended is told for the technician and no part of what it is."""

    data: bytes
    suffix: str = field(default="", compare=False)


@dataclass(frozen=True)
class Answer:
    """A scanner's answer to a command: one status for each setting, and what came with it."""

    statuses: tuple[int, ...]
    data: bytes = b""
    mark: bytes = field(default=b"", compare=False)
    """What a Honeywell answer ended with: . or !"""

    @property
    def refused(self) -> str:
        """Why the scanner did not do as it was told; nothing where it did."""
        worst = next((status for status in self.statuses if status not in (0x00, 0x06)), 0)
        return {0: "", 0x05: "it does not know the command", 0x15: "it does not take the value"}.get(
            worst, f"status {worst:02X}"
        )


@dataclass(frozen=True)
class Spoiled:
    """Something that is no whole code and was thrown away."""

    reason: str


Event = RawCode | Answer | Spoiled
TOO_LONG = Spoiled("the code is too long")


class Decoder:
    """Bounded; any split of the same bytes gives the same events."""

    def __init__(self, dialect: str = "none", suffix: str = "auto") -> None:
        self._dialect = dialect
        self._suffix = SUFFIXES[suffix]
        self._ends_by_idle = suffix in ("auto", "none")
        self._buffer = bytearray()
        self._skipping = False

    @property
    def partial(self) -> bool:
        """Whether a code has begun and is not complete."""
        return bool(self._buffer) or self._skipping

    def feed(self, data: bytes) -> list[Event]:
        """Take bytes, return what became complete."""
        self._buffer += data
        found: list[Event] = []
        while self._buffer and self._next(found):
            pass
        return found

    def idle(self) -> list[Event]:
        """The line has been quiet: what is there is a code without suffix, or was cut off."""
        data, skipping = bytes(self._buffer), self._skipping
        self._buffer.clear()
        self._skipping = False
        if skipping or not data:
            return []
        if self._ends_by_idle and data[0] != 0x02:
            return [RawCode(data, "idle")]
        return [Spoiled("the code was cut off")]

    def _next(self, found: list[Event]) -> bool:
        """Take one thing off the buffer; False when more bytes are needed."""
        size = 0 if self._skipping else self._answer(found)
        if size is None:
            return False
        if size:
            del self._buffer[:size]
            return True
        return self._code(found)

    def _answer(self, found: list[Event]) -> int | None:
        """Return the size of an answer at the head, 0 if there is none, None while it is not complete."""
        if self._dialect == "honeywell" and (match := _HONEYWELL.match(self._buffer)):
            statuses = tuple(byte for byte in match.group(1) if byte in ACKS)
            found.append(Answer(statuses, match.group(1).translate(None, bytes(ACKS)), match.group(2)))
            return match.end()
        if self._dialect == "newland" and self._buffer[0] in ACKS:
            found.append(Answer((self._buffer[0],)))
            return 1
        if self._dialect in ("newland", "gm65") and self._buffer[0] == 0x02:
            return self._newland(found) if self._dialect == "newland" else self._gm65(found)
        return 0

    def _newland(self, found: list[Event]) -> int | None:
        end = self._buffer.find(0x03, 0, LONGEST_ANSWER)
        if end < 0 and len(self._buffer) < LONGEST_ANSWER:
            return None
        if end < 0 or self._buffer[1] != 0x01:
            return self._spoil(found, "broken answer")
        body = bytes(self._buffer[2:end])
        found.append(Answer(newland_statuses(body), body))
        return end + 1

    def _gm65(self, found: list[Event]) -> int | None:
        if len(self._buffer) < 4:
            return None
        size = 4 + self._buffer[3] + 2
        if self._buffer[1] == 0 and len(self._buffer) < size:
            return None
        frame = bytes(self._buffer[:size])
        if frame[1] or crc_hqx(frame[2:], 0):
            return self._spoil(found, "broken answer")
        found.append(Answer((frame[2],), frame[4:-2]))
        return size

    def _spoil(self, found: list[Event], reason: str) -> int:
        found.append(Spoiled(reason))
        self._skipping = True
        return 1

    def _code(self, found: list[Event]) -> bool:
        end, size = self._code_end()
        if end < 0:
            return self._endless(found)
        data, mark = bytes(self._buffer[:end]), bytes(self._buffer[end : end + size])
        del self._buffer[: end + size]
        skipping, self._skipping = self._skipping, False
        if len(data) > LONGEST and not skipping:
            found.append(TOO_LONG)
        elif data and not skipping:
            found.append(RawCode(data, SUFFIX_NAMES.get(mark, "")))
        return True

    def _code_end(self) -> tuple[int, int]:
        """Return place and size of what ends the code; an answer's head ends it too, with size 0."""
        match = self._suffix.search(self._buffer)
        end, size = (match.start(), match.end() - match.start()) if match else (-1, 0)
        head = self._buffer.find(0x02, 1) if self._dialect in ("newland", "gm65") and not self._skipping else -1
        return (head, 0) if head > 0 and (end < 0 or head < end) else (end, size)

    def _endless(self, found: list[Event]) -> bool:
        if self._skipping:
            # The last byte may be the CR of a CR LF.
            del self._buffer[:-1]
        elif len(self._buffer) > LONGEST + 1:
            found.append(TOO_LONG)
            self._skipping = True
        return False


def newland_statuses(body: bytes) -> tuple[int, ...]:
    """Return the status byte before each comma and semicolon."""
    return tuple(found[0] for found in re.findall(rb"[\x06\x15\x05](?=[,;])", body))
