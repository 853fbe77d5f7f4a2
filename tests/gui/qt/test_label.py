"""Centred texts break into lines of like length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QFont, QFontMetrics

from hall.qt.kit.label import balanced

FLAGS = Qt.AlignmentFlag.AlignHCenter.value | Qt.TextFlag.TextWordWrap.value
CLOSED = "现在不在受理时间（13:00-14:00），请在受理时间再来"


def high(metrics: QFontMetrics, room: QRect, text: str) -> int:
    return metrics.boundingRect(room, FLAGS, text).height()


@pytest.mark.usefixtures("qapp")
def test_a_text_that_just_misses_a_line_is_broken_in_the_middle() -> None:
    metrics = QFontMetrics(QFont())
    whole = metrics.horizontalAdvance(CLOSED)
    room = QRect(40, 0, whole - metrics.horizontalAdvance("再来"), 500)
    found = balanced(metrics, CLOSED, room, FLAGS)
    assert found.width() < whole * 0.75
    assert found.center().x() == pytest.approx(room.center().x(), abs=1)
    assert high(metrics, found, CLOSED) == high(metrics, room, CLOSED)


@pytest.mark.usefixtures("qapp")
@given(text=st.text(alphabet="请在受理时间 ABC再来", max_size=60), width=st.integers(1, 600))
def test_it_never_needs_more_lines_nor_more_room(text: str, width: int) -> None:
    metrics, room = QFontMetrics(QFont()), QRect(0, 0, width, 900)
    found = balanced(metrics, text, room, FLAGS)
    assert found.width() <= width
    assert high(metrics, found, text) == high(metrics, room, text)
