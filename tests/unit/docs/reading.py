"""Reads the pages: indented code, inline code, links, and the commands in them."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HANDBOOK = ROOT / "docs/handbook"
CARDS = sorted((ROOT / "docs/cards").glob("*.md"))
PAGES = [*sorted(ROOT.glob("README*.md")), *CARDS, *sorted(HANDBOOK.glob("*/*.md"))]
PROGRAMS = ("hall-server", "hall-kiosk", "hall-counter", "hall-lobby", "hall-field")
WRAPPERS = re.compile(r"^(?:sudo(?: -u \S+)? )?(?:/opt/hallfloor/\.venv/bin/|\.venv/bin/)?")


def name(path: Path) -> str:
    """Return a page's path as people say it."""
    return str(path.relative_to(ROOT))


def blocks(path: Path) -> list[str]:
    """Return the indented code blocks of a page, without their indent."""
    found: list[list[str]] = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            found[-1].append(line[4:])
        elif line.strip() or not found[-1]:
            found.append([])
        else:
            found[-1].append("")
    return ["\n".join(lines).strip() for lines in found if any(lines)]


def code(path: Path) -> list[str]:
    """Return every line of code: of blocks, and between backticks."""
    lines = [line for block in blocks(path) for line in block.splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", path.read_text(encoding="utf-8"))


def command_lines(path: Path) -> list[list[str]]:
    """Return the words of every call of one of our programs; a bare name is a mention and no call."""
    found = []
    for line in code(path):
        words = shlex.split(WRAPPERS.sub("", line), comments=True) if line.count("'") % 2 == 0 else []
        if len(words) > 1 and words[0] in PROGRAMS:
            found.append(words)
    return found


def run_lines(path: Path) -> list[list[str]]:
    """Return the words of every call of ./run."""
    found = []
    for line in code(path):
        if line.startswith("./run"):
            words = shlex.split(line, comments=True)
            found.append(words[1:])
    return found


def links(path: Path) -> list[str]:
    """Return the targets of links and pictures inside the project."""
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'<img src="([^"]+)"', text)
    return [target for target in targets if "://" not in target]
