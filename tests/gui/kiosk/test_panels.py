"""Every screen holds on every panel a technician meets: nothing overlaps, is cut, too small, or off the glass."""

from collections.abc import Iterator
from itertools import product

import msgspec
import pytest
from PyQt6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from hall.qt.theme import Theme
from hall.qt.tokens import tokens
from kiosk.flow import models as m
from kiosk.screens.glass import LEAST, on_panel, panel_fit
from kiosk.screens.reel import Reel
from kiosk.screens.sign import InkField
from kiosk.screens.window import Corner, KioskWindow
from tests.gui.kiosk.panels import LANGUAGES, LOOKS, MADE, PANELS, Seen, everything, faults, open_window, put

Screens = dict[bool, dict[str, Seen]]
COMBINED = tuple(product(LOOKS, LANGUAGES))


@pytest.fixture(scope="module")
def screens(tmp_path_factory: pytest.TempPathFactory) -> Screens:
    """Return all screens that the engine can show, plain and for the elderly."""
    return {elder: everything(tmp_path_factory.mktemp("kiosk"), elder) for elder in (False, True)}


@pytest.fixture
def dressed() -> Iterator[list[Theme]]:
    """Undress the application in the end."""
    themes: list[Theme] = []
    yield themes
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setStyleSheet("")
    for theme in themes:
        theme.setParent(None)


def kiosk_on(panel: tuple[int, int, float], qtbot: QtBot, dressed: list[Theme]) -> KioskWindow:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window = open_window(panel)
    qtbot.addWidget(window)
    dressed.append(Theme(application, window._look))
    return window


def looked_at(
    window: KioskWindow, panel: tuple[int, int, float], shown: dict[str, Seen], look: str, tongue: str
) -> str:
    """Show screens one after the other; return all that is wrong with them."""
    wrong = []
    for name, seen in shown.items():
        put(window, seen, look, tongue)
        wrong += [f"{panel} {look} {tongue} {name}: {fault}" for fault in faults(window, panel)]
    return "\n".join(wrong)


