"""Reads unit files, and hands them to systemd-analyze without a systemd that runs."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
USER_UNITS = sorted((FOLDER / "user").glob("*.service"))
VARIANTS = sorted((FOLDER / "variants").glob("*.d/*.conf"))
PROGRAMS = "/opt/hallfloor/.venv/bin/"

needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing (Debian package systemd)"
)


def settings(path: Path) -> list[tuple[str, str]]:
    """Return every KEY=VALUE of a unit file in order; lines that end in a backslash are not used here."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(key, value) for line in lines if line[:1] not in "#[" for key, eq, value in [line.partition("=")] if eq]


def values(path: Path, key: str) -> list[str]:
    """Return the values of one key."""
    return [value for name, value in settings(path) if name == key]


def comments(path: Path) -> str:
    """Return the comments as one text."""
    return " ".join(line.lstrip("# ") for line in path.read_text(encoding="utf-8").splitlines() if line[:1] == "#")


def commands(path: Path) -> list[str]:
    """Return every command line that the unit runs."""
    return [value for key, value in settings(path) if key.startswith("Exec") and value]


def copied(folder: Path) -> Path:
    """Copy units and drop-ins below `folder`, with every program that they name put there as a stub."""
    units = folder / "units"
    shutil.copytree(FOLDER, units)
    stubs = folder / "bin"
    stubs.mkdir()
    for path in [*units.glob("**/*.service"), *units.glob("**/*.conf")]:
        text = path.read_text(encoding="utf-8")
        for program in set(re.findall(r"^Exec\w+=(/\S+)", text, re.MULTILINE)):
            stub = stubs / Path(program).name
            stub.write_text("#!/bin/sh\n")
            stub.chmod(0o755)
            text = re.sub(rf"^(Exec\w+=){re.escape(program)}(?=\s|$)", rf"\g<1>{stub}", text, flags=re.MULTILINE)
        path.write_text(text, encoding="utf-8")
    return units


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze."""
    return subprocess.run(
        ["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )
