"""Numbers that carry their own check character: resident identity numbers and unified social credit codes.

GB 11643-1999 (18 characters, ISO 7064 MOD 11-2) and GB 32100-2015 (18 of 31 symbols, weights 3^i mod 31).
A number is never refused by its region code: old cards carry regions that no longer exist.
"""

from datetime import date

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECK = "10X98765432"
_CREDIT_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100 leaves out I, O, S, V and Z."""


def resident_check_digit(first_seventeen: str) -> str:
    """Return the eighteenth character for seventeen ASCII digits.

    Raises:
        ValueError: not exactly seventeen ASCII digits.

    """
    if len(first_seventeen) != 17 or not _digits(first_seventeen):
        raise ValueError("a check digit is computed over exactly seventeen digits")
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECK[total % 11]


def is_resident_number(text: str) -> bool:
    """Whether it has 18 characters and the right check digit; a small x counts as X. The birth date is not judged."""
    body, last = text[:17], text[17:].upper()
    return len(text) == 18 and _digits(body) and last == resident_check_digit(body)


def to_eighteen(text: str) -> str | None:
    """Return the 18-character form of an 18- or old 15-digit number, or None when it is neither."""
    if len(text) == 15 and _digits(text):
        body = text[:6] + "19" + text[6:]
        return body + resident_check_digit(body)
    return text.upper() if is_resident_number(text) else None


def birth_date(number: str) -> date | None:
    """Return the birth date inside an 18-character number, or None where it is no date of the calendar."""
    digits = number[6:14]
    if len(number) != 18 or not _digits(digits):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def is_male(number: str) -> bool | None:
    """Whether the order code is odd (a man), or None when this is no 18-character number. Citizen numbers only."""
    if len(number) != 18 or not _digits(number[16]):
        return None
    return int(number[16]) % 2 == 1


def credit_check_symbol(first_seventeen: str) -> str:
    """Return the eighteenth symbol of a unified social credit code.

    Raises:
        ValueError: not seventeen of the 31 symbols.

    """
    if len(first_seventeen) != 17 or any(symbol not in _CREDIT_SYMBOLS for symbol in first_seventeen):
        raise ValueError("a check symbol is computed over exactly seventeen of the 31 symbols")
    total = sum(_CREDIT_SYMBOLS.index(symbol) * pow(3, place, 31) for place, symbol in enumerate(first_seventeen))
    return _CREDIT_SYMBOLS[-total % 31]


def is_credit_code(text: str) -> bool:
    """Whether it is a unified social credit code with the right check symbol; small letters count as capitals."""
    code = text.upper()
    if len(code) != 18 or any(symbol not in _CREDIT_SYMBOLS for symbol in code):
        return False
    return code[17] == credit_check_symbol(code[:17])


def _digits(text: str) -> bool:
    """ASCII digits only: str.isdigit also accepts full-width ones."""
    return text.isascii() and text.isdigit()
