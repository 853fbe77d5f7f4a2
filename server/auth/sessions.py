"""People at units: a PIN buys a session, which ends after 12 hours, at sign-out, or with the day.

A card buys a smaller one: an attendant's, at a kiosk, for a quarter of an hour. It proves a thing, not a person.
"""

import secrets
import threading
from collections.abc import Mapping

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from config.hall import Clerk
from hall.wire.actor import Role
from hall.wire.enrolment import Session, SessionRequest
from hall.wire.staff_card import CardRequest
from server.auth.accounts import Accounts, SessionRow, UnitRow, digest
from server.auth.authority import Rejected, rejected
from server.auth.cards import Cards
from server.auth.lockout import CLERK_LIMIT, CLERK_LOCK_MS, Lockout
from server.auth.roles import HAVE_CARDS, role_for

SESSION_MS = 12 * 3_600_000
CARD_SESSION_MS = 15 * 60_000
"""By card. Changing a roll takes two minutes, and the kiosk ends the session when nobody touches it."""

# OWASP's Argon2id minimum (19 MiB, 2 passes, 1 lane): the hub itself must stay small, and the lock-out bounds guesses.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
"""Checked for unknown clerks, so that the time of the answer tells nothing."""


def hash_pin(pin: str) -> str:
    """Return the argon2id hash of a PIN (some 20 ms).

    Raises:
        ValueError: fewer than 4 or more than 32 characters.

    """
    if not 4 <= len(pin) <= 32:
        raise ValueError("a PIN has 4 to 32 characters")
    return _HASHER.hash(pin)


