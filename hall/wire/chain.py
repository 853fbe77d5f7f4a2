"""The hash chain over the log: who alters a row breaks every hash after it.

A row is the event as JSON with its fields in the order of the envelope and ``hash`` last. The hash is the SHA-256
(hex) of those bytes without the hash field; ``prev_hash`` inside them is the hash of the row before. So a row is
checked as the bytes that were stored, also when it holds fields and types that this program does not know.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from hall.wire.events import Event

GENESIS = "0" * 64
"""`prev_hash` of the first row of a log."""

_SUFFIX = b',"hash":"'
_TAIL = len(_SUFFIX) + 64 + 2
_encoder = msgspec.json.Encoder()


class Broken(msgspec.Struct, frozen=True):
    """The first row at which the chain does not hold, and why."""

    seq: int
    why: str


class _Head(msgspec.Struct, frozen=True):
    """What a check needs of a row, whatever else it holds."""

    seq: int
    prev_hash: str = ""


_heads = msgspec.json.Decoder(_Head)


def seal(event: Event) -> bytes:
    """Fill in the event's hash and return its row. The event must carry its `prev_hash` and no hash."""
    open_row = _encoder.encode(event)
    digest = hashlib.sha256(open_row).hexdigest()
    # The event was made by the caller just now and is in nobody else's hands yet.
    msgspec.structs.force_setattr(event, "hash", digest)
    return open_row[:-1] + _SUFFIX + digest.encode() + b'"}'


def row_hash(row: bytes) -> str | None:
    """Return the hash that a row carries, or None if it has no such end."""
    tail = row[-_TAIL:]
    if not tail.startswith(_SUFFIX) or not tail.endswith(b'"}'):
        return None
    return tail[len(_SUFFIX) : -2].decode("ascii", "replace")


def is_whole(row: bytes) -> bool:
    """Say whether a row's own hash is right."""
    return row_hash(row) == hashlib.sha256(row[:-_TAIL] + b"}").hexdigest()


def check(rows: Iterable[bytes], prev_hash: str = GENESIS, next_seq: int = 1) -> Broken | None:
    """Walk rows in order and return the first break, or None.

    `prev_hash` and `next_seq` say what the first row must connect to.
    """
    for row in rows:
        try:
            head = _heads.decode(row)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return Broken(next_seq, "the row cannot be read")
        if head.seq != next_seq:
            return Broken(next_seq, f"row {next_seq} is missing; {head.seq} stands in its place")
        if not is_whole(row):
            return Broken(next_seq, "the row was altered")
        if head.prev_hash != prev_hash:
            return Broken(next_seq, "the row does not follow the one before")
        prev_hash = row_hash(row) or ""
        next_seq += 1
    return None
