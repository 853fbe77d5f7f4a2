"""Staff cards: registered after a PIN, an attendant's session at kiosks and nothing more, locked and lost."""

from pathlib import Path

import apsw
import pytest

from hall.wire.actor import Role
from hall.wire.enrolment import Session, SessionRequest
from hall.wire.seal import new_private_key, public_key, seal
from hall.wire.staff_card import LARGEST_NUMBER, CardRequest, StaffCard, card_bytes
from server.auth.accounts import SCHEMA, Accounts, SessionRow
from server.auth.authority import Rejected
from server.auth.lockout import CLERK_LIMIT, LIMIT, LOCK_MS
from server.auth.sessions import CARD_SESSION_MS, hash_pin
from tests.unit.server.auth.conftest import HALL_KEY, Book

CARD = "id:110101199003070017:20200101:20400101"
OTHER = "uid:04a2b3c4"


@pytest.fixture
def book(book: Book) -> Book:
    book.enrol("kiosk-c", "kiosk", "C")
    return book


def sealed(number: str = CARD, unit: str = "kiosk-c") -> bytes:
    return seal(HALL_KEY.public, card_bytes(unit, number))


def by_pin(book: Book, clerk: str = "a1", pin: str = "4567", unit: str = "kiosk-c") -> Session:
    row = book.accounts.unit(unit)
    assert row is not None
    session = book.sessions.open(SessionRequest(clerk, pin), row, book.now)
    assert isinstance(session, Session), session
    return session


def by_card(book: Book, blob: bytes, unit: str = "kiosk-c") -> Session | Rejected:
    row = book.accounts.unit(unit)
    assert row is not None
    return book.sessions.open(SessionRequest(sealed_card=blob), row, book.now)


def register(book: Book, number: str = CARD, clerk: str = "a1", pin: str = "4567") -> Rejected | None:
    session = by_pin(book, clerk, pin)
    return book.sessions.keep_card(CardRequest(sealed(number)), session.session, "kiosk-c", book.now)


def refusal(found: object) -> tuple[int, str]:
    assert isinstance(found, Rejected), found
    return found.status, found.problem.code


def test_a_registered_card_opens_a_short_session_of_an_attendant(book: Book) -> None:
    assert register(book) is None
    session = by_card(book, sealed())
    assert isinstance(session, Session)
    assert (session.clerk, session.role, session.roles, session.expires_s) == ("a1", "attendant", ("attendant",), 900)
    actor = book.gate.actor(book.bearer("kiosk-c"), session.session)
    assert actor is not None
    assert (actor.role, actor.clerk) == (Role.ATTENDANT, "a1")
    book.now += CARD_SESSION_MS
    assert book.sessions.whose(session.session, "kiosk-c", book.now) is None


def test_a_supervisors_card_makes_an_attendant_only(book: Book) -> None:
    assert register(book, clerk="s1", pin="3456") is None
    session = by_card(book, sealed())
    assert isinstance(session, Session)
    assert (session.role, session.roles) == ("attendant", ("attendant",))


def test_the_number_is_nowhere_in_the_book(book: Book) -> None:
    register(book)
    book.accounts.close()
    left = b"".join(one.read_bytes() for one in book.path.parent.iterdir())
    assert b"110101199003070017" not in left
    assert HALL_KEY.card_digest(CARD) in left
    assert HALL_KEY.card_digest(CARD) != HALL_KEY.tag(CARD), "a visitor's tag and a card's digest are not comparable"
    assert "110101" not in repr(StaffCard("kiosk-c", CARD))
    book.accounts = Accounts(book.path)


def test_an_unknown_card_is_refused_and_five_shut_the_door_to_cards_alone(book: Book) -> None:
    register(book)
    for _ in range(LIMIT):
        assert refusal(by_card(book, sealed(OTHER))) == (401, "unknown_card")
    assert refusal(by_card(book, sealed())) == (429, "locked_out")
    assert by_pin(book).role == "attendant", "a PIN still opens"
    book.now += LOCK_MS
    assert isinstance(by_card(book, sealed()), Session)


def test_a_right_card_takes_the_misses_back(book: Book) -> None:
    register(book)
    for _ in range(LIMIT):
        by_card(book, sealed(OTHER))
        book.now += LOCK_MS
        assert isinstance(by_card(book, sealed()), Session)
    for _ in range(LIMIT - 1):
        by_card(book, sealed(OTHER))
    assert isinstance(by_card(book, sealed()), Session)


