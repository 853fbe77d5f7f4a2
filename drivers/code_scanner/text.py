"""From a code's bytes to its text: encoding, AIM prefix, GS1 items. Pure.

Scanners send UTF-8 or GBK by setting and do not say which; strict UTF-8 never holds for Chinese in GBK by chance in
practice, so it is tried first. Standards: ISO/IEC 15424 (AIM identifiers), GS1 General Specifications (items).
"""

import re
from dataclasses import dataclass

FNC1 = "\x1d"
BYTE_ORDER_MARK = "\ufeff"
AIM = {
    "]C1": "GS1-128",
    "]d2": "GS1 DataMatrix",
    "]Q3": "GS1 QR",
    "]e0": "GS1 DataBar",
    "]Q1": "QR",
    "]Q0": "QR",
    "]Q2": "QR",
    "]d1": "DataMatrix",
    "]d0": "DataMatrix",
    "]C0": "Code 128",
    "]A0": "Code 39",
    "]E0": "EAN-13",
    "]L0": "PDF417",
    "]L2": "PDF417",
    "]h0": "Han Xin",
    "]h1": "Han Xin",
}
"""Prefixes with a meaning of their own, and those usual here; any other goes by its letter."""
_LETTERS = {
    "A": "Code 39",
    "B": "Telepen",
    "C": "Code 128",
    "E": "EAN-13",
    "F": "Codabar",
    "G": "Code 93",
    "H": "Code 11",
    "I": "Interleaved 2 of 5",
    "L": "PDF417",
    "M": "MSI",
    "Q": "QR",
    "R": "2 of 5",
    "S": "2 of 5",
    "U": "MaxiCode",
    "d": "DataMatrix",
    "e": "GS1 DataBar",
    "h": "Han Xin",
    "z": "Aztec",
}
_AIM = re.compile(r"\]([A-Za-z])[0-9A-Fa-f]")
_PREDEFINED = {"00": 18, "01": 14, "02": 14, "03": 14, "04": 16, "20": 2, "41": 13} | dict.fromkeys(
    ("11", "12", "13", "14", "15", "16", "17", "18", "19", "31", "32", "33", "34", "35", "36"), 6
)
"""Digits of the value for items that need no separator, by the first two digits of the item."""
_FOUR_DIGIT_ITEMS = re.compile(r"3[1-6]|39|43|7[02]|8[0-2]")
_THREE_DIGIT_ITEMS = re.compile(r"2[3-5]|4[0-2]|71")


@dataclass(frozen=True)
class Text:
    """A code's text, how it was written, and the code's kind if the scanner told it."""

    text: str
    encoding: str = ""
    symbology: str = ""
    items: tuple[tuple[str, str], ...] = ()
    """GS1 items: identifier and value."""


def decoded(data: bytes) -> Text | None:
    """Return the text of a code, or None when it is in no encoding that scanners use."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return explained(text.removeprefix(BYTE_ORDER_MARK), encoding)
    return None


def explained(text: str, encoding: str = "") -> Text:
    """Take the AIM prefix off; write GS1 items the usual way, ``(01)06901234567892(10)ABC123``.

    A scanner that sends no prefix shows GS1 by its separator alone.
    """
    symbology = symbology_of(text)
    rest = text[3:] if symbology else text
    items = gs1_items(rest) if symbology.startswith("GS1") or (not symbology and FNC1 in text) else ()
    shown = "".join(f"({identifier}){value}" for identifier, value in items) if items else rest
    return Text(shown, encoding, symbology, items)


def symbology_of(text: str) -> str:
    """Return the code's kind by the AIM prefix, or nothing where there is none."""
    found = _AIM.match(text)
    return AIM.get(text[:3]) or _LETTERS.get(found.group(1), "") if found else ""


def gs1_items(text: str) -> tuple[tuple[str, str], ...]:
    """Return (identifier, value) pairs, or nothing when it is no GS1 text."""
    items = []
    rest = text.removeprefix(FNC1)
    while rest:
        identifier = rest[: _identifier_size(rest)]
        if not identifier.isdigit():
            return ()
        value, rest = _value(identifier, rest[len(identifier) :])
        if not value:
            return ()
        items.append((identifier, value))
    return tuple(items)


def _identifier_size(text: str) -> int:
    if _FOUR_DIGIT_ITEMS.match(text):
        return 4
    return 3 if _THREE_DIGIT_ITEMS.match(text) else 2


def _value(identifier: str, rest: str) -> tuple[str, str]:
    fixed = _PREDEFINED.get(identifier[:2])
    if fixed is not None:
        return (rest[:fixed] if len(rest) >= fixed else ""), rest[fixed:].removeprefix(FNC1)
    value, _, rest = rest.partition(FNC1)
    return value, rest
