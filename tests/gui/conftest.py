"""For tests with widgets: no display is needed, and no word may be missing."""

import os
from collections.abc import Iterator

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from hall.qt.look import Look
from hall.qt.tokens import tokens
from hall.words.catalogue import Words, unknown_keys


def pytest_configure(config: pytest.Config) -> None:
    """Let one message pass: the offscreen platform says it of every window with a smallest size."""
    config.addinivalue_line("qt_log_ignore", r"This plugin does not support propagateSizeHints")


@pytest.fixture(autouse=True)
def _every_word_is_known(qapp: QApplication) -> Iterator[None]:
    assert qapp is not None
    unknown_keys.clear()
    yield
    assert not unknown_keys, f"words missing from the catalogue: {sorted(unknown_keys)}"


@pytest.fixture
def kiosk_look(qtbot: QtBot) -> Look:
    """A 27-inch portrait panel in Chinese."""
    assert qtbot is not None
    return Look(tokens(27, 1080, 1920), Words("zh", "common"))
