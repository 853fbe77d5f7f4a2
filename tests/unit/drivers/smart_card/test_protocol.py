"""ATR, dialogue and records of IC cards, without a reader."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.smart_card.cards import CARDS, CardTalk
from drivers.smart_card.protocol import (
    GET_UID,
    ITEMS,
    PLAIN_ATR,
    SELECT_APPLICATION,
    SOCIAL_SECURITY,
    Atr,
    Card,
    answer_of,
    contactless_atr,
    exchange,
    explained,
    parse_atr,
    read_card,
    read_record,
    record,
)
from tests.support.mutate import mutated

STORAGE_CARD = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
"""The MIFARE 1K ATR of PC/SC part 3."""


def read(atr: bytes, answer: Callable[[bytes], bytes], *, read_files: bool = True) -> tuple[Card, list[bytes]]:
    talk, asked = read_card(parse_atr(atr) or PLAIN_ATR, read_files=read_files), []
    command = next(talk)
    while True:
        asked.append(command)
        try:
            command = talk.send(answer(command))
        except StopIteration as done:
            card: Card = done.value
            return card, asked


def test_a_contactless_atr_is_known_and_its_check_byte_is_checked() -> None:
    assert parse_atr(STORAGE_CARD) == Atr(False, (0, 1), STORAGE_CARD[4:-1], True)
    assert parse_atr(STORAGE_CARD[:-1] + b"\x6b") is None
    assert parse_atr(contactless_atr(b"\x01\x02")) == Atr(False, (0, 1), b"\x01\x02", True)


def test_a_t0_card_needs_no_check_byte_and_inverse_convention_is_told() -> None:
    assert parse_atr(bytes.fromhex("3B6800000073C84013009000")) == Atr(
        False, (0,), bytes.fromhex("0073C84013009000"), False
    )
    assert parse_atr(bytes.fromhex("3F6525082204689000")) == Atr(True, (0,), bytes.fromhex("2204689000"), False)


@given(st.binary(max_size=40))
def test_any_atr_is_read_or_refused(raw: bytes) -> None:
    found = parse_atr(raw)
    assert found is None or (2 <= len(raw) <= 33 and len(found.historical) == raw[1] & 15)


@given(st.binary(max_size=15))
def test_a_made_up_atr_carries_any_history(historical: bytes) -> None:
    found = parse_atr(contactless_atr(historical))
    assert found is not None
    assert (found.historical, found.contactless) == (historical, True)


def test_the_application_is_selected_by_its_published_name() -> None:
    assert SELECT_APPLICATION.hex().upper() == "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"


@pytest.mark.parametrize("kind", ["social", "social-contactless"])
def test_a_social_security_card_tells_its_public_files(kind: str) -> None:
    card, asked = read(CARDS[kind].atr, CardTalk(CARDS[kind]).answer)
    told = dict(card.public)
    assert card.application == SOCIAL_SECURITY
    assert (told["name"], told["number"], told["sex"]) == ("张三丰", "110101199003070017", "男")
    assert (told["birth"], told["valid_until"], told["card_number"]) == ("19900307", "20330401", "A01234567")
    assert "name_rest" not in told, "an empty item is none"
    assert card.uid == CARDS[kind].uid
    assert (GET_UID in asked) == (kind == "social-contactless")


def test_what_wants_a_key_is_left_out_and_no_key_is_ever_offered() -> None:
    card, asked = read(CARDS["social-locked"].atr, CardTalk(CARDS["social-locked"]).answer)
    assert card.application == SOCIAL_SECURITY
    assert {"name", "number", "card_number"}.isdisjoint(dict(card.public))
    assert dict(card.public)["valid_until"] == "20330401"
    assert {command[1] for command in asked} <= {0xA4, 0xB2, 0xC0, 0xCA}


def test_another_card_has_no_application_and_one_may_ask_for_nothing_more() -> None:
    assert read(CARDS["bank"].atr, CardTalk(CARDS["bank"]).answer) == (Card(), [SELECT_APPLICATION])
    card, asked = read(CARDS["social"].atr, CardTalk(CARDS["social"]).answer, read_files=False)
    assert (card.application, card.public, len(asked)) == (SOCIAL_SECURITY, (), 2)


def test_a_card_that_selects_no_files_is_read_by_their_short_names() -> None:
    talk = CardTalk(CARDS["social"])
    card, _ = read(
        CARDS["social"].atr, lambda one: b"\x6a\x86" if one[1:3] in (b"\xa4\x02", b"\xa4\x00") else talk.answer(one)
    )
    assert dict(card.public)["name"] == "张三丰"


@given(st.lists(st.binary(max_size=260), max_size=80))
def test_any_answers_end_the_dialogue(said: list[bytes]) -> None:
    answers = iter(said)
    card, asked = read(STORAGE_CARD, lambda _command: next(answers, b"\x6f\x00"))
    assert len(asked) < 200
    assert all(name in {known for known, _ in ITEMS.values()} for name, _ in card.public)


def test_a_card_that_always_has_more_is_not_fetched_for_ever() -> None:
    asked, talk = 0, exchange(SELECT_APPLICATION)
    command: bytes | None = next(talk)
    while command is not None and asked < 50:
        asked += 1
        try:
            command = talk.send(b"\x01\x61\x01")
        except StopIteration:
            command = None
    assert 1 < asked < 10


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("0110330300D15600000599110145FFFFFFFF", ("card_id", "330300D15600000599110145")),
        ("0304332E3030", ("version", "3.00")),
        ("0A0133", None),
        ("0902D5", None),
        ("0902D5FF", None),
        ("EE0131", None),
        ("09", None),
        ("", None),
    ],
)
def test_a_record_is_an_item_or_nothing(raw: str, wanted: tuple[str, str] | None) -> None:
    assert read_record(bytes.fromhex(raw)) == wanted


def test_records_survive_damage() -> None:
    golden = [record("name", "张三丰", 30), record("issued", "20230401", 4), record("sex", "女", 1)]
    found = 0
    for piece in mutated(golden, 200_000, seed=11):
        item = read_record(piece[:40])
        found += item is not None
        assert item is None or (item[1] and item[1].isprintable())
    assert found


@pytest.mark.parametrize(
    ("status", "word"),
    [(0x9000, "done"), (0x6982, "key"), (0x6110, "16 more"), (0x6A82, "not found"), (0x1234, "unknown")],
)
def test_status_words_are_explained(status: int, word: str) -> None:
    assert explained(status).startswith(f"{status:04X} ")
    assert word in explained(status)
    assert answer_of(b"") == answer_of(bytes(300)) == answer_of(b"\x6f\x00")


def test_nothing_of_a_card_is_in_its_repr() -> None:
    card, _ = read(CARDS["social"].atr, CardTalk(CARDS["social"]).answer)
    assert repr(card) == "Card(sealed)"
