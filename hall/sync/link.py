"""How a face sees the hub: submit commands, hear events. Implemented by `hall.sync.loop.HubLink`.

A face never waits: `submit` stores the command (its key with it) and returns; everything else arrives as a
`LinkEvent` on the loop's thread, which the Qt bridge turns into a signal.
"""

from collections.abc import Callable
from typing import Protocol

import msgspec

from hall.domain.ids import CommandKey
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


LinkEvent = Replied | HubAway | HubBack | ViewChanged | HubEvent


class Link(Protocol):
    """A unit's connection to its hall."""

    def start(self, hear: Callable[[LinkEvent], None]) -> None: ...

    def submit(self, command: Command) -> None:
        """Store and send; the reply comes as `Replied`. Returns once it is on disk."""

    def new_key(self) -> CommandKey:
        """Make a UUIDv7 for the next command."""

    @property
    def away(self) -> bool: ...

    @property
    def pending(self) -> int:
        """Commands stored and not yet answered by the hub."""

    def stop(self) -> None:
        """End the loop; what is stored stays stored."""
