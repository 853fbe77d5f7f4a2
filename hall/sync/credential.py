"""Who this unit is: its Ed25519 key, what enrolment told it, and the hub CA it pinned. Files in `state_dir`.

The key never leaves the unit and is readable by its user only (0600). A missing or damaged file is a value, since a
technician has to hear of it in words.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from hall.wire.enrolment import Enrolled, TokenRequest, signing_input

KEY_FILE = "unit.key"
ENROLLED_FILE = "enrolled.json"
CA_FILE = "hub_ca.pem"


@dataclass(frozen=True)
class NoCredential:
    """The unit cannot prove who it is; `reason` is for the technician."""

    reason: str


class Credential:
    """An enrolled unit's identity."""

    def __init__(self, enrolled: Enrolled, key: bytes) -> None:
        self._enrolled = enrolled
        self._key = key

    def __repr__(self) -> str:
        return f"Credential({self._enrolled.unit!r})"

    @property
    def unit(self) -> str:
        """Unit id as enrolled."""
        return self._enrolled.unit

    @property
    def enrolled(self) -> Enrolled:
        """What enrolment told."""
        return self._enrolled

    def sign(self, nonce: bytes) -> TokenRequest:
        """Answer a challenge. `cryptography` is imported here, after the first frame."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes(self._key)
        signature = key.sign(signing_input(self._enrolled.hall, self.unit, nonce))
        return TokenRequest(unit=self.unit, nonce=nonce, signature=signature)


def load_credential(state_dir: Path) -> Credential | NoCredential:
    """Read the identity that `enrol` left."""
    try:
        enrolled = msgspec.json.decode((state_dir / ENROLLED_FILE).read_bytes(), type=Enrolled)
        key = (state_dir / KEY_FILE).read_bytes()
    except FileNotFoundError:
        return NoCredential(f"{state_dir}: not enrolled; run the unit with `enrol URL TOKEN`")
    except (OSError, msgspec.MsgspecError) as problem:
        return NoCredential(f"{state_dir}: credential unreadable ({type(problem).__name__}); enrol again")
    if len(key) != 32:
        return NoCredential(f"{state_dir}: {KEY_FILE} is damaged; enrol again")
    return Credential(enrolled, key)


def pinned_ca(state_dir: Path) -> Path | None:
    """Return the hub CA pinned at enrolment, if there is one (none without TLS)."""
    path = state_dir / CA_FILE
    return path if path.exists() else None


def keep(path: Path, data: bytes) -> None:
    """Write a private file so that it is there whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
