"""Bringing sealed documents to the hub, as a pure step: (state, input) gives the next state and one output.

Promises. One document is under way at a time, in the order in which they were released. It stays on the unit until
the hub has answered that it is durable there; the same document may be brought twice and is one at the hub. Commands
never wait behind it: it has its own requests and its own back-off.

==================================  ================================================================================
kept, or kept before                forgotten here, the next one is looked for
refused connection, timeout, 5xx,   again after a back-off (2 s doubling to 60 s); at once when the hub is back
404 of an older hub, 401, 403
400, 413                            put aside with its reason and its bytes, told loudly; the next one goes on
the unit's own store failed         as if the hub were away: nothing is forgotten that was not marked
==================================  ================================================================================
"""

from dataclasses import dataclass, replace

from hall.store.documents import Waiting
from hall.sync.inputs import Failure

FIRST_RETRY_MS = 2_000
LAST_RETRY_MS = 60_000
LOOK_MS = 600_000
"""With nothing to bring, the shelf is looked at this often: what expired is deleted on the way."""


@dataclass(frozen=True, slots=True)
class Nudged:
    """Documents were released, the hub is back, or the rest is over."""


@dataclass(frozen=True, slots=True)
class Found:
    """What waits next; None for nothing."""

    waiting: Waiting | None


@dataclass(frozen=True, slots=True)
class Delivered:
    """The hub has it, durable."""

    sha256: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """No usable answer; trying again may help."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Unacceptable:
    """The hub will never take it."""

    sha256: str
    why: str


@dataclass(frozen=True, slots=True)
class Marked:
    """The shelf knows what became of it."""


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """The unit's own store refused."""


Given = Nudged | Found | Delivered | Undelivered | Unacceptable | Marked | StoreFailed


@dataclass(frozen=True, slots=True)
class Look:
    """Ask the shelf what waits; answer with `Found` or `StoreFailed`."""


@dataclass(frozen=True, slots=True)
class Bring:
    """Put it to the hub; answer with `Delivered`, `Undelivered` or `Unacceptable`."""

    waiting: Waiting


@dataclass(frozen=True, slots=True)
class MarkSent:
    """Forget its bytes; answer with `Marked` or `StoreFailed`."""

    sha256: str


@dataclass(frozen=True, slots=True)
class MarkRefused:
    """Put it aside; answer with `Marked` or `StoreFailed`."""

    sha256: str
    why: str


@dataclass(frozen=True, slots=True)
class Rest:
    """Do nothing until nudged, at most so long; then answer with `Nudged`."""

    ms: int


Wanted = Look | Bring | MarkSent | MarkRefused | Rest


@dataclass(frozen=True, slots=True)
class Bringing:
    """Failures in a row; everything else is on the shelf."""

    attempts: int = 0


def react(state: Bringing, given: Given) -> tuple[Bringing, Wanted]:
    """Return what to do now."""
    match given:
        case Nudged() | Marked():
            return state, Look()
        case Found(waiting=waiting):
            return (Bringing(), Rest(LOOK_MS)) if waiting is None else (state, Bring(waiting))
        case Delivered(sha256=sha256):
            return Bringing(), MarkSent(sha256)
        case Unacceptable(sha256=sha256, why=why):
            return Bringing(), MarkRefused(sha256, why)
        case Undelivered() | StoreFailed():
            wait = min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** min(state.attempts, 10))
            return replace(state, attempts=state.attempts + 1), Rest(wait)
