"""Objects that say a frame in words: which of their fields are only told to people."""

from collections.abc import Iterable
from typing import Any

PROSE = frozenset(("meaning", "note", "kind", "profile", "comment", "remark", "source"))
"""Fields that no frame needs: they are accepted everywhere, and choose between frames at most."""


class UnknownField(ValueError):
    """A field that this frame does not have."""

    def __init__(self, name: str, what: str, known: Iterable[str]) -> None:
        super().__init__(f"{name} is no field of {what}; it has {', '.join(sorted(known))}")
        self.name = name


def only(fields: dict[str, Any], known: Iterable[str], what: str = "this frame", beside: Iterable[str] = PROSE) -> None:
    """Refuse fields that `what` does not have; those of `beside` are accepted, and not worth naming.

    Raises:
        UnknownField: names the first of them.

    """
    known = frozenset(known)
    for name in sorted(fields.keys() - known.union(beside)):
        raise UnknownField(name, what, known)


def is_sentence(value: Any) -> bool:
    """Whether a value is written for people: several words."""
    return isinstance(value, str) and len(value.split()) > 1
