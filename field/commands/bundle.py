"""`hall-field bundle --config FILE... [--logs PATH...] [--out FILE.zip]`: what a distant engineer needs, in one file.

Findings of the doctor, what is plugged in, versions, configuration and logs; no personal data and no secrets: see
`field.examine.redacted`. Databases, keys and credentials are never opened, only listed by name and size.
"""

import argparse
import os
import platform
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from config.hall import HallConfig
from config.load import ConfigError, read_toml
from field.commands.doctor import examined
from field.commands.say import complain, say, say_json
from field.examine.files import load_any
from field.examine.redacted import configuration, log_lines, text_without_people
from field.plugged.found import Found, Roots
from field.plugged.listers import everything, run_quietly

LARGEST_LOG = 8_000_000
"""Of each log its end."""
JOURNAL = ["journalctl", "--no-pager", "-u", "hall-*", "-o", "cat", "-n", "20000"]
README = """What is in here: findings.json (hall-field doctor), plugged.json (hall-field suggest), about.json
(versions), state.json (names and sizes of files), config/ (without staff and secrets), logs/ (known fields of each
line; Chinese words, long numbers and tokens replaced).
Never in here: databases, keys, credentials, tickets, cards, pictures.
"""


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("bundle", help="make a file for a distant engineer, without personal data or secrets")
    parser.add_argument("--config", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--logs", type=Path, nargs="*", default=[], metavar="PATH", help="files or folders")
    parser.add_argument("--out", type=Path, default=None, metavar="FILE.zip")
    parser.add_argument("--no-doctor", action="store_true", help="do not touch the devices")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace, roots: Roots | None = None) -> int:
    """Write the file and say where it is."""
    out = given.out or Path(f"hall-bundle-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip")
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts(given, roots or Roots()):
                archive.writestr(name, content)
    except OSError as problem:
        return complain(f"{out}: {problem.strerror}")
    if given.json:
        say_json({"bundle": str(out), "bytes": out.stat().st_size})
    else:
        say(f"{out}, {out.stat().st_size // 1000 + 1} kB")
    return 0


def parts(given: argparse.Namespace, roots: Roots) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the bundle."""
    yield "README.txt", README.encode()
    yield "about.json", _json(about())
    yield "plugged.json", _json([_plain(found) for found in everything(roots)])
    if not given.no_doctor:
        yield "findings.json", _json([finding for path in given.config for finding in _findings(path)])
    for path in given.config:
        yield f"config/{path.name}", _config(path)
    yield "state.json", _json({str(path.name): listing(path) for path in given.config})
    yield from _logs(given.logs)


def about() -> dict[str, Any]:
    """Return versions and the machine's kind; no host name, which may be a person's."""
    names = ("hallfloor", "PyQt6", "pyserial", "pyusb", "evdev", "python-escpos", "apsw", "httpx")
    return {
        "at": int(time.time()),
        "python": sys.version.split()[0],
        "machine": platform.machine(),
        "kernel": platform.release(),
        "libc": " ".join(platform.libc_ver()),
        "packages": {name: _version(name) for name in names},
    }


def listing(path: Path) -> list[dict[str, Any]]:
    """Return names and sizes below the state folder that a file names."""
    try:
        config = load_any(path)
    except ConfigError:
        return []
    folder = Path(config.hub.state_dir if isinstance(config, HallConfig) else config.unit.state_dir)
    found = sorted(place for place in folder.rglob("*") if place.is_file()) if folder.is_dir() else []
    return [
        {"name": text_without_people(str(place.relative_to(folder))), "bytes": place.stat().st_size} for place in found
    ]


def _findings(path: Path) -> Iterator[dict[str, Any]]:
    for finding in examined(path):
        told = msgspec.to_builtins(finding)
        yield {name: text_without_people(text) for name, text in told.items()}


def _plain(found: Found) -> Any:
    return msgspec.to_builtins(found)


def _config(path: Path) -> bytes:
    """A file that is no TOML passes as the one line that says so."""
    try:
        return tomli_w.dumps(configuration(read_toml(path))).encode()
    except ConfigError as problem:
        return text_without_people(str(problem)).encode()


def _logs(paths: list[Path]) -> Iterator[tuple[str, bytes]]:
    if not paths:
        yield "logs/journal.jsonl", _log(run_quietly(JOURNAL).encode())
    for path in paths:
        files = sorted(path.glob("*.log")) if path.is_dir() else [path]
        for file in files:
            yield f"logs/{file.name}.jsonl", _log(_end_of(file))


def _log(content: bytes) -> bytes:
    lines, dropped = log_lines(content)
    told = [*lines, {"event": f"{dropped} lines left out: not in the form of our logs"}] if dropped else lines
    return b"".join(msgspec.json.encode(line) + b"\n" for line in told)


def _end_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LARGEST_LOG))
            return file.read()
    except OSError:
        return b""


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value))
