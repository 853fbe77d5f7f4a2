"""Lines of NUT: quotes, any split, any garbage; words of a supply to the source of its current."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.ups.protocol import (
    LONGEST,
    Accepted,
    Answer,
    Error,
    Lines,
    Listed,
    ListEnd,
    Variable,
    answer_of,
    power_of,
    quoted,
    to_bytes,
    whole_number,
    words_of,
)
from hall.ports.ups import Power

WORDS = st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126) | st.just(" "), max_size=20), min_size=1)


@given(WORDS)
def test_what_is_written_is_read_whatever_quotes_it_holds(words: list[str]) -> None:
    assert words_of(to_bytes(*words).decode().removesuffix("\n")) == words


@given(st.lists(WORDS, min_size=1, max_size=5), st.lists(st.integers(0, 300)))
def test_lines_survive_any_split(lines: list[list[str]], cuts: list[int]) -> None:
    raw = b"".join(to_bytes(*words) for words in lines)
    places = sorted({0, len(raw), *(cut % (len(raw) + 1) for cut in cuts)})
    decoder, found = Lines(), []
    for first, last in pairwise(places):
        found += decoder.feed(raw[first:last])
    assert found == lines


@given(st.lists(st.binary(max_size=300), max_size=30))
def test_garbage_never_raises_nor_grows(chunks: list[bytes]) -> None:
    decoder = Lines()
    for chunk in chunks:
        for words in decoder.feed(chunk):
            answer_of(words)
    assert len(decoder._held) <= LONGEST
    assert decoder.feed(b"\nOK\n")[-1] == ["OK"]


def test_a_line_longer_than_any_variable_and_an_open_quote_are_none() -> None:
    assert Lines().feed(b"x" * 5000 + b"\nOK\n") == [["OK"]]
    assert Lines().feed(b'VAR ups x "open\nOK\n') == [["OK"]]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ('UPS ups "dummy in the lab"', Listed("ups")),
        ("BEGIN LIST UPS", None),
        ("END LIST UPS", ListEnd()),
        ('VAR ups ups.status "OB LB"', Variable("ups", "ups.status", "OB LB")),
        ("OK Goodbye", Accepted()),
        ("ERR DATA-STALE", Error("DATA-STALE")),
        ("ERR ACCESS-DENIED more", Error("ACCESS-DENIED")),
        ("HELLO", None),
    ],
)
def test_answers_of_the_protocols_page(line: str, answer: Answer | None) -> None:
    words = words_of(line)
    assert words is not None
    assert answer_of(words) == answer


@pytest.mark.parametrize(
    ("status", "low", "power"),
    [
        ("OL", False, Power.MAINS),
        ("OL CHRG LB", True, Power.MAINS),
        ("OL RB", False, Power.MAINS),
        ("BYPASS", False, Power.MAINS),
        ("OB DISCHRG", False, Power.BATTERY),
        ("OB DISCHRG LB", False, Power.LOW),
        ("OB", True, Power.LOW),
        ("FSD OL", False, Power.LOW),
        ("OFF", False, None),
        ("", False, None),
    ],
)
def test_where_the_current_comes_from(status: str, low: bool, power: Power | None) -> None:
    assert power_of(status, low) is power


def test_numbers_come_as_fractions_or_not_at_all() -> None:
    assert [whole_number(text) for text in ("100", "87.6", "-4", "nan", "inf", "much")] == [100, 87, -1, -1, -1, -1]


def test_words_are_quoted_only_where_needed() -> None:
    assert [quoted(word) for word in ("ups", "", 'a"b', "a b")] == ["ups", '""', '"a\\"b"', '"a b"']
