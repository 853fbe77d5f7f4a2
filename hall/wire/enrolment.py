"""How a unit becomes known to its hub, and how people sign in there.

1. An administrator runs ``hall-server token``; it prints the hub's URL and ``SECRET.FINGERPRINT``.
2. The unit fetches ``GET /v1/ca`` (the only call it makes without knowing the hub), compares the SHA-256 of the
   certificate's DER form with FINGERPRINT, and from then on trusts that CA alone.
3. ``POST /v1/enrol`` sends the secret and the unit's new Ed25519 public key; the secret works once.
4. ``POST /v1/challenge`` and a signature over the nonce by ``POST /v1/token`` buy a bearer of 12 hours.
5. People add ``POST /v1/sessions``: their PIN buys a session token, valid on this unit only, sent as `X-Session`.
   At a kiosk an attendant's card (`hall.wire.staff_card`) does too, for less and for a shorter time.

A unit's name outlives its machine: whoever enrols under a known name is the unit's next generation, and the key of the
one before is refused as ``replaced`` from then on. Numbers that a unit makes by itself bear the generation's mark, so
that two machines of one name never print the same number, whatever the first one printed and never told.

A token without a fingerprint (the demo's fixed ones) means trust on first use.
"""

import msgspec

BEARER_HEADER = "Authorization"
SESSION_HEADER = "X-Session"

UNIT_KINDS = frozenset({"kiosk", "counter", "lobby", "hub", "technician", "auditor"})
"""What may be enrolled. `technician` is a service laptop, `auditor` a program that only reads."""
REPLACED = "replaced"
"""Code of the refusal (403) of a key whose unit another machine has become."""


class EnrolRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """``POST /v1/enrol``. `public_key` is a raw Ed25519 key of 32 bytes."""

    token: str
    public_key: bytes
    unit: str = ""
    """Whom the machine takes itself for: a token of another unit is refused, unspent. Empty takes what comes."""


class Enrolled(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the unit stores: who it is, and whom it trusts."""

    unit: str
    kind: str
    hall: str
    hub_key: bytes
    """The hall's X25519 public key, for `hall.wire.seal`."""
    series: str = ""
    counters: tuple[str, ...] = ()
    """Counters this unit may act for; several where one process owns the pads of several windows."""
    ca_pem: str = ""
    ca_fingerprint: str = ""
    """SHA-256 of the CA certificate (DER), lower-case hex; empty without TLS."""
    generation: int = 1
    """Which machine of this name it is; see `series_mark`."""


class ReplacementToken(msgspec.Struct, frozen=True, omit_defaults=True):
    """``POST /v1/units/{unit}/replacement``: a one-time token for the spare that takes the place of `unit`."""

    unit: str
    kind: str
    token: str
    expires_s: int
    ca_fingerprint: str = ""


class KnownSlip(msgspec.Struct, frozen=True, omit_defaults=True):
    """A number of a unit's own series that the hub has got. `at` is its arrival, hub ms."""

    number: str
    item: str
    at: int
    state: str


class UnitSeries(msgspec.Struct, frozen=True, omit_defaults=True):
    """``GET /v1/units/{unit}/series``: what the hub knows of the numbers that this unit's machines made alone."""

    unit: str
    series: str
    """As the machine of now prints it, mark included; empty for a unit without one."""
    former: tuple[str, ...] = ()
    """As its predecessors printed it."""
    day: str = ""
    """The open business day; empty while none is."""
    slips: tuple[KnownSlip, ...] = ()
    """Of this business day, in the order of their arrival."""
    served_unknown: tuple[str, ...] = ()
    """Numbers of any series that a counter served and whose slip no kiosk has uploaded yet."""


class ChallengeRequest(msgspec.Struct, frozen=True):
    """``POST /v1/challenge``."""

    unit: str


class Challenge(msgspec.Struct, frozen=True):
    """A nonce to be signed within `seconds`. Given for unknown units too, so that nobody can list units."""

    nonce: bytes
    seconds: int


class TokenRequest(msgspec.Struct, frozen=True):
    """``POST /v1/token``. `signature` is Ed25519 over `signing_input`."""

    unit: str
    nonce: bytes
    signature: bytes


class Bearer(msgspec.Struct, frozen=True):
    """Goes into ``Authorization: Bearer ...``; renew it at half its life, or when a call answers 401."""

    bearer: str
    expires_s: int


class SessionRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """``POST /v1/sessions``, with the unit's bearer. `role` chooses among the clerk's roles; empty lets the hub."""

    clerk: str = ""
    pin: str = ""
    role: str = ""
    counter: str = ""
    """Where the clerk wants to work; empty takes the unit's only counter."""
    sealed_card: bytes = b""
    """Instead of clerk and PIN: a staff card, sealed by this unit. It makes an attendant of a kiosk, nothing else."""

    def __repr__(self) -> str:
        return f"SessionRequest(clerk={self.clerk!r}, pin=hidden)"


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person signed in at one unit. `DELETE /v1/sessions` ends it; so do 12 hours and the end of the day."""

    session: str
    clerk: str
    name: str
    role: str
    expires_s: int
    counter: str = ""
    roles: tuple[str, ...] = ()
    """All roles of this person; `role` is the one that this sign-in works in."""


class UnitLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of ``GET /v1/units``."""

    unit: str
    kind: str
    enrolled_at: int
    seen_at: int | None = None
    series: str = ""
    counters: tuple[str, ...] = ()
    revoked: bool = False
    generation: int = 1


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a call of this module failed. People read the words of ``refusal.<code>``; `message` is for programs."""

    code: str
    message: str
    retry_after_s: int | None = None


def signing_input(hall: str, unit: str, nonce: bytes) -> bytes:
    """Return the bytes that a unit signs: bound to purpose, hall and unit, so that no signature serves twice."""
    return b"\0".join((b"hallfloor token 1", hall.encode(), unit.encode(), nonce))


def join_token(secret: str, fingerprint: str) -> str:
    """Write a token as it is printed."""
    return f"{secret}.{fingerprint}" if fingerprint else secret


def split_token(token: str) -> tuple[str, str]:
    """Return secret and CA fingerprint (empty where the token carries none)."""
    secret, _, fingerprint = token.strip().partition(".")
    return secret, fingerprint.lower()


_MARKS = "BCDEFGHJKLMNPQRSTUVWXYZ"


def series_mark(generation: int) -> str:
    """Return what follows the series letter on numbers of a unit's later machines: "", B, C ... Z, BB, BC ...

    Letters, since the running number follows: ``A-CB07`` can be nobody's ``A-C...``. No A, I and O: the first machine
    has none, and the others look like figures.
    """
    mark, left = "", generation - 1
    while left > 0:
        left, letter = divmod(left - 1, len(_MARKS))
        mark = _MARKS[letter] + mark
    return mark


def invitation(url: str, token: str) -> str:
    """Return the text of the code that a unit is enrolled by: where the hub is, and the one-time token."""
    return f"{url} {token}"


def read_invitation(text: str) -> tuple[str, str] | None:
    """Return URL and token, or None if the text is no invitation (a slip's code, say)."""
    parts = text.split()
    if len(parts) != 2 or not parts[0].startswith(("https://", "http://")) or not parts[1].isascii():
        return None
    return parts[0].rstrip("/"), parts[1]
