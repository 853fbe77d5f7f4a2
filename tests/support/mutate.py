"""A seeded mutator of golden frames: cut, splice, flip, repeat, insert. For volume, where hypothesis is too slow.

The same seed gives the same bytes on every machine. About a third of the frames stay whole, so that a decoder
under test has to find good ones between the broken.
"""

from collections.abc import Iterator, Sequence
from random import Random


def mutated(golden: Sequence[bytes], total: int, seed: int = 1) -> Iterator[bytes]:
    """Yield pieces of at most a few kilobytes, `total` bytes or a little more altogether."""
    chance, made = Random(seed), 0
    while made < total:
        piece = _piece(golden, chance)
        made += len(piece)
        yield piece


def _piece(golden: Sequence[bytes], chance: Random) -> bytes:
    frame = chance.choice(golden)
    kind = chance.randrange(8)
    at = chance.randrange(len(frame) + 1)
    if kind == 0:
        return frame[:at] or b"\x00"
    if kind == 1:
        return frame[:at] + chance.choice(golden)[at:] + frame
    if kind == 2:
        return frame * chance.randrange(1, 5)
    if kind == 3:
        return frame[:at] + chance.randbytes(chance.randrange(1, 20)) + frame[at:]
    if kind == 4 and frame:
        at = chance.randrange(len(frame))
        return frame[:at] + bytes((frame[at] ^ (1 << chance.randrange(8)),)) + frame[at + 1 :]
    return frame
