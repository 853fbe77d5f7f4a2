"""The hub's authority over units: one-time tokens, enrolment, signed challenges, bearers, revocation.

Every method that may refuse returns `Rejected` instead of raising. `now` is the hub's clock in milliseconds; no
unit's clock is ever looked at. Methods may wait for the disk: call them off the event loop, `whose` excepted.
"""

import secrets
import threading
from collections import OrderedDict

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hall.wire.enrolment import (
    REPLACED,
    UNIT_KINDS,
    Bearer,
    Challenge,
    Enrolled,
    EnrolRequest,
    Problem,
    ReplacementToken,
    TokenRequest,
    UnitLine,
    join_token,
    series_mark,
    signing_input,
    split_token,
)
from server.auth.accounts import Accounts, BearerRow, FormerRow, TokenRow, UnitRow, digest
from server.auth.lockout import CLERK_LOCK_MS

TOKEN_MS = 24 * 3_600_000
"""Life of an enrolment token."""
BEARER_MS = 12 * 3_600_000
CHALLENGE_MS = 60_000
CHALLENGES = 4096
"""Open challenges at most; the oldest goes first, so that nobody can fill the memory."""


class Rejected(msgspec.Struct, frozen=True):
    """No, with the HTTP status and the reason."""

    status: int
    problem: Problem


class Trust(msgspec.Struct, frozen=True):
    """What enrolment hands out about the hub itself."""

    hall: str
    hub_key: bytes
    ca_pem: str = ""
    ca_fingerprint: str = ""


def rejected(status: int, code: str, message: str, retry_after_s: int | None = None) -> Rejected:
    """Make a refusal."""
    return Rejected(status, Problem(code, message, retry_after_s))


