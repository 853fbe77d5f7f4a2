"""People: PIN, lock-out, roles and counters of a sign-in, and the end of sessions."""

import pytest

from hall.wire.actor import Role
from hall.wire.enrolment import Session, SessionRequest
from server.auth.authority import Rejected
from server.auth.lockout import CLERK_LIMIT, CLERK_LOCK_MS, LIMIT, LOCK_MS, Lockout
from server.auth.sessions import SESSION_MS, Sessions, hash_pin
from tests.unit.server.auth.conftest import CLERKS, Book


def sign_in(book: Book, clerk: str, pin: str, unit: str = "counter-1", **more: str) -> Session | Rejected:
    row = book.accounts.unit(unit)
    assert row is not None
    return book.sessions.open(SessionRequest(clerk, pin, **more), row, book.now)


def test_a_right_pin_makes_the_clerk_the_actor(book: Book) -> None:
    book.enrol()
    session = sign_in(book, "c1", "1234")
    assert isinstance(session, Session)
    assert (session.name, session.role, session.counter) == ("林虚构", "clerk", "1")
    actor = book.gate.actor(book.bearer(), session.session)
    assert actor is not None
    assert (actor.clerk, actor.role, actor.counter, actor.unit) == ("c1", Role.CLERK, "1", "counter-1")


def test_wrong_and_unknown_look_the_same(book: Book) -> None:
    book.enrol()
    wrong, unknown = sign_in(book, "c1", "9999"), sign_in(book, "nobody", "9999")
    assert isinstance(wrong, Rejected)
    assert isinstance(unknown, Rejected)
    assert (wrong.status, wrong.problem) == (unknown.status, unknown.problem)


