"""Carries out `hall.sync.documents` on the link's loop: shelf, requests, and the rests in between."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol, cast

import structlog

from hall.store.documents import Waiting
from hall.store.trouble import StoreTrouble
from hall.sync import documents as d

_log = structlog.get_logger(__name__)


class Shelf(Protocol):
    """Where documents wait (`hall.store.documents.DocumentShelf`)."""

    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` when documents were released."""

    def next(self, now_ms: int) -> Waiting | StoreTrouble | None:
        """Return the document that has waited longest."""

    def sent(self, sha256: str, now_ms: int) -> StoreTrouble | None:
        """The hub has it."""

    def refused(self, sha256: str, why: str, now_ms: int) -> StoreTrouble | None:
        """The hub will never take it."""


class Hub(Protocol):
    """Where they go (`hall.sync.http.HubClient`)."""

    async def bring(self, waiting: Waiting) -> d.Delivered | d.Undelivered | d.Unacceptable:
        """Put a document."""


class Courier:
    """Brings one document after the other until it is cancelled. `nudge` may come from any thread."""

    def __init__(self, shelf: Shelf, hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        self._shelf, self._hub, self._loop = shelf, hub, loop
        self._news = asyncio.Event()
        self._failing = False
        shelf.listen(self.nudge)

    def nudge(self) -> None:
        """Look now: documents were released, or the hub is back."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    async def run(self) -> None:
        """Work until cancelled."""
        state, given = d.Bringing(), cast(d.Given, d.Nudged())
        while True:
            state, wanted = d.react(state, given)
            given = await self._carry_out(wanted)

    async def _carry_out(self, wanted: d.Wanted) -> d.Given:
        match wanted:
            case d.Look():
                found = self._shelf.next(_now_ms())
                return self._store_failed(found) if isinstance(found, StoreTrouble) else d.Found(found)
            case d.Bring(waiting=waiting):
                return self._noted(await self._hub.bring(waiting))
            case d.MarkSent(sha256=sha256):
                return self._marked(self._shelf.sent(sha256, _now_ms()))
            case d.MarkRefused(sha256=sha256, why=why):
                _log.error("document_refused_by_hub", document=sha256[:8], reason=why)
                return self._marked(self._shelf.refused(sha256, why, _now_ms()))
            case d.Rest(ms=ms):
                await self._rest(ms / 1000)
                return d.Nudged()

    async def _rest(self, seconds: float) -> None:
        try:
            # Not wait_for: up to Python 3.11 it can swallow a cancellation that comes together with the news.
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return
        finally:
            self._news.clear()

    def _noted(self, outcome: d.Delivered | d.Undelivered | d.Unacceptable) -> d.Given:
        """Say a loss once and a return once."""
        failing = isinstance(outcome, d.Undelivered)
        if failing and not self._failing:
            _log.warning("documents_wait", reason=getattr(outcome, "failure", ""))
        elif self._failing and not failing:
            _log.info("documents_go_on")
        self._failing = failing
        return outcome

    def _marked(self, trouble: StoreTrouble | None) -> d.Given:
        return d.Marked() if trouble is None else self._store_failed(trouble)

    def _store_failed(self, trouble: StoreTrouble) -> d.Given:
        _log.error("unit_store_failed", trouble=str(trouble))
        return d.StoreFailed()


def _now_ms() -> int:
    """The unit's wall clock: it only names ages, and what expires long after."""
    return time.time_ns() // 1_000_000
