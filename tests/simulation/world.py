"""Virtual time, chance and memory of what happened: nothing in a simulated hall asks for any of these elsewhere."""

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from random import Random
from typing import Any

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
MORNING = 1_795_219_200_000
"""2026-11-21 08:00 in Shanghai, ms."""


class Violation(AssertionError):
    """An invariant does not hold. The text says which, where, and what happened before."""


class World:
    """The clock, the dice, and the last events for a report."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.now = 0
        self.day = 0
        self.steps = 0
        self.counts: dict[str, int] = {}
        self._queue: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = 0
        self._seen: deque[tuple[int, str, tuple[Any, ...]]] = deque(maxlen=30)

    def later(self, ms: float, act: Callable[..., None], *args: Any) -> None:
        """Let something happen after so many milliseconds."""
        self._order += 1
        heappush(self._queue, (self.now + max(0, int(ms)), self._order, act, args))

    def run_until(self, end: int) -> None:
        """Let everything happen up to a moment."""
        queue = self._queue
        while queue and queue[0][0] <= end:
            self.now, _, act, args = heappop(queue)
            self.steps += 1
            act(*args)
        self.now = end

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.random.random()

    def note(self, what: str, *details: Any) -> None:
        """Remember an event for the report, and count its kind."""
        self._seen.append((self.now, what, details))

    def count(self, what: str, more: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + more

    def require(self, holds: bool, law: str, *details: Any) -> None:
        """Check an invariant."""
        if holds:
            return
        lines = [f"{law}: {' '.join(map(str, details))}", f"seed {self.seed} day {self.day} step {self.steps}"]
        lines += [f"  {when / 1000:12.3f} {what} {' '.join(map(str, more))}" for when, what, more in self._seen]
        raise Violation("\n".join(lines))
