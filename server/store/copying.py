"""The hub's copy of itself: log and documents in another folder, made hourly while the hub works.

Log first, documents then, and the new log takes its name last: whenever the copy's log names a document that the hub
had, the copy has it too. Documents do not change, so only new ones are copied, in small pieces with pauses between
them; the log's writer is not asked at all (a reader of its own makes the compact copy). A document whose bytes are not
what they were is left out, so that damage does not spread into the copy. What the hub deleted, because its person was
erased or no case came, is deleted in the copy with the next round; what vanished here while a case names it stays
there.

Credentials (``auth.db``) and the hall's keys are not in the copy: it may lie where neither should be.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from server.store.documents import Documents
from server.store.durable import flush
from server.store.log import LogReader, StoreFailed

LOG = "hub.db"
DOCUMENTS = "documents"
PIECE = 256_000
PER_SECOND = 20_000_000
"""Bytes of documents copied in a second at most: a twentieth of a poor disk's time, an hour's scans in a minute."""
RESERVE = 500_000_000
"""Bytes that stay free where the copy lies, when it is the hub's own disk."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What one round did."""

    rows: int
    documents: int
    """Copied in this round."""
    deleted: int
    altered: tuple[str, ...] = ()
    """Documents that are not what they were, or vanished, and are not in the copy either as they are here."""


_NOT_LET = "; a service writes outside its own folder only where ReadWritePaths= of its unit lets it"


class CopyFailed(Exception):
    """No new copy was made; the one before is as it was. The text says what to do."""


def make_copy(log: Path, documents: Documents, target: Path, pause: Callable[[float], object]) -> Copied:
    """Bring the copy in `target` up to date. `pause` waits so many seconds; it may raise to break off.

    Raises:
        CopyFailed: the disk refused, or is nearly full.

    """
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        copies = Documents(target / DOCUMENTS)
        _room(log, target)
        part = target / f"{LOG}.part"
        part.unlink(missing_ok=True)
        rows = _copy_log(log, part)
        taken, altered = _copy_documents(documents, copies, target, pause)
        flush(part)
        os.replace(part, target / LOG)
        flush(target)
        return Copied(rows, taken, _delete_gone(documents, copies, target / LOG), altered)
    except (OSError, StoreFailed) as problem:
        hint = _NOT_LET if isinstance(problem, OSError) and problem.errno == errno.EROFS else ""
        raise CopyFailed(f"{target}: {problem}{hint}") from problem


def _room(log: Path, target: Path) -> None:
    wanted = log.stat().st_size + RESERVE
    free = shutil.disk_usage(target).free
    if free < wanted:
        raise OSError(
            28, f"{free // 1_000_000} MB free, {wanted // 1_000_000} MB wanted; make room or set hub.copy_dir"
        )


def _copy_log(log: Path, part: Path) -> int:
    reader = LogReader(log)
    try:
        reader.copy_to(part)
    finally:
        reader.close()
    part.chmod(0o600)
    copy = LogReader(part)
    try:
        return copy.last_seq()
    finally:
        copy.close()


def _copy_documents(
    documents: Documents, copies: Documents, target: Path, pause: Callable[[float], object]
) -> tuple[int, tuple[str, ...]]:
    there = set(copies.names())
    taken, altered = 0, []
    for sha256 in documents.names():
        if sha256 in there:
            continue
        if shutil.disk_usage(target).free < RESERVE:
            raise OSError(errno.ENOSPC, "the disk is nearly full; make room or set hub.copy_dir")
        if copies.take_over(sha256, documents.digest_of(sha256), _slowly(documents.pieces(sha256, PIECE), pause)):
            taken += 1
        elif documents.trouble(sha256) == "altered":
            altered.append(sha256)
    return taken, tuple(altered)


def _slowly(pieces: Iterator[bytes], pause: Callable[[float], object]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece
        pause(len(piece) / PER_SECOND)


def _delete_gone(documents: Documents, copies: Documents, log: Path) -> int:
    """Delete what is not here any more, unless a case of the copied log names it: then this folder lost it."""
    here = set(documents.names())
    reader = LogReader(log)
    try:
        gone = [one for one in copies.names() if one not in here and not reader.names_document(one)]
    finally:
        reader.close()
    copies.forget(gone)
    return len(gone)
