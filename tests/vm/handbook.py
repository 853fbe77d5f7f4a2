"""The very commands of docs/handbook/en/install.md, as a technician types them.

The bench types nothing of its own where the handbook has a command: a step that is missing there is missing here, and a
check fails. Only what one machine without a network cannot have is put in (`said`): addresses and tokens.
"""

import re
import shlex
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PAGE = CHECKOUT / "docs/handbook/en/install.md"
APT = "sudo apt-get install -y "


def block(holding: str) -> list[str]:
    """Return the lines of the one indented block that has these words; two such blocks, or none, are a fault."""
    found = [lines for lines in _blocks() if any(holding in line for line in lines)]
    assert len(found) == 1, f"{len(found)} blocks of {PAGE.name} say {holding!r}"
    return found[0]


def command(holding: str) -> str:
    """Return the one command with these words."""
    found = [line for lines in _blocks() for line in lines if holding in line]
    assert len(found) == 1, f"{len(found)} commands of {PAGE.name} say {holding!r}"
    return found[0]


def packages() -> list[str]:
    """Return every Debian package that the page installs."""
    lines = [line for lines in _blocks() for line in lines if line.startswith(APT)]
    return [name for line in lines for name in shlex.split(line.removeprefix(APT))]


def typed(lines: list[str]) -> list[str]:
    """Return a block without apt: those packages are in the image, since the machine has no network."""
    return [line for line in lines if not line.startswith(APT)]


def _blocks() -> list[list[str]]:
    """Return the indented blocks; an empty line ends one."""
    blocks = re.findall(r"(?:^ {4}.*\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [[line[4:] for line in text.splitlines()] for text in blocks]
