"""The cards quote buttons and sentences that the product really shows."""

import re
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from counter.flow.actions import F_KEYS
from hall.words.catalogue import Words
from tests.unit.docs.paper import printed
from tests.unit.docs.reading import CARDS, name

TEXTS = Words("zh", "common", "kiosk", "counter", "lobby", "slip")
COUNTER = Words("zh", "common", "counter")


def _po_texts() -> set[str]:
    """Return every Chinese text that the product can show."""
    folder = Path(__file__).resolve().parents[3] / "assets/words/zh"
    found = set()
    for path in folder.glob("*.po"):
        found |= set(re.findall(r'^msgstr "(.+)"', path.read_text(encoding="utf-8"), re.MULTILINE))
    return found


SHOWN = _po_texts()
FLOWS = "\n".join(
    path.read_text(encoding="utf-8") for path in (Path(__file__).resolve().parents[3] / "config").glob("**/*.toml")
)


@pytest.mark.parametrize("card", CARDS, ids=name)
def test_a_button_on_a_card_is_a_button_on_a_screen(card: Path) -> None:
    for button in re.findall(r"「([^」]+)」", card.read_text(encoding="utf-8")):
        assert button in SHOWN or button in FLOWS, button


@pytest.mark.parametrize("card", CARDS, ids=name)
def test_a_card_is_one_page_of_a4(card: Path, qapp: QApplication) -> None:
    """With the hall's own font in 9 points and margins of 12 mm."""
    assert printed(card).pageCount() == 1


def test_the_keys_of_the_clerk_are_the_products() -> None:
    text = next(card for card in CARDS if card.name.startswith("clerk")).read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (F\d+) \| ([^|/]+?)(?: /[^|]*)? \|", text, re.MULTILINE))
    assert rows == {key: COUNTER(f"action.{action.value}") for key, action in F_KEYS.items()}


def test_the_acts_of_the_attendant_are_the_products() -> None:
    text = next(card for card in CARDS if card.name.startswith("attendant")).read_text(encoding="utf-8")
    for act in ("roll_changed", "jam_cleared", "test_line", "reprint", "out_of_service", "in_service"):
        assert TEXTS(f"act.{act}") in text
        assert TEXTS(f"act.{act}.done") in text or act == "reprint"
