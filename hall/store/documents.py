"""Sealed documents on a unit: held while their session lasts, waiting once a case names them, until the hub has them.

The bytes are sealed to the hub's key before they come here, so the unit itself cannot read them back. A row that was
sent stays for a while without its bytes, so that a case that is submitted again after a crash finds it accounted for.
A row that the hub refused stays with its bytes: nothing that a citizen handed in disappears silently.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import apsw
import msgspec

from hall.store.guard import Outcome, guarded
from hall.store.trouble import StoreTrouble

HELD_MS = 25 * 3_600_000
"""A document of a session put away under a code lives an hour longer than the code."""
SENT_MS = 72 * 3_600_000


class Waiting(msgspec.Struct, frozen=True):
    """The next document for the hub."""

    sha256: str
    sealed: bytes

    def __repr__(self) -> str:
        return f"Waiting({self.sha256[:8]}, {len(self.sealed)} bytes)"


class Backlog(msgspec.Struct, frozen=True):
    """What the hub does not have yet."""

    waiting: int = 0
    oldest_ms: int = 0
    """When the oldest of them was handed in, by the unit's wall clock; 0 for none."""
    refused: int = 0
    """Documents that the hub will not take (too large): a technician must look."""


class DocumentShelf:
    """The rows, in the store's own file and under its lock. `listen` is told, on any thread, that some wait."""

    def __init__(self, connection: apsw.Connection, path: Path, lock: Lock) -> None:
        self._connection, self._path, self._lock = connection, path, lock
        self._wake: Callable[[], None] = lambda: None

    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever documents were released."""
        self._wake = wake

    def hold(self, sha256: str, sealed: bytes, now_ms: int) -> StoreTrouble | None:
        """Keep a document for a session that is still going on. One that waits or was sent already stays so."""
        return self._run(lambda: self._hold(sha256, sealed, now_ms))

    def release(self, digests: Sequence[str], now_ms: int) -> bool | StoreTrouble:
        """Let documents wait for the hub, all or none. False: one of them is not here (it expired)."""
        released = self._run(lambda: self._release(digests, now_ms))
        if released is True:
            self._wake()
        return released

    def drop(self, digests: Sequence[str]) -> StoreTrouble | None:
        """Delete documents that no case names; those that the hub has, or refused, stay as they are."""
        wanted = [(sha256,) for sha256 in digests]
        sql = "DELETE FROM documents WHERE sha256 = ? AND state IN ('held', 'waiting')"
        return self._run(lambda: self._many(sql, wanted))

    def next(self, now_ms: int) -> Waiting | StoreTrouble | None:
        """Return the document that has waited longest, or None. What has expired is deleted on the way."""
        return self._run(lambda: self._next(now_ms))

    def sent(self, sha256: str, now_ms: int) -> StoreTrouble | None:
        """The hub has it: forget its bytes."""
        sql = "UPDATE documents SET state = 'sent', at_ms = ?, expires_ms = ?, sealed = x'' WHERE sha256 = ?"
        return self._run(lambda: self._many(sql, [(now_ms, now_ms + SENT_MS, sha256)]))

    def refused(self, sha256: str, why: str, now_ms: int) -> StoreTrouble | None:
        """The hub will never take it: put it aside, so that the others go on."""
        sql = "UPDATE documents SET state = 'refused', at_ms = ?, why = ? WHERE sha256 = ? AND state = 'waiting'"
        return self._run(lambda: self._many(sql, [(now_ms, why, sha256)]))

    def backlog(self) -> Backlog | StoreTrouble:
        """Return what the hub does not have yet."""
        return self._run(self._backlog)

    def _run(self, work: Callable[[], Outcome]) -> Outcome | StoreTrouble:
        with self._lock:
            return guarded(self._path, work)

    def _many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._connection:
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.executemany(sql, rows)

    def _hold(self, sha256: str, sealed: bytes, now_ms: int) -> None:
        self._many(
            "INSERT INTO documents (sha256, state, at_ms, expires_ms, sealed) VALUES (?1, 'held', ?2, ?3, ?4) "
            "ON CONFLICT (sha256) DO UPDATE SET at_ms = ?2, expires_ms = ?3, sealed = ?4 WHERE state = 'held'",
            [(sha256, now_ms, now_ms + HELD_MS, sealed)],
        )

    def _release(self, digests: Sequence[str], now_ms: int) -> bool:
        known = {str(sha256) for (sha256,) in self._connection.execute("SELECT sha256 FROM documents")}
        if not known.issuperset(digests):
            return False
        sql = "UPDATE documents SET state = 'waiting', at_ms = ? WHERE sha256 = ? AND state = 'held'"
        self._many(sql, [(now_ms, sha256) for sha256 in digests])
        return True

    def _next(self, now_ms: int) -> Waiting | None:
        self._many("DELETE FROM documents WHERE state IN ('held', 'sent') AND expires_ms <= ?", [(now_ms,)])
        sql = "SELECT sha256, sealed FROM documents WHERE state = 'waiting' ORDER BY ord LIMIT 1"
        row = self._connection.execute(sql).fetchone()
        return Waiting(str(row[0]), bytes(row[1])) if row else None

    def _backlog(self) -> Backlog:
        sql = "SELECT count(*), coalesce(min(at_ms), 0) FROM documents WHERE state = 'waiting'"
        waiting, oldest_ms = self._connection.execute(sql).fetchone() or (0, 0)
        (refused,) = self._connection.execute("SELECT count(*) FROM documents WHERE state = 'refused'").fetchone() or (
            0,
        )
        return Backlog(int(waiting), int(oldest_ms), int(refused))
