"""How a face sees the hub: submit commands, hear events. Implemented by `hall.sync.loop.HubLink`.

A face never waits: `submit` stores the command (its key with it) and returns; everything else arrives as a
`LinkEvent` on the loop's thread, which the Qt bridge turns into a signal.
"""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from hall.domain.ids import CaseNumber, ClerkId, CommandKey, CounterId
from hall.wire.commands import Command
from hall.wire.events import Event
from hall.wire.replies import Reply
from hall.wire.view import HallView


class Replied(msgspec.Struct, frozen=True, tag="replied"):
    """The answer to a submitted command. `offline` means the unit itself decided, as it may without the hub."""

    key: CommandKey
    reply: Reply
    offline: bool = False


class HubAway(msgspec.Struct, frozen=True, tag="hub_away"):
    """The hub did not answer for `hub_away_s`; the unit goes on alone."""

    reason: str


class HubBack(msgspec.Struct, frozen=True, tag="hub_back"):
    """The hub answers again and the outbox is being emptied."""


class ViewChanged(msgspec.Struct, frozen=True, tag="view_changed"):
    """The hall as it is now. Sent at start (from the cache if need be) and after each event."""

    view: HallView


class HubEvent(msgspec.Struct, frozen=True, tag="hub_event"):
    """One event of the log, in order. `fresh` is False in a replay: show it, never speak it."""

    event: Event
    fresh: bool


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request that is not a command: a session, a look-up. Not stored, not retried; may hold a PIN in memory."""

    id: str
    method: str
    path: str
    body: Any = None
    """Plain values, sent as JSON; None for no body."""

    def __repr__(self) -> str:
        return f"Question({self.method} {self.path})"


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """The answer to a `Question`. Status 0: the hub could not be reached, and `body` says why in one word."""

    question_id: str
    status: int
    body: Any = None
    """Decoded JSON, the bytes of a document (``application/pdf``), or None where there was neither."""

    def __repr__(self) -> str:
        return f"Answered({self.question_id}, {self.status})"


class HubTime(msgspec.Struct, frozen=True, tag="hub_time"):
    """What the hub's clock says now (ms since the epoch, UTC); sent after each fetch of the whole view."""

    at: int


LinkEvent = Replied | HubAway | HubBack | ViewChanged | HubEvent | Answered | HubTime


class Link(Protocol):
    """A unit's connection to its hall."""

    def start(self, hear: Callable[[LinkEvent], None]) -> None: ...

    def submit(self, command: Command) -> None:
        """Store and send; the reply comes as `Replied`. Returns once it is on disk."""

    def new_key(self) -> CommandKey:
        """Make a UUIDv7 for the next command."""

    def ask(self, question: Question) -> None:
        """Send a request that is not a command, without waiting; the answer comes as `Answered`."""

    def open_session(self, clerk: ClerkId, pin: str, counter: CounterId | None = None) -> str:
        """Check a clerk's PIN at the hub; later commands carry the session. Returns the question's id."""

    def close_session(self) -> str:
        """End the clerk's session, here at once and at the hub. Returns the question's id."""

    def query_case(self, case: CaseNumber, code: str) -> str:
        """Ask how a case stands, by number and second factor. Returns the question's id."""

    @property
    def away(self) -> bool: ...

    @property
    def pending(self) -> int:
        """Commands stored and not yet answered by the hub."""

    def stop(self) -> None:
        """End the loop; what is stored stays stored."""
