import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.domain.ids import TicketNumber
from hall.words.speech import (
    Call,
    call_sentence,
    call_texts,
    joined_sentence,
    spoken_count,
    spoken_counter,
    spoken_ticket,
)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "零"), (3, "三"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)
def test_counter_numbers_are_said_as_a_person_says_them(value, said):
    assert spoken_count(value) == said


@given(st.integers().filter(lambda value: not 0 <= value <= 99))
def test_numbers_beyond_99_are_refused(value):
    with pytest.raises(ValueError, match=r"0\.\.99"):
        spoken_count(value)


@pytest.mark.parametrize(
    ("number", "said"),
    [("A012", "A零一二"), ("A1205", "A一二零五"), ("A-C07", "A C零七"), ("b023", "B零二三"), ("017", "零一七")],
)
def test_ticket_digits_are_said_one_by_one(number, said):
    assert spoken_ticket(number) == said


def test_one_is_yao_in_the_ticket_but_never_in_the_counter():
    said = call_sentence(TicketNumber("A011"), "11", yao=True)
    assert said == "请A零幺幺号，到十一号窗口。"


@pytest.mark.parametrize(
    ("counter", "said"),
    [
        ("3", "三号窗口"),
        ("12", "十二号窗口"),
        ("社保20号窗口", "社保二十号窗口"),
        ("综合窗口", "综合窗口"),
        ("301室", "三零一室"),
    ],
)
def test_counters_by_number_or_name(counter, said):
    assert spoken_counter(counter) == said


def test_whole_sentences():
    assert call_sentence(TicketNumber("A023"), "3") == "请A零二三号，到三号窗口。"
    assert call_sentence(TicketNumber("A023"), "3", recall=True) == "再次呼叫，请A零二三号，到三号窗口。"
    assert call_sentence(TicketNumber("A023"), "3", "en") == "Ticket A, zero two three, please go to counter 3."
    assert call_sentence(TicketNumber("A023"), "Tax desk", "en", recall=True) == (
        "Calling again. Ticket A, zero two three, please go to Tax desk."
    )


def test_joined_calls_keep_their_order():
    calls = (Call(TicketNumber("A023"), "3"), Call(TicketNumber("B005"), "5"))
    assert joined_sentence(calls) == "请A零二三号，到三号窗口；B零零五号，到五号窗口。"
    assert joined_sentence(calls, "en") == (
        "Ticket A, zero two three, to counter 3; ticket B, zero zero five, to counter 5."
    )


def test_texts_come_in_the_order_of_the_languages():
    texts = call_texts((Call(TicketNumber("A001"), "1"),), ("en", "zh"))
    assert [lang for lang, _ in texts] == ["en", "zh"]


@pytest.mark.parametrize("count", [0, 5])
def test_nobody_remembers_five_calls(count):
    with pytest.raises(ValueError, match="calls in one sentence"):
        joined_sentence([Call(TicketNumber("A001"), "1")] * count)


@given(st.from_regex(r"[A-Z]{1,2}-?[A-Z]?[0-9]{1,4}", fullmatch=True), st.integers(1, 99))
def test_a_sentence_has_no_arabic_digit_an_engine_could_misread(number, counter):
    said = call_sentence(TicketNumber(number), str(counter))
    assert not any(letter.isascii() and letter.isdigit() for letter in said)
    assert sum(letter in "零一二三四五六七八九" for letter in said.split("号，到")[0]) == sum(map(str.isdigit, number))
