"""Every refusal has words for the citizen at the kiosk and for the clerk at the counter, in both languages."""

import re
from string import Formatter

import pytest

from hall.wire.replies import HTTP_STATUS, RefusalCode, Refused
from hall.words.catalogue import LANGUAGES, texts

FACES = ("kiosk", "counter")
LONGEST = {"zh": 40, "en": 90}
"""Letters: two lines at the size in which a message stands on the glass."""
FILLED = {"hours"}
"""What a face fills in; anything else would stand there in braces."""


def words(face: str, language: str, code: RefusalCode) -> str:
    return texts(language, face)[f"refusal.{code.value}"]


@pytest.mark.parametrize("code", list(RefusalCode))
@pytest.mark.parametrize("face", FACES)
def test_a_refusal_is_said_in_plain_words(face: str, code: RefusalCode) -> None:
    for language in LANGUAGES:
        text = words(face, language, code)
        assert 0 < len(text) <= LONGEST[language], text
        assert not re.search(r"[a-z]_[a-z]|HTTP|token|epoch|null|None", text), f"a program's word: {text}"
        assert {name for _, name, _, _ in Formatter().parse(text) if name} <= FILLED
    assert re.search(r"[\u4e00-\u9fff]", words(face, "zh", code))
    assert not re.search(r"[\u4e00-\u9fff]", words(face, "en", code))


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_left_of_a_refusal_that_is_no_more(face: str, language: str) -> None:
    said = {key.removeprefix("refusal.") for key in texts(language, face) if key.startswith("refusal.")}
    assert said - {"title", "second_title"} == {code.value for code in RefusalCode}


NEXT_STEP = re.compile(r"请|please|come|ask|choose|keep|wait|try|check", re.IGNORECASE)
FOR_THE_CITIZEN = (
    RefusalCode.UNKNOWN_ITEM,
    RefusalCode.CLOSED_ITEM,
    RefusalCode.QUOTA_FULL,
    RefusalCode.SECOND_NUMBER,
    RefusalCode.NO_COUNTER_SERVES,
    RefusalCode.UNKNOWN_TICKET,
    RefusalCode.WRONG_STATE,
    RefusalCode.ABANDONED,
    RefusalCode.FORBIDDEN,
    RefusalCode.LOCKED_OUT,
    RefusalCode.MALFORMED,
    RefusalCode.TOO_LARGE,
    RefusalCode.UNKNOWN_CASE,
    RefusalCode.STALE_EPOCH,
    RefusalCode.STORE_FAILED,
    RefusalCode.HUB_AWAY,
)


@pytest.mark.parametrize("code", FOR_THE_CITIZEN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_citizen_is_told_what_to_do_next(code: RefusalCode, language: str) -> None:
    assert NEXT_STEP.search(words("kiosk", language, code))


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_refusal_has_a_status_of_a_refusal(code: RefusalCode) -> None:
    status = Refused(key="k", code=code).http_status  # type: ignore[arg-type]  # a plain string as key
    assert status in {400, 401, 403, 404, 409, 413, 429, 503}
    assert code in HTTP_STATUS or status == 409
