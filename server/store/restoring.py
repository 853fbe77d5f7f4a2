"""Checking a folder of log and documents, and putting the hub's copy back in place of what was lost.

A restored log ends earlier than the lost one: units and centre have heard rows that it does not have. So it goes on in
a higher epoch, which they take for what it is, instead of writing other rows under numbers they know. The epoch is
raised in the copy before it is used: restored from twice, it still does not come back in an epoch that was used.
"""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from hall.domain.ids import CaseNumber
from hall.wire.chain import Broken
from server.store.copying import DOCUMENTS, LOG, PIECE
from server.store.documents import Documents
from server.store.durable import flush
from server.store.log import HubLog, LogReader, StoreFailed

_BESIDE = ("", "-wal", "-shm")
"""A log's files: a write-ahead log that outlived its log would be played into the restored one."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A document that is not as it was kept."""

    case: CaseNumber
    sha256: str
    trouble: str
    """``missing`` or ``altered``."""


@dataclass(slots=True)
class Checked:
    """What a walk over log and documents found; sound if neither a row nor a document is named."""

    rows: int
    broken: Broken | None
    """The first row that is not as it was written."""
    documents: int = 0
    """Named by cases."""
    wrong: list[Wrong] = field(default_factory=list)
    """In the order of their cases."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back."""

    rows: int
    documents: int
    epoch: int
    aside: tuple[Path, ...]
    """Where the files lie that were there before."""


def checked(folder: Path) -> Checked:
    """Walk the chain of a hub's log, and every document that a case names.

    Raises:
        StoreFailed: the log cannot be read.
        OSError: a document cannot be read.

    """
    reader = LogReader(folder / LOG)
    documents = Documents(folder / DOCUMENTS, look=True)
    try:
        found = Checked(reader.last_seq(), reader.verify())
        for case, sha256 in reader.named_documents():
            found.documents += 1
            trouble = documents.trouble(sha256)
            if trouble:
                found.wrong.append(Wrong(case, sha256, trouble))
    finally:
        reader.close()
    return found


def restore(folder: Path, copy: Path, mark: str) -> Restored:
    """Put the copy's log in place, with its epoch raised, and the documents that are missing or altered here.

    The hub must not run. What was there is kept under names that end with `mark`.

    Raises:
        StoreFailed: the copy's log cannot be used.
        OSError: the disk refused; what was there stays in place, or lies under its new name.

    """
    epoch = _raised(copy / LOG)
    part = folder / f"{LOG}.part"
    shutil.copyfile(copy / LOG, part)
    part.chmod(0o600)
    flush(part)
    aside = _set_aside(folder, mark)
    os.replace(part, folder / LOG)
    flush(folder)
    documents = _documents_back(Documents(folder / DOCUMENTS), Documents(copy / DOCUMENTS))
    reader = LogReader(folder / LOG)
    try:
        return Restored(reader.last_seq(), documents, epoch, aside)
    finally:
        reader.close()


def _raised(path: Path) -> int:
    if not path.is_file():
        raise StoreFailed(f"{path}: no copy is there")
    log = HubLog(path)
    try:
        log.raise_epoch(log.epoch + 1)
        return log.epoch
    finally:
        log.close()


def _set_aside(folder: Path, mark: str) -> tuple[Path, ...]:
    moved: list[Path] = []
    for end in _BESIDE:
        old = folder / f"{LOG}{end}"
        if old.exists():
            moved.append(old.rename(folder / f"{LOG}{end}.{mark}"))
    return tuple(moved)


def _documents_back(documents: Documents, copies: Documents) -> int:
    back = 0
    for sha256 in copies.names():
        if documents.trouble(sha256):
            back += documents.take_over(sha256, copies.digest_of(sha256), copies.pieces(sha256, PIECE))
    return back
