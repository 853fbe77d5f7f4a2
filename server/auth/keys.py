"""The hall's private keys as files that only the hub's user can read.

They are never in a database: a copied or shipped database must be worthless without them. A systemd credential of
the same name (``$CREDENTIALS_DIRECTORY``) goes before the file.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hall.wire.seal import KEY_BYTES, new_private_key, public_key

HALL_KEY = "hall.key"


class KeyTrouble(Exception):
    """A key that must not be used. The text names the file and what to do."""


class HallKey:
    """The hall's X25519 key: units seal to its public half, people's row keys are sealed to it."""

    def __init__(self, private: bytes) -> None:
        self.private = private
        self.public = public_key(private)
        self._tagging = _derived(private, b"hallfloor tag 1")
        # A key of its own: nobody shall see from two tables that a visitor is one of the staff.
        self._carding = _derived(private, b"hallfloor staff card 1")

    def __repr__(self) -> str:
        return "HallKey(hidden)"

    def tag(self, document_number: str) -> bytes:
        """Return a keyed hash by which the hall, and nobody without the key, finds the same person again."""
        return _keyed_hash(self._tagging, document_number.strip().upper())

    def card_digest(self, card_number: str) -> bytes:
        """Return the keyed hash by which the hall knows a staff card again."""
        return _keyed_hash(self._carding, card_number)


def _derived(private: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=purpose).derive(private)


def _keyed_hash(key: bytes, text: str) -> bytes:
    mac = HMAC(key, hashes.SHA256())
    mac.update(text.encode())
    return mac.finalize()


def load_hall_key(folder: Path, made_before: Callable[[], str] = str) -> HallKey:
    """Return the hall's key, made on first start.

    `made_before` names what lies here already that another key was used for, or nothing: a new key beside it would
    open nobody's record, and units would seal to it what the hall cannot read.

    Raises:
        KeyTrouble: wrong size, readable by others, not readable at all; or missing where there was one.

    """
    credential = os.environ.get("CREDENTIALS_DIRECTORY")
    if credential and (Path(credential) / HALL_KEY).exists():
        return HallKey(_checked(Path(credential) / HALL_KEY))
    path = folder / HALL_KEY
    if not path.exists():
        there = made_before()
        if there:
            raise KeyTrouble(
                f"{path}: missing, and {there} was made with it; hand the sealed key over as a systemd credential"
                " (systemd/variants/hall-server.service.d/sealed-key.conf), or restore it from the safe"
            )
        write_secret(path, new_private_key())
    refuse_open_file(path)
    return HallKey(_checked(path))


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file with mode 0600, whole or not at all.

    Raises:
        KeyTrouble: the folder cannot be written.

    """
    half = path.with_name(path.name + ".new")
    try:
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        half.rename(path)
    except OSError as problem:
        raise KeyTrouble(f"{path}: cannot be written ({problem.strerror}); check the folder's owner") from problem


def refuse_open_file(path: Path) -> None:
    """Check that nobody but the owner can read a secret.

    Raises:
        KeyTrouble: group or others have rights on it.

    """
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyTrouble(f"{path}: others can read this key; run chmod 600 {path}")


def _checked(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise KeyTrouble(f"{path}: cannot be read ({problem.strerror}); check the file's owner") from problem
    if len(content) != KEY_BYTES:
        raise KeyTrouble(f"{path}: {len(content)} bytes instead of {KEY_BYTES}; restore the hall's key from its copy")
    return content
