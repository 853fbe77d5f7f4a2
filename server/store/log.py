"""A hall's log on disk: events, idempotency rows, sealed persons and forms, and snapshots in one SQLite file.

`HubLog.append` is the one transaction of the hub (WAL, synchronous=FULL): when it returns, everything in it survives
a power cut; when it raises, nothing of it is there. One writer connection lives in `HubLog`; anybody else reads
through a `LogReader` with a connection of its own, which sees whole transactions only.

Start-up reads the last snapshot and the rows after it, never an older day.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import apsw

from hall.domain.ids import CaseNumber, CommandKey, PersonRef
from hall.wire import chain
from server.hub.step import FormRow, Persist, PersonRow

MIGRATIONS = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE event (seq INTEGER PRIMARY KEY, raw BLOB NOT NULL);
    CREATE TABLE op (key TEXT PRIMARY KEY, reply BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE person (ref TEXT PRIMARY KEY, tag BLOB NOT NULL, sealed_data BLOB NOT NULL);
    CREATE INDEX person_by_tag ON person (tag);
    CREATE TABLE person_key (ref TEXT PRIMARY KEY, sealed_key BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE form (key TEXT PRIMARY KEY, sealed_form BLOB NOT NULL);
    CREATE TABLE case_event (number TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE snapshot (seq INTEGER PRIMARY KEY, state BLOB NOT NULL);
    INSERT INTO meta VALUES ('epoch', '1');
    """,
    """
    CREATE TABLE named_document (case_number TEXT NOT NULL, sha256 TEXT NOT NULL, person TEXT,
        PRIMARY KEY (case_number, sha256)) WITHOUT ROWID;
    CREATE INDEX named_document_by_digest ON named_document (sha256);
    CREATE INDEX named_document_by_person ON named_document (person);
    INSERT INTO meta SELECT 'forms_unread', '1' WHERE EXISTS (SELECT 1 FROM form);
    """,
)
"""Forward only: one more entry is one more `user_version`; an entry that was released is never edited."""

PAGE = 1000
"""Rows read at a time."""


class StoreFailed(Exception):
    """The disk refused: full, read-only, damaged, or gone. The text is the engine's own; nothing was stored."""


def _connect(path: Path, *, readonly: bool) -> apsw.Connection:
    flags = apsw.SQLITE_OPEN_READONLY if readonly else apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    try:
        connection = apsw.Connection(str(path), flags=flags)
        connection.set_busy_timeout(5000)
        return connection
    except apsw.Error as problem:
        raise StoreFailed(f"{path}: {problem}") from problem


