"""Give a spare's file another name, letter and hub: only those lines change, comments and devices stay."""

import os
import re
import tomllib
from pathlib import Path

from config.load import ConfigError, check
from config.unit import UnitConfig

_TABLE = re.compile(r"^\s*\[")
_UNIT = re.compile(r"^\s*\[unit\]\s*(#.*)?$")


def renamed(text: str, values: dict[str, str]) -> str | None:
    """Return the file with these keys of [unit]; None if it is written in a way that this cannot change safely."""
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if _UNIT.match(line)), None)
    if start is None:
        return None
    end = next((number for number in range(start + 1, len(lines)) if _TABLE.match(lines[number])), len(lines))
    for key, value in values.items():
        row = re.compile(rf'^(\s*{key}\s*=\s*)(?:"[^"\\]*"|\'[^\']*\')(.*)$')
        at = next((number for number in range(start + 1, end) if row.match(lines[number])), None)
        if at is None:
            lines.insert(start + 1, f'{key} = "{value}"')
            end += 1
        else:
            found = row.match(lines[at])
            lines[at] = f'{found[1]}"{value}"{found[2]}' if found else lines[at]
    changed = "\n".join(lines) + "\n"
    return changed if _says(changed, values) else None


def rewrite(path: Path, values: dict[str, str]) -> str:
    """Change the file, with the old one kept beside it; return empty, or what a person has to write there instead."""
    todo = f"write into [unit] of {path}: " + ", ".join(f'{key} = "{value}"' for key, value in values.items())
    try:
        before = path.read_text(encoding="utf-8")
        changed = renamed(before, values)
        if changed is None:
            return todo
        if changed != before:
            path.with_name(f"{path.name}.before").write_text(before, encoding="utf-8")
            _replace(path, changed)
    except OSError as problem:
        return f"{todo} (it could not be written: {problem.strerror})"
    return ""


def _says(text: str, values: dict[str, str]) -> bool:
    try:
        read = tomllib.loads(text)
        check(read, UnitConfig, "")
    except (tomllib.TOMLDecodeError, ConfigError):
        return False
    return all(read["unit"].get(key) == value for key, value in values.items())


def _replace(path: Path, text: str) -> None:
    """Write it whole or not at all; rights and owner stay."""
    was = path.stat()
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(was.st_mode & 0o777)
    if os.geteuid() == 0:
        os.chown(fresh, was.st_uid, was.st_gid)
    os.replace(fresh, path)
