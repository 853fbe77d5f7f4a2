import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import catalog
from drivers.code_scanner.hid import MOST_ALT_DIGITS, HidDecoder, TypedCode
from drivers.code_scanner.options import Options
from drivers.code_scanner.protocol import LONGEST, TOO_LONG, Spoiled
from drivers.code_scanner.simulator import SimulatedWedge
from drivers.input_records import EV_KEY, EV_SYN, RECORD, SYN_DROPPED
from tests.support.vectors import vector_bytes


def typed(text, control="scan", **arguments):
    options = Options(alt_codes=arguments.pop("alt_codes", "gbk"))
    wedge = SimulatedWedge(catalog.model("code_scanner", "hid-wedge"), options)
    wedge.do(control, {"text": text, **arguments}, 0.0)
    records, now = b"", 0.0
    while (now := wedge.next_due()) is not None:
        records += wedge.outgoing(now)
    return records


def key(code, value=1):
    return RECORD.pack(0, 0, EV_KEY, code, value)


def test_the_vector():
    assert HidDecoder().feed(vector_bytes("scan.evdev.A023")) == [TypedCode("A023", "ENTER")]


@given(st.text(string.digits + string.ascii_letters + string.punctuation + " ", min_size=1, max_size=40))
def test_every_printable_key(text):
    assert HidDecoder().feed(typed(text)) == [TypedCode(text, "ENTER")]


@pytest.mark.parametrize("alt_codes", ["gbk", "unicode"])
def test_chinese_by_alt_and_keypad(alt_codes):
    records = typed("政务A1", alt_codes=alt_codes, suffix="tab")
    assert HidDecoder(alt_codes=alt_codes).feed(records) == [TypedCode("政务A1", "TAB")]


@given(st.integers(0, 10_000_000))
def test_any_alt_number_is_survived(value):
    keypad = {"0": 82, "1": 79, "2": 80, "3": 81, "4": 75, "5": 76, "6": 77, "7": 71, "8": 72, "9": 73}
    records = key(56) + b"".join(key(keypad[digit]) for digit in str(value)) + key(56, 0) + key(28)
    for alt_codes in ("gbk", "unicode"):
        assert all(isinstance(event, TypedCode) for event in HidDecoder(alt_codes=alt_codes).feed(records))


def test_caps_lock_and_shift_together():
    records = key(58) + key(58, 0) + key(30) + key(42) + key(30) + key(42, 0) + key(2) + key(28)
    assert HidDecoder().feed(records) == [TypedCode("Aa1", "ENTER")]


def test_repeats_and_releases_are_no_letters():
    assert HidDecoder().feed(key(30) + key(30, 2) + key(30, 0) + key(96)) == [TypedCode("a", "KPENTER")]


def test_keypad_digits():
    assert HidDecoder().feed(key(79) + key(83) + key(82) + key(28)) == [TypedCode("1.0", "ENTER")]


@pytest.mark.parametrize("keys", [key(29) + key(27) + key(29, 0), key(66)])
def test_the_separator_of_gs1_by_ctrl_bracket_or_f8(keys):
    assert HidDecoder().feed(key(2) + keys + key(3) + key(28)) == [TypedCode("1\x1d2", "ENTER")]


def test_lost_records_throw_the_partial_code_away():
    decoder = HidDecoder()
    dropped = RECORD.pack(0, 0, EV_SYN, SYN_DROPPED, 0)
    assert decoder.feed(key(42) + key(30) + dropped) == [Spoiled("key presses were lost")]
    assert decoder.feed(key(3) + key(28)) == []
    assert decoder.feed(key(30) + key(28)) == [TypedCode("a", "ENTER")]


def test_a_code_without_suffix_ends_when_it_is_quiet():
    decoder = HidDecoder(suffix="none")
    assert decoder.feed(key(30)) == []
    assert decoder.partial
    assert decoder.idle() == [TypedCode("a", "idle")]
    strict = HidDecoder(suffix="cr")
    strict.feed(key(30))
    assert strict.idle() == [Spoiled("the code was cut off")]


def test_an_endless_code_is_bounded_and_told_once():
    decoder = HidDecoder()
    events = decoder.feed((key(30) + key(30, 0)) * (LONGEST + 500))
    assert events == [TOO_LONG]
    assert len(decoder._text) <= LONGEST
    assert decoder.feed(key(28) + key(30) + key(28)) == [TypedCode("a", "ENTER")]


@given(st.lists(st.integers(0, 600), max_size=8))
def test_any_split_gives_the_same(cuts):
    stream = typed("A023政") + typed("b!")
    places = sorted({min(cut, len(stream)) for cut in cuts})
    decoder, found = HidDecoder(), []
    for start, end in zip([0, *places], [*places, len(stream)], strict=True):
        found += decoder.feed(stream[start:end])
    assert found == [TypedCode("A023政", "ENTER"), TypedCode("b!", "ENTER")]


@given(st.lists(st.binary(max_size=300), max_size=10))
def test_garbage_never_raises(chunks):
    decoder = HidDecoder()
    for chunk in chunks:
        decoder.feed(chunk)
    assert decoder._records.held < RECORD.size


def test_a_megabyte_of_mad_keys():
    dice, decoder = random.Random(24), HidDecoder()
    for _ in range(440):
        records = [(0, 0, dice.randrange(3), dice.randrange(120), dice.randrange(3)) for _ in range(100)]
        decoder.feed(b"".join(RECORD.pack(*record) for record in records))
        assert len(decoder._text) <= LONGEST
        assert len(decoder._alt_digits) <= MOST_ALT_DIGITS
    decoder.idle()
    decoder._caps = False
    assert decoder.feed(key(30) + key(28))[-1] == TypedCode("a", "ENTER")
