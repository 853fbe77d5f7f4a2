"""Read a TOML file into a declared structure, or say in one line what is wrong and what to write instead."""

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import msgspec

Declared = TypeVar("Declared", bound=msgspec.Struct)


class ConfigError(ValueError):
    """A file that cannot be used. The text names the file, the key and the nearest known one."""


class MayPass(ConfigError):
    """The file is right, but what it names cannot be had now, and perhaps can a moment later."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises:
        ConfigError: the file is missing, unreadable, or not TOML.

    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ConfigError(f"{path}: cannot be read ({problem.strerror}); check the path and its rights") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConfigError(f"{path}: not valid TOML: {problem}") from problem


def load(path: Path, declared: type[Declared]) -> Declared:
    """Read and check one file.

    Raises:
        ConfigError: see `read_toml` and `check`.

    """
    return check(read_toml(path), declared, source=str(path))


def check(values: Any, declared: type[Declared], source: str, at: str = "") -> Declared:
    """Turn plain values into `declared`.

    Raises:
        ConfigError: unknown key (with the nearest known one), missing key, or wrong type, each with its place.

    """
    _refuse_unknown(values, declared, source, at)
    try:
        return msgspec.convert(values, declared, strict=True)
    except msgspec.ValidationError as problem:
        where = f" at {at}" if at else ""
        raise ConfigError(f"{source}{where}: {problem}") from problem


def _refuse_unknown(values: Any, declared: Any, source: str, at: str) -> None:
    """Walk values beside the declaration and name the first key that nobody declared."""
    kind = msgspec.inspect.type_info(declared)
    _walk(values, kind, source, at)


def _walk(values: Any, kind: msgspec.inspect.Type, source: str, at: str) -> None:
    match kind:
        case msgspec.inspect.UnionType(types=types):
            _walk_union(values, types, source, at)
        case msgspec.inspect.StructType() if isinstance(values, dict):
            known = {field.encode_name: field.type for field in kind.fields}
            for key, value in values.items():
                if key == kind.tag_field:
                    continue
                if key not in known:
                    raise ConfigError(_unknown(source, at, key, list(known)))
                _walk(value, known[key], source, f"{at}.{key}" if at else key)
        case msgspec.inspect.DictType(value_type=inner) if isinstance(values, dict):
            for key, value in values.items():
                _walk(value, inner, source, f"{at}.{key}" if at else key)
        case msgspec.inspect.VarTupleType(item_type=inner) | msgspec.inspect.ListType(item_type=inner) if isinstance(
            values, list
        ):
            for index, value in enumerate(values):
                _walk(value, inner, source, f"{at}[{index}]")
        case _:
            return


def _walk_union(values: Any, types: tuple[msgspec.inspect.Type, ...], source: str, at: str) -> None:
    structs = [kind for kind in types if isinstance(kind, msgspec.inspect.StructType)]
    if not isinstance(values, dict):
        for kind in types:
            if isinstance(kind, msgspec.inspect.VarTupleType | msgspec.inspect.ListType):
                _walk(values, kind, source, at)
        return
    for kind in structs:
        if kind.tag_field is None or values.get(kind.tag_field) == kind.tag:
            _walk(values, kind, source, at)
            return


def _unknown(source: str, at: str, key: str, known: list[str]) -> str:
    path = f"{at}.{key}" if at else key
    near = get_close_matches(key, known, n=1, cutoff=0.0)
    hint = f"did you mean {near[0]!r}?" if near else "no key is allowed here"
    return f"{source}: unknown key {path!r}; {hint}"
