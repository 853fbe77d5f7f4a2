"""What a model's far end can show of the day: which part of a number a strip has digits for, which code a slip bears.

The story is the same with every model; what it may expect of one is read from the model's row, never from its name.
"""

import re
from typing import Any

from drivers.profile import profile_of
from drivers.ticket_printer.model import Model
from drivers.ticket_printer.render import render

NATIVE_BYTES = 800
"""The most a slip takes whose code and glyphs the printer makes itself."""


def in_digits(row: dict[str, Any]) -> bool:
    """Whether a strip has digits only: the frame that shows something has no text in it."""
    if row["protocol"] != "profile":
        return False
    return all(part.kind != "text" for part in profile_of(row).frames["show"].parts)


def strip_shows(row: dict[str, Any], shown: str, number: str) -> bool:
    """Whether what a strip shows is a call of `number`."""
    if not in_digits(row):
        return number in shown
    digits = re.sub(r"\D", "", number)
    return shown.isdigit() and int(shown) == int(digits or 0)


def answers(printer: Model) -> bool:
    """Whether the printer can tell that its paper is out or its knife sticks."""
    return printer.status != "none"


def most_bytes(printer: Model) -> int:
    """Return how many bytes a number's slip may take: a code that the printer cannot make goes as a picture."""
    return NATIVE_BYTES if printer.native_qr else NATIVE_BYTES + printer.dots * printer.dots // 8


def codes(slip: dict[str, Any], printer: Model) -> list[str]:
    """Return the QR codes of a slip: as the printer was told them, or read from the picture where it was sent one."""
    told: list[str] = slip["qr"]
    if told or printer.native_qr or not slip.get("raw"):
        return told
    import numpy

    from drivers.code_scanner.seeing import Eye

    picture = render(bytes.fromhex(slip["raw"]), printer).convert("L")
    return [text for text, kind in Eye().codes(numpy.asarray(picture)) if kind == "QRCode"]
