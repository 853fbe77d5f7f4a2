"""What `encode` refuses, and how frames are guessed that come without a direction."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import vocabulary
from drivers.ff68.protocol import Frame, show
from drivers.ff68.vocabulary import DIRECTIONS, decode, encode


@pytest.mark.parametrize(
    ("direction", "fields", "named"),
    [
        ("caller->host", {"key": "0C"}, "addr is missing"),
        ("caller->host", {"addr": 256, "key": "0C"}, "addr is 0..255"),
        ("caller->host", {"addr": "one", "key": "0C"}, "addr is 0..255"),
        ("caller->host", {"addr": 1, "key": "0G"}, "key is bytes in hex"),
        ("caller->host", {"addr": 1, "key": "0C", "cmd": "123"}, "cmd is bytes in hex"),
        ("caller->host", {"addr": 1, "key": "0C", "cmd": "0102"}, "cmd is one byte in hex"),
        ("caller->host", {"addr": 1, "key": "0C", "digit": 300}, "digit is 0..255"),
        ("caller->host", {"addr": 1, "key": "0C", "digit": True}, "digit is 0..255"),
        ("caller->host", {"addr": 1, "key": "0C", "data": "0D"}, "data contradicts"),
        ("caller->host", {"addr": 1, "key": "0F", "digit": 6, "data": "030F"}, "data contradicts"),
        ("caller->host", {"addr": 1, "data": "0"}, "data is bytes in hex"),
        ("host->caller", {"addr": 1, "wait": "1000"}, r"wait is 0\.\.999"),
        ("host->caller", {"addr": 1, "ticket": "A02"}, r"ticket is 0\.\.999"),
        ("host->caller", {"addr": 1, "cmd": "03", "wait": 1}, "cmd 03"),
        ("host->caller", {"addr": 1, "cmd": "02"}, "wait or ticket is missing"),
        ("host->caller", {"addr": 1, "cmd": "02", "meaning": "beep"}, "cmd 02"),
        ("evaluator->host", {"addr": 1}, "value is missing"),
        ("evaluator->host", {"addr": 1, "value": -1}, r"value is 0\.\.255"),
        ("host->evaluator", {"addr": 1, "cmd": "02"}, "stars is missing"),
        ("host->evaluator", {"addr": 1, "stars": 3, "value": 4}, "stars and value contradict"),
        ("host->evaluator", {"addr": 1, "stars": 3, "cmd": "01"}, "cmd 01"),
        ("host->evaluator", {"addr": 1, "action": "open", "cmd": "02"}, "cmd 02"),
        ("host->evaluator", {"addr": 1, "meaning": "set service stars to many"}, "meaning is 0..255"),
    ],
)
def test_a_wrong_field_is_named(direction: str, fields: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        encode(fields, direction)


@pytest.mark.parametrize(
    ("frame", "family", "fields"),
    [
        (Frame(1, 1, b"\x0c"), "caller_pad", {"key": "0C"}),
        (Frame(1, 1, b"\x02"), "rating_pad", {"value": 2}),
        (Frame(1, 0x11, b"\x02"), "caller_pad", {"cmd": "11", "value": 2}),
        (Frame(1, 2, b"\x05"), "rating_pad", {"stars": 5}),
        (Frame(1, 3), "ff68", {"cmd": "03"}),
        (show(1, 7, None), "ff68", {"wait": "007", "ticket": "unchanged"}),
    ],
)
def test_every_frame_is_guessed_for_itself(frame: Frame, family: str, fields: dict[str, Any]) -> None:
    other = Frame(9, 0x11, b"\x01")
    first, second = decode(other.to_bytes() + frame.to_bytes(), "", family)
    assert first["value"] == 1
    assert fields.items() <= second.items()
    assert encode(second, "", family) == frame.to_bytes()


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_data_alone_says_the_bytes(direction: str) -> None:
    made = Frame(4, 1, b"\x0b").to_bytes()
    assert encode({"addr": 4, "cmd": "01", "data": "0B"}, direction) == made
    assert decode(made, direction)[0]["data"] == "0B"


@pytest.mark.parametrize(
    ("family", "fields", "made"),
    [
        ("caller", {"addr": 1, "key": "0C"}, Frame(1, 1, b"\x0c")),
        ("caller", {"addr": 1, "digit": 6, "key": "0F"}, Frame(1, 1, b"\x06\x0f")),
        ("caller", {"addr": 1, "meaning": "beep"}, Frame(1, 3)),
        ("caller", {"addr": 1, "wait": "017", "ticket": "unchanged"}, show(1, 17, None)),
        ("evaluator", {"addr": 1, "meaning": "start evaluation"}, Frame(1, 1, b"\x0b")),
        ("evaluator", {"addr": 1, "meaning": "set service stars to 5"}, Frame(1, 2, b"\x05")),
        ("evaluator", {"addr": 1, "cmd": "11", "value": 0}, Frame(1, 0x11, b"\x00")),
    ],
)
def test_words_of_the_bus_are_known_without_a_model(family: str, fields: dict[str, Any], made: Frame) -> None:
    assert vocabulary.encode(family, fields) == made.to_bytes()


def test_words_of_other_pads_are_left_to_their_profiles() -> None:
    assert vocabulary.encode("evaluator", {"shape": "AA addr key sum FF", "addr": 1, "key": 3}).hex() == "aa010304ff"


def test_two_digits_before_a_key_are_kept() -> None:
    made = Frame(4, 1, b"\x01\x02\x0f").to_bytes()
    (described,) = decode(made, "caller->host")
    assert (described["digit"], described["key"], described["data"]) == (2, "0F", "01020F")
    assert encode(described, "caller->host") == made


def test_numbers_are_numbers_and_texts_are_hex() -> None:
    assert encode({"addr": "1", "cmd": 1, "key": 12}, "caller->host") == Frame(1, 1, b"\x0c").to_bytes()
    assert encode({"addr": 1, "key": "060F"}, "") == Frame(1, 1, b"\x06\x0f").to_bytes()
    assert encode({"addr": 1, "cmd": 17, "value": 3}, "evaluator->host") == Frame(1, 0x11, b"\x03").to_bytes()


@pytest.mark.parametrize(
    ("frame", "direction"),
    [
        (Frame(1, 1), "caller->host"),
        (Frame(1, 0x11), "evaluator->host"),
        (Frame(1, 1, bytes(4)), "caller->host"),
        (Frame(1, 2, b"\x0b\x00\x00\x0a\x0a\x0a"), "host->caller"),
        (Frame(1, 1, b"\x00\x00"), "host->evaluator"),
    ],
)
def test_a_frame_that_nobody_sends_is_an_error(frame: Frame, direction: str) -> None:
    assert [set(item) for item in decode(frame.to_bytes(), direction)] == [{"error"}]


@given(
    frame=st.builds(Frame, st.integers(0, 255), st.sampled_from([0, 1, 2, 3, 5, 0x11, 0xFE]), st.binary(max_size=8)),
    direction=st.sampled_from(["", *DIRECTIONS]),
    family=st.sampled_from(["caller_pad", "rating_pad", "ff68"]),
)
def test_whatever_decodes_encodes_to_the_same_bytes(frame: Frame, direction: str, family: str) -> None:
    made = frame.to_bytes()
    (described,) = decode(made, direction, family)
    assert "error" in described or encode(described, direction, family) == made
