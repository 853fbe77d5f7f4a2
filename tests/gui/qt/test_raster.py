"""Printer dots of a text line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtWidgets import QApplication

from hall.qt.raster import QtLineRaster

draw = QtLineRaster()


def dots(text: str, width: int = 384, bold: bool = False) -> int:
    return sum(byte.bit_count() for byte in draw(text, width, 24, bold).rows)


def test_a_line_has_its_size_and_its_dots() -> None:
    made = draw("请取走您的凭条", 384, 24, False)
    assert (made.width, made.height) == (384, 30)
    assert len(made.rows) == 384 // 8 * 30
    assert 300 < dots("请取走您的凭条") < 384 * 30 // 2


def test_an_empty_line_is_white() -> None:
    assert dots("") == 0


def test_bold_is_blacker() -> None:
    assert dots("政务服务", bold=True) > dots("政务服务")


def test_left_edge_is_left() -> None:
    made = draw("▌", 384, 24, False)
    left = [row for row in range(made.height) if any(made.rows[row * 48 : row * 48 + 4])]
    right = [row for row in range(made.height) if any(made.rows[row * 48 + 44 : row * 48 + 48])]
    assert left
    assert not right


@pytest.mark.parametrize("name", ["䶮", "㛃", "堃", "喆"])
def test_rare_characters_of_names_are_really_drawn(name: str) -> None:
    """A missing glyph would be the same box for each of them."""
    assert draw(name, 64, 24, False).rows != draw("\U000e0101", 64, 24, False).rows
    assert dots(name, 64) > 60


def test_a_line_too_long_is_narrowed_not_cut() -> None:
    text = "滨江区政务服务中心综合受理窗口办件受理回执单"
    narrow = draw(text, 200, 24, False)
    last = [bytes(narrow.rows[row * 25 : row * 25 + 25])[20:] for row in range(narrow.height)]
    assert any(any(piece) for piece in last)


# Scripts of slips; for others Qt complains, rightly, that no font with their shaping tables is installed.
LETTERS = st.one_of(
    st.characters(max_codepoint=0x17F),
    st.characters(min_codepoint=0x3000, max_codepoint=0x303F),
    st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x20000, max_codepoint=0x2FA1D),
)


@given(st.text(LETTERS, max_size=40), st.integers(8, 640), st.sampled_from([16, 24, 32]), st.booleans())
def test_any_text_gives_whole_rows(text: str, width: int, char: int, bold: bool) -> None:
    assert QApplication.instance() is not None
    made = draw(text, width, char, bold)
    assert made.width % 8 == 0
    assert made.width - 8 < width <= made.width
    assert len(made.rows) == made.width // 8 * made.height