def test_a_clerk_whose_pin_was_guessed_at_everywhere_is_locked_by_card_too(book: Book) -> None:
    register(book)
    for place in range(CLERK_LIMIT // LIMIT):
        unit = f"counter-{place + 2}"
        book.enrol(unit, "counter", "", str(place + 2))
        row = book.accounts.unit(unit)
        assert row is not None
        for _ in range(LIMIT):
            book.sessions.open(SessionRequest("a1", "0000"), row, book.now)
    assert refusal(by_card(book, sealed())) == (429, "locked_out")


def test_cards_open_nothing_at_a_counter(book: Book) -> None:
    book.enrol()
    register(book)
    assert refusal(by_card(book, sealed(unit="counter-1"), "counter-1")) == (403, "forbidden")


def test_what_another_unit_sealed_or_nobody_opens_nothing(book: Book) -> None:
    register(book)
    elsewhere = seal(public_key(new_private_key()), card_bytes("kiosk-c", CARD))
    long = sealed("x" * (LARGEST_NUMBER + 1))
    blobs = (sealed(unit="kiosk-d"), elsewhere, b"HS\x01", seal(HALL_KEY.public, b"{"), sealed(""))
    found = []
    for blob in (*blobs, long):
        found.append(refusal(by_card(book, blob)))
        book.now += LOCK_MS
    assert found == [(400, "malformed")] * 6


def test_a_found_card_registers_no_other_card(book: Book) -> None:
    register(book)
    session = by_card(book, sealed())
    assert isinstance(session, Session)
    again = book.sessions.keep_card(CardRequest(sealed(OTHER)), session.session, "kiosk-c", book.now)
    assert refusal(again) == (403, "pin_wanted")
    assert refusal(by_card(book, sealed(OTHER))) == (401, "unknown_card")


def test_a_card_is_one_persons_and_a_person_has_one(book: Book) -> None:
    register(book)
    assert refusal(register(book, clerk="s1", pin="3456")) == (409, "card_taken")
    assert register(book, OTHER) is None
    assert refusal(by_card(book, sealed())) == (401, "unknown_card")
    assert [(row.clerk, row.registered_at) for row in book.accounts.cards()] == [("a1", book.now)]


def test_an_ended_session_registers_nothing(book: Book) -> None:
    session = by_pin(book)
    book.sessions.end(session.session)
    found = book.sessions.keep_card(CardRequest(sealed()), session.session, "kiosk-c", book.now)
    assert refusal(found) == (401, "bad_token")


@pytest.mark.parametrize("how", ["removed", "new pin"])
def test_a_lost_card_opens_nothing_any_more_and_its_sessions_end(book: Book, how: str) -> None:
    register(book)
    typed, laid = by_pin(book), by_card(book, sealed())
    assert isinstance(laid, Session)
    if how == "removed":
        assert book.accounts.drop_card("a1")
        assert not book.accounts.drop_card("a1")
    else:
        book.accounts.set_pin("a1", hash_pin("864209"))
    book.sessions.reread()
    assert book.sessions.whose(laid.session, "kiosk-c", book.now) is None
    assert book.sessions.whose(typed.session, "kiosk-c", book.now) is not None
    assert refusal(by_card(book, sealed())) == (401, "unknown_card")


def test_cards_and_their_sessions_survive_a_restart(book: Book) -> None:
    register(book)
    session = by_card(book, sealed())
    assert isinstance(session, Session)
    again = book.reopened()
    row = again.sessions.whose(session.session, "kiosk-c", again.now)
    assert row is not None
    assert row.by_card
    assert isinstance(by_card(again, sealed()), Session)
    again.accounts.close()
    book.accounts = Accounts(book.path)


def test_a_book_of_yesterday_is_taken_over_with_its_sessions(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = apsw.Connection(str(path))
    for number, script in enumerate(SCHEMA[:2], start=1):
        old.execute(script)
        old.pragma("user_version", number)
    old.execute("INSERT INTO session VALUES(x'00', 'kiosk-c', 'a1', 'attendant', '', 99)")
    old.close()
    accounts = Accounts(path)
    assert accounts.sessions() == {b"\0": SessionRow("kiosk-c", "a1", "attendant", "", 99)}
    assert accounts.cards() == []
    accounts.close()
