"""Keys out of a pad that is a USB keyboard: as input records (evdev) or as boot reports (hidraw). Pure.

Records: type 1 is a key, value 1 down; repeats (2), releases, modifiers and locks are no presses. After SYN_DROPPED
records are missing, which costs presses and invents none. A boot report is eight bytes::

    modifiers | 00 | up to six usages of keys that are down, 00 for none

A usage is a press when the report before did not hold it; 01 to 03 say that too many keys are down. Digits are the
same word from the row above the letters and from the keypad. Enter, which some pads put behind a digit, is dropped.
Sources: linux/input-event-codes.h; USB Device Class Definition for HID 1.11, appendix B.1; HID Usage Tables, page 07.
"""

from typing import Protocol

from drivers.input_records import (
    DIGIT_KEYS,
    ENTER_KEYS,
    EV_KEY,
    KEY_DOWN,
    KEYPAD_KEYS,
    LETTER_KEYS,
    MODIFIER_KEYS,
    Record,
    RecordCutter,
)

REPORT_SIZE = 8
_NAMES = DIGIT_KEYS | KEYPAD_KEYS | LETTER_KEYS
_CODES = {name: code for code, name in reversed(_NAMES.items())}
_ERRORS = frozenset((1, 2, 3))
_ENTER_USAGES = frozenset((0x28, 0x58))
_LOCK_USAGES = frozenset((0x39, 0x47, 0x53))
_USAGES = {
    **{0x04 + place: letter for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")},
    **{0x1E + place: digit for place, digit in enumerate("1234567890")},
    **{0x59 + place: digit for place, digit in enumerate("1234567890")},
}
_REPORTED = {name: usage for usage, name in reversed(_USAGES.items())}


class KeyDecoder(Protocol):
    """Either decoder: bytes in any split to names of pressed keys (``3``, ``a``, ``code 183``, ``usage 104``)."""

    def feed(self, data: bytes) -> list[str]:
        """Take bytes, return the keys that went down."""


class RecordKeys:
    """Input records."""

    def __init__(self) -> None:
        self._cutter = RecordCutter()

    @property
    def held(self) -> int:
        """Bytes of a record that has begun."""
        return self._cutter.held

    def feed(self, data: bytes) -> list[str]:
        """Take bytes, return the keys that went down."""
        pressed = [item.code for item in self._cutter.feed(data) if item.kind == EV_KEY and item.value == KEY_DOWN]
        return [_NAMES.get(code, f"code {code}") for code in pressed if code not in MODIFIER_KEYS | ENTER_KEYS]


class ReportKeys:
    """Boot reports; a stream that pads them with zeros says releases, which are none of ours."""

    def __init__(self) -> None:
        self._rest = b""
        self._down: frozenset[int] = frozenset()

    @property
    def held(self) -> int:
        """Bytes of a report that has begun."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[str]:
        """Take bytes, return the keys that went down."""
        data = self._rest + data
        whole = len(data) // REPORT_SIZE * REPORT_SIZE
        self._rest = data[whole:]
        reports = [data[start : start + REPORT_SIZE] for start in range(0, whole, REPORT_SIZE)]
        return [name for report in reports for name in self._report(report)]

    def _report(self, report: bytes) -> list[str]:
        keys = [usage for usage in dict.fromkeys(report[2:]) if usage]
        if report[1] or _ERRORS & set(keys):
            return []  # nothing that a keyboard's keys would send, or more keys than a report holds
        fresh = [usage for usage in keys if usage not in self._down]
        self._down = frozenset(keys)
        return [_USAGES.get(usage, f"usage {usage}") for usage in fresh if usage not in _ENTER_USAGES | _LOCK_USAGES]


def records_of(name: str) -> list[Record]:
    """Return the press and release of a key, at time 0.

    Raises:
        ValueError: no such key.

    """
    code = int(name.removeprefix("code ")) if name.startswith("code ") else _CODES.get(name, 0)
    if not code:
        raise ValueError(f"no key {name!r}; a digit, a letter, or e.g. 'code 28'")
    syn = Record(0, 0, 0, 0)
    return [Record(0, EV_KEY, code, KEY_DOWN), syn, Record(0, EV_KEY, code, 0), syn]


def report_of(name: str) -> bytes:
    """Return the report of one key that is down.

    Raises:
        ValueError: no such key.

    """
    usage = int(name.removeprefix("usage ")) if name.startswith("usage ") else _REPORTED.get(name, 0)
    if not 0 < usage < 0x100:
        raise ValueError(f"no key {name!r}; a digit, a letter, or e.g. 'usage 40'")
    return bytes((0, 0, usage, 0, 0, 0, 0, 0))
