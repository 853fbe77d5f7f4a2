"""Open the centre's store: SQLite by default, PostgreSQL where a city has one. Imported only with the centre role."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from server.store.centre_tables import metadata


class CentreStoreTrouble(Exception):
    """The store cannot be opened; the text says which one and why, without its password.

    `may_pass`: its server is away or the file is held, which may be over in a moment.
    """

    def __init__(self, text: str, *, may_pass: bool = False) -> None:
        super().__init__(text)
        self.may_pass = may_pass


def open_centre(url: str, state_dir: Path) -> Engine:
    """Return the store with its tables made.

    Raises:
        CentreStoreTrouble: wrong URL, server away, no rights.

    """
    try:
        engine = _sqlite(state_dir / "centre.db") if not url else create_engine(url, pool_pre_ping=True)
        metadata.create_all(engine)
    except ArgumentError as problem:
        raise CentreStoreTrouble("hub.centre_store is no SQLAlchemy URL, e.g. postgresql+psycopg://...") from problem
    except SQLAlchemyError as problem:
        reason = str(getattr(problem, "orig", problem)).splitlines()[0]
        away = isinstance(problem, OperationalError)
        raise CentreStoreTrouble(f"the centre's store cannot be opened: {reason}", may_pass=away) from problem
    return engine


def put(connection: Connection, table: Table, row: dict[str, Any], keep: tuple[str, ...] = ()) -> None:
    """Insert a row; where its primary key exists, overwrite the other columns given, except those in `keep`."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(row)
    keys = [column.name for column in table.primary_key.columns]
    change = {name: statement.excluded[name] for name in row if name not in keys and name not in keep}
    if change:
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=change))
    else:
        connection.execute(statement.on_conflict_do_nothing(index_elements=keys))


def _sqlite(path: Path) -> Engine:
    """One connection, in turn. No WAL: the system's SQLite may be 3.40, whose WAL reset can corrupt a file."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=TRUNCATE", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()
