"""The courier ends when it is told to, whatever else arrives in that moment."""

import asyncio
from collections.abc import Callable

import pytest

from hall.store.documents import Waiting
from hall.sync import documents as d
from hall.sync.courier import Courier


class EmptyShelf:
    """Nothing waits, ever."""

    def listen(self, wake: Callable[[], None]) -> None:
        self.wake = wake

    def next(self, now_ms: int) -> Waiting | None:
        return None

    def sent(self, sha256: str, now_ms: int) -> None:
        raise AssertionError("nothing was brought")

    def refused(self, sha256: str, why: str, now_ms: int) -> None:
        raise AssertionError("nothing was brought")


class NoHub:
    """Is never asked."""

    async def bring(self, waiting: Waiting) -> d.Delivered:
        raise AssertionError("nothing waits")


@pytest.mark.parametrize("turns", range(6))
def test_news_and_the_end_in_one_moment_are_the_end(turns: int) -> None:
    """The link's stop once hung here: `wait_for` up to Python 3.11 returns its result instead of the cancellation."""

    async def story() -> bool:
        shelf = EmptyShelf()
        task = asyncio.create_task(Courier(shelf, NoHub(), asyncio.get_running_loop()).run())
        for _ in range(4):
            await asyncio.sleep(0)
        shelf.wake()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
        ended = task.cancelled()
        task.cancel()  # so that a failing courier does not hold the test
        await asyncio.wait([task])
        return ended

    assert asyncio.run(story())
