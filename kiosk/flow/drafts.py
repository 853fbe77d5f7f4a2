"""A session as bytes and back: what is saved at each step, encrypted by whoever keeps it."""

import msgspec

from kiosk.flow.state import Session

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Session)


def pack(session: Session) -> bytes:
    """Return a session for the draft: without a slip on its way, what was typed, pages in memory and strokes."""
    kept = msgspec.structs.replace(session, job=None, typed="", problem=None, progress=None, question="")
    return _ENCODER.encode(msgspec.structs.replace(kept, taken={}, doubtful="", chosen="", strokes=()))


def unpack(draft: bytes) -> Session | None:
    """Return the session of a draft, or None where it is none (another version of the program wrote it)."""
    try:
        return _DECODER.decode(draft)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
