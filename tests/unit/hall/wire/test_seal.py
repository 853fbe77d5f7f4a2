"""Sealing: only the receiver reads, and a changed blob is never read wrongly."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.domain.person import Person
from hall.wire.case_query import CaseQuery, read_receipt_qr, receipt_qr
from hall.wire.enrolment import SessionRequest, join_token, signing_input, split_token
from hall.wire.seal import OVERHEAD, SealError, new_private_key, public_key, seal, seal_person, unseal, unseal_person

PRIVATE = new_private_key()
PUBLIC = public_key(PRIVATE)
PERSON = Person(name="欧阳虚构", number="11010519491231002X", phone="13900000000")


@given(st.binary(max_size=300))
def test_what_is_sealed_comes_out_whole(plaintext: bytes) -> None:
    blob = seal(PUBLIC, plaintext)
    assert unseal(PRIVATE, blob) == plaintext
    assert len(blob) == len(plaintext) + OVERHEAD


def test_the_same_words_never_look_the_same_twice() -> None:
    assert seal(PUBLIC, b"same") != seal(PUBLIC, b"same")


def test_another_key_cannot_open_it() -> None:
    with pytest.raises(SealError, match="another key"):
        unseal(new_private_key(), seal(PUBLIC, b"secret"))


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_anywhere_is_noticed(place: int, change: int) -> None:
    blob = bytearray(seal(PUBLIC, b"secret words"))
    blob[place % len(blob)] ^= change
    with pytest.raises(SealError):
        unseal(PRIVATE, bytes(blob))


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_else_raised(garbage: bytes) -> None:
    with pytest.raises(SealError):
        unseal(PRIVATE, garbage)


def test_a_person_is_unreadable_while_sealed() -> None:
    blob = seal_person(PUBLIC, PERSON)
    for text in (PERSON.name, PERSON.number, PERSON.phone):
        assert text.encode() not in blob
    assert unseal_person(PRIVATE, blob) == PERSON


def test_a_sealed_thing_that_is_no_person_does_not_show_itself() -> None:
    with pytest.raises(SealError) as seen:
        unseal_person(PRIVATE, seal(PUBLIC, b'{"name": 17, "number": "11010519491231002X"}'))
    assert seen.value.__cause__ is None
    assert "1101" not in str(seen.value)


@given(st.from_regex(r"[0-9A-Za-z-]{1,50}", fullmatch=True), st.from_regex(r"[0-9A-Za-z]{1,64}", fullmatch=True))
def test_a_receipt_reads_as_it_was_written(case: str, code: str) -> None:
    assert read_receipt_qr(receipt_qr(case, code)) == (case, code)


@pytest.mark.parametrize("text", ["", "HC1:", "HC1:a:b:c", "HC2:a:b", "https://x/a", "HC1:" + "a" * 51 + ":b"])
def test_other_codes_are_no_receipts(text: str) -> None:
    assert read_receipt_qr(text) is None


def test_a_token_carries_the_fingerprint() -> None:
    assert split_token(join_token("abc", "0F")) == ("abc", "0f")
    assert split_token(" demo-kiosk\n") == ("demo-kiosk", "")


def test_a_signature_for_one_unit_serves_no_other() -> None:
    assert signing_input("h", "a", b"n") != signing_input("h", "b", b"n")
    assert signing_input("h", "ab", b"n") != signing_input("ha", "b", b"n")


def test_secrets_do_not_print_themselves() -> None:
    assert "2468" not in repr(SessionRequest(clerk="c", pin="2468"))
    assert "X9" not in repr(CaseQuery(case="1", code="X9"))
    assert msgspec.json.decode(msgspec.json.encode(CaseQuery(case="1", code="X9"))) == {"case": "1", "code": "X9"}
