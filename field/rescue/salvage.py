"""A sound unit store out of the copied files: the file itself if it is whole, else one of the rows that can be read.

Rows are read from both ends of each table, so that a hole in the middle costs no more than itself. A row that is read
but cannot be understood is named. Where the slips' table gave nothing for a number, the raw bytes are searched
(`field.rescue.carve`).
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import msgspec

from field.rescue.carve import Fragment, carved, fragments, last_number
from field.rescue.disk import DiskCopy
from hall.store.record import Boot, BootSeen, Given, Pending, RatingMapped, TicketGiven, UnitRecord
from hall.store.trouble import StoreTrouble
from hall.store.unit_store import UnitStore, open_store
from hall.wire.replies import Reply

TABLES: dict[str, Callable[[bytes], Any] | None] = {
    "outbox": lambda blob: msgspec.json.decode(blob, type=Pending),
    "answers": lambda blob: msgspec.json.decode(blob, type=Reply),
    "given": lambda blob: msgspec.json.decode(blob, type=Given),
    "ratings": lambda blob: msgspec.json.decode(blob, type=RatingMapped),
    "boots": lambda blob: msgspec.json.decode(blob, type=Boot),
    "facts": None,
    "documents": None,
}
"""What is worth saving, and how the JSON in a row's last column is understood."""
NAMED = {"outbox": "a message to the hub", "given": "a slip", "documents": "a sealed document"}
"""Rows whose loss somebody must hear of."""


class Salvage(NamedTuple):
    """The store, whether it is the whole of what the dead unit wrote, and in words what is not in it."""

    store: UnitStore
    record: UnitRecord
    whole: bool
    notes: tuple[str, ...]
    fragments: tuple[Fragment, ...] = ()
    """Slips of which more is known than a number, and less than can be sent."""
    last: int = 0
    """The highest running number that was noted anywhere."""


def salvage(copy: DiskCopy, fresh: Path) -> Salvage | str:
    """Return a store to send from; made at `fresh` if the copied file is damaged. A text says why there is none."""
    if copy.files:
        store = open_store(copy.files[0])
        record = store.load() if isinstance(store, UnitStore) else None
        if isinstance(store, UnitStore):
            if isinstance(record, UnitRecord) and not copy.notes:
                return Salvage(store, record, True, ())
            store.close()
    return _pieced_together(copy, fresh)


def _pieced_together(copy: DiskCopy, fresh: Path) -> Salvage | str:
    fresh.unlink(missing_ok=True)
    store = open_store(fresh)
    if isinstance(store, StoreTrouble):
        return str(store)
    store.close()
    notes = [*copy.notes]
    for path in _databases(copy):
        notes += _rows_over(path, fresh)
    store = open_store(fresh)
    if isinstance(store, StoreTrouble):
        return str(store)
    known = store.load()
    if isinstance(known, UnitRecord):
        found = [given for uid, given in _carved(copy).items() if uid not in known.given]
        store.write([*map(TicketGiven, found), *_boots_told_by([*known.given.values(), *found], known)])
    record = store.load()
    if isinstance(record, StoreTrouble):
        store.close()
        return str(record)
    pieces = [path.read_bytes() for path in copy.files]
    return Salvage(
        store,
        record,
        whole=False,
        notes=tuple(dict.fromkeys(notes)),
        fragments=tuple(fragments(pieces)),
        last=max(record.series_last, last_number(pieces)),
    )


def _databases(copy: DiskCopy) -> list[Path]:
    """The unit's own file first, then older copies beside it; a journal is read with its file."""
    return [path for path in copy.files if not path.name.endswith("-wal")]


def _carved(copy: DiskCopy) -> dict[Any, Given]:
    return carved(path.read_bytes() for path in copy.files)


def _boots_told_by(slips: list[Given], record: UnitRecord) -> list[BootSeen]:
    """Make boots that were lost from slips of them: a slip has both its stamp and the hub's time of that moment."""
    told: dict[str, Boot] = {}
    for given in slips:
        stamp = given.stamp
        if stamp.boot in record.boots:
            continue
        before = told.get(stamp.boot)
        last = max(stamp.ms, before.last_ms if before else 0)
        told[stamp.boot] = Boot(stamp.boot, 0, last, given.ticket.arrived_at - stamp.ms)
    return [BootSeen(boot) for boot in told.values()]


def _rows_over(source: Path, fresh: Path) -> Iterator[str]:
    """Bring every row of a damaged file over that can be read; yield what was seen of those that cannot."""
    target = apsw.Connection(str(fresh))
    try:
        reading = apsw.Connection(str(source))
        # SQLite reads a file that is shorter than it says only with this; the copy is ours, and is never written.
        reading.pragma("writable_schema", "ON")
        for table, understood in TABLES.items():
            yield from _table_over(reading, target, table, understood)
        reading.close()
    except apsw.Error as problem:
        yield f"{source.name}: {type(problem).__name__}: {problem}"
    finally:
        target.close()


def _table_over(
    reading: apsw.Connection, target: apsw.Connection, table: str, understood: Callable[[bytes], Any] | None
) -> Iterator[str]:
    rows, broken = _both_ends(reading, table)
    if broken and table in NAMED:
        yield f"the table of {NAMED[table].partition(' ')[2]}s is damaged: {len(rows)} could be read"
    for names, values in rows.values():
        trouble = _misunderstood(understood, values[-1])
        if trouble:
            if table in NAMED:
                yield f"{NAMED[table]} ({values[names.index('key' if 'key' in names else 'uid')]}) is unreadable"
            continue
        places = ", ".join("?" * len(names))
        # Names of tables are ours, names of columns come from the file's own schema.
        sql = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608  # see above
        try:
            target.execute(sql, values)
        except apsw.SQLError:
            continue  # a column that this program does not know; the slip's bytes are searched all the same


def _both_ends(reading: apsw.Connection, table: str) -> tuple[dict[int, tuple[list[str], tuple[Any, ...]]], bool]:
    rows: dict[int, tuple[list[str], tuple[Any, ...]]] = {}
    broken = False
    for order in ("ASC", "DESC"):
        try:
            cursor = reading.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid {order}")  # noqa: S608  # our tables
            for row in cursor:
                names = [str(column[0]) for column in cursor.get_description()][1:]
                rows[int(row[0])] = (names, tuple(row[1:]))
        except apsw.Error as problem:
            broken = broken or "no such table" not in str(problem)
    return dict(sorted(rows.items())), broken


def _misunderstood(understood: Callable[[bytes], Any] | None, value: Any) -> bool:
    if understood is None:
        return False
    try:
        understood(value)
    except (msgspec.MsgspecError, TypeError):
        return True
    return False
