"""What of all that is read may reach a flow: a pure judge, the clock passed in.

Visitors show everything to a scanner: adverts, health codes, a scanner's own setup codes. The judge keeps no text: the
last code is remembered as a hash, since codes may be personal data.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

LONGEST = 3072
"""Bytes that no code of a hall needs; the decoder reads longer ones, for who allows them by `longest`."""
REPEAT_S = 1.0
"""A scanner in presentation mode reads the same code again and again."""
NO_READ = frozenset({"NR", "ERROR", "NOREAD", "NO READ"})
SETUP_CODES = re.compile(r"\$\$\$|@@@@|%%%|\^\^\^|[#!]999\d{5};?|[@#][A-Z]{3}[A-Z0-9]{3}[A-Z0-9,;@]*|999999")
"""Newland, older Newland and Metrologic setup codes, whole texts."""


@dataclass(frozen=True)
class Passed:
    """A flow may see it."""

    text: str


@dataclass(frozen=True)
class Refused:
    """No flow may see it; the reason may be shown and logged."""

    reason: str


class Judge:
    """Remembers the last code for `REPEAT_S`."""

    def __init__(self, longest: int = LONGEST, *, setup_codes: bool = False) -> None:
        self._longest = longest
        self._setup_codes = setup_codes
        self._last = b""
        self._last_at = float("-inf")

    def judge(self, text: str, now: float) -> Passed | Refused | None:
        """Return what to do with a text; None means nothing at all (empty, a no-read mark, the same again)."""
        plain = _visible(text).strip()
        if not plain or plain.upper() in NO_READ:
            return None
        if reason := self._objection(plain):
            return Refused(reason)
        return None if self._again(plain, now) else Passed(plain)

    def _objection(self, text: str) -> str:
        if len(text.encode("utf-8", "replace")) > self._longest:
            return "the code is too long"
        if any(unicodedata.category(letter) in ("Cc", "Cs", "Cn") for letter in text):
            return "the code holds control characters"
        if not self._setup_codes and SETUP_CODES.fullmatch(text):
            return "a setup code of the scanner"
        return ""

    def _again(self, text: str, now: float) -> bool:
        digest = hashlib.sha256(text.encode()).digest()
        again = digest == self._last and now - self._last_at < REPEAT_S
        self._last, self._last_at = digest, now
        return again


def _visible(text: str) -> str:
    """Take out marks that nobody sees (byte order mark, zero width, direction)."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
