"""Batches in which a hub ships its log upward.

On the wire a batch is one zlib stream over a MessagePack array ``[version, origin, epoch, first_seq, rows]``; rows
are the stored bytes of events, unchanged, so that the receiver can check the chain and keep what it does not
understand. A row is not looked into here: one bad row is the receiver's quarantine, not a bad batch.
"""

import zlib

import msgspec

from hall.wire.events import VERSION

MAX_ROWS = 200
"""Rows in one batch."""
MAX_BYTES = 4_000_000
"""Bytes of one batch before compression; more is refused before it is unpacked. One row may be 1 MB at most."""
AIM_BYTES = 256_000
"""Bytes after which a sender ends its batch."""


class BadBatch(ValueError):
    """The bytes are no batch; the text says why."""


class Batch(msgspec.Struct, frozen=True, array_like=True):
    """Rows `first_seq`, `first_seq` + 1, ... of one log."""

    v: int
    origin: str
    epoch: int
    first_seq: int
    rows: tuple[bytes, ...]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Batch)


def encode(origin: str, epoch: int, first_seq: int, rows: tuple[bytes, ...]) -> bytes:
    """Return a batch as bytes for the wire. At most `MAX_ROWS` rows; see `fitting`."""
    return zlib.compress(_encoder.encode(Batch(VERSION, origin, epoch, first_seq, rows)), 6)


def decode(data: bytes) -> Batch:
    """Return the batch in `data`.

    Raises:
        BadBatch: damaged, too large, of another form, or with too many rows.

    """
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(data, MAX_BYTES)
    except zlib.error as problem:
        raise BadBatch("not a zlib stream") from problem
    if not unpacker.eof:
        raise BadBatch(f"cut short, or more than {MAX_BYTES} bytes")
    try:
        batch = _decoder.decode(plain)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise BadBatch(f"not a batch: {problem}") from problem
    if len(batch.rows) > MAX_ROWS or batch.first_seq < 1:
        raise BadBatch("too many rows, or a first_seq below 1")
    return batch


def fitting(rows: list[bytes]) -> tuple[bytes, ...]:
    """Return as many rows from the start as one batch should carry, at least one."""
    size = 0
    for count, row in enumerate(rows[:MAX_ROWS]):
        size += len(row)
        if size > AIM_BYTES and count > 0:
            return tuple(rows[:count])
    return tuple(rows[:MAX_ROWS])
