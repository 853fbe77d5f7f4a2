"""The way up inside one process: the same bytes through the same ingest, only without a wire."""

import asyncio
from collections.abc import Callable

from hall.wire.ingest import IngestAnswer, SealedPersons
from server.auth.authority import Rejected
from server.centre.ingest import Ingest
from server.ship.courier import Undelivered


class LocalCourier:
    """Carries batches to the centre of this process. `key` is its public key."""

    def __init__(self, ingest: Ingest, origin: str, key: bytes, clock: Callable[[], int]) -> None:
        self._ingest = ingest
        self._origin = origin
        self._key = key
        self._clock = clock

    async def parent_key(self) -> bytes | Undelivered:
        """Return the centre's key."""
        return self._key

    async def deliver(self, batch: bytes) -> IngestAnswer | Undelivered:
        """Bring a batch."""
        answer = await asyncio.to_thread(self._ingest.receive, batch, self._origin, self._clock())
        return Undelivered(answer.problem.message) if isinstance(answer, Rejected) else answer

    async def deliver_persons(self, persons: SealedPersons) -> Undelivered | None:
        """Bring sealed people."""
        answer = await asyncio.to_thread(self._ingest.persons, persons, self._origin)
        return Undelivered(answer.problem.message) if isinstance(answer, Rejected) else None

    async def close(self) -> None:
        """Nothing is held open here: the store belongs to the centre."""
