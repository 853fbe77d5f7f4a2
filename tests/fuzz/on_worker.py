"""What the document camera's worker says to its parent, and the records of its button."""

from drivers.document_camera.protocol import EV_KEY, RECORD, Alive, Decoder, KeyPresses, Looked, Message, to_bytes
from hall.ports.status import StatusWord
from tests.fuzz.subject import Subject, Subjects

LARGEST = 4096
"""As small a bound as in no kiosk, so that the bound itself is reached; what it bounds is the same code."""


def worker() -> Subject:
    """The worker's messages."""
    decoder, good = Decoder(LARGEST), Message(Looked(), b"picture")

    def in_step() -> bool:
        # A damaged head may claim all that the bounds allow: so much may be swallowed before the next is seen.
        decoder.feed(bytes(LARGEST + 2048 + 16))
        return decoder.feed(to_bytes(good))[-1:] == [good]

    return Subject(decoder, lambda piece: len(decoder.feed(piece)), in_step)


def button() -> Subject:
    """The button's records; the kernel never hands out a part of one."""
    presses = KeyPresses()

    def feed(piece: bytes) -> int:
        return presses.feed(piece + bytes(-len(piece) % RECORD.size))

    return Subject(presses, feed, lambda: presses.feed(PRESSED) == 1)


PRESSED = RECORD.pack(0, 0, EV_KEY, 212, 1)
SAID = [
    to_bytes(Message(Alive(StatusWord.READY))),
    to_bytes(Message(Looked(), b"\xff\xd8\xff" + bytes(range(251)) + b"\xff\xd9")),
]
SUBJECTS: Subjects = {
    "document_camera.Decoder": (worker, SAID),
    "document_camera.KeyPresses": (button, [PRESSED]),
}
