"""What the unit's step is told (`Input`) and what it asks for (`Output`): plain values, no thread, file or clock."""

from dataclasses import dataclass
from enum import StrEnum

from hall.domain.ids import CommandKey
from hall.store.record import Change
from hall.sync.link import LinkEvent
from hall.wire.commands import AnyCommand
from hall.wire.events import Event
from hall.wire.replies import Reply
from hall.wire.view import HallView


class Failure(StrEnum):
    """Why a request had no usable answer. The reaction to each stands in `hall.sync.step`."""

    REFUSED_CONNECTION = "connection_refused"
    TIMEOUT = "timeout"
    SERVER_ERROR = "server_error"
    UNAUTHORISED = "unauthorised"
    NOT_ENROLLED = "not_enrolled"
    REPLACED = "replaced"
    """Another machine has become this unit; this one's key is refused for good."""
    STALE_EPOCH = "stale_epoch"
    MALFORMED_REPLY = "malformed_reply"
    REJECTED = "rejected"
    """The request itself is refused without a reply of the hub (400 or 413 by a proxy): retrying cannot help."""
    WRONG_HUB = "wrong_hub"
    """TLS says that this is not the hub we enrolled with."""
    GONE = "gone"
    """The stream cannot go on from our cursor."""


@dataclass(frozen=True, slots=True)
class Started:
    """The process runs; the record was loaded."""


@dataclass(frozen=True, slots=True)
class Submit:
    """A face wants something. Its answer is told once, by `Replied`."""

    command: AnyCommand


@dataclass(frozen=True, slots=True)
class Answered:
    """The hub answered a command."""

    key: CommandKey
    reply: Reply


@dataclass(frozen=True, slots=True)
class Failed:
    """A sent command had no answer."""

    key: CommandKey
    failure: Failure


@dataclass(frozen=True, slots=True)
class ViewFetched:
    """The whole hall, fetched at `view.at` hub time."""

    view: HallView


@dataclass(frozen=True, slots=True)
class ViewFailed:
    """The view could not be fetched."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event from the stream."""

    event: Event


@dataclass(frozen=True, slots=True)
class StreamHead:
    """A heartbeat of the stream: the log ends at this seq, and everything up to it was sent."""

    seq: int


@dataclass(frozen=True, slots=True)
class StreamLost:
    """The stream ended, for whatever reason."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Renewed:
    """The bearer was renewed, or could not be (`failure`)."""

    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed; sent when a `Wait` is over."""


Heard = StreamEvent | StreamHead | StreamLost
"""What a stream brings."""
Input = Started | Submit | Answered | Failed | ViewFetched | ViewFailed | Heard | Renewed | Tick


@dataclass(frozen=True, slots=True)
class Store:
    """Put these on disk before anything that stands after it. If that fails, reload (`UnitStep.reload`)."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Send:
    """Post a command; answer with `Answered` or `Failed`. `epoch` is the highest seen, sent along."""

    command: AnyCommand
    epoch: int


@dataclass(frozen=True, slots=True)
class Tell:
    """Hand an event to the face."""

    event: LinkEvent


@dataclass(frozen=True, slots=True)
class FetchView:
    """Get the hall; answer with `ViewFetched` or `ViewFailed`."""


@dataclass(frozen=True, slots=True)
class OpenStream:
    """Follow the log after this seq, in place of any stream that is open."""

    after: int


@dataclass(frozen=True, slots=True)
class CloseStream:
    """Stop following."""


@dataclass(frozen=True, slots=True)
class Renew:
    """Buy a new bearer; answer with `Renewed`."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Send a `Tick` after so many milliseconds, unless a later `Wait` says otherwise."""

    ms: int


Output = Store | Send | Tell | FetchView | OpenStream | CloseStream | Renew | Wait
