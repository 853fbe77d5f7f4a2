"""Take in the halls' logs: each row once, in order, and nothing blocks the rest.

A batch is one transaction: rows, what is folded from them, and the cursor. A row that cannot be taken goes to
quarantine with its reason and counts as taken; a broken chain is listed the same way. A gap before the batch takes
nothing. Either way the answer is the highest contiguous seq, and the sender goes on from there.
"""

import msgspec
from sqlalchemy import Connection, Engine, RowMapping, select
from sqlalchemy.exc import OperationalError

from hall.wire import chain
from hall.wire.batch import BadBatch, Batch, decode
from hall.wire.events import Event, catalogue
from hall.wire.ingest import IngestAnswer, SealedPersons
from server.auth.authority import Rejected, rejected
from server.centre.project import project
from server.store.centre import put
from server.store.centre_tables import cursor, event, person, quarantine


class _Envelope(msgspec.Struct, frozen=True):
    """What every row must say of itself, whatever its body is."""

    type: str
    origin: str
    epoch: int
    seq: int
    uid: str
    at: int
    prev_hash: str = ""


_envelopes = msgspec.json.Decoder(_Envelope)
_events = msgspec.json.Decoder(Event)
_KNOWN_TYPES = frozenset(catalogue())


class Ingest:
    """The receiving end. Calls wait for the database: keep them off the event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def receive(self, data: bytes, sender: str, now: int) -> IngestAnswer | Rejected:
        """Take a batch of `sender`'s own log."""
        try:
            batch = decode(data)
        except BadBatch as problem:
            return rejected(400, "malformed", f"no batch: {problem}")
        if batch.origin != sender:
            return rejected(403, "forbidden", f"{sender} may not send the log of {batch.origin}")
        try:
            with self._engine.begin() as connection:
                return _take(connection, batch, now)
        except OperationalError:
            return _STORE_AWAY

    def persons(self, sent: SealedPersons, sender: str) -> Rejected | None:
        """Store sealed person records of `sender`; again is harmless."""
        if sent.origin != sender:
            return rejected(403, "forbidden", f"{sender} may not send people of {sent.origin}")
        try:
            with self._engine.begin() as connection:
                for one in sent.persons:
                    put(connection, person, {"origin": sender, "ref": one.ref, "sealed": one.sealed})
        except OperationalError:
            return _STORE_AWAY
        return None


_STORE_AWAY = rejected(503, "store_failed", "the centre's store does not answer; send again later", 10)


def _take(connection: Connection, batch: Batch, now: int) -> IngestAnswer:
    at, last_hash = _position(connection, batch, now)
    if batch.first_seq > at + 1:
        return IngestAnswer(at)
    taken = quarantined = 0
    for seq, row in enumerate(batch.rows, start=batch.first_seq):
        if seq <= at:
            continue
        reason = _take_row(connection, batch, seq, row, last_hash, now)
        if reason:
            values = {"origin": batch.origin, "epoch": batch.epoch, "seq": seq, "reason": reason[:400]}
            put(connection, quarantine, {**values, "received_at": now, "row": row})
            quarantined += 1
        last_hash = chain.row_hash(row) or ""
        at, taken = seq, taken + 1
    place = {"origin": batch.origin, "epoch": batch.epoch, "seq": at}
    put(connection, cursor, {**place, "last_hash": last_hash[:64], "received_at": now})
    return IngestAnswer(at, taken, quarantined)


def _position(connection: Connection, batch: Batch, now: int) -> tuple[int, str]:
    """Return where this log stands here, and lock that until the end of the transaction.

    A new epoch goes on from wherever its first batch starts, if that is no further than the epoch before it:
    what a lost hub shipped beyond that stays, as late work of its own epoch.
    """
    found = _cursor(connection, batch.origin, batch.epoch)
    if found is None:
        before = _newest_before(connection, batch)
        start = min(batch.first_seq - 1, int(before["seq"])) if before else 0
        known = chain.GENESIS if start == 0 else ""
        if before is not None and start == int(before["seq"]):
            known = str(before["last_hash"])
        values = {"origin": batch.origin, "epoch": batch.epoch, "seq": start, "last_hash": known}
        put(connection, cursor, {**values, "received_at": now}, keep=("seq", "last_hash", "received_at"))
        found = _cursor(connection, batch.origin, batch.epoch)
        assert found is not None, "just put"
    return int(found["seq"]), str(found["last_hash"])