class Sessions:
    """Who is signed in where. `demo_pins` are the PINs of a demo hall's file; a stored PIN goes before them."""

    def __init__(self, accounts: Accounts, clerks: Mapping[str, Clerk], demo: bool, cards: Cards) -> None:
        self._accounts = accounts
        self._cards = cards
        self._clerks = clerks
        self._demo = demo
        self._demo_hashes: dict[str, str] = {}
        self._sessions = accounts.sessions()
        self._here = Lockout(accounts)
        self._anywhere = Lockout(accounts, CLERK_LIMIT, CLERK_LOCK_MS)
        # One hash at a time: each takes 19 MiB, and a queue of PINs must not become a queue of memory.
        self._hashing = threading.Lock()

    def open(self, request: SessionRequest, unit: UnitRow, now: int) -> Session | Rejected:
        """Check PIN (or card), role and counter; takes some 20 ms of CPU, so call it off the event loop."""
        if request.sealed_card:
            return self._open_by_card(request, unit, now)
        here, anywhere = (f"pin:{request.clerk[:64]}@{unit.unit}",), (f"clerk:{request.clerk[:64]}",)
        # In this order, so that whoever hammers one locked unit does not use up the clerk's total.
        wait = self._here.attempt(here, now) or self._anywhere.attempt(anywhere, now)
        if wait:
            return rejected(429, "locked_out", f"too many wrong PINs; wait {wait} s", wait)
        clerk = self._clerks.get(request.clerk)
        if not self._right(request) or clerk is None:
            left = min(self._here.left(here[0], now), self._anywhere.left(anywhere[0], now))
            return rejected(401, "bad_pin", f"unknown clerk or wrong PIN; {left} attempts left")
        self._here.passed(here)
        self._anywhere.took_back(anywhere[0])
        return self._open(clerk, request, unit, now)

    def keep_card(self, request: CardRequest, session: str, unit: str, now: int) -> Rejected | None:
        """Register the card of whoever is signed in at this unit."""
        row = self.whose(session, unit, now)
        if row is None:
            return rejected(401, "bad_token", "this session has ended; sign in by PIN again")
        return self._cards.keep(request, row, now)

    def whose(self, session: str, unit: str, now: int) -> SessionRow | None:
        """Return the session, if it lives and belongs to this unit; no disk, for the hot path."""
        row = self._sessions.get(digest(session))
        return row if row is not None and row.unit == unit and row.expires_at > now else None

    def end(self, session: str) -> None:
        """End one session; unknown ones are ended already."""
        self._sessions.pop(digest(session), None)
        self._accounts.end_session(digest(session))

    def end_all(self) -> None:
        """End every session: the day is closed."""
        self._sessions = {}
        self._accounts.end_sessions()

    def reread(self) -> None:
        """Take over what stands in the book, after another process or a revocation changed it."""
        self._sessions = self._accounts.sessions()

    def _open(self, clerk: Clerk, request: SessionRequest, unit: UnitRow, now: int) -> Session | Rejected:
        role = role_for(Role(unit.kind), clerk.roles, request.role)
        if role is None:
            return rejected(403, "forbidden", f"{clerk.id} has no role {request.role or 'at all'}")
        counter = _counter(clerk, request, unit)
        if isinstance(counter, Rejected):
            return counter
        session = self._begin(SessionRow(unit.unit, clerk.id, role, counter, now + SESSION_MS))
        return Session(session, clerk.id, clerk.name, role, SESSION_MS // 1000, counter, clerk.roles)

    def _open_by_card(self, request: SessionRequest, unit: UnitRow, now: int) -> Session | Rejected:
        """Five unknown cards shut this door at this unit, not to PINs; a locked clerk is locked by card too."""
        if unit.kind != Role.KIOSK:
            return rejected(403, "forbidden", "a card opens the attendant's screen of a kiosk; sign in by PIN here")
        here = (f"card:@{unit.unit}",)
        wait = self._here.attempt(here, now)
        if wait:
            return rejected(429, "locked_out", f"too many unknown cards; wait {wait} s, or sign in by PIN", wait)
        owner = self._cards.whose(request.sealed_card, unit.unit)
        if isinstance(owner, Rejected):
            return owner
        clerk = self._clerks.get(owner or "")
        if clerk is None:
            return rejected(401, "unknown_card", "nobody registered this card; sign in by PIN")
        anywhere = f"clerk:{clerk.id}"
        wait = self._anywhere.attempt((anywhere,), now)
        if wait:
            return rejected(429, "locked_out", f"too many wrong PINs of this person; wait {wait} s", wait)
        self._here.passed(here)
        self._anywhere.took_back(anywhere)
        if HAVE_CARDS.isdisjoint(clerk.roles):
            return rejected(403, "forbidden", f"{clerk.id} is no attendant any more")
        role = Role.ATTENDANT
        session = self._begin(SessionRow(unit.unit, clerk.id, role, "", now + CARD_SESSION_MS, by_card=True))
        return Session(session, clerk.id, clerk.name, role, CARD_SESSION_MS // 1000, roles=(role,))

    def _begin(self, row: SessionRow) -> str:
        session = secrets.token_urlsafe(32)
        self._accounts.add_session(digest(session), row)
        self._sessions[digest(session)] = row
        return session

    def _right(self, request: SessionRequest) -> bool:
        with self._hashing:
            stored = self._stored(request.clerk)
            try:
                return _HASHER.verify(stored or _NOBODY, request.pin) and stored is not None
            except (VerificationError, InvalidHashError):
                return False

    def _stored(self, clerk: str) -> str | None:
        stored = self._accounts.pin(clerk)
        if stored is None and self._demo and clerk in self._clerks and self._clerks[clerk].pin:
            if clerk not in self._demo_hashes:
                self._demo_hashes[clerk] = hash_pin(self._clerks[clerk].pin)
            return self._demo_hashes[clerk]
        return stored


def _counter(clerk: Clerk, request: SessionRequest, unit: UnitRow) -> str | Rejected:
    """Return the counter of the sign-in: wanted and allowed, or the unit's only one."""
    wanted = request.counter or (unit.counters[0] if len(unit.counters) == 1 else "")
    if wanted and wanted not in unit.counters:
        return rejected(403, "forbidden", f"this unit does not stand at counter {wanted}")
    if wanted and clerk.counters and wanted not in clerk.counters:
        return rejected(403, "forbidden", f"{clerk.id} may not sign in at counter {wanted}")
    return wanted
