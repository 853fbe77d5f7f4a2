"""A hub's authority over a temporary book, with a clock that tests move."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.hall import Clerk
from hall.wire.enrolment import Bearer, Enrolled, EnrolRequest, TokenRequest, signing_input
from hall.wire.seal import new_private_key
from server.auth.accounts import Accounts, TokenRow
from server.auth.authority import Authority, Trust
from server.auth.cards import Cards
from server.auth.gate import Gate
from server.auth.keys import HallKey
from server.auth.sessions import Sessions

CLERKS = {
    "c1": Clerk("c1", "林虚构", ("clerk",), pin="1234"),
    "c2": Clerk("c2", "顾虚构", ("clerk",), pin="2345", counters=("2",)),
    "s1": Clerk("s1", "程虚构", ("clerk", "supervisor"), pin="3456"),
    "a1": Clerk("a1", "叶虚构", ("attendant",), pin="4567"),
}

HALL_KEY = HallKey(new_private_key())


class Book:
    """Everything of auth, and the unit's side of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = 1_700_000_000_000
        self.accounts = Accounts(path)
        self.authority = Authority(self.accounts, Trust("binjiang", b"k" * 32, "PEM", "ab" * 32))
        self.cards = Cards(self.accounts, HALL_KEY)
        self.sessions = Sessions(self.accounts, CLERKS, demo=True, cards=self.cards)
        self.gate = Gate(self.authority, self.sessions, lambda: self.now)
        self.keys: dict[str, Ed25519PrivateKey] = {}

    def token(self, unit: str = "counter-1", kind: str = "counter", series: str = "", *counters: str) -> str:
        return self.authority.make_token(
            TokenRow(kind, unit, series, counters or (("1",) if kind == "counter" else ())), self.now
        )

    def enrol(self, unit: str = "counter-1", kind: str = "counter", series: str = "", *counters: str) -> Enrolled:
        key = self.keys[unit] = Ed25519PrivateKey.generate()
        request = EnrolRequest(self.token(unit, kind, series, *counters), key.public_key().public_bytes_raw())
        enrolled = self.authority.enrol(request, self.now)
        assert isinstance(enrolled, Enrolled)
        return enrolled

    def bearer(self, unit: str = "counter-1") -> str:
        challenge = self.authority.challenge(unit, self.now)
        signature = self.keys[unit].sign(signing_input("binjiang", unit, challenge.nonce))
        bearer = self.authority.token(TokenRequest(unit, challenge.nonce, signature), self.now)
        assert isinstance(bearer, Bearer)
        return bearer.bearer

    def reopened(self) -> "Book":
        """The hub after a restart."""
        self.accounts.close()
        again = Book(self.path)
        again.now, again.keys = self.now, self.keys
        return again


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path / "auth.db")
    yield made
    made.accounts.close()
