"""Events on their way to everybody who listens.

There is one tail of the log in memory, and each listener is a cursor into it: a slow one costs nothing, and one that
falls off the tail goes on from the disk. Nobody can make the hub hold more than `TAIL` rows. Under load listeners
are woken at most every `JOIN_S` and get what came meanwhile in one piece; the first event after a quiet moment goes
at once.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from server.hub.step import Row

TAIL = 4096
"""Rows kept in memory."""
PIECE = 500
"""Rows handed out at once."""
JOIN_S = 0.01
"""Rows of this long are joined."""

Frame = tuple[int, bytes]
"""Seq and the row as stored."""


class Fanout:
    """The tail of the log and who follows it. Belongs to one event loop."""

    def __init__(self, last_seq: int, read: Callable[[int, int], list[Frame]]) -> None:
        """`read(seq, limit)` returns older rows from the disk; `last_seq` is what is stored already."""
        self.last_seq = last_seq
        self.closed = False
        self.listeners = 0
        self._read = read
        self._tail: deque[Frame] = deque(maxlen=TAIL)
        self._sleepers: set[asyncio.Future[bool]] = set()
        self._woken_at = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._pieces: dict[int, list[Frame]] = {}

    def publish(self, rows: Sequence[Row]) -> None:
        """Hand out rows that are stored now."""
        if not rows:
            return
        self._tail.extend((row.event.seq, row.raw) for row in rows)
        self.last_seq = rows[-1].event.seq
        self._pieces.clear()
        if self._sleepers and self._alarm is None:
            loop = asyncio.get_running_loop()
            due = self._woken_at + JOIN_S
            self._alarm = loop.call_at(max(due, loop.time()), self.rouse)

    def close(self) -> None:
        """Tell every listener that this is the end."""
        self.closed = True
        self.rouse()

    def piece(self, after: int) -> list[Frame]:
        """Return the rows after `after` that are at hand, at most `PIECE`; from the disk if the tail begins later."""
        if after >= self.last_seq:
            return []
        known = self._pieces.get(after)
        if known is None:
            known = self._pieces[after] = self._cut(after)
        return known

    async def wait(self, after: int, timeout_s: float) -> bool:
        """Wait until there is something after `after`, or the end. False means that the time is over."""
        if self.closed or self.last_seq > after:
            return True
        loop = asyncio.get_running_loop()
        sleeper: asyncio.Future[bool] = loop.create_future()
        self._sleepers.add(sleeper)
        alarm = loop.call_later(timeout_s, _ring, sleeper, False)
        try:
            return await sleeper
        finally:
            alarm.cancel()
            self._sleepers.discard(sleeper)

    def _cut(self, after: int) -> list[Frame]:
        if not self._tail or self._tail[0][0] > after + 1:
            return self._read(after + 1, PIECE)
        newer = self.last_seq - after
        if newer * 2 > len(self._tail):
            return [frame for frame in self._tail if frame[0] > after][:PIECE]
        found = []
        for frame in reversed(self._tail):
            if frame[0] <= after:
                break
            found.append(frame)
        found.reverse()
        return found[:PIECE]

    def rouse(self) -> None:
        """Wake every listener now, so that one whose client is gone can see it."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._sleepers:
            self._woken_at = asyncio.get_running_loop().time()
        for sleeper in self._sleepers:
            _ring(sleeper, True)


def _ring(sleeper: asyncio.Future[bool], news: bool) -> None:
    if not sleeper.done():
        sleeper.set_result(news)
