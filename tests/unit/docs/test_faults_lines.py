"""The lines that docs/faults.md promises to technicians are lines that the programs say."""

import re
from functools import cache

import pytest

from tests.unit.docs.reading import ROOT

PAGE = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
SECTIONS = ("### What devices do", "### A machine that died and its spare")
SHORT = 15
"""Shorter pieces prove nothing."""


def _rows() -> list[list[str]]:
    found = []
    for section in SECTIONS:
        text = PAGE.partition(section)[2].partition("\n#")[0]
        found += [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    return found


ROWS = _rows()
SAID = [(row[0], line) for row in ROWS for line in re.findall(r"`([^`]+)`", row[1]) if " " in line]


@cache
def _source() -> str:
    """Return the programs' text with strings that go on over lines joined, and without what is filled in."""
    files = [path for folder in ("config", "drivers", "field") for path in sorted((ROOT / folder).rglob("*.py"))]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    text = re.sub(r'"\s*\n\s*f?"', "", text)
    return re.sub(r"\{[^{}\n\"]*\}", "\0", text)


def _pieces(line: str) -> list[str]:
    """Return the parts of a quoted line that are the same for every device: no numbers, names, addresses."""
    cut = re.split(r"\S*[0-9]\S*|\.\.\.|\S*\w\.\w\S*|\S+-[a-z]\b|\b[A-Z]{1,2}\b|\"[^\"]*\"|; |: |[()]", line)
    return [piece.strip(" ,") for piece in cut if len(piece.strip(" ,")) >= SHORT]


def test_the_page_has_every_fault_of_the_list() -> None:
    told = " ".join(row[0] for row in ROWS)
    for fault in ("profile", "two devices", "another address", "outside the map", "lies about paper", "freezes"):
        assert fault in told
    for fault in ("pulled", "3 kB", "control characters", "endpoints", "mains lost", "comes back", "NUT", "scanner"):
        assert fault in told


@pytest.mark.parametrize(("fault", "line"), SAID)
def test_a_quoted_line_is_said(fault: str, line: str) -> None:
    assert [piece for piece in _pieces(line) if piece not in _source()] == [], fault


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_each_fault_has_a_test(row: list[str]) -> None:
    assert len(row) == 4
    assert re.search(r"`tests/[\w/]+\.py::test_\w+`", row[3])
