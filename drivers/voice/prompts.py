"""What is spoken once so that a recorded pack can say every call: some 60 words and phrases for each language.

Derived from the sentences of `hall.words.speech`: digits and letters one by one, counters as a person says them. A few
longer phrases (``三号窗口``) are optional and sound better than their parts: a pack cuts a sentence into the longest
words that it has. Counters with a name instead of a number are prompts of their own.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from drivers.voice.clip_pack import CHIME, words_missing
from drivers.voice.pinyin import KNOWN
from hall.domain.ids import TicketNumber
from hall.words.speech import Call, joined_sentence, spoken_count, spoken_counter

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_COUNTER = 99


class Prompt(NamedTuple):
    """One thing to read aloud."""

    words: tuple[str, ...]
    """What it stands for in a sentence; several where the same sound does for both (``one``, ``1``)."""
    shown: str
    """What the speaker reads."""
    needed: bool = True

    @property
    def file(self) -> str:
        """Name of its WAV file, in plain letters."""
        return f"{_slug(self.words[0])}.wav"


ZH_NEEDED = (*"零一二三四五六七八九十", *LETTERS, "请", "号", "到", "号窗口", "再次呼叫")
ZH_BETTER = (
    *(f"{spoken_count(number)}号窗口" for number in range(1, 11)),
    *("幺", "窗口", "区", "绿色通道", "综合窗口", "咨询台", "导办台"),
)
EN_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
EN_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    "twenty",
)
EN_NEEDED = (*LETTERS, "ticket", "to", "counter", "calling again")
EN_BETTER = ("please go to", "information desk", "priority desk")


def prompts(lang: str, names: Iterable[str] = ()) -> tuple[Prompt, ...]:
    """Return the prompts of a language in the order to record; `names` are the hall's counters that are no numbers.

    Raises:
        ValueError: no such language.

    """
    if lang not in ("zh", "en"):
        raise ValueError(f"no prompts for {lang!r}; there are zh and en")
    own = {spoken_counter(name, lang).casefold(): spoken_counter(name, lang) for name in names}
    chime = Prompt((CHIME,), "（提示音，可不录）" if lang == "zh" else "(a chime; may be left out)", needed=False)
    listed = [
        prompt._replace(needed=prompt.needed or prompt.words[0].casefold() in own)
        for prompt in (_chinese() if lang == "zh" else _english())
    ]
    known = {word.casefold() for prompt in listed for word in prompt.words}
    return (*listed, *(Prompt((name,), name) for folded, name in own.items() if folded not in known), chime)


def _chinese() -> list[Prompt]:
    needed = [Prompt((word,), word) for word in ZH_NEEDED]
    return needed + [Prompt((word,), word, needed=False) for word in ZH_BETTER]


def _english() -> list[Prompt]:
    digits = [Prompt((word, str(value)), word) for value, word in enumerate(EN_DIGITS)]
    teens = [Prompt((str(value), word), word, needed=False) for value, word in enumerate(EN_TEENS, start=10)]
    needed = [Prompt((word,), word) for word in (*EN_NEEDED, "please go to")]
    return [*digits, *needed, *teens, *(Prompt((word,), word, needed=False) for word in EN_BETTER[1:])]


def sentences(lang: str, names: Iterable[str] = ()) -> Iterator[str]:
    """Yield calls that together hold everything a hall can say: every digit, letter and counter, again, and joined."""
    for letter, digit in zip(LETTERS, "01234567890123456789012345", strict=True):
        yield _called(f"{letter}{digit}{digit}", "1", lang)
    for counter in [*map(str, range(1, MOST_COUNTER + 1)), *names]:
        yield _called("A01", counter, lang)
    yield joined_sentence((Call(TicketNumber("A-C07"), "2"),), lang, recall=True)
    yield joined_sentence((Call(TicketNumber("A1"), "1"), Call(TicketNumber("B2"), "12")), lang)


def unsayable(words: Iterable[str], lang: str, names: Iterable[str] = ()) -> list[str]:
    """Return the parts of all those sentences for which there is no clip among `words`, each once."""
    clips = list(words)
    found = [part for sentence in sentences(lang, names) for part in words_missing(sentence, clips)]
    return list(dict.fromkeys(found))


def _called(number: str, counter: str, lang: str) -> str:
    return joined_sentence((Call(TicketNumber(number), counter),), lang)


def _slug(word: str) -> str:
    if word.isascii():
        plain = re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")
        return f"letter-{plain}" if len(plain) == 1 and plain.isalpha() else plain
    return "-".join(KNOWN.get(character) or _plain(character) for character in word)


def _plain(character: str) -> str:
    return character.lower() if character.isascii() and character.isalnum() else f"u{ord(character):x}"
