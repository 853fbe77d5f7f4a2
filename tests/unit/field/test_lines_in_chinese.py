"""Every line that the programs have for a technician is there in Chinese; a new line comes with its translation."""

import re

import pytest

from hall.words.lines import catalogue, in_chinese
from tests.support.technician_lines import Said, english_in, said

LINES = sorted(set(said()), key=lambda line: line.text)
TYPED = {chinese for chinese in catalogue().values() if not re.search(r"[\u4e00-\u9fff]", chinese)}
"""Commands, keys and units, which are the same in both languages."""


def _left(line: Said) -> str:
    """Say what of a line is missing in Chinese, or nothing."""
    chinese = in_chinese(line.text)
    english = [part for part in english_in(chinese) if not _typed(part)]
    english += [chinese] * (chinese == line.text and line.text.isidentifier())
    lost = set(re.findall("⟦[0-9]+⟧", line.text)) - set(re.findall("⟦[0-9]+⟧", chinese))
    return f"{line.where}: {line.text!r}: {english or f'{lost} got lost'}" if english or lost else ""


def _typed(part: str) -> bool:
    return any(re.fullmatch(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text)), part) for text in TYPED)


def test_the_sources_are_read() -> None:
    texts = {line.text for line in LINES}
    assert len(texts) > 800
    for known in ("not opened yet", "⟦0⟧ bytes not taken in ⟦2⟧ s", "its port was busy a moment ago"):
        assert known in texts


def test_no_line_is_without_its_chinese() -> None:
    missing = [left for line in LINES if (left := _left(line))]
    assert not missing, "add them to assets/lines/zh.po:\n" + "\n".join(missing)


@pytest.mark.parametrize("line", ["a line that nobody knows", "⟦0⟧: a line that nobody knows; not opened yet"])
def test_a_line_without_chinese_is_found(line: str) -> None:
    assert "a line that nobody knows" in _left(Said("x.py:1", line))
