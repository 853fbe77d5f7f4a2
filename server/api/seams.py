"""What the API asks of the rest of the server: who is there, and what happens to sealed personal fields."""

from typing import Protocol

from hall.wire.actor import Actor
from hall.wire.commands import AnyCommand
from server.hub.step import FormRow, PersonRow


class Gate(Protocol):
    """Who sends, and may they. Called for every command, so answered from memory."""

    def actor(self, bearer: str, session: str | None) -> Actor | None:
        """Return who holds this bearer (and this clerk's session), or None."""

    def may(self, actor: Actor, command: AnyCommand) -> bool:
        """Say whether the actor's role allows this command."""


class Vault(Protocol):
    """What opens what a unit sealed for the hub and seals it again for the store."""

    def receive(self, command: AnyCommand) -> tuple[AnyCommand, tuple[PersonRow, ...], tuple[FormRow, ...]]:
        """Return the command with references instead of sealed fields, and the rows to store with it.

        Raises:
            hall.wire.seal.SealError: sealed to another key, or damaged.

        """
