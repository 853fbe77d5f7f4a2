"""The tables of a unit's store, as forward-only steps. Step n brings `PRAGMA user_version` to n.

A step that was released is never edited; a new one is added below it. Before a file is moved on, a copy of it is
made beside it (`VACUUM INTO`), so that the older program can be put back together with its file.
"""

from pathlib import Path

import apsw

STEPS: tuple[str, ...] = (
    """
    CREATE TABLE outbox (
        key TEXT PRIMARY KEY,
        ord INTEGER NOT NULL,
        state TEXT NOT NULL,          -- pending, sent
        command BLOB NOT NULL         -- personal fields only as sealed bytes
    );
    CREATE TABLE answers (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, reply BLOB NOT NULL);
    CREATE TABLE given (
        id INTEGER PRIMARY KEY,
        uid TEXT NOT NULL UNIQUE,
        settled INTEGER NOT NULL,
        line BLOB NOT NULL
    );
    CREATE TABLE ratings (id INTEGER PRIMARY KEY, local TEXT NOT NULL UNIQUE, mapping BLOB NOT NULL);
    CREATE TABLE boots (id INTEGER PRIMARY KEY, boot TEXT NOT NULL UNIQUE, line BLOB NOT NULL);
    CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL);
    CREATE TABLE drafts (name TEXT PRIMARY KEY, expires_ms INTEGER NOT NULL, sealed BLOB NOT NULL);
    """,
    """
    CREATE TABLE paper_used (
        id INTEGER PRIMARY KEY,
        device TEXT NOT NULL,
        day TEXT NOT NULL,            -- of the hall's calendar
        at_s REAL NOT NULL,           -- seconds since its midnight
        mm REAL NOT NULL
    );
    CREATE TABLE paper_roll (
        device TEXT PRIMARY KEY,
        given_mm REAL NOT NULL,
        whole INTEGER NOT NULL,       -- counted from its beginning
        length_mm REAL NOT NULL       -- 0: not known yet
    );
    """,
    """
    CREATE TABLE documents (
        ord INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,  -- of what is sealed
        state TEXT NOT NULL,          -- held, waiting, sent, refused
        at_ms INTEGER NOT NULL,       -- when it got into this state, by the unit's wall clock
        expires_ms INTEGER NOT NULL,  -- of a held or sent one
        why TEXT NOT NULL DEFAULT '',
        sealed BLOB NOT NULL          -- to the hub's key; empty once it is sent
    );
    CREATE INDEX documents_by_state ON documents (state, ord);
    """,
)


def migrate(connection: apsw.Connection, path: Path, steps: tuple[str, ...] = STEPS) -> bool:
    """Bring the file to the newest version; a file with data is copied first. False if a newer program wrote it."""
    version = int(connection.pragma("user_version"))
    if version > len(steps):
        return False
    if 0 < version < len(steps):
        _copy(connection, path.with_name(f"{path.name}.v{version}.bak"))
    for number in range(version, len(steps)):
        with connection:
            connection.execute(steps[number])
            connection.pragma("user_version", number + 1)
    return True


def _copy(connection: apsw.Connection, target: Path) -> None:
    target.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
