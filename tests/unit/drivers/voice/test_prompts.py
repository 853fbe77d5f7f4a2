"""The prompts are enough for every call, and no two share a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.voice.clip_pack import CHIME, words_missing
from drivers.voice.prompts import prompts, unsayable
from hall.domain.ids import TicketNumber
from hall.words.speech import Call, joined_sentence

NAMES = {"zh": ("社保12号窗口", "绿色通道"), "en": ("Priority desk", "Room 301")}


def needed(lang: str, names: tuple[str, ...] = ()) -> list[str]:
    return [word for prompt in prompts(lang, names) if prompt.needed for word in prompt.words]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_needed_ones_say_every_call(lang: str) -> None:
    assert unsayable(needed(lang), lang) == []
    assert unsayable(needed(lang, NAMES[lang]), lang, NAMES[lang]) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_any_needed_one_some_call_cannot_be_said(lang: str) -> None:
    """So no needed prompt is recorded for nothing."""
    words = needed(lang)
    for prompt in prompts(lang):
        if prompt.needed:
            assert unsayable([word for word in words if word not in prompt.words], lang), prompt.shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_there_are_about_sixty_in_files_of_their_own(lang: str) -> None:
    listed = prompts(lang, NAMES[lang])
    assert 54 <= len(listed) <= 64
    files = [prompt.file for prompt in listed]
    assert len(set(files)) == len(files)
    assert all(file.isascii() and file == file.lower() and " " not in file for file in files)
    assert listed[-1].words == (CHIME,)


def test_a_named_counter_that_is_missing_is_told() -> None:
    assert unsayable(needed("zh"), "zh", ("不动产",)) == ["不", "动", "产"]


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="there are zh and en"):
        prompts("fr")


@given(
    st.from_regex(r"[A-Z](-[A-Z])?[0-9]{1,4}", fullmatch=True),
    st.integers(1, 99),
    st.sampled_from(["zh", "en"]),
    st.booleans(),
)
def test_any_call_can_be_said(number: str, counter: int, lang: str, recall: bool) -> None:
    sentence = joined_sentence([Call(TicketNumber(number), str(counter))] * 2, lang, recall=recall)
    assert words_missing(sentence, needed(lang)) == []
