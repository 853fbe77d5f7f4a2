"""Documents that citizens handed in: one sealed file each, named by the digest of what is in it.

A file is written under another name, flushed, renamed and its folder flushed before `keep` returns: after a power cut
it is there whole or not at all. The bytes stay sealed to the hall's key, as the unit sealed them; who has the disk
without the key has nothing. Deleting the file deletes the document.

Beside each ``SHA256.sealed`` stands ``SHA256.sum``, the SHA-256 of the sealed bytes, so that a document can be found
unaltered without opening it, here and in a copy of the folder. It is renamed into place first: a document without it
is one that an older program kept.
"""

import hashlib
import os
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from server.store.durable import PART, created, flush, write_whole

DIGEST = re.compile(r"[0-9a-f]{64}")
_SEALED = ".sealed"
_SUM = ".sum"


class Documents:
    """The folder. Its methods block on the disk: call them off the event loop; they may run on several threads.

    Raises:
        OSError: from every method, where the disk refuses; nothing was kept then.

    """

    def __init__(self, folder: Path, look: bool = False) -> None:
        """Open the folder; made and tidied up, unless it is only to be looked at while another process works there."""
        self.folder = folder
        # Between "is it here already" and "it may go" nobody else may decide.
        self._lock = threading.Lock()
        if look:
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(f"*{PART}"):
            left.unlink(missing_ok=True)  # a write that a power cut broke off, never answered
        self._sum_up()

    def keep(self, sha256: str, sealed: bytes) -> bool:
        """Keep a document for good; False if it is here already, which makes it as young as a new one."""
        target = self._path(sha256)
        with self._lock:
            if target.exists():
                os.utime(target)
                return False
            try:
                write_whole(self._path(sha256, _SUM), hashlib.sha256(sealed).hexdigest().encode())
                write_whole(target, sealed)
            except OSError:
                self._path(sha256, _SUM).unlink(missing_ok=True)
                raise
            flush(self.folder)
        return True

    def read(self, sha256: str) -> bytes | None:
        """Return a sealed document, or None."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def names(self) -> Iterator[str]:
        """Walk what is here, in no order."""
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.endswith(_SEALED) and DIGEST.fullmatch(entry.name[: -len(_SEALED)]):
                    yield entry.name[: -len(_SEALED)]

    def trouble(self, sha256: str) -> str:
        """Say what is wrong with a document: ``missing``, ``altered``, or nothing."""
        try:
            with self._path(sha256).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return "missing"
        return "" if found == self.digest_of(sha256) else "altered"

    def digest_of(self, sha256: str) -> str:
        """Return what the sealed bytes must have as their digest; empty where that was lost."""
        try:
            return self._path(sha256, _SUM).read_text(encoding="ascii")
        except FileNotFoundError:
            return ""

    def forget(self, digests: Iterable[str]) -> None:
        """Delete documents: their person was erased."""
        with self._lock:
            for sha256 in digests:
                self._delete(sha256)
            flush(self.folder)

    def forget_orphans(self, before_ms: int, named: Callable[[str], bool]) -> int:
        """Delete what was kept before `before_ms` and no case names; return how many. `named` is asked at the end."""
        gone = 0
        for sha256 in list(self.names()):
            with self._lock:
                if self._kept_ms(sha256) < before_ms and not named(sha256):
                    self._delete(sha256)
                    gone += 1
        if gone:
            flush(self.folder)
        return gone

    def take_over(self, sha256: str, digest: str, pieces: Iterable[bytes]) -> bool:
        """Keep what another such folder holds; False, and nothing is kept, if the pieces have another digest."""
        part = self._part(sha256)
        found = hashlib.sha256()
        try:
            with created(part) as file:
                for piece in pieces:
                    found.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            if found.hexdigest() != digest:
                return False
            write_whole(self._path(sha256, _SUM), digest.encode())
            os.replace(part, self._path(sha256))
        finally:
            part.unlink(missing_ok=True)
        flush(self.folder)
        return True

    def pieces(self, sha256: str, size: int) -> Iterator[bytes]:
        """Walk a sealed document, at most `size` bytes at a time; nothing if it is gone."""
        try:
            with self._path(sha256).open("rb") as file:
                while piece := file.read(size):
                    yield piece
        except FileNotFoundError:
            return

    def _path(self, sha256: str, end: str = _SEALED) -> Path:
        if not DIGEST.fullmatch(sha256):
            raise ValueError("a document is named by 64 digits of lower-case hex")
        return self.folder / f"{sha256}{end}"

    def _part(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.{secrets.token_hex(8)}{PART}"

    def _delete(self, sha256: str) -> None:
        self._path(sha256).unlink(missing_ok=True)
        self._path(sha256, _SUM).unlink(missing_ok=True)

    def _kept_ms(self, sha256: str) -> int:
        try:
            return self._path(sha256).stat().st_mtime_ns // 1_000_000
        except FileNotFoundError:
            return 0

    def _sum_up(self) -> None:
        """Write the sums that a program from before them did not: from here on these bytes are the right ones."""
        for sha256 in list(self.names()):
            if not self._path(sha256, _SUM).exists():
                write_whole(self._path(sha256, _SUM), hashlib.sha256(self.read(sha256) or b"").hexdigest().encode())
