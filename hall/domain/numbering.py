"""Numbers that people read: tickets, cases and the codes that go with them.

A case number is ``<HALL>-<year>-<running number>-<check digit>``, e.g. ``DEMO-2026-000123-5``. The year is that of
the business day, the running number counts the hall's cases of that year and grows beyond six digits when it must,
the check digit is ISO/IEC 7064 MOD 11,10 over year and running number, so that a mistyped digit is refused before
anybody looks it up. The number alone reveals nothing: asking about a case also needs its code of eight digits,
which stands on the receipt only. The log keeps the code's SHA-256, salted with the case number.
"""

import hashlib
import hmac

from hall.domain.ids import CaseNumber, TicketNumber

CODE_DIGITS = 8
"""Length of a case's query code."""


def ticket_number(prefix: str, running: int, digits: int) -> TicketNumber:
    """Return e.g. ``A023``; a number too large for `digits` grows by a digit instead of starting again."""
    return TicketNumber(f"{prefix}{running:0{digits}d}")


def case_number(hall: str, year: int, running: int) -> CaseNumber:
    """Return the number of the hall's `running`-th case of `year`."""
    digits = f"{year:04d}{running:06d}"
    return CaseNumber(f"{hall.upper()}-{digits[:4]}-{digits[4:]}-{check_digit(digits)}")


def is_case_number(text: str) -> bool:
    """Say whether `text` has the form and the check digit of a case number."""
    parts = text.rsplit("-", 3)
    if len(parts) != 4 or not parts[0]:
        return False
    year, running, check = parts[1:]
    digits = year + running
    if len(year) != 4 or len(running) < 6 or not (digits.isascii() and digits.isdigit()):
        return False
    return check == check_digit(digits)


def check_digit(digits: str) -> str:
    """Return the ISO/IEC 7064 MOD 11,10 check digit, which finds every single wrong digit."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def case_code(random_bits: int) -> str:
    """Return a query code of `CODE_DIGITS` digits from at least 32 random bits."""
    return f"{random_bits % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def code_hash(case: CaseNumber, code: str) -> str:
    """Return what the log keeps of a case's query code."""
    return hashlib.sha256(f"{case}:{code}".encode()).hexdigest()


def code_matches(case: CaseNumber, code: str, known: str) -> bool:
    """Say in constant time whether `code` is the one whose hash is `known`."""
    return hmac.compare_digest(code_hash(case, code), known)