class _Reading:
    """Questions that both the writer and readers can answer."""

    _db: apsw.Connection

    def rows_from(self, seq: int, limit: int = PAGE) -> list[tuple[int, bytes]]:
        """Return at most `limit` rows beginning with `seq`, in order."""
        # The cast is for rows that somebody altered into text: verify must name them, not fall over them.
        return self._all("SELECT seq, CAST(raw AS BLOB) FROM event WHERE seq >= ? ORDER BY seq LIMIT ?", (seq, limit))

    def every_row_from(self, seq: int) -> Iterator[bytes]:
        """Walk the log from `seq` to its end, a page at a time."""
        while page := self.rows_from(seq):
            for _, raw in page:
                yield raw
            seq = page[-1][0] + 1

    def last_seq(self) -> int:
        """Return the seq of the newest event, 0 for an empty log."""
        return int(self._one("SELECT coalesce(max(seq), 0) FROM event", ())[0])

    def reply(self, key: CommandKey) -> bytes | None:
        """Return what a step stored under a command's key."""
        row = self._one("SELECT reply FROM op WHERE key = ?", (key,))
        return None if row is None else row[0]

    def person(self, ref: PersonRef) -> PersonRow | None:
        """Return a sealed person, or None if unknown or erased."""
        row = self._one(
            "SELECT ref, tag, sealed_key, sealed_data FROM person JOIN person_key USING (ref) WHERE ref = ?", (ref,)
        )
        return None if row is None else PersonRow(*row)

    def person_by_tag(self, tag: bytes) -> PersonRef | None:
        """Return who has this keyed hash, unless erased."""
        row = self._one("SELECT ref FROM person JOIN person_key USING (ref) WHERE tag = ?", (tag,))
        return None if row is None else row[0]

    def form(self, key: CommandKey) -> bytes | None:
        """Return the sealed form that a command brought."""
        row = self._one("SELECT sealed_form FROM form WHERE key = ?", (key,))
        return None if row is None else row[0]

    def forms_after(self, key: str, limit: int = 500) -> list[tuple[str, bytes]]:
        """Return the next forms after a key, in the keys' order."""
        return self._all("SELECT key, sealed_form FROM form WHERE key > ? ORDER BY key LIMIT ?", (key, limit))

    def case_row(self, number: CaseNumber) -> bytes | None:
        """Return the row of the event that registered a case, by its number or by the one a unit printed before."""
        row = self._one("SELECT raw FROM event WHERE seq = (SELECT seq FROM case_event WHERE number = ?)", (number,))
        return None if row is None else row[0]

    def documents_of_case(self, number: CaseNumber) -> list[str]:
        """Return the digests of the documents that a case names."""
        rows = self._all("SELECT sha256 FROM named_document WHERE case_number = ? ORDER BY sha256", (number,))
        return [sha256 for (sha256,) in rows]

    def documents_of_person_alone(self, ref: PersonRef) -> list[str]:
        """Return the digests that this person's cases name, and nobody else's."""
        sql = (
            "SELECT DISTINCT sha256 FROM named_document AS mine WHERE person = ?1 AND NOT EXISTS "
            "(SELECT 1 FROM named_document AS other WHERE other.sha256 = mine.sha256 AND other.person IS NOT ?1)"
        )
        return [sha256 for (sha256,) in self._all(sql, (ref,))]

    def names_document(self, sha256: str) -> bool:
        """Say whether any case names this document."""
        return self._one("SELECT 1 FROM named_document WHERE sha256 = ? LIMIT 1", (sha256,)) is not None

    def named_documents(self) -> Iterator[tuple[CaseNumber, str]]:
        """Walk all documents that cases name, in the order of the cases, a page at a time."""
        after = ("", "")
        sql = (
            "SELECT case_number, sha256 FROM named_document WHERE (case_number, sha256) > (?, ?) "
            "ORDER BY case_number, sha256 LIMIT ?"
        )
        while page := self._all(sql, (*after, PAGE)):
            yield from page
            after = page[-1]

    @property
    def forms_unread(self) -> bool:
        """Whether forms stand here from before cases named their documents in a table (`HubLog.name_documents`)."""
        return self._one("SELECT 1 FROM meta WHERE name = 'forms_unread'", ()) is not None

    def copy_to(self, path: Path) -> None:
        """Write a compact copy of the whole file; `path` must not exist. The writer goes on meanwhile.

        Raises:
            StoreFailed: no copy was made.

        """
        self._all("VACUUM INTO ?", (str(path),))

    def verify(self) -> chain.Broken | None:
        """Walk the whole chain; return the first altered, missing or foreign row, or None."""
        return chain.check(self.every_row_from(0))

    def close(self) -> None:
        """Close the connection; the object is of no use afterwards."""
        self._db.close()

    def _all(self, sql: str, values: tuple[Any, ...]) -> list[Any]:
        try:
            return self._db.execute(sql, values).fetchall()
        except apsw.Error as problem:
            raise StoreFailed(str(problem)) from problem

    def _one(self, sql: str, values: tuple[Any, ...]) -> Any:
        try:
            return self._db.execute(sql, values).fetchone()
        except apsw.Error as problem:
            raise StoreFailed(str(problem)) from problem


class LogReader(_Reading):
    """A read-only look at a hall's log. Not thread-safe: one per thread."""

    def __init__(self, path: Path) -> None:
        """Open an existing log.

        Raises:
            StoreFailed: it is not there or cannot be read.

        """
        self._db = _connect(path, readonly=True)


