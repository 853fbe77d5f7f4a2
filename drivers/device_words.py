"""What people call families, devices and directions, and which rows of the catalogue they mean by it.

A family goes by its folder's name or by the vectors' word for it; a device by its row in the catalogue, by its label,
or by a word of ``device_words.toml``. Case, blanks and punctuation do not count.
"""

import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from drivers import catalog
from drivers.catalog import UnknownModel


class Rows(NamedTuple):
    """The models that a word stands for. `device` is the word itself where ``device_words.toml`` has it."""

    names: tuple[str, ...]
    device: str = ""


def folder_of(family: str) -> str:
    """Return the folder of a family by either of its names.

    Raises:
        UnknownModel: with the nearest known name.

    """
    known = families()
    folder = known.get(family.casefold(), family.casefold())
    if folder not in known.values():
        raise UnknownModel(f"no device family {family!r}; {_nearest(family, [*known, *known.values()])}")
    return folder


def families() -> dict[str, str]:
    """Return the folder of each family by the vectors' word for it."""
    return dict(_table()["families"])


def models_of(family: str) -> list[str]:
    """Return every name that a device may have in a family."""
    return sorted(_words(folder_of(family)))


def direction_of(word: str, folder: str) -> str:
    """Return a direction as the family calls it, however it was written; empty when it has none of that name."""
    plain = "".join(word.casefold().split())
    return plain if plain in _table()["directions"].get(folder, ()) else ""


def rows_of(folder: str, word: str) -> Rows:
    """Return the rows that a word stands for; all of the family without a word.

    Raises:
        UnknownModel: with the nearest known word.

    """
    if not word:
        return Rows(tuple(catalogued(folder)))
    words = _words(folder)
    if name := _written(word, words):
        return Rows(tuple(words[name]), name if name in _devices(folder) else "")
    names = [_written(part, words) for part in word.split("/")]
    if not all(names):
        raise UnknownModel(f"no {folder} model {word!r}; {_nearest(word, words)}")
    return Rows(tuple(dict.fromkeys(row for name in names for row in words[name])))


def family_elsewhere(folder: str, device: str) -> str:
    """Return the folder of a device that goes by this family's name too; empty for the family's own."""
    return next((other for other in _table()["elsewhere"].get(folder, ()) if device in _own_devices(other)), "")


def catalogued(folder: str) -> dict[str, dict[str, Any]]:
    """Return the family's rows of the catalogue by name; none for a family without models."""
    return catalog.models(folder) if folder in catalog.FAMILIES else {}


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("drivers").joinpath("device_words.toml").read_text(encoding="utf-8"))


def _own_devices(folder: str) -> dict[str, tuple[str, ...]]:
    groups = [group for group in _table()["devices"] if group["family"] == folder]
    return {word: tuple(group.get("rows", ())) for group in groups for word in group["words"]}


def _devices(folder: str) -> dict[str, tuple[str, ...]]:
    others = [word for other in _table()["elsewhere"].get(folder, ()) for word in _own_devices(other)]
    return dict.fromkeys(others, ()) | _own_devices(folder)


def _words(folder: str) -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for name, row in catalogued(folder).items():
        for word in (name, *(row[key] for key in ("device", "label", "label_zh", "title", "name") if key in row)):
            words[word] = (*words.get(word, ()), name)
    return words | _devices(folder)


def _written(word: str, known: Iterable[str]) -> str:
    """Return the known word that only differs in case, blanks or punctuation; empty without one."""
    for plain in (str.casefold, _bare):
        if found := next((name for name in known if plain(name) == plain(word)), ""):
            return found
    return ""


def _bare(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _nearest(word: str, known: Iterable[str]) -> str:
    found = get_close_matches(word, list(known), n=1, cutoff=0.0)
    return f"nearest: {found[0]!r}" if found else "none is known"