@pytest.mark.parametrize("place", range(len(PANELS)), ids=[f"{w}x{h}-{inches}" for w, h, inches in PANELS])
def test_screens_hold_on_the_panel(place: int, screens: Screens, qtbot: QtBot, dressed: list[Theme]) -> None:
    """Take half of the screens on each panel, looks and languages in turn; the next panel has the other half."""
    panel = PANELS[place]
    window = kiosk_on(panel, qtbot, dressed)
    for turn in (0, 1):
        look, language = COMBINED[(2 * place + turn + place // 3) % len(COMBINED)]
        every = screens[look == "elder"]
        some = {name: seen for at, (name, seen) in enumerate(every.items()) if (at + place) % 4 == 2 * turn}
        assert not looked_at(window, panel, some, look, language)


@pytest.mark.volume
@pytest.mark.parametrize(("look", "language"), COMBINED)
@pytest.mark.parametrize("panel", PANELS, ids=str)
def test_every_screen_holds_on_every_panel(
    panel: tuple[int, int, float], look: str, language: str, screens: Screens, qtbot: QtBot, dressed: list[Theme]
) -> None:
    window = kiosk_on(panel, qtbot, dressed)
    assert not looked_at(window, panel, screens[look == "elder"], look, language)


@pytest.mark.parametrize("panel", [panel for panel in PANELS if panel in ((1080, 1920, 27), (1920, 1080, 43))], ids=str)
def test_low_position_brings_every_target_within_reach(
    panel: tuple[int, int, float], screens: Screens, qtbot: QtBot, dressed: list[Theme]
) -> None:
    window = kiosk_on(panel, qtbot, dressed)
    top = window._look.tokens.low_reach_top
    for look in ("normal", "elder"):
        every = screens[look == "elder"]
        for name in ("home", "item", "form", "sign", "capture_pages", "pin", "take", "message", "idle"):
            put(window, every[name], look, "zh", low=True)
            assert not faults(window, panel), name
            touched = [one for one in window.findChildren(QAbstractButton) if one.isVisible()]
            assert min(one.mapTo(window, one.rect().topLeft()).y() for one in touched) >= top, name


def test_a_panel_within_reach_offers_no_low_position(screens: Screens, qtbot: QtBot, dressed: list[Theme]) -> None:
    for panel, offered in (((1080, 1920, 27), True), ((1366, 768, 15.6), False)):
        window = kiosk_on(panel, qtbot, dressed)
        put(window, screens[False]["home"], "normal", "zh")
        found = window.findChild(QAbstractButton, "bar_low")
        assert found is not None
        assert found.isVisible() is offered


def test_full_screen_takes_the_panels_own_pixels(screens: Screens, qtbot: QtBot, dressed: list[Theme]) -> None:
    """The file says 1080x1920, the panel has 1280x800: the sizes follow the panel, the diagonal stays."""
    window = kiosk_on((1080, 1920, 27), qtbot, dressed)
    put(window, screens[False]["home"], "normal", "zh")
    window.resize(1280, 800)
    QApplication.processEvents()
    assert window._look.tokens.wide
    assert window._look.tokens.px_per_mm == pytest.approx(tokens(27, 1280, 800).px_per_mm)
    assert not faults(window, (1280, 800, 27))


def test_the_rule_for_small_glass() -> None:
    assert panel_fit(336, 598) == 1.0
    assert panel_fit(262 * 0.8, 470) == pytest.approx(0.8)
    assert panel_fit(100, 60) == LEAST
    assert on_panel(tokens(10.1, 1024, 600), 1024, 600)[3] == pytest.approx(0.543, abs=0.005)


def test_a_folded_list_shows_all_of_its_lines_leaf_by_leaf(
    screens: Screens, qtbot: QtBot, dressed: list[Theme]
) -> None:
    window = kiosk_on((1024, 600, 10.1), qtbot, dressed)
    every = screens[True]
    put(window, every["checklist"], "elder", "en")
    reel = window.findChild(Reel)
    assert reel is not None
    seen: set[str] = set()
    for _ in range(12):
        seen |= {one.objectName() for one in reel.findChildren(QAbstractButton) if one.isVisible()}
        down = reel.findChild(QAbstractButton, "lines_down")
        assert down is not None
        if not down.isEnabled():
            break
        down.click()
    model = MADE["checklist"]["screen"]
    assert {f"tick_{index}" for index in range(len(model.lines))} <= seen
    window.show_view(msgspec.structs.replace(every["checklist"].view, language="en", elder=True, screen=_ticked(model)))
    turned = window.findChild(Reel)
    assert turned is not None
    assert turned.leaf > 0, "a tick must not turn the list back"


def _ticked(model: m.ChecklistModel) -> m.ChecklistModel:
    return msgspec.structs.replace(model, ticked=(0, 1, 2))


def test_the_hidden_gesture_covers_no_target(screens: Screens, qtbot: QtBot, dressed: list[Theme]) -> None:
    for panel in ((1024, 600, 10.1), (1080, 1920, 27)):
        window = kiosk_on(panel, qtbot, dressed)
        put(window, screens[False]["home_full"], "normal", "zh")
        corner = window.findChild(Corner)
        assert corner is not None
        touched = [one for one in window.findChildren(QAbstractButton) if one.isVisible()]
        assert not [
            one.objectName()
            for one in touched
            if corner.geometry().intersects(one.rect().translated(one.mapTo(window, one.rect().topLeft())))
        ]


@pytest.mark.parametrize(
    ("panel", "wide_mm"), [((1080, 1920, 27), 280), ((1920, 1080, 21.5), 220), ((1024, 600, 10.1), 90)]
)
def test_there_is_room_for_a_name(
    panel: tuple[int, int, float], wide_mm: int, screens: Screens, qtbot: QtBot, dressed: list[Theme]
) -> None:
    window = kiosk_on(panel, qtbot, dressed)
    put(window, screens[False]["sign"], "normal", "zh")
    field = window.findChild(InkField)
    assert field is not None
    assert field._paper().width() / window._look.tokens.px_per_mm >= wide_mm
