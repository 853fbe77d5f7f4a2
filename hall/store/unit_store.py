"""A unit's SQLite file: outbox, print journal, cached hall, own series, drafts, paper.

WAL with synchronous=FULL: what `write` returned from is there after a power cut. One connection, guarded by a lock,
since the face writes on its own thread and the loop on another. Drafts are opaque bytes, encrypted by the kiosk.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from typing import Any

import apsw
import msgspec

from hall.domain.ids import CommandKey, DeviceName, RatingUid
from hall.domain.paper import PaperKept, Roll, Used
from hall.store import paper
from hall.store.documents import DocumentShelf
from hall.store.guard import guarded
from hall.store.migrations import migrate
from hall.store.record import (
    ANSWERS_KEPT,
    BOOTS_KEPT,
    GIVEN_KEPT,
    AnswerKept,
    Boot,
    BootSeen,
    Change,
    Dropped,
    EpochRaised,
    Given,
    Pending,
    ProvisionalMoved,
    Queued,
    RatingMapped,
    Retired,
    SeriesMoved,
    TicketGiven,
    UnitRecord,
    ViewKept,
    settled,
)
from hall.store.trouble import StoreFault, StoreTrouble
from hall.wire.replies import Reply

_encode = msgspec.json.encode


def open_store(path: Path) -> "UnitStore | StoreTrouble":
    """Open or make the store, bring it to the newest version, and check it whole. A damaged file is left as it is."""
    return guarded(path, lambda: _open(path))


def _open(path: Path) -> "UnitStore | StoreTrouble":
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = apsw.Connection(str(path))
    try:
        path.chmod(0o600)
        connection.set_busy_timeout(2000)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "FULL")
        found = connection.pragma("quick_check", 1)
        if found != "ok":
            raise apsw.CorruptError(str(found))
        if migrate(connection, path):
            return UnitStore(connection, path)
    except BaseException:
        connection.close()
        raise
    connection.close()
    return StoreTrouble(StoreFault.NEWER, str(path), "written by a newer program; install that one again")


class UnitStore:
    """The open file. Every method is one transaction and safe on any thread.

    Attributes: `documents`, the sealed documents that the hub does not have yet.
    """

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._lock = Lock()
        self.documents = DocumentShelf(connection, path, self._lock)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    def load(self) -> UnitRecord | StoreTrouble:
        """Read everything back, as after a restart."""
        with self._lock:
            return guarded(self._path, self._load)

    def write(self, changes: Iterable[Change]) -> StoreTrouble | None:
        """Put all changes on disk, or none of them."""
        with self._lock:
            return guarded(self._path, lambda: self._write(changes))

    def keep_draft(self, name: str, sealed: bytes, expires_ms: int) -> StoreTrouble | None:
        """Keep a draft that the kiosk encrypted; an older one of that name is gone for good."""
        row = (name, expires_ms, sealed)
        return self._draft("INSERT OR REPLACE INTO drafts (name, expires_ms, sealed) VALUES (?, ?, ?)", row)

    def draft(self, name: str, now_ms: int) -> bytes | StoreTrouble | None:
        """Return a draft that is still valid, or None. Expired drafts are deleted on the way."""

        def read() -> bytes | None:
            with self._connection:
                self._connection.execute("DELETE FROM drafts WHERE expires_ms <= ?", (now_ms,))
                row = self._connection.execute("SELECT sealed FROM drafts WHERE name = ?", (name,)).fetchone()
            return bytes(row[0]) if row else None

        with self._lock:
            return guarded(self._path, read)

    def wipe_draft(self, name: str) -> StoreTrouble | None:
        """Delete a draft: the citizen left."""
        return self._draft("DELETE FROM drafts WHERE name = ?", (name,))

    def paper(self, device: DeviceName) -> PaperKept | StoreTrouble:
        """Return what was kept of a printer's paper."""
        with self._lock:
            return guarded(self._path, lambda: paper.read(self._connection, device))

    def keep_paper(self, device: DeviceName, roll: Roll, day: str, used: Used | None = None) -> StoreTrouble | None:
        """Keep how far the roll is, and the slip that was printed on `day`, if one was."""

        def keep() -> None:
            with self._connection:
                paper.write(self._connection, device, roll, day, used)

        with self._lock:
            return guarded(self._path, keep)

    def copy_to(self, target: Path) -> StoreTrouble | None:
        """Write a consistent copy (hourly, and before a repair)."""

        def copy() -> None:
            fresh = target.with_name(f"{target.name}.new")
            fresh.unlink(missing_ok=True)
            self._connection.execute("VACUUM INTO ?", (str(fresh),))
            fresh.chmod(0o600)
            os.replace(fresh, target)

        with self._lock:
            return guarded(self._path, copy)

    def close(self) -> None:
        """Close the file; what was written stays."""
        with self._lock:
            self._connection.close()

    def _draft(self, sql: str, values: tuple[Any, ...]) -> StoreTrouble | None:
        def run() -> None:
            with self._connection:
                self._connection.execute("PRAGMA secure_delete = ON")
                self._connection.execute(sql, values)

        with self._lock:
            return guarded(self._path, run)

    def _write(self, changes: Iterable[Change]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            for change in changes:
                _WRITERS[type(change)](connection, change)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk has rolled it back already
                connection.execute("ROLLBACK")
            raise

    def _load(self) -> UnitRecord:
        record = UnitRecord()
        for (blob,) in self._connection.execute("SELECT command FROM outbox ORDER BY rowid"):
            pending = msgspec.json.decode(blob, type=Pending)
            record.outbox[pending.command.key] = pending
        for key, blob in self._connection.execute("SELECT key, reply FROM answers ORDER BY id"):
            record.answers[CommandKey(key)] = msgspec.json.decode(blob, type=Reply)
        for (blob,) in self._connection.execute("SELECT line FROM given ORDER BY id"):
            given = msgspec.json.decode(blob, type=Given)
            record.given[given.ticket.uid] = given
        for local, blob in self._connection.execute("SELECT local, mapping FROM ratings ORDER BY id"):
            record.ratings[RatingUid(local)] = msgspec.json.decode(blob, type=RatingMapped)
        for (blob,) in self._connection.execute("SELECT line FROM boots ORDER BY id"):
            boot = msgspec.json.decode(blob, type=Boot)
            record.boots[boot.boot] = boot
        self._load_facts(record)
        return record

    def _load_facts(self, record: UnitRecord) -> None:
        facts: dict[str, Any] = {str(name): value for name, value in self._connection.execute("SELECT * FROM facts")}
        record.order = int(facts.get("order", 0))
        record.epoch = int(facts.get("epoch", 0))
        record.retired = bool(facts.get("retired", 0))
        record.provisional_last = int(facts.get("provisional", 0))
        if "series" in facts:
            series = msgspec.json.decode(facts["series"], type=SeriesMoved)
            record.series_day, record.series_last = series.day, series.last
        if "view" in facts:
            kept = msgspec.json.decode(facts["view"], type=ViewKept)
            record.view, record.cursor = kept.view, kept.cursor


def _fact(connection: apsw.Connection, name: str, value: bytes | int) -> None:
    connection.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", (name, value))


def _queued(connection: apsw.Connection, change: Queued) -> None:
    pending = change.pending
    connection.execute(
        "INSERT INTO outbox (key, ord, state, command) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (key) DO UPDATE SET ord = ?2, state = ?3, command = ?4",
        (pending.command.key, pending.order, "sent" if pending.sent else "pending", _encode(pending)),
    )
    connection.execute(
        "INSERT INTO facts (name, value) VALUES ('order', ?1) "
        "ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
        (pending.order,),
    )


def _dropped(connection: apsw.Connection, change: Dropped) -> None:
    connection.execute("DELETE FROM outbox WHERE key = ?", (change.key,))


def _answer_kept(connection: apsw.Connection, change: AnswerKept) -> None:
    connection.execute("DELETE FROM outbox WHERE key = ?", (change.key,))
    row = (change.key, _encode(change.reply))
    connection.execute("INSERT OR REPLACE INTO answers (key, reply) VALUES (?, ?)", row)
    _forget(connection, "answers", ANSWERS_KEPT)


def _ticket_given(connection: apsw.Connection, change: TicketGiven) -> None:
    given = change.given
    connection.execute(
        "INSERT INTO given (uid, settled, line) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (uid) DO UPDATE SET settled = ?2, line = ?3",
        (given.ticket.uid, settled(given), _encode(given)),
    )
    connection.execute(
        "DELETE FROM given WHERE id = (SELECT min(id) FROM given WHERE settled) AND (SELECT count(*) FROM given) > ?",
        (GIVEN_KEPT,),
    )


def _rating_mapped(connection: apsw.Connection, change: RatingMapped) -> None:
    connection.execute(
        "INSERT INTO ratings (local, mapping) VALUES (?1, ?2) ON CONFLICT (local) DO UPDATE SET mapping = ?2",
        (change.local, _encode(change)),
    )
    _forget(connection, "ratings", ANSWERS_KEPT)


def _boot_seen(connection: apsw.Connection, change: BootSeen) -> None:
    connection.execute(
        "INSERT INTO boots (boot, line) VALUES (?1, ?2) ON CONFLICT (boot) DO UPDATE SET line = ?2",
        (change.boot.boot, _encode(change.boot)),
    )
    _forget(connection, "boots", BOOTS_KEPT)


def _forget(connection: apsw.Connection, table: str, limit: int) -> None:
    keep = f"SELECT id FROM {table} ORDER BY id DESC LIMIT {limit}"  # noqa: S608  # names of our own tables
    connection.execute(f"DELETE FROM {table} WHERE id NOT IN ({keep})")  # noqa: S608  # the same


_WRITERS: dict[type[Change], Callable[[apsw.Connection, Any], None]] = {
    Queued: _queued,
    Dropped: _dropped,
    AnswerKept: _answer_kept,
    TicketGiven: _ticket_given,
    ViewKept: lambda connection, change: _fact(connection, "view", _encode(change)),
    SeriesMoved: lambda connection, change: _fact(connection, "series", _encode(change)),
    ProvisionalMoved: lambda connection, change: _fact(connection, "provisional", change.last),
    EpochRaised: lambda connection, change: _fact(connection, "epoch", change.epoch),
    RatingMapped: _rating_mapped,
    BootSeen: _boot_seen,
    Retired: lambda connection, change: _fact(connection, "retired", int(change.yes)),
}
"""How each change is written."""
