"""What a centre answers to a batch, and how sealed people go upward beside the log."""

import msgspec


class IngestAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """``POST /v1/ingest``. The sender goes on after `up_to`, whatever it believed before."""

    up_to: int
    """Highest contiguous seq that the centre has of this origin and epoch."""
    taken: int = 0
    quarantined: int = 0


class SealedPerson(msgspec.Struct, frozen=True):
    """A person record, sealed to the parent's public key."""

    ref: str
    sealed: bytes


class SealedPersons(msgspec.Struct, frozen=True):
    """``POST /v1/ingest/persons``, sent before the batch that names them first."""

    origin: str
    persons: tuple[SealedPerson, ...]
