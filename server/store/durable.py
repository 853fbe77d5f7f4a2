"""Files and folders that are on the disk when the call returns."""

import os
import secrets
from pathlib import Path
from typing import BinaryIO


def created(path: Path) -> BinaryIO:
    """Open a new file for writing that nobody else may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


def flush(path: Path) -> None:
    """Flush a file's content, or a folder's names."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


PART = ".part"
"""End of the name of a file that is being written; one that a power cut left may go."""


def write_whole(path: Path, content: bytes) -> None:
    """Put a whole file in the place of what is there, or nothing. Its name is on the disk once the folder is flushed.

    Raises:
        OSError: the disk refuses; what was there stays.

    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}{PART}")
    try:
        with created(part) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
