"""Asking about a case: its number alone reveals nothing, a second factor is always needed.

The receipt's QR carries both, so a scan is enough; without the receipt, number and query code are typed, or the
number is typed and the ID card lies on the reader (its number sealed to the hub's key).
"""

import re

import msgspec

from hall.domain.ids import CaseNumber

_RECEIPT = re.compile(r"HC1:([0-9A-Za-z-]{1,50}):([0-9A-Za-z]{1,64})")


class CaseQuery(msgspec.Struct, frozen=True, omit_defaults=True):
    """``POST /v1/cases/query``: `receipt`, or `case` with `code`, or `case` with `sealed_number`."""

    receipt: str = ""
    """The scanned text of a receipt's QR."""
    case: str = ""
    code: str = ""
    sealed_number: bytes | None = None
    """The document number (UTF-8), sealed to the hub's public key."""

    def __repr__(self) -> str:
        return "CaseQuery(hidden)"


class CaseStep(msgspec.Struct, frozen=True):
    """One thing that happened; `step` is a word id (``case.step.<step>``): registered, served, rated."""

    step: str
    at: int


class CaseStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the citizen is told. Nothing personal is in it."""

    case: CaseNumber
    item: str
    status: str
    """Word id of the newest step."""
    steps: tuple[CaseStep, ...]
    ticket_number: str = ""
    counter: str = ""


def receipt_qr(case: str, code: str) -> str:
    """Return the text of a receipt's QR."""
    return f"HC1:{case}:{code}"


def read_receipt_qr(text: str) -> tuple[str, str] | None:
    """Return case number and query code, or None if the text is no receipt's."""
    found = _RECEIPT.fullmatch(text.strip())
    return (found[1], found[2]) if found else None
