"""Drafts on disk: encrypted with a key that lives in memory only, or with a code that only the citizen has.

The session's key lies in tmpfs, so that an app that crashed can go on and a power cut ends everything. A resume code
is twelve digits: the first four find the row, scrypt (RFC 7914) makes the key from the other eight and a salt, so
the file holds neither code nor key. A row is opened once, and destroyed after a few wrong tries.
"""

import os
import secrets
import time
from pathlib import Path
from typing import Protocol

from hall.store.trouble import StoreTrouble

LIVE = "live"
PUT_AWAY = "code-"
LIVE_MS = 3_600_000
PUT_AWAY_MS = 24 * 3_600_000
DIGITS = 12
FINDS = 4
TRIES = 5
SALT = 16
SCRYPT_N = 2**15
"""About 0.1 s a try on a kiosk: 10^8 codes behind a known row take more than a hundred days, and it lives one."""


class Rows(Protocol):
    """Where drafts are kept (`hall.store.unit_store.UnitStore`)."""

    def keep_draft(self, name: str, sealed: bytes, expires_ms: int) -> StoreTrouble | None:
        """Keep opaque bytes under a name."""

    def draft(self, name: str, now_ms: int) -> bytes | StoreTrouble | None:
        """Return what is still valid under a name."""

    def wipe_draft(self, name: str) -> StoreTrouble | None:
        """Delete what is under a name."""


def memory_folder(unit: str) -> Path:
    """Return a folder that does not outlive a power cut: the user's runtime folder, else shared memory."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) if runtime and os.access(runtime, os.W_OK) else Path("/dev/shm")  # noqa: S108  # tmpfs, 0700
    return base / f"hall-kiosk-{os.getuid()}-{unit}"


class DraftBox:
    """Seals, keeps, opens and destroys drafts. Works off the GUI thread; one call at a time."""

    def __init__(self, rows: Rows, folder: Path) -> None:
        self._rows, self._folder = rows, folder
        self._wrong: dict[str, int] = {}

    @property
    def _key_file(self) -> Path:
        return self._folder / "draft.key"

    def save(self, draft: bytes) -> None:
        """Keep the session's draft; a disk that refuses costs only the chance to resume."""
        key = self._key() or self._new_key()
        # Monotonic time of this boot: it tells the age after a crash, whatever the wall clock does.
        stamp = int(time.monotonic() * 1000).to_bytes(8, "big")
        self._rows.keep_draft(LIVE, _seal(key, stamp + draft), _now_ms() + LIVE_MS)

    def drop(self) -> None:
        """Destroy the session's draft and its key."""
        self._key_file.unlink(missing_ok=True)
        self._rows.wipe_draft(LIVE)

    def recover(self) -> tuple[bytes, float] | None:
        """After a crash: the draft and its age in seconds; None where there is none or its key is gone."""
        key, sealed = self._key(), self._rows.draft(LIVE, _now_ms())
        if key is None or not isinstance(sealed, bytes):
            return None
        plain = _open(key, sealed)
        if plain is None:
            return None
        return plain[8:], time.monotonic() - int.from_bytes(plain[:8], "big") / 1000

    def put_away(self, draft: bytes) -> str:
        """Keep a draft under a new code and return the code."""
        code = self._free_code()
        salt = secrets.token_bytes(SALT)
        sealed = salt + _seal(_derive(code, salt), draft)
        self._rows.keep_draft(PUT_AWAY + code[:FINDS], sealed, _now_ms() + PUT_AWAY_MS)
        return code

    def open_put_away(self, code: str) -> bytes | None:
        """Return the draft under a code, which is then used up; None for a wrong one."""
        name = PUT_AWAY + code[:FINDS]
        sealed = self._rows.draft(name, _now_ms())
        if len(code) != DIGITS or not isinstance(sealed, bytes):
            return None
        plain = _open(_derive(code, sealed[:SALT]), sealed[SALT:])
        if plain is None:
            self._count_wrong(name)
            return None
        self._rows.wipe_draft(name)
        return plain

    def _count_wrong(self, name: str) -> None:
        self._wrong[name] = self._wrong.get(name, 0) + 1
        if self._wrong[name] >= TRIES:
            self._rows.wipe_draft(name)
            del self._wrong[name]

    def _free_code(self) -> str:
        """Return a code whose row is free; ten thousand rows a day are not reached by one kiosk."""
        for _ in range(20):
            code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
            if self._rows.draft(PUT_AWAY + code[:FINDS], _now_ms()) is None:
                return code
        return code

    def _key(self) -> bytes | None:
        try:
            return self._key_file.read_bytes()
        except OSError:
            return None

    def _new_key(self) -> bytes:
        key = secrets.token_bytes(32)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key)
        return key


def _seal(key: bytes, plain: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    nonce = secrets.token_bytes(12)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, plain, None)


def _open(key: bytes, sealed: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        return ChaCha20Poly1305(key).decrypt(sealed[:12], sealed[12:], None)
    except (InvalidTag, ValueError):
        return None


def _derive(code: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=32, n=SCRYPT_N, r=8, p=1).derive(code.encode())


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
