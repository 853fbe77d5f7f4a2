"""Words: both languages complete, placeholders alike, unknown keys seen."""

import re
from string import Formatter

import pytest

from hall.words import announce
from hall.words.assets import ROOT, MissingAsset, asset
from hall.words.catalogue import LANGUAGES, Words, other_language, pick, texts, unknown_keys

DOMAINS = sorted(path.stem for path in (ROOT / "words" / "zh").glob("*.po"))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_domains_exist_in_every_language() -> None:
    assert {"common", "lobby"} <= set(DOMAINS)
    for language in LANGUAGES:
        assert sorted(path.stem for path in (ROOT / "words" / language).glob("*.po")) == DOMAINS


@pytest.mark.parametrize("domain", DOMAINS)
def test_languages_have_the_same_keys(domain: str) -> None:
    zh, en = texts("zh", domain), texts("en", domain)
    assert set(zh) == set(en)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_keys_are_keys(domain: str, language: str) -> None:
    for key, text in texts(language, domain).items():
        assert text.strip(), key
        assert re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+", key), key


# The English date names the month; the Chinese one counts it.
DIFFERENT = {"clock.date"}


@pytest.mark.parametrize("domain", DOMAINS)
def test_placeholders_are_the_same(domain: str) -> None:
    zh, en = texts("zh", domain), texts("en", domain)
    for key in set(zh) & set(en) - DIFFERENT:
        assert placeholders(zh[key]) == placeholders(en[key]), key


@pytest.mark.parametrize("domain", DOMAINS)
def test_chinese_texts_are_chinese_where_english_ones_are_words(domain: str) -> None:
    left = [
        key
        for key, text in texts("zh", domain).items()
        if text == texts("en", domain)[key] and re.search(r"[A-Za-z]{4}", re.sub(r"\{.*?\}", "", text))
    ]
    assert left == []


def test_a_key_gives_its_text_with_values() -> None:
    assert Words("zh", "common")("stats.minutes", n=18) == "18 分钟"
    assert Words("en", "common")("stats.minutes", n=18) == "18 min"


def test_an_unknown_key_shows_itself_and_is_remembered() -> None:
    unknown_keys.clear()
    assert Words("zh", "common")("no.such_word") == "no.such_word"
    assert unknown_keys == {"no.such_word"}
    unknown_keys.clear()


def test_language_switch_keeps_the_domains() -> None:
    words = Words("zh", "common", "lobby")
    assert words.in_language("zh") is words
    assert words.in_language("en")("lobby.col_counter") == "Counter"
    assert other_language("zh") == "en"
    assert other_language("en") == "zh"


def test_pick_falls_back() -> None:
    assert pick({"zh": "甲", "en": "a"}, "en") == "a"
    assert pick({"zh": "甲"}, "en") == "甲"
    assert pick({"fr": "un"}, "en") == "un"
    assert pick({}, "en") == ""


def test_a_missing_asset_is_named() -> None:
    with pytest.raises(MissingAsset, match=r"assets/icons/none\.svg"):
        asset("icons/none.svg")


@pytest.mark.parametrize(("language", "expected"), [("zh", "请A023号到3号窗口"), ("en", "A023 to counter 3")])
def test_strip_calls(language: str, expected: str) -> None:
    assert announce.call(Words(language, "common"), "A023", "3") == expected  # type: ignore[arg-type]  # plain strings


def test_strip_states() -> None:
    words = Words("zh", "common")
    three: announce.CounterId = announce.CounterId("3")
    assert announce.paused(words, three, "meal") == "3号窗口 就餐"
    assert announce.paused(words, three, "设备检修") == "3号窗口 设备检修"
    assert announce.paused(words, three) == "3号窗口 暂停服务"
    assert announce.idle(words, three, "社保") == "3号窗口 社保"
    shown = {announce.closed(words, three), announce.not_signed_in(words, three), announce.idle(words, three)}
    assert len(shown) == 3
    assert all(text.startswith("3号窗口 ") for text in shown)


def test_strip_texts_fit_gb2312() -> None:
    """LED strips have GB2312 fonts; anything else would be blank."""
    for key, text in texts("zh", "common").items():
        if key.startswith(("announce.", "pause.")):
            text.encode("gb2312")
