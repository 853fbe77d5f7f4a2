"""What a decoder under fuzz is: made afresh, fed pieces, asked whether it falls into step again."""

from collections.abc import Callable
from typing import NamedTuple

from tests.support.vectors import vectors


class Subject(NamedTuple):
    """One decoder under test."""

    holder: object
    """What may grow."""
    feed: Callable[[bytes], int]
    """Take a piece, return how many good frames or fields it gave."""
    falls_in_step: Callable[[], bool]
    """Whether a good frame is understood after all that."""


Subjects = dict[str, tuple[Callable[[], Subject], list[bytes]]]
"""Decoder by name: how it is made, and the good frames that are mutated."""


def hexes(family: str, prefix: str = "", direction: str = "") -> list[bytes]:
    """Return the bytes of a family's open vectors."""
    found = [vector for vector in vectors(family, prefix) if direction in ("", vector["direction"])]
    return [bytes.fromhex(vector["hex"]) for vector in found if vector.get("hex")]
