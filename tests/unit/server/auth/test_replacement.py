"""A spare takes a unit's place: its name and letter, never its numbers, and the old key is refused by name."""

import sqlite3
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from hall.wire.enrolment import (
    REPLACED,
    Enrolled,
    EnrolRequest,
    ReplacementToken,
    TokenRequest,
    invitation,
    read_invitation,
    series_mark,
    signing_input,
)
from server.auth.accounts import SCHEMA, Accounts
from server.auth.authority import TOKEN_MS, Rejected
from tests.unit.server.auth.conftest import Book


def replaced(book: Book, unit: str = "kiosk-c") -> Enrolled:
    """Put a spare in the place of a unit."""
    made = book.authority.make_replacement(unit, book.now)
    assert isinstance(made, ReplacementToken)
    key = book.keys[unit] = Ed25519PrivateKey.generate()
    enrolled = book.authority.enrol(EnrolRequest(made.token, key.public_key().public_bytes_raw()), book.now)
    assert isinstance(enrolled, Enrolled)
    return enrolled


def signed_by(book: Book, key: Ed25519PrivateKey, unit: str = "kiosk-c") -> object:
    nonce = book.authority.challenge(unit, book.now).nonce
    return book.authority.token(TokenRequest(unit, nonce, key.sign(signing_input("binjiang", unit, nonce))), book.now)


def test_the_spare_is_the_unit_and_prints_other_numbers(book: Book) -> None:
    first = book.enrol("kiosk-c", "kiosk", "C")
    second, third = replaced(book), replaced(book)
    assert [(one.unit, one.series, one.generation) for one in (first, second, third)] == [
        ("kiosk-c", "C", 1),
        ("kiosk-c", "C", 2),
        ("kiosk-c", "C", 3),
    ]
    assert book.authority.printed_series("kiosk-c") == ("CC", ("C", "CB"))
    assert book.authority.units()[0].generation == 3
    assert book.gate.actor(book.bearer("kiosk-c")) is not None


def test_the_old_key_is_out_at_once_and_told_why(book: Book) -> None:
    book.enrol("kiosk-c", "kiosk", "C")
    old_key, old_bearer = book.keys["kiosk-c"], book.bearer("kiosk-c")
    replaced(book)
    book.gate.forget()
    assert book.gate.actor(old_bearer) is None
    told = signed_by(book, old_key)
    assert isinstance(told, Rejected)
    assert (told.status, told.problem.code) == (403, REPLACED)
    assert "switch this one off" in told.problem.message
    stranger = signed_by(book, Ed25519PrivateKey.generate())
    assert isinstance(stranger, Rejected)
    assert stranger.problem.code == "bad_token", "who was never this unit hears nothing of its history"


def test_who_was_replaced_is_known_after_a_restart(book: Book) -> None:
    book.enrol("kiosk-c", "kiosk", "C")
    old_key = book.keys["kiosk-c"]
    replaced(book)
    after = book.reopened()
    told = signed_by(after, old_key)
    assert isinstance(told, Rejected)
    assert told.problem.code == REPLACED
    after.accounts.close()


def test_a_replacement_ends_works_once_and_only_for_units_that_were(book: Book) -> None:
    book.enrol("counter-1", "counter")
    made = book.authority.make_replacement("counter-1", book.now)
    assert isinstance(made, ReplacementToken)
    assert (made.kind, made.ca_fingerprint) == ("counter", "ab" * 32)
    key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    late = book.authority.enrol(EnrolRequest(made.token, key), book.now + TOKEN_MS)
    assert isinstance(late, Rejected)
    assert late.status == 410
    unknown = book.authority.make_replacement("kiosk-x", book.now)
    assert isinstance(unknown, Rejected)
    assert "counter-1" in unknown.problem.message
    assert book.authority.printed_series("counter-1") == ("", ())
    assert book.authority.printed_series("nobody") == ("", ())


def test_the_same_machine_again_stays_the_same(book: Book) -> None:
    key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    for _ in range(2):
        enrolled = book.authority.enrol(EnrolRequest(book.token("kiosk-c", "kiosk", "C"), key), book.now)
        assert isinstance(enrolled, Enrolled)
        assert enrolled.generation == 1


def test_a_letter_taken_over_from_a_unit_shut_out_repeats_no_number(book: Book) -> None:
    book.enrol("kiosk-c", "kiosk", "C")
    book.authority.revoke("kiosk-c", book.now)
    assert book.enrol("kiosk-x", "kiosk", "C").generation == 2


@pytest.mark.parametrize(
    ("series", "why"), [("CB", "belongs to kiosk-c"), ("C1", "must be a letter"), ("丙", "letter")]
)
def test_a_letter_that_could_become_anothers_mark_is_refused(book: Book, series: str, why: str) -> None:
    book.enrol("kiosk-c", "kiosk", "C")
    with pytest.raises(ValueError, match=why):
        book.token("kiosk-d", "kiosk", series)


def test_a_book_of_before_opens_and_its_units_are_first_machines(tmp_path: Path) -> None:
    path = tmp_path / "auth.db"
    old = sqlite3.connect(path)
    old.executescript(SCHEMA[0])
    old.execute("INSERT INTO unit VALUES('kiosk-c', 'kiosk', 'C', '', x'00', 5, NULL, NULL)")
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    accounts = Accounts(path)
    assert [(one.unit, one.generation) for one in accounts.units()] == [("kiosk-c", 1)]
    assert accounts.former() == []
    accounts.close()


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_marks_are_of_letters_and_each_machines_own(one: int, other: int) -> None:
    assert (series_mark(one) == series_mark(other)) == (one == other)
    assert series_mark(one) == "" or (series_mark(one).isalpha() and not set(series_mark(one)) & set("AIO"))


def test_marks_begin_without_one() -> None:
    assert [series_mark(number) for number in (1, 2, 3, 24, 25)] == ["", "B", "C", "Z", "BB"]


def test_an_invitation_is_read_as_it_was_written_and_nothing_else_is() -> None:
    assert read_invitation(invitation("https://hub:8443", "ab.cd")) == ("https://hub:8443", "ab.cd")
    for text in ("", "HT1:A012:abcdef", "https://hub:8443", "hub ab.cd", "https://hub a b", "https://hub 令牌"):
        assert read_invitation(text) is None


def test_a_token_of_another_unit_is_refused_and_stays_good(book: Book) -> None:
    token = book.token("counter-2", "counter")
    key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    wrong = book.authority.enrol(EnrolRequest(token, key, "counter-1"), book.now)
    assert isinstance(wrong, Rejected)
    assert (wrong.status, wrong.problem.code) == (409, "other_unit")
    assert "counter-2" in wrong.problem.message
    assert isinstance(book.authority.enrol(EnrolRequest(token, key, "counter-2"), book.now), Enrolled)
