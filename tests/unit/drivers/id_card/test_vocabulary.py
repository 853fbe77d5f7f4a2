"""What `encode` takes and refuses, and what is guessed."""

from typing import Any

import pytest

from drivers import vocabulary
from drivers.id_card.people import placeholder_photo
from drivers.vocabulary import Ask
from tests.support.vectors import audit_vectors, encodes, vectors

NUMBER = Ask("GB 11643 number")
CARD = {"id_no": "990101199002030011"}


def made(fields: dict[str, Any], ask: Ask = Ask()) -> bytes:  # noqa: B008 - an immutable value
    return vocabulary.encode("idcard", fields, ask)


FRAMES = [vector for vector in [*vectors("idcard"), *audit_vectors("idcard")] if "hex" in vector]


@pytest.mark.parametrize("vector", FRAMES, ids=lambda vector: vector["id"])
def test_the_direction_is_guessed_and_the_hid_reader_known_by_its_reports(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["hex"])
    told = vocabulary.decode("idcard", raw, Ask(vector["device"], vector["direction"].upper()))
    if encodes(vector):
        assert vocabulary.decode("id_card", raw, Ask("", "somewhere")) == told
        assert vocabulary.decode("ID_Card", raw, Ask(vector["device"].lower())) == told


@pytest.mark.parametrize("cut", range(1, 15))
def test_a_frame_cut_anywhere_is_an_error(cut: int) -> None:
    raw = bytes.fromhex("AAAAAA9669000800009F0000000097")
    assert [list(found) for found in vocabulary.decode("idcard", raw[:cut])] == [["error"]]


def test_the_reason_says_what_is_missing() -> None:
    for text, reason in (
        ("AAAAAA9669000800009F00", "unfinished frame: 10 of 14 bytes"),
        ("AAAAAA96690912", "impossible length 2322"),
        ("AAAAAA96690005050505", "the filler"),
        ("0102", "no AA AA 96 69"),
    ):
        (found,) = vocabulary.decode("idcard", bytes.fromhex(text))
        assert reason in found["error"]


@pytest.mark.parametrize("lengths", ["01000400", "010004000400", "01000000"])
def test_a_reading_that_is_cut_inside_a_good_frame_is_told_as_such(lengths: str) -> None:
    raw = made({"sw": "000090", "data": lengths + "20" * 200})
    (found,) = vocabulary.decode("idcard", raw)
    assert "inner lengths" in found["error"]
    assert made(found) == raw


def test_numbers_go_for_hex() -> None:
    assert made({"cmd": 0x20, "para": 1}) == made({"cmd": "20", "para": "01"}) == made({"cmd": "2001"})
    assert made({"sw": 0x9F}) == made({"sw": "00009F"})
    assert made({**CARD, "sex": 1, "birth": 19900203}) == made({**CARD, "sex": "1", "birth": "19900203"})


def test_photo_and_fingerprint_by_bytes_by_rule_or_by_number() -> None:
    assert placeholder_photo() in made(CARD)
    assert made({**CARD, "photo_rule": "byte i = (i*3+1) mod 256", "photo_bytes": 4})[270:-1] == b"\1\4\7\12"
    assert len(made({**CARD, "photo": "", "fingerprint_bytes": 512})) == 11 + 6 + 256 + 512
    ruled = made({**CARD, "photo": "", "fingerprint_rule": "byte i = (i*1+0) mod 256"})
    assert ruled[272:-1] == bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "cmd, sw"),
        ({"error": "no frame"}, "cmd, sw"),
        ({"cmd": "20"}, "para is missing"),
        ({"cmd": "zz", "para": "01"}, "cmd"),
        ({"cmd": 256, "para": 1}, "cmd 256"),
        ({"cmd": "20", "para": None}, "para"),
        ({"cmd": "20", "para": "01", "speed": 1}, "speed"),
        ({"cmd": "20", "para": "01", "sw": "000080"}, "sw"),
        ({"sw": "80"}, "sw"),
        ({"sw": True}, "sw"),
        ({"sw": "000090", "data": "0"}, "data"),
        ({"sw": "000090", "data": "00" * 2400}, "data is too long"),
        ({"sw": "000090", "new_address": None}, "new_address"),
        ({"sw": "000091", "new_address": "新址"}, "new_address"),
        ({"new_address": "测" * 36}, "new_address holds at most 35"),
        ({"new_address": 5}, "new_address"),
        ({"new_address": "新", "data": "00" * 70}, "new_address is not what data says"),
        ({"new_address": "新", **CARD}, "new_address and id_no"),
        ({"sam_id": "x"}, "sam_id"),
        ({"sam_id": "05.03-20150101-0012345678-4294967296"}, "sam_id"),
        ({"sam_id": "05.03-20150101-0012345678"}, "sam_id"),
        ({**CARD, "sw": "000041"}, "sw 000041"),
        ({**CARD, "type": "Z"}, "type"),
        ({**CARD, "type": "J", "ethnic": "01"}, "ethnic is no field of a card of type 'J'"),
        ({"type": "I", "address": "x"}, "address"),
        ({**CARD, "pass_no": "x"}, "pass_no"),
        ({**CARD, "name": "一" * 16}, "name of this card holds at most 15"),
        ({**CARD, "type": "Y", "name_en": "A" * 47}, "name_en of this card holds at most 46"),
        ({**CARD, "name": None}, "name"),
        ({**CARD, "permit_no": "1"}, "permit_no"),
        ({**CARD, "photo": "x"}, "photo"),
        ({**CARD, "photo": "0102", "photo_bytes": 3}, "photo_bytes"),
        ({**CARD, "photo_rule": "a face"}, "photo_rule"),
        ({**CARD, "fingerprint_bytes": 1025}, "fingerprint_bytes"),
        ({"text_block": "00"}, "text_block"),
        ({"text_block": "2000" * 128, "name": "x"}, "name is not what text_block says"),
    ],
)
def test_what_says_no_frame_is_refused_by_its_field(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        made(fields)


def test_a_number_gets_what_it_lacks() -> None:
    whole = b"11010519491231002X"
    for text in ("110105491231002", "11010519491231002", "11010519491231002x"):
        assert made({"number": text}, NUMBER) == whole
    assert vocabulary.decode("idcard", whole) == vocabulary.decode("idcard", whole, NUMBER)
    for wrong in ({}, {"number": "1"}, {"number": "11010519491231002", "check_digit": "1"}):
        with pytest.raises(ValueError, match="number"):
            made(wrong, NUMBER)
