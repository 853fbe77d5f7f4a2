"""IC cards in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import vocabulary
from drivers.smart_card import apdu
from drivers.smart_card.apdu import Apdu
from drivers.smart_card.protocol import GET_UID, SELECT_APPLICATION, contactless_atr, record
from drivers.vocabulary import Ask

TO_CARD = Ask(direction="host->card")
HEAD = {"cla": "FF", "ins": "CA", "p1": "00", "p2": "00"}


def one(raw: bytes, ask: Ask = Ask()) -> dict[str, Any]:  # noqa: B008 - an immutable value
    (found,) = vocabulary.decode("smartcard", raw, ask)
    return found


def made(fields: dict[str, Any]) -> bytes:
    return vocabulary.encode("smartcard", fields)


def test_commands_there_and_back() -> None:
    assert made({"command": "social-security"}) == SELECT_APPLICATION
    assert one(SELECT_APPLICATION, TO_CARD)["name"] == "sx1.sh.社会保障"
    assert made({"file": "EF05", "record": 7}) == bytes.fromhex("00B2072C00")
    assert one(bytes.fromhex("00B2072C00"), TO_CARD)["command"] == "read record"
    assert "error" in one(b"\x00", TO_CARD)


def test_an_atr_a_command_and_an_answer_are_told_apart() -> None:
    assert one(bytes.fromhex("3B8F8001804F0CA000000306030001000000006A"))["card"] == "MIFARE Classic 1K"
    assert one(GET_UID)["command"] == "uid"
    assert one(bytes.fromhex("6A82"))["meaning"] == "file or application not found"
    assert "error" in one(b"\x6a")
    assert "error" in one(bytes.fromhex("1234"))


def test_a_record_comes_with_its_name_and_value() -> None:
    said = one(record("name", "样本", 30) + b"\x90\x00")
    assert (said["record"], said["value"]) == ("name", "样本")


def test_what_was_asked_decides_whether_it_is_a_uid() -> None:
    answer = bytes.fromhex("01020304059000")
    assert "uid" not in one(answer)
    assert one(answer, Ask(after=GET_UID))["uid"] == "0102030405"
    assert "uid" not in one(bytes.fromhex("010203049000"), Ask(after=bytes.fromhex("00B0000004")))


BYTE = st.integers(0, 255)


@given(BYTE, BYTE, st.binary(max_size=300), st.integers(0, 65536), st.booleans())
def test_any_command_goes_there_and_back(ins: int, p1: int, data: bytes, le: int, extended: bool) -> None:
    raw = Apdu(0x00, ins, p1, 0x00, data, le, extended).to_bytes()
    again = apdu.parse(raw)
    assert again is not None
    assert again.to_bytes() == raw
    assert (again.data, again.le) == (data, le)
    assert made(one(raw, TO_CARD)) == raw


@given(st.binary(max_size=40))
def test_any_bytes_that_are_a_command_are_made_again(raw: bytes) -> None:
    found = apdu.parse(raw)
    assert found is None or found.to_bytes() == raw


@pytest.mark.parametrize("historical", [b"", b"\x80\x31", bytes(15)])
def test_a_made_up_atr_is_made_of_its_history(historical: bytes) -> None:
    said = one(contactless_atr(historical))
    assert made(said) == contactless_atr(historical)
    assert made({"historical": said["historical"], "contactless": True}) == contactless_atr(historical)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "command"),
        ({"command": "verify"}, "social-security"),
        ({"cla": "FF", "ins": "CA", "p1": "00"}, "p2 is missing"),
        ({**HEAD, "le": 65537}, "le"),
        ({**HEAD, "le": "000000"}, "le"),
        ({**HEAD, "p1": 256}, "p1"),
        ({**HEAD, "p1": "100"}, "p1"),
        ({**HEAD, "data": "01", "lc": "02"}, "lc is 02"),
        ({**HEAD, "data": "0"}, "data"),
        ({**HEAD, "data": "00" * 65536}, "65535"),
        ({**HEAD, "flag": 1}, "flag"),
        ({"record": 256, "file": "EF05"}, "record"),
        ({"record": 1}, "file"),
        ({"sw": "90"}, "sw"),
        ({"sw": "9000", "uid": "01", "data": "02"}, "uid"),
        ({"sw": "9000", "atr": "3B00"}, "atr"),
        ({"atr": "3B8F"}, "check byte"),
        ({"atr": "3B00", "historical": "80"}, "historical"),
        ({"historical": "80"}, "contactless"),
    ],
)
def test_what_says_no_bytes_is_refused_by_its_field(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        made(fields)