def test_five_wrong_pins_lock_the_clerk_here_and_tell_the_time_left(book: Book) -> None:
    book.enrol()
    for _ in range(LIMIT):
        assert sign_in(book, "c1", "9999").status == 401  # type: ignore[union-attr] # all are refused
    locked = sign_in(book, "c1", "1234")
    assert isinstance(locked, Rejected)
    assert (locked.status, locked.problem.code, locked.problem.retry_after_s) == (429, "locked_out", LOCK_MS // 1000)
    book.enrol("counter-2", "counter", "", "2")
    assert isinstance(sign_in(book, "c1", "1234", "counter-2"), Session), "not locked at another unit"
    book.now += LOCK_MS
    assert isinstance(sign_in(book, "c1", "1234"), Session)


def guess_everywhere(book: Book) -> None:
    """Use up the clerk's total at as many units as it takes."""
    for place in range(CLERK_LIMIT // LIMIT):
        book.enrol(f"counter-{place + 2}", "counter", "", str(place + 2))
        for _ in range(LIMIT):
            assert sign_in(book, "c1", "9999", f"counter-{place + 2}").status == 401  # type: ignore[union-attr] # refused


def test_many_units_do_not_multiply_the_guesses(book: Book) -> None:
    book.enrol()
    guess_everywhere(book)
    locked = sign_in(book, "c1", "1234")
    assert isinstance(locked, Rejected)
    assert (locked.status, locked.problem.retry_after_s) == (429, CLERK_LOCK_MS // 1000)
    assert isinstance(sign_in(book, "s1", "3456"), Session), "nobody else is locked"
    book.now += CLERK_LOCK_MS - 1
    book.authority.care(book.now)
    assert isinstance(sign_in(book, "c1", "1234"), Rejected), "care must not forget the total early"
    book.now += 1
    assert isinstance(sign_in(book, "c1", "1234"), Session)


def test_hammering_one_unit_does_not_lock_the_clerk_elsewhere(book: Book) -> None:
    book.enrol()
    book.enrol("counter-2", "counter", "", "2")
    refused = [sign_in(book, "c1", "9999") for _ in range(3 * CLERK_LIMIT)]
    assert {one.status for one in refused if isinstance(one, Rejected)} == {401, 429}
    assert isinstance(sign_in(book, "c1", "1234", "counter-2"), Session)


def test_a_right_pin_does_not_wipe_out_the_guesses_elsewhere(book: Book) -> None:
    book.enrol()
    for _ in range(2 * CLERK_LIMIT):
        assert isinstance(sign_in(book, "c1", "1234"), Session), "right ones do not count"
    book.enrol("kiosk-c", "kiosk", "C")
    for _ in range(LIMIT):
        assert isinstance(sign_in(book, "c1", "9999", "kiosk-c"), Rejected)
    assert isinstance(sign_in(book, "c1", "1234"), Session)
    assert book.accounts.failures("clerk:c1")[0] == LIMIT


def test_a_new_pin_lifts_the_lock(book: Book) -> None:
    book.enrol()
    guess_everywhere(book)
    book.accounts.set_pin("c1", hash_pin("8642"))
    for place in range(1, 4):
        assert isinstance(sign_in(book, "c1", "8642", f"counter-{place}"), Session)


def test_a_lock_survives_a_restart(book: Book) -> None:
    lockout = Lockout(book.accounts)
    for _ in range(LIMIT):
        assert lockout.attempt(("k",), book.now) == 0
    after = book.reopened()
    assert Lockout(after.accounts).attempt(("k",), book.now + 1000) == LOCK_MS // 1000 - 1
    after.accounts.close()


def test_attempts_count_before_they_are_checked(book: Book) -> None:
    lockout = Lockout(book.accounts)
    waits = [lockout.attempt(("k",), book.now) for _ in range(LIMIT + 2)]
    assert waits[:LIMIT] == [0] * LIMIT
    assert all(waits[LIMIT:])
    lockout.passed(("k",))
    assert lockout.attempt(("k",), book.now) == 0


def test_a_session_belongs_to_its_unit_and_ends(book: Book) -> None:
    book.enrol()
    book.enrol("counter-2", "counter", "", "2")
    session = sign_in(book, "c1", "1234")
    assert isinstance(session, Session)
    elsewhere = book.gate.actor(book.bearer("counter-2"), session.session)
    assert elsewhere is not None
    assert elsewhere.clerk is None
    assert book.sessions.whose(session.session, "counter-1", book.now + SESSION_MS) is None
    assert book.sessions.whose(session.session, "counter-1", book.now) is not None


@pytest.mark.parametrize("how", ["sign_out", "day_close"])
def test_after_the_end_only_the_units_own_role_is_left(book: Book, how: str) -> None:
    book.enrol()
    bearer, session = book.bearer(), sign_in(book, "c1", "1234")
    assert isinstance(session, Session)
    assert book.gate.actor(bearer, session.session) is not None
    if how == "sign_out":
        book.sessions.end(session.session)
        book.gate.forget()
    else:
        book.gate.end_sessions()
    actor = book.gate.actor(bearer, session.session)
    assert actor is not None
    assert (actor.role, actor.clerk) == (Role.COUNTER, None)
    after = book.reopened()
    assert after.sessions.whose(session.session, "counter-1", book.now) is None
    after.accounts.close()


def test_a_session_survives_a_restart_of_the_hub(book: Book) -> None:
    book.enrol()
    session = sign_in(book, "c1", "1234")
    assert isinstance(session, Session)
    after = book.reopened()
    assert after.sessions.whose(session.session, "counter-1", book.now) is not None
    after.accounts.close()


def test_a_clerk_signs_in_only_where_allowed(book: Book) -> None:
    book.enrol()
    assert sign_in(book, "c2", "2345").status == 403  # type: ignore[union-attr] # c2 belongs to counter 2
    assert sign_in(book, "c1", "1234", counter="2").status == 403  # type: ignore[union-attr] # unit stands at 1
    assert sign_in(book, "c1", "1234", role="supervisor").status == 403  # type: ignore[union-attr] # not hers


def test_a_role_may_be_chosen_among_ones_own(book: Book) -> None:
    book.enrol()
    by_itself, chosen = sign_in(book, "s1", "3456"), sign_in(book, "s1", "3456", role="clerk")
    assert isinstance(by_itself, Session)
    assert isinstance(chosen, Session)
    assert (by_itself.role, chosen.role) == ("supervisor", "clerk")


def test_an_attendant_signs_in_at_a_kiosk(book: Book) -> None:
    book.enrol("kiosk-c", "kiosk", "C")
    session = sign_in(book, "a1", "4567", "kiosk-c")
    assert isinstance(session, Session)
    assert session.role == "attendant"


def test_pins_of_the_file_count_only_in_a_demo(book: Book) -> None:
    book.enrol()
    unit = book.accounts.unit("counter-1")
    assert unit is not None
    real = Sessions(book.accounts, CLERKS, demo=False, cards=book.cards)
    assert isinstance(real.open(SessionRequest("c1", "1234"), unit, book.now), Rejected)
    book.accounts.set_pin("c1", hash_pin("8642"))
    assert isinstance(real.open(SessionRequest("c1", "8642"), unit, book.now), Session)
    assert isinstance(book.sessions.open(SessionRequest("c1", "1234"), unit, book.now), Rejected), "stored goes first"


def test_a_pin_is_stored_as_argon2id_and_has_a_length(book: Book) -> None:
    assert hash_pin("8642").startswith("$argon2id$")
    with pytest.raises(ValueError, match="4 to 32"):
        hash_pin("123")
