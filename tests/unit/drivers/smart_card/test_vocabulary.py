"""IC cards in words."""

import pytest

from drivers import vocabulary
from drivers.smart_card.protocol import SELECT_APPLICATION, record
from drivers.vocabulary import Ask

TO_CARD = Ask(direction="host->card")


def one(raw: bytes, ask: Ask = Ask()) -> dict[str, object]:  # noqa: B008 - an immutable value
    (found,) = vocabulary.decode("smartcard", raw, ask)
    return found


def test_commands_there_and_back() -> None:
    assert vocabulary.encode("smartcard", {"command": "social-security"}) == SELECT_APPLICATION
    assert one(SELECT_APPLICATION, TO_CARD)["name"] == "sx1.sh.社会保障"
    assert vocabulary.encode("smartcard", {"file": "EF05", "record": 7}) == bytes.fromhex("00B2072C00")
    assert one(bytes.fromhex("00B2072C00"), TO_CARD)["command"] == "read record"
    assert "error" in one(b"\x00", TO_CARD)


def test_an_atr_and_an_answer_are_told_apart() -> None:
    assert one(bytes.fromhex("3B8F8001804F0CA000000306030001000000006A"))["contactless"] is True
    assert one(bytes.fromhex("6A82"))["means"] == "file or application not found"
    assert "error" in one(b"\x6a")


def test_a_record_is_named_but_not_shown() -> None:
    said = one(record("name", "张三丰", 30) + b"\x90\x00")
    assert said["record"] == "name"
    assert "张三丰" not in str(said)


def test_what_no_reader_says_is_refused() -> None:
    with pytest.raises(ValueError, match="social-security"):
        vocabulary.encode("smartcard", {"command": "verify"})
