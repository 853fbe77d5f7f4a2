"""Keys of keyboards that are pads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.input_records import EV_KEY, KEY_DOWN, KEY_REPEAT, KEY_UP, Record
from drivers.rating_pad.protocol import RecordKeys, ReportKeys, records_of, report_of
from tests.support.mutate import mutated
from tests.support.vectors import vector_bytes

NAMES = [*"0123456789", *"abcdefghijklmnopqrstuvwxyz"]
RELEASED = bytes(8)


def typed(*names: str) -> bytes:
    return b"".join(item.to_bytes() for name in names for item in records_of(name))


def key(code: int, value: int = KEY_DOWN) -> bytes:
    return Record(0, EV_KEY, code, value).to_bytes()


def test_the_vector_is_key_one() -> None:
    assert ReportKeys().feed(vector_bytes("eval.shape.hid_number")) == ["1"]


@given(st.lists(st.sampled_from([*NAMES, "code 183"])), st.integers(1, 50))
def test_records_are_keys_in_any_split(names: list[str], size: int) -> None:
    decoder, raw = RecordKeys(), typed(*names)
    found = [name for start in range(0, len(raw), size) for name in decoder.feed(raw[start : start + size])]
    assert found == names


@given(st.lists(st.sampled_from([*NAMES, "usage 104"])), st.integers(1, 20))
def test_reports_are_keys_in_any_split(names: list[str], size: int) -> None:
    decoder, raw = ReportKeys(), b"".join(report_of(name) + RELEASED for name in names)
    found = [name for start in range(0, len(raw), size) for name in decoder.feed(raw[start : start + size])]
    assert found == names


def test_the_keypads_digit_is_the_same_word() -> None:
    assert RecordKeys().feed(key(79) + key(2)) == ["1", "1"]
    assert ReportKeys().feed(bytes.fromhex("0000590000000000") + RELEASED + report_of("1")) == ["1", "1"]


def test_repeats_releases_modifiers_and_enter_are_no_presses() -> None:
    assert RecordKeys().feed(key(3) + key(3, KEY_REPEAT) * 9 + key(3, KEY_UP)) == ["2"]
    assert RecordKeys().feed(b"".join(key(code) for code in (29, 42, 54, 56, 58, 69, 97, 100, 125, 28, 96))) == []
    held = bytes.fromhex("02001F0000000000")
    assert ReportKeys().feed(held * 9 + RELEASED) == ["2"]
    assert ReportKeys().feed(bytes.fromhex("0000282858395300") + bytes.fromhex("FF00000000000000")) == []


def test_a_second_finger_is_a_second_press_and_too_many_are_none() -> None:
    decoder = ReportKeys()
    assert decoder.feed(bytes.fromhex("00001E0000000000") + bytes.fromhex("00001E2000000000")) == ["1", "3"]
    assert decoder.feed(bytes.fromhex("0000010101010101")) == []
    assert decoder.feed(bytes.fromhex("00001E2000000000")) == []


@pytest.mark.parametrize("make", [RecordKeys, ReportKeys])
def test_damage_is_survived_and_bounded(make: type[RecordKeys] | type[ReportKeys]) -> None:
    decoder, golden = make(), [typed("1"), report_of("5") + RELEASED]
    for piece in mutated(golden, 200_000, seed=5):
        assert all(isinstance(name, str) for name in decoder.feed(piece))
    assert decoder.held < 24


@pytest.mark.parametrize("name", ["", "ß", "F1"])
def test_an_unknown_key_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        records_of(name)
    with pytest.raises(ValueError, match="no key"):
        report_of(name)
