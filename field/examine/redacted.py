"""What may leave a hall for diagnosis: configuration without secrets, log lines without anything a person said or is.

Logs hold no personal data by rule; here nothing depends on that. Only known fields of a line pass, and in them every
Chinese word, long number and long token is replaced.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

REMOVED = "(removed)"
SECRET_KEYS = re.compile(r"pin|token|secret|passw|credential|(^|_)key$", re.IGNORECASE)
PEOPLE_TABLES = ("clerks",)
LOG_FIELDS = (
    "timestamp",
    "level",
    "event",
    "logger",
    "unit",
    "device",
    "status",
    "reason",
    "error",
    "trace",
    "kind",
    "model",
    "address",
    "seq",
    "epoch",
    "count",
    "ms",
)
_REPLACED = (
    (re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·]+"), "□"),
    (re.compile(r"(?<![\w])\d{6}(?:18|19|20)\d{9}[\dXx](?!\w)"), "(number)"),
    (re.compile(r"\d{8,}[Xx]?"), "(number)"),
    (re.compile(r"(?i)bearer\s+\S+"), "(token)"),
    (re.compile(r"://[^/@\s]*@"), "://(removed)@"),
    (re.compile(r"(?=[A-Za-z0-9+_=-]*\d)(?=[A-Za-z0-9+_=-]*[A-Za-z])[A-Za-z0-9+_=-]{24,}"), "(token)"),
)


def text_without_people(text: str) -> str:
    """Return a text with Chinese words, long numbers and tokens replaced."""
    for pattern, instead in _REPLACED:
        text = pattern.sub(instead, text)
    return text


def log_line(line: bytes) -> dict[str, Any] | None:
    """Return what may pass of one line, or None where it is no JSON object (then nothing of it passes)."""
    try:
        fields = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return {name: _value(fields[name]) for name in LOG_FIELDS if name in fields}


def log_lines(content: bytes) -> tuple[list[dict[str, Any]], int]:
    """Return the lines of a log that may pass, and how many may not."""
    found = [log_line(line) for line in content.splitlines() if line.strip()]
    passed = [line for line in found if line]
    return passed, len(found) - len(passed)


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return text_without_people(value)
    if isinstance(value, list):
        return [_value(item) for item in value]
    return value if isinstance(value, bool | int | float) and abs(value) < 10_000_000 else REMOVED


def configuration(values: dict[str, Any]) -> dict[str, Any]:
    """Return a configuration without secrets and without the staff; places and devices stay."""
    return dict(_kept(values))


def _kept(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if name in PEOPLE_TABLES:
            yield name, f"{len(value)} entries {REMOVED}"
        elif SECRET_KEYS.search(name) and not name.endswith("_file"):
            yield name, REMOVED
        elif isinstance(value, dict):
            yield name, configuration(value)
        elif isinstance(value, list):
            yield name, [configuration(item) if isinstance(item, dict) else item for item in value]
        else:
            yield name, _REPLACED[4][0].sub(_REPLACED[4][1], value) if isinstance(value, str) else value
