"""Who carries a batch to the parent: HTTP for another machine, a plain call for the centre in this process.

Both carry the same bytes. Trouble is a value (`Undelivered`): the step decides when to try again.
"""

from typing import Protocol

import msgspec

from hall.wire.ingest import IngestAnswer, SealedPersons


class Undelivered(msgspec.Struct, frozen=True):
    """Not delivered, or nobody knows. `reason` is one line for the technician."""

    reason: str
    retry_after_s: float | None = None


class Courier(Protocol):
    """The way up."""

    async def parent_key(self) -> bytes | Undelivered:
        """Return the parent's X25519 public key, to which people are sealed."""

    async def deliver(self, batch: bytes) -> IngestAnswer | Undelivered:
        """Bring a batch and return the parent's answer."""

    async def deliver_persons(self, persons: SealedPersons) -> Undelivered | None:
        """Bring sealed people; again is harmless."""

    async def close(self) -> None:
        """Give connections back."""
