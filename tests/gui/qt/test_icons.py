"""Icons: every name that code or configuration uses exists, and is tinted."""

import re
from pathlib import Path

import pytest
from PyQt6.QtGui import QColor
from pytestqt.qtbot import QtBot

from hall.qt.icons import MEANINGS, icon, item_icon
from hall.words.assets import ROOT, MissingAsset

PROJECT = Path(__file__).resolve().parents[3]
NAMES = sorted(path.stem for path in (ROOT / "icons").glob("*.svg"))


def test_icons_are_tinted_and_kept(qtbot: QtBot) -> None:
    assert qtbot is not None
    picture = icon("x", 48, "#FF0000").toImage()
    assert picture.pixelColor(24, 24) == QColor("#FF0000")
    assert picture.pixelColor(0, 0).alpha() == 0
    assert icon("x", 48, "#FF0000") is icon("x", 48, "#FF0000")


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_can_be_drawn(qtbot: QtBot, name: str) -> None:
    assert qtbot is not None
    picture = icon(name, 24, "#000000").toImage()
    assert any(picture.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


def test_configured_names_become_icons() -> None:
    assert item_icon("card") == "id"
    assert item_icon("ticket") == "ticket"
    assert item_icon("no such thing") == "file-text"
    assert set(MEANINGS.values()) <= set(NAMES)


def test_icons_of_the_demo_hall_are_known() -> None:
    text = (PROJECT / "config/examples/demo/hall.toml").read_text(encoding="utf-8")
    for name in re.findall(r'icon = "([^"]+)"', text):
        assert item_icon(name) != "file-text", name


def test_a_missing_icon_is_named(qtbot: QtBot) -> None:
    assert qtbot is not None
    with pytest.raises(MissingAsset, match=r"icons/nothing\.svg"):
        icon("nothing", 24, "#000000")


def test_licence_lies_beside_them() -> None:
    assert "MIT" in (ROOT / "LICENCES" / "tabler-icons.txt").read_text(encoding="utf-8")