class Authority:
    """Who is who among units."""

    def __init__(self, accounts: Accounts, trust: Trust) -> None:
        self.accounts = accounts
        self.trust = trust
        self._challenges: OrderedDict[bytes, tuple[str, int]] = OrderedDict()
        self._challenge_lock = threading.Lock()
        self._seen: dict[str, int] = {}
        self._version = accounts.version()
        self._bearers: dict[bytes, BearerRow] = {}
        self._units: dict[str, UnitRow] = {}
        self._read()

    # -- tokens

    def make_token(self, row: TokenRow, now: int, secret: str = "") -> str:
        """Store a one-time token for `row` and return it as it is printed, with the CA's fingerprint.

        Raises:
            ValueError: the kind cannot be enrolled, or a kiosk has no series of its own, or another's.

        """
        if row.kind not in UNIT_KINDS:
            raise ValueError(f"kind {row.kind!r} cannot be enrolled; one of {', '.join(sorted(UNIT_KINDS))}")
        if row.kind == "kiosk" and not row.series:
            raise ValueError("a kiosk needs a series letter of its own for numbers given out without the hub")
        self._refuse_taken_series(row)
        fixed = bool(secret)
        # Hexadecimal: it is typed, and on a command line it must not begin with a dash.
        secret = secret or secrets.token_hex(20)
        self.accounts.add_token(digest(secret), msgspec.structs.replace(row, expires_at=now + TOKEN_MS))
        return join_token(secret, "" if fixed else self.trust.ca_fingerprint)

    def make_replacement(self, unit: str, now: int) -> ReplacementToken | Rejected:
        """Make a one-time token for the spare that shall be `unit` from then on: its kind, series, counters."""
        row = self.accounts.unit(unit)
        if row is None:
            known = ", ".join(one.unit for one in self.accounts.units()) or "none"
            return rejected(404, "unknown_unit", f"no unit {unit!r} was ever enrolled here; there are: {known}")
        token = self.make_token(TokenRow(row.kind, row.unit, row.series, row.counters), now)
        return ReplacementToken(row.unit, row.kind, token, TOKEN_MS // 1000, self.trust.ca_fingerprint)

    def printed_series(self, unit: str) -> tuple[str, tuple[str, ...]]:
        """Return under which series the unit prints numbers by itself, and under which its predecessors did."""
        row = self.accounts.unit(unit)
        former = dict.fromkeys(_printed(one) for one in self.accounts.former() if one.unit == unit and one.series)
        return _printed(row) if row is not None else "", tuple(former)

    def enrol(self, request: EnrolRequest, now: int) -> Enrolled | Rejected:
        """Exchange a token and a public key for a unit. An older key under that name is refused from now on."""
        secret_hash = digest(split_token(request.token)[0])
        token = self.accounts.token(secret_hash)
        refusal = _token_refusal(token, now) or _key_refusal(request.public_key) or _other_unit(token, request.unit)
        if token is None or refusal:
            return refusal or rejected(401, "bad_token", "unknown token")
        unit = UnitRow(
            *(token.unit, token.kind, token.series, token.counters, request.public_key),
            enrolled_at=now,
            generation=self._generation(token, request.public_key),
        )
        if not self.accounts.spend_token(secret_hash, unit):
            return _USED
        self._read()
        return Enrolled(
            unit.unit,
            unit.kind,
            self.trust.hall,
            self.trust.hub_key,
            unit.series,
            unit.counters,
            self.trust.ca_pem,
            self.trust.ca_fingerprint,
            unit.generation,
        )

    # -- bearers

    def challenge(self, unit: str, now: int) -> Challenge:
        """Give out a nonce to be signed; for unknown units too."""
        nonce = secrets.token_bytes(32)
        with self._challenge_lock:
            self._challenges[nonce] = (unit, now + CHALLENGE_MS)
            while len(self._challenges) > CHALLENGES:
                self._challenges.popitem(last=False)
        return Challenge(nonce, CHALLENGE_MS // 1000)

    def token(self, request: TokenRequest, now: int) -> Bearer | Rejected:
        """Exchange a signed nonce for a bearer. A nonce works once, right or wrong."""
        with self._challenge_lock:
            asked, until = self._challenges.pop(request.nonce, ("", 0))
        unit = self._units.get(request.unit)
        if asked != request.unit or now > until:
            return rejected(401, "bad_challenge", "unknown or old nonce; ask POST /v1/challenge for a new one")
        if unit is None or unit.revoked_at is not None or not self._signed(unit.public_key, request):
            return self._replaced(request) or rejected(
                401, "bad_token", "this unit is not enrolled with that key, or was shut out; enrol again"
            )
        return self._new_bearer(unit.unit, now)

    def whose(self, bearer: str, now: int) -> UnitRow | None:
        """Return the unit behind a bearer, and note that it was heard of; no disk, for the hot path."""
        row = self._bearers.get(digest(bearer))
        if row is None or row.expires_at <= now:
            return None
        self._seen[row.unit] = now
        return self._units.get(row.unit)

    # -- care

    def revoke(self, unit: str, now: int) -> bool:
        """Shut a unit out at once; False when there is none of that name."""
        known = self.accounts.revoke(unit, now)
        self._read()
        return known

    def units(self) -> tuple[UnitLine, ...]:
        """Return every unit for the technician, with when it was last heard of."""
        return tuple(self._line(unit) for unit in self.accounts.units())

    def care(self, now: int) -> bool:
        """Store who was seen, forget what expired; True when another process changed the book (read anew)."""
        seen, self._seen = self._seen, {}
        self.accounts.seen(seen)
        self.accounts.purge(now, failures_before=now - CLERK_LOCK_MS)
        version = self.accounts.version()
        changed, self._version = version != self._version, version
        self._read()
        return changed

    # -- inside

    def _read(self) -> None:
        """Take over the stored book; the new dictionaries appear whole, so readers need no lock."""
        self._units = {unit.unit: unit for unit in self.accounts.units()}
        self._bearers = self.accounts.bearers()

    def _refuse_taken_series(self, row: TokenRow) -> None:
        """A series that begins with another's would one day be its mark (`series_mark`): A-CB07 must be one kiosk's."""
        if not row.series:
            return
        if not (row.series.isascii() and row.series.isalpha()):
            raise ValueError(f"series {row.series!r} must be a letter, e.g. C: figures follow it on the slip")
        for unit in self.accounts.units():
            alike = unit.series and (row.series.startswith(unit.series) or unit.series.startswith(row.series))
            if unit.unit == row.unit or not alike or (unit.revoked_at and unit.series == row.series):
                continue
            raise ValueError(f"series {unit.series} belongs to {unit.unit}; two kiosks would give out the same numbers")

    def _generation(self, token: TokenRow, public_key: bytes) -> int:
        """Return which machine this is, of its name and of its series; the same key again is the same machine."""
        known: list[UnitRow | FormerRow] = [*self.accounts.units(), *self.accounts.former()]
        alike = [one for one in known if one.unit == token.unit or (token.series and one.series == token.series)]
        same = self.accounts.unit(token.unit)
        if same is not None and same.public_key == public_key and same.series == token.series:
            return same.generation
        return 1 + max((one.generation for one in alike), default=0)

    def _replaced(self, request: TokenRequest) -> Rejected | None:
        """Tell a machine that proves to have been this unit what became of it; a stranger hears nothing of that."""
        for one in self.accounts.former():
            if one.unit == request.unit and self._signed(one.public_key, request):
                return _REPLACED
        return None

    def _signed(self, public_key: bytes, request: TokenRequest) -> bool:
        signed = signing_input(self.trust.hall, request.unit, request.nonce)
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(request.signature, signed)
        except InvalidSignature:
            return False
        return True

    def _new_bearer(self, unit: str, now: int) -> Bearer:
        bearer, row = secrets.token_urlsafe(32), BearerRow(unit, now + BEARER_MS)
        self.accounts.add_bearer(digest(bearer), row)
        self._bearers[digest(bearer)] = row
        return Bearer(bearer, BEARER_MS // 1000)

    def _line(self, unit: UnitRow) -> UnitLine:
        seen = self._seen.get(unit.unit, unit.seen_at)
        revoked = unit.revoked_at is not None
        return UnitLine(
            unit.unit, unit.kind, unit.enrolled_at, seen, unit.series, unit.counters, revoked, unit.generation
        )


_REPLACED = rejected(
    403,
    REPLACED,
    "another machine has taken this unit's place; switch this one off, and give its disk to hall-field replace --disk",
)
_USED = rejected(409, "token_used", "this token was used already; make a new one with hall-server token")


def _printed(unit: UnitRow | FormerRow) -> str:
    return unit.series + series_mark(unit.generation) if unit.series else ""


def _token_refusal(token: TokenRow | None, now: int) -> Rejected | None:
    if token is None:
        return rejected(401, "bad_token", "unknown token; copy it whole, or make one with hall-server token")
    if token.used_at is not None:
        return _USED
    if token.expires_at <= now:
        return rejected(410, "token_expired", "this token is too old; make a new one with hall-server token")
    return None


def _other_unit(token: TokenRow | None, unit: str) -> Rejected | None:
    """A token spent by the wrong machine would shut the right one out."""
    if token is None or unit in ("", token.unit):
        return None
    message = f"this token makes a machine {token.unit}, and this one is configured as {unit}; nothing was changed"
    return rejected(409, "other_unit", message)


def _key_refusal(public_key: bytes) -> Rejected | None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key)
    except ValueError:
        return rejected(400, "malformed", "public_key must be a raw Ed25519 key of 32 bytes, in base64")
    return None
