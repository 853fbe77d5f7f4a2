"""Masking of personal data for every screen that others can see.

A mask keeps what lets people recognise themselves and nothing that lets a stranger identify them. It never fails and
never returns its input whole.
"""

_STAR = "*"
_NAME_SEPARATORS = "·•・. ,"


def mask_name(name: str) -> str:
    """Keep the family name: ``张*``, ``张**`` (three characters), ``买**·***``; one character becomes a star."""
    text = name.strip()
    if len(text) <= 1:
        return _STAR * len(text)
    return text[0] + "".join(letter if letter in _NAME_SEPARATORS else _STAR for letter in text[1:])


def mask_number(number: str) -> str:
    """Keep three characters in front and four at the end: ``350***********1234``; short numbers lose more.

    At least half of the characters are always hidden.
    """
    text = number.strip()
    shown = len(text) // 2
    tail = min(4, (shown + 1) // 2)
    head = min(3, shown - tail)
    hidden = len(text) - head - tail
    return text[:head] + _STAR * hidden + text[len(text) - tail :]


def mask_phone(phone: str) -> str:
    """Keep three digits in front and four at the end of a mobile number: ``138****5678``."""
    text = phone.strip()
    return f"{text[:3]}****{text[-4:]}" if len(text) == 11 else mask_number(text)
