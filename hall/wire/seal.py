"""Seal bytes to a public key, so that whoever sealed them cannot read them again.

Anonymous-sender boxes: an ephemeral X25519 key agrees with the receiver's key, HKDF-SHA256 (RFC 5869) binds the
result to both public keys, ChaCha20-Poly1305 (RFC 8439) encrypts. The ephemeral key is used once, so the nonce may
be zero. A kiosk's outbox is therefore unreadable to the kiosk itself.

Form of a sealed blob::

    magic 'HS' | version 1 | ephemeral public key 32 | ciphertext n | tag 16
"""

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hall.domain.person import Person

HEADER = b"HS\x01"
KEY_BYTES = 32
TAG_BYTES = 16
OVERHEAD = len(HEADER) + KEY_BYTES + TAG_BYTES
"""Bytes that a blob is longer than what it hides."""

_ZERO_NONCE = bytes(12)
_PURPOSE = b"hallfloor seal 1"


class SealError(ValueError):
    """A blob that cannot be opened: not ours, another version, another key, or changed on the way."""


def new_private_key() -> bytes:
    """Make a receiver's private key (32 raw bytes)."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_key(private_key: bytes) -> bytes:
    """Return the public half (32 raw bytes), to which anyone may seal."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def seal(public_key: bytes, plaintext: bytes) -> bytes:
    """Seal `plaintext` to the holder of the private key.

    Raises:
        ValueError: `public_key` is not a usable X25519 key of 32 bytes.

    """
    receiver = X25519PublicKey.from_public_bytes(public_key)
    once = X25519PrivateKey.generate()
    ephemeral = once.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    key = _derive(once.exchange(receiver), ephemeral, public_key)
    return HEADER + ephemeral + ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, plaintext, HEADER)


def unseal(private_key: bytes, blob: bytes) -> bytes:
    """Open a sealed blob.

    Raises:
        SealError: the blob is no sealed blob of this version, was sealed to another key, or was changed.

    """
    if not blob.startswith(HEADER) or len(blob) < OVERHEAD:
        raise SealError("not a sealed blob of version 1")
    ephemeral = blob[len(HEADER) : len(HEADER) + KEY_BYTES]
    mine = X25519PrivateKey.from_private_bytes(private_key)
    try:
        shared = mine.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        key = _derive(shared, ephemeral, mine.public_key().public_bytes_raw())
        return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, blob[len(HEADER) + KEY_BYTES :], HEADER)
    except (InvalidTag, ValueError) as problem:
        raise SealError("sealed to another key, or changed on the way") from problem


def seal_person(public_key: bytes, person: Person) -> bytes:
    """Seal a person's data to the hub's public key (`HallView.hub_key`)."""
    return seal(public_key, msgspec.json.encode(person))


def unseal_person(private_key: bytes, blob: bytes) -> Person:
    """Open what `seal_person` made.

    Raises:
        SealError: as `unseal`, or what was sealed is no person.

    """
    try:
        return msgspec.json.decode(unseal(private_key, blob), type=Person)
    except msgspec.DecodeError:
        # The cause would carry the plaintext's words into a traceback.
        raise SealError("what was sealed is no person") from None


def _derive(shared: bytes, ephemeral: bytes, receiver: bytes) -> bytes:
    """Bind the agreed secret to both ends (RFC 9180 warns of using the bare X25519 output)."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=_PURPOSE + ephemeral + receiver).derive(shared)
