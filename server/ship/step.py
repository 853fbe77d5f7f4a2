"""When to send which part of the log upward: a pure step, driven by the shell in `shell.py`.

The parent's answer (highest contiguous seq) is the only truth about the cursor: a lost reply costs one batch that
the parent has already, a parent restored from a copy pulls the cursor back, and nothing is ever skipped.
"""

import msgspec

FIRST_WAIT_MS = 1_000
LONGEST_WAIT_MS = 300_000
"""A parent that was away for days is asked every five minutes at the latest."""


class Send(msgspec.Struct, frozen=True):
    """Send the rows after `after`. `probe` sends none: it only asks where the parent stands."""

    after: int
    probe: bool = False


class Wait(msgspec.Struct, frozen=True):
    """Nothing before this time (hub ms)."""

    until: int


class Idle(msgspec.Struct, frozen=True):
    """All is there; wait for new rows."""


class Blocked(msgspec.Struct, frozen=True):
    """The parent has more of this epoch than this log: going on would hide one of two histories."""

    parent_has: int


Move = Send | Wait | Idle | Blocked


class ShipStep:
    """Cursor, back-off and nothing else. Times are hub milliseconds."""

    def __init__(self, acked: int = 0) -> None:
        self.acked = acked
        """Last seq that the parent is known to have."""
        self.failures = 0
        """Deliveries failed in a row."""
        self._certain = False
        self._not_before = 0
        self._blocked_at: int | None = None

    def move(self, newest: int, now: int) -> Move:
        """Say what to do, with `newest` the last seq of this log."""
        if self._blocked_at is not None and self._blocked_at > newest:
            return Blocked(self._blocked_at)
        if now < self._not_before:
            return Wait(self._not_before)
        if not self._certain:
            return Send(self.acked, probe=True)
        return Send(self.acked) if newest > self.acked else Idle()

    def answered(self, up_to: int, newest: int) -> None:
        """Take the parent's answer."""
        self.acked, self._certain, self.failures, self._not_before = up_to, True, 0, 0
        self._blocked_at = up_to if up_to > newest else None

    def failed(self, now: int, chance: float, retry_after_s: float | None = None) -> None:
        """Take a failure. `chance` in 0..1 spreads the retries; the parent's own wish goes before our guess.

        The cursor is uncertain again: the batch may have arrived and only its answer been lost.
        """
        wait = min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** min(self.failures, 16))
        wait = int(wait * (0.5 + chance / 2))
        if retry_after_s is not None:
            wait = max(wait, int(retry_after_s * 1000))
        self.failures += 1
        self._not_before = now + wait
