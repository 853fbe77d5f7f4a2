"""The hub's small book of credentials: one-time tokens, units, bearers, sessions, PINs, failures.

A file of its own (``auth.db``) beside the log: the log is copied to standbys, hourly copies and the parent, and
credentials must travel with none of them; and ``hall-server token`` and ``pin`` write here from another process
while the hub runs, which the log's single writer would not allow. Secrets stand here only as hashes.

Calls may come from any thread and wait for the disk (about a millisecond): keep them off the event loop.
"""

import hashlib
import threading
from pathlib import Path
from typing import Any

import apsw
import msgspec

SCHEMA = (
    """
    CREATE TABLE token(hash BLOB PRIMARY KEY, kind TEXT NOT NULL, unit TEXT NOT NULL, series TEXT NOT NULL,
        counters TEXT NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER) STRICT;
    CREATE TABLE unit(unit TEXT PRIMARY KEY, kind TEXT NOT NULL, series TEXT NOT NULL, counters TEXT NOT NULL,
        public_key BLOB NOT NULL, enrolled_at INTEGER NOT NULL, seen_at INTEGER, revoked_at INTEGER) STRICT;
    CREATE TABLE bearer(hash BLOB PRIMARY KEY, unit TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
    CREATE TABLE session(hash BLOB PRIMARY KEY, unit TEXT NOT NULL, clerk TEXT NOT NULL, role TEXT NOT NULL,
        counter TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
    CREATE TABLE pin(clerk TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT;
    CREATE TABLE failure(key TEXT PRIMARY KEY, count INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT;
    """,
    """
    ALTER TABLE unit ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
    CREATE TABLE former(unit TEXT NOT NULL, series TEXT NOT NULL, generation INTEGER NOT NULL,
        public_key BLOB NOT NULL, ended_at INTEGER NOT NULL) STRICT;
    """,
    """
    CREATE TABLE card(clerk TEXT PRIMARY KEY, digest BLOB NOT NULL UNIQUE, registered_at INTEGER NOT NULL) STRICT;
    ALTER TABLE session ADD COLUMN by_card INTEGER NOT NULL DEFAULT 0;
    """,
)
"""Forward-only migrations; the database's user_version counts those applied."""


class TokenRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A one-time token, bound to what it will make."""

    kind: str
    unit: str
    series: str = ""
    counters: tuple[str, ...] = ()
    expires_at: int = 0
    used_at: int | None = None


class UnitRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """An enrolled unit."""

    unit: str
    kind: str
    series: str
    counters: tuple[str, ...]
    public_key: bytes
    enrolled_at: int
    seen_at: int | None = None
    revoked_at: int | None = None
    generation: int = 1
    """Which machine of this name it is."""


class FormerRow(msgspec.Struct, frozen=True):
    """A machine whose place another one took."""

    unit: str
    series: str
    generation: int
    public_key: bytes
    ended_at: int


class BearerRow(msgspec.Struct, frozen=True):
    """What a bearer stands for."""

    unit: str
    expires_at: int


class SessionRow(msgspec.Struct, frozen=True):
    """Who signed in where."""

    unit: str
    clerk: str
    role: str
    counter: str
    expires_at: int
    by_card: bool = False


class CardRow(msgspec.Struct, frozen=True):
    """Whose staff card has this keyed digest (`HallKey.card_digest`)."""

    clerk: str
    digest: bytes
    registered_at: int


def digest(secret: str) -> bytes:
    """Return what is stored of a secret. Ours are 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).digest()


