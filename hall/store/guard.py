"""What a disk can do to a unit, turned into values: the one place that knows which exception means what."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import apsw
import msgspec

from hall.store.trouble import StoreFault, StoreTrouble

Outcome = TypeVar("Outcome")

_FAULTS: tuple[tuple[type[Exception], StoreFault, str], ...] = (
    (apsw.FullError, StoreFault.FULL, "no space left; free some, nothing was stored"),
    (apsw.ReadOnlyError, StoreFault.READ_ONLY, "the file or its folder is read-only; check mount and rights"),
    (apsw.CantOpenError, StoreFault.READ_ONLY, "the file cannot be opened; check folder and rights"),
    (apsw.CorruptError, StoreFault.CORRUPT, "the file is damaged; keep it, and restore the copy beside it"),
    (apsw.NotADBError, StoreFault.CORRUPT, "this is no SQLite file; keep it, and restore the copy beside it"),
    (msgspec.MsgspecError, StoreFault.CORRUPT, "a stored row cannot be read; keep the file for the technician"),
    (apsw.BusyError, StoreFault.BUSY, "another process holds the file; is a second app running?"),
    (apsw.Error, StoreFault.IO, "the disk refused"),
    (OSError, StoreFault.IO, "the disk refused"),
)


def guarded(path: Path, work: Callable[[], Outcome]) -> Outcome | StoreTrouble:
    """Run `work`, turning what a disk can do to us into a value."""
    try:
        return work()
    except tuple(kind for kind, _, _ in _FAULTS) as problem:
        fault, advice = next((fault, advice) for kind, fault, advice in _FAULTS if isinstance(problem, kind))
        return StoreTrouble(fault, str(path), f"{advice} ({type(problem).__name__})")
