"""Codes out of the key presses of a scanner in keyboard mode: the kernel's records of `drivers.input_records`. Pure.

Repeats of a key are ignored. The scanner must be set to the US layout. Enter, keypad Enter and Tab end a code; without
them the caller tells about the quiet line with `idle`. After SYN_DROPPED records are missing: modifiers are cleared and
the partial code is thrown away. Chinese comes as Alt with keypad digits, decimal, of the GBK or the Unicode value by
the scanner's setting. Source: linux/input-event-codes.h.
"""

from dataclasses import dataclass

from drivers.code_scanner.protocol import LONGEST, TOO_LONG, Spoiled
from drivers.input_records import EV_KEY, EV_SYN, KEY_DOWN, KEY_UP, KEYPAD_KEYS, SYN_DROPPED, RecordCutter

SHIFT, CTRL, ALT, CAPS = frozenset((42, 54)), frozenset((29, 97)), frozenset((56, 100)), 58
SUFFIX_KEYS = {28: "ENTER", 96: "KPENTER", 15: "TAB"}
KEY_F8 = 66
"""How some scanners type FNC1."""
MOST_ALT_DIGITS = 11
"""A letter of GB18030 has up to four bytes, which is ten digits, behind a leading zero."""

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
PLAIN = {first + place: letter for first, plain, _ in _ROWS for place, letter in enumerate(plain)}
SHIFTED = {first + place: letter for first, _, shifted in _ROWS for place, letter in enumerate(shifted)}
KEYPAD_MARKS = {55: "*", 74: "-", 78: "+", 83: ".", 98: "/"}


@dataclass(frozen=True)
class TypedCode:
    """The text between two suffix keys."""

    text: str
    suffix: str = ""


class HidDecoder:
    """Bounded; keeps at most one code and one record."""

    def __init__(self, *, suffix: str = "auto", alt_codes: str = "gbk") -> None:
        self._ends_by_idle = suffix in ("auto", "none")
        self._alt_codes = alt_codes
        self._records = RecordCutter()
        self._held: set[int] = set()
        self._caps = False
        self._restart()

    def _restart(self) -> None:
        self._text: list[str] = []
        self._alt_digits = ""
        self._spoiled = False

    @property
    def partial(self) -> bool:
        """Whether a code has begun and is not complete."""
        return bool(self._text) or self._spoiled

    def feed(self, data: bytes) -> list[TypedCode | Spoiled]:
        """Take records in any split."""
        found: list[TypedCode | Spoiled] = []
        for record in self._records.feed(data):
            self._record(record.kind, record.code, record.value, found)
        return found

    def idle(self) -> list[TypedCode | Spoiled]:
        """No key for a while: the code is complete, or was cut off."""
        text, spoiled = "".join(self._text), self._spoiled
        self._restart()
        self._held.clear()
        if spoiled or not text:
            return []
        return [TypedCode(text, "idle")] if self._ends_by_idle else [Spoiled("the code was cut off")]

    def _record(self, kind: int, code: int, value: int, found: list[TypedCode | Spoiled]) -> None:
        if kind == EV_SYN and code == SYN_DROPPED:
            self._dropped(found)
        elif kind == EV_KEY and value == KEY_DOWN:
            self._down(code, found)
        elif kind == EV_KEY and value == KEY_UP:
            self._up(code)

    def _dropped(self, found: list[TypedCode | Spoiled]) -> None:
        self._held.clear()
        self._restart()
        self._spoiled = True
        found.append(Spoiled("key presses were lost"))

    def _up(self, code: int) -> None:
        self._held.discard(code)
        if code in ALT and self._alt_digits:
            digits, self._alt_digits = self._alt_digits, ""
            self._text.append(self._alt_letter(int(digits)))

    def _down(self, code: int, found: list[TypedCode | Spoiled]) -> None:
        if code in SHIFT | CTRL | ALT:
            self._held.add(code)
        elif code == CAPS:
            self._caps = not self._caps
        elif code in SUFFIX_KEYS:
            self._complete(SUFFIX_KEYS[code], found)
        elif self._held & ALT and code in KEYPAD_KEYS:
            self._alt_digits = (self._alt_digits + KEYPAD_KEYS[code])[:MOST_ALT_DIGITS]
        elif not self._spoiled:
            self._letter(code, found)

    def _letter(self, code: int, found: list[TypedCode | Spoiled]) -> None:
        self._text.append(self._typed(code))
        if len(self._text) > LONGEST:
            self._restart()
            self._spoiled = True
            found.append(TOO_LONG)

    def _typed(self, code: int) -> str:
        if code == KEY_F8:
            return "\x1d"
        plain = PLAIN.get(code, "")
        if self._held & CTRL:
            # As a terminal reads it: Ctrl+] is 1D, the separator of GS1.
            return chr(ord(plain.upper()) & 0x1F) if plain else ""
        shifted = bool(self._held & SHIFT) != (self._caps and plain.isalpha())
        return (SHIFTED if shifted else PLAIN).get(code) or KEYPAD_KEYS.get(code) or KEYPAD_MARKS.get(code, "")

    def _alt_letter(self, value: int) -> str:
        if value < 0x80:
            return chr(value)
        if self._alt_codes == "unicode":
            return chr(value) if value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF else "\ufffd"
        if value > 0xFFFFFFFF:
            return "\ufffd"
        letter = value.to_bytes(4, "big").lstrip(b"\0").decode("gb18030", "replace")
        return letter if len(letter) == 1 else "\ufffd"

    def _complete(self, suffix: str, found: list[TypedCode | Spoiled]) -> None:
        text, spoiled = "".join(self._text), self._spoiled
        self._restart()
        if text and not spoiled:
            found.append(TypedCode(text, suffix))
