"""Units: enrolled once, proven by their key, shut out at once."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hall.wire.enrolment import Enrolled, EnrolRequest, TokenRequest, signing_input
from server.auth.accounts import TokenRow
from server.auth.authority import BEARER_MS, CHALLENGE_MS, CHALLENGES, TOKEN_MS, Rejected
from tests.unit.server.auth.conftest import Book

KEY = Ed25519PrivateKey.generate().public_key().public_bytes_raw()


def refused(found: object) -> tuple[int, str]:
    assert isinstance(found, Rejected)
    return found.status, found.problem.code


def test_enrolment_gives_what_the_token_is_bound_to(book: Book) -> None:
    enrolled = book.enrol("kiosk-c", "kiosk", "C")
    assert (enrolled.unit, enrolled.kind, enrolled.series, enrolled.hall) == ("kiosk-c", "kiosk", "C", "binjiang")
    assert enrolled.ca_fingerprint == "ab" * 32


def test_a_token_works_once(book: Book) -> None:
    token = book.token()
    assert isinstance(book.authority.enrol(EnrolRequest(token, KEY), book.now), Enrolled)
    again = book.authority.enrol(EnrolRequest(token, KEY), book.now)
    assert refused(again) == (409, "token_used")
    assert "hall-server token" in again.problem.message  # type: ignore[union-attr] # refused, as checked


def test_an_old_token_is_gone_and_a_wrong_one_unknown(book: Book) -> None:
    token = book.token()
    assert refused(book.authority.enrol(EnrolRequest("x" * 30, KEY), book.now)) == (401, "bad_token")
    assert refused(book.authority.enrol(EnrolRequest(token, KEY), book.now + TOKEN_MS)) == (410, "token_expired")


def test_a_key_of_another_kind_does_not_spend_the_token(book: Book) -> None:
    token = book.token()
    assert refused(book.authority.enrol(EnrolRequest(token, b"short"), book.now)) == (400, "malformed")
    assert isinstance(book.authority.enrol(EnrolRequest(token, KEY), book.now), Enrolled)


def test_two_kiosks_never_share_a_series(book: Book) -> None:
    book.enrol("kiosk-c", "kiosk", "C")
    with pytest.raises(ValueError, match="belongs to kiosk-c"):
        book.token("kiosk-d", "kiosk", "C")
    with pytest.raises(ValueError, match="series letter"):
        book.token("kiosk-e", "kiosk", "")
    with pytest.raises(ValueError, match="cannot be enrolled"):
        book.token("x", "clerk")


def test_a_signed_nonce_buys_a_bearer_that_ends(book: Book) -> None:
    book.enrol()
    bearer = book.bearer()
    unit = book.authority.whose(bearer, book.now)
    assert unit is not None
    assert unit.unit == "counter-1"
    assert book.authority.whose(bearer, book.now + BEARER_MS) is None
    assert book.authority.whose("guess", book.now) is None


def test_a_nonce_works_once_in_time_and_for_its_unit(book: Book) -> None:
    book.enrol()
    book.enrol("counter-2")

    def answer(asked: str, unit: str, late: int = 0, signer: str = "") -> object:
        nonce = book.authority.challenge(asked, book.now).nonce
        signature = book.keys[signer or unit].sign(signing_input("binjiang", unit, nonce))
        request = TokenRequest(unit, nonce, signature)
        first = book.authority.token(request, book.now + late)
        assert refused(book.authority.token(request, book.now)) == (401, "bad_challenge")
        return first

    assert not isinstance(answer("counter-1", "counter-1"), Rejected)
    assert refused(answer("counter-1", "counter-2")) == (401, "bad_challenge")
    assert refused(answer("counter-1", "counter-1", CHALLENGE_MS + 1)) == (401, "bad_challenge")
    assert refused(answer("counter-1", "counter-1", signer="counter-2")) == (401, "bad_token")


def test_challenges_cannot_fill_the_memory(book: Book) -> None:
    book.enrol()
    first = book.authority.challenge("counter-1", book.now).nonce
    for number in range(CHALLENGES):
        book.authority.challenge(f"nobody-{number}", book.now)
    signature = book.keys["counter-1"].sign(signing_input("binjiang", "counter-1", first))
    assert refused(book.authority.token(TokenRequest("counter-1", first, signature), book.now))[0] == 401


def test_a_restart_keeps_bearers_and_stores_no_secret(book: Book) -> None:
    book.enrol()
    bearer = book.bearer()
    token = book.token("lobby-1", "lobby")
    after = book.reopened()
    assert after.authority.whose(bearer, after.now) is not None
    stored = b"".join(path.read_bytes() for path in book.path.parent.iterdir())
    assert bearer.encode() not in stored
    assert token.split(".")[0].encode() not in stored
    after.accounts.close()


def test_a_revoked_unit_is_out_at_once_and_can_be_enrolled_again(book: Book) -> None:
    book.enrol()
    bearer = book.bearer()
    assert book.gate.actor(bearer) is not None
    assert book.authority.revoke("counter-1", book.now)
    book.gate.forget()
    assert book.gate.actor(bearer) is None
    assert not book.authority.revoke("nobody", book.now)
    assert [(line.unit, line.revoked) for line in book.authority.units()] == [("counter-1", True)]
    book.enrol()
    assert book.gate.actor(book.bearer()) is not None


def test_enrolling_a_replaced_pc_ends_the_old_ones_bearer(book: Book) -> None:
    book.enrol()
    old = book.bearer()
    book.enrol()
    assert book.authority.whose(old, book.now) is None


def test_the_list_tells_when_a_unit_was_heard_of(book: Book) -> None:
    book.enrol()
    bearer = book.bearer()
    book.authority.whose(bearer, book.now + 5)
    assert book.authority.units()[0].seen_at == book.now + 5
    book.authority.care(book.now + 6)
    assert book.accounts.units()[0].seen_at == book.now + 5


def test_a_token_made_by_another_process_is_seen(book: Book) -> None:
    other = Book(book.path)
    token = other.token("lobby-1", "lobby")
    other.accounts.close()
    assert isinstance(book.authority.enrol(EnrolRequest(token, KEY), book.now), Enrolled)


def test_a_revocation_by_another_process_is_noticed_by_care(book: Book) -> None:
    book.enrol()
    bearer = book.bearer()
    book.authority.care(book.now)
    other = Book(book.path)
    other.authority.revoke("counter-1", book.now)
    other.accounts.close()
    assert book.authority.care(book.now)
    assert book.authority.whose(bearer, book.now) is None


def test_a_fixed_demo_token_survives_a_restart_unused_and_stays_used(book: Book) -> None:
    row = TokenRow("kiosk", "kiosk-c", "C")
    assert book.authority.make_token(row, book.now, secret="demo-kiosk") == "demo-kiosk"
    assert isinstance(book.authority.enrol(EnrolRequest("demo-kiosk", KEY), book.now), Enrolled)
    book.authority.make_token(row, book.now, secret="demo-kiosk")
    assert refused(book.authority.enrol(EnrolRequest("demo-kiosk", KEY), book.now)) == (409, "token_used")
