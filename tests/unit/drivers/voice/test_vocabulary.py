"""What `encode` takes and refuses in words, and what `decode` says of damage."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.catalog import models
from drivers.voice.protocol import Control, check_byte, dialect_of, to_bytes
from drivers.voice.vocabulary import decode, encode

DIALECTS = {name: dialect_of(row) for name, row in models("voice").items() if "dialect" in row}


def only(name: str) -> dict[str, Any]:
    return {name: DIALECTS[name]}


@pytest.mark.parametrize(
    ("model", "fields", "named"),
    [
        ("syn6288", {}, "cmd, reply or a known meaning is missing"),
        ("syn6288", {"reply": "4"}, "reply is bytes in hex"),
        ("syn6288", {"cmd": "sing"}, "no such cmd"),
        ("syn6288", {"cmd": 7}, "no such cmd"),
        ("syn6288", {"cmd": "wake"}, "no such cmd"),
        ("syn6288", {"cmd": "standby"}, "no such cmd"),
        ("syn6288", {"cmd": "speak"}, "text is missing"),
        ("syn6288", {"cmd": "speak", "text": 5}, "text is words"),
        ("syn6288", {"cmd": "speak", "text": "a", "enc": "utf-8"}, "enc is one of"),
        ("syn6288", {"cmd": "speak", "text": "a", "enc": 4}, "enc is one of"),
        ("syn6288", {"cmd": "speak", "text": "镕", "enc": "gb2312"}, "text has '镕'"),
        ("syn6288", {"cmd": "speak", "text": "a" * 201}, "text has 201 bytes"),
        ("syn6288", {"cmd": "speak", "text": "a", "music": 16}, "music is 0..15"),
        ("syn6658", {"cmd": "speak", "text": "a", "music": 1}, "music is 0..0"),
        ("syn6288", {"cmd": "baud"}, "value is missing"),
        ("syn6288", {"cmd": "baud", "value": 4800}, "value is one of"),
        ("syn6658", {"cmd": "baud", "value": 9600}, "only the SYN6288"),
        ("syn6288", {"cmd": "store", "segment": 1, "text": "a"}, "only the SYN6658"),
        ("syn6658", {"cmd": "store", "text": "a"}, "segment is missing"),
        ("syn6658", {"cmd": "store", "segment": 16, "text": "a"}, "segment is 0..15"),
        ("syn6658", {"cmd": "store", "segment": 0, "text": "a" * 257}, "text has 257 bytes"),
        ("syn6658", {"cmd": "play cache", "enc": "gbk"}, "repeat is missing"),
        ("syn6658", {"cmd": "play cache", "enc": "gbk", "repeat": 0}, "repeat is 1..15"),
        ("vtx316", {"cmd": "play cache", "repeat": 1}, "only the SYN6658"),
    ],
)
def test_a_wrong_field_is_named(model: str, fields: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        encode(fields, only(model))


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("word", ["power down", "sleep", "POWER_DOWN", "powerdown"])
def test_every_chip_understands_both_names_of_88(name: str, word: str) -> None:
    assert encode({"cmd": word}, only(name)) == to_bytes(Control("sleep"), DIALECTS[name])


def test_a_codec_goes_by_any_of_its_names() -> None:
    wanted = encode({"cmd": "speak", "enc": "utf-16-le", "text": "甲"}, only("syn6658"))
    assert encode({"cmd": "Speak", "enc": "UTF-16LE", "text": "甲"}, only("syn6658")) == wanted


def test_a_good_frame_behind_a_wrong_length_is_found() -> None:
    stop = to_bytes(Control("stop"), DIALECTS["syn6288"])
    found = decode(b"\xfd\x00\x50\x21" + stop, "host->chip", only("syn6288"))
    assert found == [{"error": "unfinished frame"}, {"cmd": "stop"}]


def test_an_impossible_length_is_named() -> None:
    assert decode(b"\xfd\x00\x01\x02", "host->chip", only("syn6288")) == [{"error": "length 1 is not 2..203"}]


def test_a_stored_text_in_another_code_page_is_shown_by_its_bytes() -> None:
    frame = encode({"cmd": "store", "segment": 3, "data": "FF"}, only("syn6658"))
    (found,) = decode(frame, "", only("syn6658"))
    assert found == {"cmd": "store", "segment": 3, "data": "FF"}
    assert encode(found, only("syn6658")) == frame


def test_a_refusal_with_its_reason_belongs_to_one_chip() -> None:
    assert decode(b"F", "chip->host", only("csk4002"))[0]["reply"] == "46"
    assert decode(b"F", "chip->host", only("vtx316")) == [{"error": "46 is no answer"}]


def test_a_direction_that_nobody_knows_is_guessed() -> None:
    assert decode(b"A", "north", DIALECTS)[0]["reply"] == "41"


@pytest.mark.parametrize(
    "frame", ["FD000202FD", "FD000102", "FD000A0101D3EED2F4CCECCFC2", "FD000B0101D3EED2F4CCECCFC2C0"]
)
def test_what_is_read_without_a_model_names_the_chip_and_encodes_again(frame: str) -> None:
    (found,) = decode(bytes.fromhex(frame), "", DIALECTS)
    assert found["model"] in DIALECTS
    assert encode(found, DIALECTS).hex().upper() == frame


def test_without_a_model_the_words_choose_the_chip() -> None:
    assert encode({"cmd": "speak", "text": "a"}, DIALECTS) == encode({"cmd": "speak", "text": "a"}, only("syn6658"))
    with_music = {"cmd": "speak", "text": "a", "music": 0}
    assert encode(with_music, DIALECTS) == encode(with_music, only("syn6288"))
    assert encode({"cmd": "sleep"}, DIALECTS) == encode({"cmd": "sleep"}, only("syn6658"))


@pytest.mark.parametrize("name", DIALECTS)
@given(body=st.binary(min_size=1, max_size=12), code=st.sampled_from([0, 1, 2, 0x21, 0x22, 0x31, 0x32, 0x58, 0x88]))
def test_whatever_decodes_encodes_to_the_same_bytes(name: str, body: bytes, code: int) -> None:
    dialect = DIALECTS[name]
    body = bytes([code]) + body[1:]
    frame = b"\xfd" + (len(body) + dialect.xor).to_bytes(2, "big") + body
    frame += bytes([check_byte(frame)]) if dialect.xor else b""
    (described,) = decode(frame, "host->chip", only(name))
    assert "error" in described or encode(described, only(name)) == frame
