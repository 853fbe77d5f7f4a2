"""A dead unit's files, copied block by block: the disk itself is only read, and what it cannot give becomes zeros."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import msgspec

from config.linking import STORE_FILE
from hall.sync.credential import ENROLLED_FILE
from hall.wire.enrolment import Enrolled

BLOCK = 4096
"""A page of SQLite's, and what a failing disk loses at once."""
NEVER = (f"{STORE_FILE}-shm",)
"""Made anew by SQLite; of another machine's it would be wrong."""
BELOW = ("", "var/lib/hall-kiosk", "var/lib/hall-lobby", "var/lib/hall-counter", "var/lib/hall-counter/*")
"""Where the state folder is, if the whole disk was named."""


class DiskCopy(NamedTuple):
    """The copied files, the unit's file first, and in words what could not be read."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]


class Owner(NamedTuple):
    """Whose disk it is, as enrolment left it there."""

    unit: str
    hall: str


def state_folder(disk: Path) -> Path | str:
    """Return the folder with the unit's file, `disk` or the only one below a whole disk; or why there is none."""
    if not disk.is_dir():
        return f"{disk}: no such folder; mount the dead unit's disk (read-only) and name its state folder"
    try:
        found = [place for below in BELOW for place in _folders(disk, below) if (place / STORE_FILE).exists()]
    except OSError as problem:
        return f"{disk}: {problem.strerror}; run this with sudo"
    if not found:
        return f"{disk}: no {STORE_FILE} here nor below var/lib/hall-*; name the dead unit's state folder"
    if len(found) > 1:
        return f"{disk}: several units lived here: {', '.join(map(str, found))}; name one of these folders"
    return found[0]


def owner(folder: Path) -> Owner | None:
    """Return whose disk it is; None if the disk does not tell any more."""
    try:
        enrolled = msgspec.json.decode((folder / ENROLLED_FILE).read_bytes(), type=Enrolled)
    except (OSError, msgspec.MsgspecError):
        return None
    return Owner(enrolled.unit, enrolled.hall)


def copy_disk(folder: Path, work: Path) -> DiskCopy | str:
    """Copy the unit's file, its journal and older copies into `work`, which only its owner may read; or say why not."""
    try:
        sources = sorted(path for path in folder.glob(f"{STORE_FILE}*") if path.name not in NEVER and path.is_file())
        shutil.rmtree(work, ignore_errors=True)  # a journal of an earlier try would be taken for this file's
        work.mkdir(parents=True, exist_ok=True, mode=0o700)
        notes = []
        for source in sources:
            lost = _copied(source, work / source.name)
            if lost:
                notes.append(f"{source.name}: {lost} bytes are unreadable on the disk")
    except OSError as problem:
        return f"{folder}: {problem.strerror}; mount the disk read-only, and run this with sudo"
    return DiskCopy(tuple(work / source.name for source in sources), tuple(notes))


def _folders(disk: Path, below: str) -> list[Path]:
    if not below:
        return [disk]
    return [place for place in sorted(disk.glob(below)) if place.is_dir()]


def _copied(source: Path, target: Path) -> int:
    """Copy one file; return how many bytes the disk would not give."""
    lost = 0
    reading = os.open(source, os.O_RDONLY)
    try:
        size = os.fstat(reading).st_size
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for start in range(0, size, BLOCK):
                wanted = min(BLOCK, size - start)
                block = _block(reading, wanted, start)
                lost += wanted - len(block)
                file.write(block.ljust(wanted, b"\0"))
    finally:
        os.close(reading)
    return lost


def _block(reading: int, wanted: int, start: int) -> bytes:
    try:
        return os.pread(reading, wanted, start)
    except OSError:
        return b""
