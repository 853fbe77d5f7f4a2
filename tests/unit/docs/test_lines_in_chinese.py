"""The Chinese handbook quotes a technician's line as it is shown, with its English beside it: “中文”（English）."""

import re
from pathlib import Path

import pytest

from hall.words.lines import catalogue, in_chinese
from tests.support.technician_lines import sentence_in
from tests.unit.docs.reading import HANDBOOK

PAGES = sorted((HANDBOOK / "zh").glob("*.md"))
QUOTED = re.compile(r"“([^”]*[\u4e00-\u9fff][^”]*)”（((?:[^（）]|（[^）]*）)*[A-Za-z]{3}[^（）]*)）")
QUOTES = [(path.name, *found) for path in PAGES for found in QUOTED.findall(path.read_text(encoding="utf-8"))]
_VALUE = re.compile(r"\{\w+\}|(?<![A-Za-z])[0-9A-F]*\d[0-9A-F.]*|kiosk-\w")
PARTS = [(_VALUE.sub("#", english), _VALUE.sub("#", chinese)) for english, chinese in catalogue().items()]


def _said(chinese: str, english: str) -> bool:
    """Whether both stand for the same line: the whole of it, or a piece of one part in both languages."""
    if in_chinese(english) == chinese:
        return True
    bare, shown = _VALUE.sub("#", english), _VALUE.sub("#", chinese)
    return any(bare in whole and shown in translated for whole, translated in PARTS)


def test_each_family_quotes_its_lines() -> None:
    assert len(QUOTES) > 45
    assert len({page for page, _, _ in QUOTES}) >= 14


@pytest.mark.parametrize(("page", "chinese", "english"), QUOTES)
def test_a_quoted_line_is_the_one_that_is_shown(page: str, chinese: str, english: str) -> None:
    assert _said(chinese, english), f"{page}: shown is {in_chinese(english)}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.name))
def test_no_line_is_quoted_in_english_alone(path: Path) -> None:
    text = QUOTED.sub("", path.read_text(encoding="utf-8"))
    assert not [quote for quote in re.findall("“([^”]*)”", text) if sentence_in(quote) or quote in catalogue()]


def test_what_nobody_says_is_noticed() -> None:
    assert not _said("没有人说的话", "no answer")
    assert not _said("没有应答", "a line that nobody says")
