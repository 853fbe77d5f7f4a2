"""Documents that citizens handed in: one sealed file each, named by the digest of what is in it.

A file is written under another name, flushed, renamed and its folder flushed before `keep` returns: after a power cut
it is there whole or not at all. The bytes stay sealed to the hall's key, as the unit sealed them; who has the disk
without the key has nothing. Deleting the file deletes the document.
"""

import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

DIGEST = re.compile(r"[0-9a-f]{64}")
_PART = ".part"


class Documents:
    """The folder. Its methods block on the disk: call them off the event loop.

    Raises:
        OSError: from every method, where the disk refuses; nothing was kept then.

    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        for left in folder.glob(f"*{_PART}"):
            left.unlink(missing_ok=True)  # a write that a power cut broke off, never answered

    def keep(self, sha256: str, sealed: bytes) -> bool:
        """Keep a document for good; False if it is here already."""
        target = self._path(sha256)
        if target.exists():
            return False
        part = self._folder / f"{sha256}.{secrets.token_hex(8)}{_PART}"
        try:
            self._write(part, sealed)
            os.replace(part, target)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        self._flush_folder()
        return True

    def read(self, sha256: str) -> bytes | None:
        """Return a sealed document, or None."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def forget(self, digests: Iterable[str]) -> None:
        """Delete documents: their person was erased."""
        for sha256 in digests:
            self._path(sha256).unlink(missing_ok=True)
        self._flush_folder()

    def _path(self, sha256: str) -> Path:
        if not DIGEST.fullmatch(sha256):
            raise ValueError("a document is named by 64 digits of lower-case hex")
        return self._folder / f"{sha256}.sealed"

    def _write(self, path: Path, content: bytes) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def _flush_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
