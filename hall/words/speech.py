"""How a call is spoken (叫号语音): ticket numbers digit by digit, letters by name, counters as a person says them.

The wording is made so that no engine can misread it: digits become Chinese characters (engines read "012" as
twelve and "1205" as one thousand two hundred and five), and an English letter is followed by a comma (a bare "A"
is read as the article). The same sentence serves the speech module and the sound card.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from hall.domain.ids import TicketNumber

LANGUAGES = ("zh", "en")
MOST_JOINED = 4
"""More calls in one sentence and nobody remembers the first."""

_ZH = "零一二三四五六七八九"
_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Call(NamedTuple):
    """One ticket called to one counter. `counter` is its number, or its name in the language spoken."""

    number: TicketNumber
    counter: str


def spoken_digits(digits: str, lang: str = "zh", *, yao: bool = False) -> str:
    """Return digits one by one; with `yao`, 1 is said 幺, as on the telephone."""
    if lang == "en":
        return " ".join(_EN[int(digit)] for digit in digits)
    words = "".join(_ZH[int(digit)] for digit in digits)
    return words.replace("一", "幺") if yao else words


def spoken_count(value: int) -> str:
    """Return 0..99 as a Chinese number: 三, 十二, 二十, 二十一.

    Raises:
        ValueError: outside 0..99.

    """
    if not 0 <= value <= 99:
        raise ValueError(f"{value} is not 0..99")
    tens, ones = divmod(value, 10)
    if not tens:
        return _ZH[ones]
    return ("" if tens == 1 else _ZH[tens]) + "十" + (_ZH[ones] if ones else "")


def spoken_ticket(number: str, lang: str = "zh", *, yao: bool = False) -> str:
    """Return a ticket number as it is said: ``A-C07`` is A C 零七. Marks between the parts are not said."""
    parts = re.findall(r"[0-9]+|[A-Z]", number.upper())
    if lang == "en":
        return ", ".join(spoken_digits(part, "en") if part.isdigit() else part for part in parts)
    said = [spoken_digits(part, yao=yao) if part.isdigit() else part for part in parts]
    return re.sub(r"(?<=[A-Z]) (?![A-Z])", "", " ".join(said))


def spoken_counter(counter: str, lang: str = "zh") -> str:
    """Return a counter's number or name as it is said: ``3`` is 三号窗口, ``社保12号窗口`` is 社保十二号窗口."""
    name = counter.strip()
    if lang == "en":
        return f"counter {int(name)}" if _is_number(name) else name
    if _is_number(name):
        return f"{_zh_number(name)}号窗口"
    return re.sub(r"[0-9]+", lambda found: _zh_number(found.group()), name)


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _zh_number(digits: str) -> str:
    """Up to 99 as a number, longer ones (room 301) digit by digit."""
    value = int(digits)
    return spoken_count(value) if value <= 99 else spoken_digits(digits)


def call_sentence(
    number: TicketNumber, counter_name: str, lang: str = "zh", *, recall: bool = False, yao: bool = False
) -> str:
    """Return the sentence that calls one ticket; `recall` says that it is called again."""
    return joined_sentence((Call(number, counter_name),), lang, recall=recall, yao=yao)


def joined_sentence(calls: Sequence[Call], lang: str = "zh", *, recall: bool = False, yao: bool = False) -> str:
    """Return one sentence for calls that came together; the first called is said first.

    Raises:
        ValueError: no call, or more than `MOST_JOINED`.

    """
    if not 0 < len(calls) <= MOST_JOINED:
        raise ValueError(f"{len(calls)} calls in one sentence, 1 to {MOST_JOINED} are allowed")
    if lang == "en":
        return _joined_en(calls, recall)
    said = [f"{spoken_ticket(call.number, yao=yao)}号，到{spoken_counter(call.counter)}" for call in calls]
    return ("再次呼叫，" if recall else "") + "请" + "；".join(said) + "。"


def _joined_en(calls: Sequence[Call], recall: bool) -> str:
    again = "Calling again. " if recall else ""
    said = [f"ticket {spoken_ticket(call.number, 'en')}, to {spoken_counter(call.counter, 'en')}" for call in calls]
    if len(calls) > 1:
        return again + _sentence("; ".join(said))
    return again + _sentence(said[0].replace(", to ", ", please go to "))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def call_texts(
    calls: Sequence[Call], languages: Sequence[str] = ("zh",), *, recall: bool = False, yao: bool = False
) -> tuple[tuple[str, str], ...]:
    """Return (language, sentence) pairs in the order to speak them, as an announcement wants them."""
    return tuple((lang, joined_sentence(calls, lang, recall=recall, yao=yao)) for lang in languages)