class HubLog(_Reading):
    """The writer of a hall's log. Not thread-safe: one call at a time."""

    def __init__(self, path: Path) -> None:
        """Open or make the file and bring its schema up to date.

        Raises:
            StoreFailed: unusable, or written by a newer program.

        """
        self.path = path
        self._db = _connect(path, readonly=False)
        try:
            self._prepare()
        except apsw.Error as problem:
            self._db.close()
            raise StoreFailed(f"{path}: {problem}") from problem

    def append(self, persist: Persist) -> None:
        """Store one batch, all or nothing.

        Raises:
            StoreFailed: nothing of it was stored.

        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._insert(persist)
            self._db.execute("COMMIT")
            if persist.erased:
                # The key must not survive in the write-ahead log either.
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except apsw.Error as problem:
            with suppress(apsw.Error):
                self._db.execute("ROLLBACK")
            raise StoreFailed(f"{self.path}: {problem}") from problem

    def snapshot(self) -> tuple[int, bytes] | None:
        """Return seq and carried state of the last day opening."""
        row = self._one("SELECT seq, state FROM snapshot ORDER BY seq DESC LIMIT 1", ())
        return None if row is None else (row[0], row[1])

    @property
    def epoch(self) -> int:
        """The epoch under which this hub writes; a promoted standby raises it."""
        return int(self._one("SELECT value FROM meta WHERE name = 'epoch'", ())[0])

    def raise_epoch(self, epoch: int) -> None:
        """Store a higher epoch; a lower or equal one is a bug of the caller."""
        assert epoch > self.epoch
        self._all("UPDATE meta SET value = ? WHERE name = 'epoch'", (str(epoch),))

    def name_documents(self, forms: Iterable[FormRow]) -> None:
        """Write down which documents these older forms name; from now on no form is unread."""
        try:
            with self._db:
                self._insert_documents(forms)
                self._db.execute("DELETE FROM meta WHERE name = 'forms_unread'")
        except apsw.Error as problem:
            raise StoreFailed(f"{self.path}: {problem}") from problem

    def _prepare(self) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "cache_size = -8000"):
            self._db.execute(f"PRAGMA {pragma}")
        version = int(self._one("PRAGMA user_version", ())[0])
        if version > len(MIGRATIONS):
            raise StoreFailed(f"{self.path}: written by a newer program (schema {version})")
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            self._db.execute(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT")

    def _insert(self, persist: Persist) -> None:
        many = self._db.executemany
        many("INSERT INTO event VALUES (?, ?)", [(row.event.seq, row.raw) for row in persist.rows])
        many("INSERT INTO op VALUES (?, ?)", persist.ops)
        if persist.persons:
            self._insert_persons(persist.persons)
        if persist.forms:
            many("INSERT OR IGNORE INTO form VALUES (?, ?)", [(row.key, row.sealed_form) for row in persist.forms])
            self._insert_documents(persist.forms)
        if persist.cases:
            many("INSERT OR IGNORE INTO case_event VALUES (?, ?)", persist.cases)
        many("DELETE FROM person_key WHERE ref = ?", [(ref,) for ref in persist.erased])
        many("DELETE FROM named_document WHERE person = ?", [(ref,) for ref in persist.erased])
        if persist.snapshot is not None:
            self._db.execute("INSERT INTO snapshot VALUES (?, ?)", persist.snapshot)

    def _insert_documents(self, forms: Iterable[FormRow]) -> None:
        rows = [(form.case, sha256, form.person) for form in forms for sha256 in form.documents]
        self._db.executemany("INSERT OR IGNORE INTO named_document VALUES (?, ?, ?)", rows)

    def _insert_persons(self, persons: Sequence[PersonRow]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO person VALUES (?, ?, ?)",
            [(person.ref, person.tag, person.sealed_data) for person in persons],
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO person_key VALUES (?, ?)",
            [(person.ref, person.sealed_key) for person in persons],
        )