def _cursor(connection: Connection, origin: str, epoch: int) -> RowMapping | None:
    this = (cursor.c.origin == origin) & (cursor.c.epoch == epoch)
    return connection.execute(select(cursor).where(this).with_for_update()).mappings().first()


def _newest_before(connection: Connection, batch: Batch) -> RowMapping | None:
    older = (cursor.c.origin == batch.origin) & (cursor.c.epoch < batch.epoch)
    query = select(cursor).where(older).order_by(cursor.c.epoch.desc()).limit(1)
    return connection.execute(query).mappings().first()


def _take_row(connection: Connection, batch: Batch, seq: int, row: bytes, last_hash: str, now: int) -> str:
    """Store one row and fold it. Return "" or the reason for quarantine."""
    head = _head(row, batch, seq)
    if isinstance(head, str):
        return head
    if _known(connection, batch.origin, head.uid):
        return "another row has the same uid"
    happened = _happened(row, head.type)
    if isinstance(happened, str):
        return happened
    place = {"origin": head.origin, "epoch": head.epoch, "seq": seq, "uid": head.uid, "type": head.type}
    put(connection, event, {**place, "at": head.at, "received_at": now, "row": row})
    if happened is not None:
        project(connection, happened)
    return "" if not last_hash or head.prev_hash == last_hash else "the row does not follow the one before (kept)"


def _head(row: bytes, batch: Batch, seq: int) -> _Envelope | str:
    """Return the row's envelope, or why the row is not what the batch says."""
    try:
        head = _envelopes.decode(row)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        return f"the row cannot be read: {problem}"
    if (head.origin, head.epoch, head.seq) != (batch.origin, batch.epoch, seq):
        return f"the row says it is {head.origin}/{head.epoch}/{head.seq}"
    if not chain.is_whole(row):
        return "the row was altered (its hash is wrong)"
    return _unfit(head) or head


def _happened(row: bytes, kind: str) -> Event | str | None:
    """Return the event, None for a type of a newer program (kept unread), or why it cannot be folded."""
    if kind not in _KNOWN_TYPES:
        return None
    try:
        happened = _events.decode(row)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        return f"a {kind} of another form: {problem}"
    return _unfit(happened.body) or happened


def _known(connection: Connection, origin: str, uid: str) -> bool:
    this = (event.c.origin == origin) & (event.c.uid == uid)
    return connection.execute(select(event.c.seq).where(this)).first() is not None


_LONGEST = {"note": 4000, "reason": 4000, "token": 400, "number": 32, "counter": 32, "item": 80, "to_counter": 32}
_LARGEST = 2**62


def _unfit(values: msgspec.Struct) -> str:
    """Find what no column holds: some engines would refuse the whole batch for it."""
    for name, value in _leaves(msgspec.to_builtins(values)):
        if isinstance(value, int) and abs(value) > _LARGEST:
            return f"{name} is too large a number"
        if isinstance(value, str) and len(value) > _LONGEST.get(name, 64):
            return f"{name} is {len(value)} characters long"
        if isinstance(value, str) and "\x00" in value:
            return f"{name} holds a NUL character"
    return ""


def _leaves(values: object, name: str = "") -> list[tuple[str, object]]:
    match values:
        case dict():
            return [found for key, value in values.items() for found in _leaves(value, str(key))]
        case list() | tuple():
            return [found for value in values for found in _leaves(value, name)]
        case _:
            return [(name, values)]
