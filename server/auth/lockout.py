"""Lock-out after failures, for PINs and case queries: five wrong answers and the door is shut for a while."""

import threading

from server.auth.accounts import Accounts

LIMIT = 5
"""Failures until the key is locked."""
LOCK_MS = 300_000
"""How long it stays locked after the last failure, and after how long failures are forgotten."""
CLERK_LIMIT = 20
"""Wrong PINs of one clerk at all units together: many units must not multiply the guesses."""
CLERK_LOCK_MS = 1_800_000
"""Twenty guesses in half an hour: all PINs of four digits take ten days. A new PIN lifts it at once."""


class Lockout:
    """Counts failures per key; survives a restart. Keys hold no personal data (see `Authority`).

    An attempt counts as failed before it is checked and is taken back when it was right: otherwise a hundred
    attempts sent at once would all be checked before the first failure is counted.
    """

    def __init__(self, accounts: Accounts, limit: int = LIMIT, lock_ms: int = LOCK_MS) -> None:
        self._accounts = accounts
        self._limit = limit
        self._lock_ms = lock_ms
        self._one_at_a_time = threading.Lock()

    def attempt(self, keys: tuple[str, ...], now: int) -> int:
        """Count an attempt under every key. Return 0, or the seconds to wait when one of them is locked."""
        with self._one_at_a_time:
            wait = max(self._wait_ms(key, now) for key in keys)
            if wait:
                return -(-wait // 1000)
            for key in keys:
                self._accounts.set_failures(key, self._count(key, now) + 1, now)
        return 0

    def passed(self, keys: tuple[str, ...]) -> None:
        """Forget the failures of these keys: the attempt was right."""
        with self._one_at_a_time:
            for key in keys:
                self._accounts.set_failures(key, 0, 0)

    def took_back(self, key: str) -> None:
        """Uncount one attempt and keep the others: it was right, and says nothing about those elsewhere."""
        with self._one_at_a_time:
            count, last_at = self._accounts.failures(key)
            self._accounts.set_failures(key, max(0, count - 1), last_at)

    def left(self, key: str, now: int) -> int:
        """Return how many attempts are left."""
        return max(0, self._limit - self._count(key, now))

    def _count(self, key: str, now: int) -> int:
        count, last_at = self._accounts.failures(key)
        return count if now - last_at < self._lock_ms else 0

    def _wait_ms(self, key: str, now: int) -> int:
        count, last_at = self._accounts.failures(key)
        return max(0, last_at + self._lock_ms - now) if count >= self._limit else 0
