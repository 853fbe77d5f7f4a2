"""Fields of an object that somebody wrote by hand, read one at a time: what is wrong is said with the field's name."""

from collections.abc import Iterable, Mapping
from typing import Any

from drivers import described

Described = dict[str, Any]


def only(fields: Described, allowed: Iterable[str], what: str) -> None:
    """Refuse a field that `what` does not have; bytes in hex may stand beside any words.

    Raises:
        UnknownField: names it.

    """
    described.only(fields, allowed, what, beside=described.PROSE | {"hex"})


def renamed(fields: Described, names: Mapping[str, str]) -> Described:
    """Return the fields under the names that `decode` prints."""
    return {names.get(name, name): value for name, value in fields.items()}


def needed(fields: Described, name: str) -> Any:
    """Return a field that must be there.

    Raises:
        ValueError: it is missing.

    """
    if fields.get(name) is None:
        raise ValueError(f"{name} is missing")
    return fields[name]


def number(fields: Described, name: str, most: int = 255, least: int = 0) -> int:
    """Return a number, given as such, in decimal digits or as ``0x..``.

    Raises:
        ValueError: it is missing, none, or out of range.

    """
    given = needed(fields, name)
    try:
        found = int(given, 0) if isinstance(given, str) else given
    except ValueError:
        raise ValueError(f"{name} is a number, not {given!r}") from None
    if isinstance(found, bool) or not isinstance(found, int):
        raise ValueError(f"{name} is a number, not {given!r}")
    if not least <= found <= most:
        raise ValueError(f"{name} is {least} to {most}, not {found}")
    return found


def flag(fields: Described, name: str, otherwise: bool | None = False) -> bool:
    """Return a yes or no; `otherwise` where it is not said, None where it must be.

    Raises:
        ValueError: it is something else, or missing.

    """
    found = fields.get(name, otherwise)
    if found is None:
        raise ValueError(f"{name} is missing")
    if found not in (True, False):
        raise ValueError(f"{name} is true or false, not {found!r}")
    return bool(found)


def bits(fields: Described, names: Mapping[int, str]) -> int:
    """Return the bits whose flags are set."""
    return sum(bit for bit, name in names.items() if flag(fields, name))


def text(fields: Described, name: str) -> str:
    """Return a text; a number is read as its digits.

    Raises:
        ValueError: it is missing or none.

    """
    found = needed(fields, name)
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise ValueError(f"{name} is a text, not {found!r}")
    return str(found)


def hex_bytes(fields: Described, name: str) -> bytes:
    """Return bytes that are written in hex.

    Raises:
        ValueError: they are missing, or no hex.

    """
    found = text(fields, name)
    try:
        return bytes.fromhex(found)
    except ValueError:
        raise ValueError(f"{name} is bytes in hex, not {found!r}") from None


def encoded(fields: Described, name: str, encoding: str) -> bytes:
    """Return a text in an encoding.

    Raises:
        ValueError: the encoding is unknown or has no such character.

    """
    try:
        return text(fields, name).encode(encoding)
    except LookupError:
        raise ValueError(f"encoding {encoding!r} is unknown") from None
    except UnicodeEncodeError as problem:
        raise ValueError(f"{name}: {problem.object[problem.start]!r} is not in {encoding}") from None
