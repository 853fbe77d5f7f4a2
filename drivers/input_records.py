"""The kernel's input records, cut out of a byte stream in any split. Pure, and how a simulator makes them.

::

    seconds (i64) | microseconds (i64) | type (u16) | code (u16) | value (i32)

24 bytes on a 64-bit machine. What a type and a code mean stands with the family that reads them; what all share is
here. Source: linux/input.h, linux/input-event-codes.h.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

RECORD = struct.Struct("=qqHHi")
EV_SYN, EV_KEY, EV_ABS = 0, 1, 3
SYN_REPORT, SYN_DROPPED = 0, 3
KEY_UP, KEY_DOWN, KEY_REPEAT = 0, 1, 2

DIGIT_KEYS = {code: str((code - 1) % 10) for code in range(2, 12)}
"""The row above the letters: KEY_1 is 2, KEY_0 is 11."""
KEYPAD_KEYS = dict(zip((71, 72, 73, 75, 76, 77, 79, 80, 81, 82), "7894561230", strict=True))
LETTER_KEYS = {
    first + place: letter
    for first, row in ((16, "qwertyuiop"), (30, "asdfghjkl"), (44, "zxcvbnm"))
    for place, letter in enumerate(row)
}
MODIFIER_KEYS = frozenset((29, 42, 54, 56, 58, 69, 70, 97, 100, 125, 126))
"""Control, Shift, Alt, the three locks, and the two keys with a window on them."""
ENTER_KEYS = frozenset((28, 96))


class Record(NamedTuple):
    """One record; `at_ms` is the kernel's time, whose zero means nothing."""

    at_ms: int
    kind: int
    code: int
    value: int

    def to_bytes(self) -> bytes:
        """Return the 24 bytes."""
        seconds, milliseconds = divmod(self.at_ms, 1000)
        return RECORD.pack(seconds, milliseconds * 1000, self.kind, self.code, self.value)


class RecordCutter:
    """Bounded: keeps less than one record."""

    def __init__(self) -> None:
        self._rest = b""

    @property
    def held(self) -> int:
        """Bytes of a record that has begun."""
        return len(self._rest)

    def feed(self, data: bytes) -> Iterator[Record]:
        """Take bytes, return what became whole."""
        data = self._rest + data
        whole = len(data) // RECORD.size * RECORD.size
        self._rest = data[whole:]
        return (
            Record(seconds * 1000 + microseconds // 1000, kind, code, value)
            for seconds, microseconds, kind, code, value in RECORD.iter_unpack(data[:whole])
        )