class Accounts:
    """The tables and nothing else: every rule is `Authority`'s."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = apsw.Connection(str(path))
        path.chmod(0o600)
        self._db.set_busy_timeout(5000)
        self._db.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
        self._migrate()

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._db.close()

    def version(self) -> int:
        """Return a number that changes whenever another process wrote to the file."""
        return int(self._one("PRAGMA data_version")[0])

    def anybody(self) -> bool:
        """Return whether a token was ever made or a unit enrolled: both are told the hall's key. PINs are not."""
        return bool(self._one("SELECT EXISTS(SELECT 1 FROM token) OR EXISTS(SELECT 1 FROM unit)")[0])

    # -- tokens

    def add_token(self, secret_hash: bytes, row: TokenRow) -> None:
        """Store a token; the same unused secret again only renews its life (fixed demo tokens)."""
        self._do(
            "INSERT INTO token VALUES(?,?,?,?,?,?,NULL) ON CONFLICT(hash) DO UPDATE SET kind=excluded.kind,"
            " unit=excluded.unit, series=excluded.series, counters=excluded.counters, expires_at=excluded.expires_at"
            " WHERE used_at IS NULL",
            (secret_hash, row.kind, row.unit, row.series, ",".join(row.counters), row.expires_at),
        )

    def token(self, secret_hash: bytes) -> TokenRow | None:
        """Return the token with this hash."""
        found = self._row(
            "SELECT kind, unit, series, counters, expires_at, used_at FROM token WHERE hash=?", secret_hash
        )
        return TokenRow(found[0], found[1], found[2], _split(found[3]), found[4], found[5]) if found else None

    def spend_token(self, secret_hash: bytes, unit: UnitRow) -> bool:
        """Use the token up and store its unit, in one transaction. False when somebody was quicker.

        An older unit of the same name loses its bearers and sessions: its PC was replaced. What is to be known of it
        for ever, its key and the numbers it printed under, stays in `former`.
        """
        with self._lock, self._db:
            self._db.execute(
                "UPDATE token SET used_at=? WHERE hash=? AND used_at IS NULL", (unit.enrolled_at, secret_hash)
            )
            if self._db.changes() != 1:
                return False
            for table in ("bearer", "session"):
                self._db.execute(f"DELETE FROM {table} WHERE unit=?", (unit.unit,))  # noqa: S608 - two fixed names
            self._db.execute(
                "INSERT INTO former SELECT unit, series, generation, public_key, ? FROM unit"
                " WHERE unit=? AND public_key!=?",
                (unit.enrolled_at, unit.unit, unit.public_key),
            )
            self._db.execute(
                "INSERT OR REPLACE INTO unit VALUES(?,?,?,?,?,?,NULL,NULL,?)",
                (
                    *(unit.unit, unit.kind, unit.series, ",".join(unit.counters)),
                    *(unit.public_key, unit.enrolled_at, unit.generation),
                ),
            )
        return True

    # -- units and bearers

    def unit(self, unit: str) -> UnitRow | None:
        """Return one enrolled unit, revoked or not."""
        found = self._row("SELECT * FROM unit WHERE unit=?", unit)
        return _unit(found) if found else None

    def units(self) -> list[UnitRow]:
        """Return all enrolled units by name."""
        return [_unit(found) for found in self._all("SELECT * FROM unit ORDER BY unit")]

    def former(self) -> list[FormerRow]:
        """Return every machine that was replaced, oldest first."""
        found = self._all("SELECT unit, series, generation, public_key, ended_at FROM former ORDER BY rowid")
        return [FormerRow(*row) for row in found]

    def seen(self, seen: dict[str, int]) -> None:
        """Store when units were last heard of (hub ms)."""
        with self._lock, self._db:
            self._db.executemany("UPDATE unit SET seen_at=? WHERE unit=?", [(at, unit) for unit, at in seen.items()])

    def revoke(self, unit: str, now: int) -> bool:
        """Shut a unit out at once; False when there is no such unit."""
        with self._lock, self._db:
            self._db.execute("UPDATE unit SET revoked_at=? WHERE unit=?", (now, unit))
            known = self._db.changes() == 1
            self._db.execute("DELETE FROM bearer WHERE unit=?", (unit,))
            self._db.execute("DELETE FROM session WHERE unit=?", (unit,))
        return known

    def add_bearer(self, bearer_hash: bytes, row: BearerRow) -> None:
        """Store a bearer."""
        self._do("INSERT INTO bearer VALUES(?,?,?)", (bearer_hash, row.unit, row.expires_at))

    def bearers(self) -> dict[bytes, BearerRow]:
        """Return all bearers by hash."""
        return {row[0]: BearerRow(row[1], row[2]) for row in self._all("SELECT hash, unit, expires_at FROM bearer")}

    # -- people

    def add_session(self, session_hash: bytes, row: SessionRow) -> None:
        """Store a session."""
        values = (session_hash, row.unit, row.clerk, row.role, row.counter, row.expires_at, row.by_card)
        self._do("INSERT INTO session VALUES(?,?,?,?,?,?,?)", values)

    def sessions(self) -> dict[bytes, SessionRow]:
        """Return all sessions by hash."""
        found = self._all("SELECT hash, unit, clerk, role, counter, expires_at, by_card FROM session")
        return {row[0]: SessionRow(row[1], row[2], row[3], row[4], row[5], bool(row[6])) for row in found}

    def end_session(self, session_hash: bytes) -> None:
        """Forget one session."""
        self._do("DELETE FROM session WHERE hash=?", (session_hash,))

    def end_sessions(self) -> None:
        """Forget all sessions."""
        self._do("DELETE FROM session", ())

    def set_pin(self, clerk: str, pin_hash: str) -> None:
        """Store a PIN's argon2 hash; the guesses at the old one count no more, and neither does the clerk's card."""
        here = f"pin:{clerk}@"
        with self._lock, self._db:
            self._db.execute("INSERT OR REPLACE INTO pin VALUES(?,?)", (clerk, pin_hash))
            forgotten = (f"clerk:{clerk}", len(here), here)
            self._db.execute("DELETE FROM failure WHERE key=? OR substr(key, 1, ?)=?", forgotten)
            self._drop_card(clerk)

    def pin(self, clerk: str) -> str | None:
        """Return a PIN's argon2 hash."""
        found = self._row("SELECT hash FROM pin WHERE clerk=?", clerk)
        return str(found[0]) if found else None

    # -- staff cards

    def keep_card(self, row: CardRow) -> bool:
        """Store a clerk's only card. False when it is another clerk's."""
        with self._lock, self._db:
            owner = next(iter(self._db.execute("SELECT clerk FROM card WHERE digest=?", (row.digest,))), None)
            if owner is not None and owner[0] != row.clerk:
                return False
            values = (row.clerk, row.digest, row.registered_at)
            self._db.execute("INSERT OR REPLACE INTO card VALUES(?,?,?)", values)
        return True

    def card_clerk(self, card_digest: bytes) -> str | None:
        """Return whose card this is."""
        found = self._row("SELECT clerk FROM card WHERE digest=?", card_digest)
        return str(found[0]) if found else None

    def cards(self) -> list[CardRow]:
        """Return every card, by clerk."""
        return [CardRow(*row) for row in self._all("SELECT clerk, digest, registered_at FROM card ORDER BY clerk")]

    def drop_card(self, clerk: str) -> bool:
        """Forget a clerk's card and end what it opened; False when there is none."""
        known = any(row.clerk == clerk for row in self.cards())
        with self._lock, self._db:
            self._drop_card(clerk)
        return known

    def _drop_card(self, clerk: str) -> None:
        self._db.execute("DELETE FROM session WHERE clerk=? AND by_card", (clerk,))
        self._db.execute("DELETE FROM card WHERE clerk=?", (clerk,))

    # -- failures

    def failures(self, key: str) -> tuple[int, int]:
        """Return how often `key` failed, and when last (hub ms)."""
        found = self._row("SELECT count, last_at FROM failure WHERE key=?", key)
        return (int(found[0]), int(found[1])) if found else (0, 0)

    def set_failures(self, key: str, count: int, at: int) -> None:
        """Store a count; zero forgets the key."""
        if count:
            self._do("INSERT OR REPLACE INTO failure VALUES(?,?,?)", (key, count, at))
        else:
            self._do("DELETE FROM failure WHERE key=?", (key,))

    def purge(self, now: int, failures_before: int) -> None:
        """Forget what has expired."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM bearer WHERE expires_at < ?", (now,))
            self._db.execute("DELETE FROM session WHERE expires_at < ?", (now,))
            self._db.execute("DELETE FROM failure WHERE last_at < ?", (failures_before,))

    # -- inside

    def _migrate(self) -> None:
        with self._db:
            (done,) = self._one("PRAGMA user_version")
            for number, script in enumerate(SCHEMA[done:], start=done + 1):
                self._db.execute(script)
                self._db.pragma("user_version", number)

    def _do(self, sql: str, values: tuple[Any, ...]) -> None:
        with self._lock, self._db:
            self._db.execute(sql, values)

    def _all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return list(self._db.execute(sql, values))

    def _row(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        found = self._all(sql, *values)
        return found[0] if found else None

    def _one(self, sql: str) -> tuple[Any, ...]:
        return self._all(sql)[0]


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _unit(row: tuple[Any, ...]) -> UnitRow:
    return UnitRow(row[0], row[1], row[2], _split(row[3]), *row[4:])
