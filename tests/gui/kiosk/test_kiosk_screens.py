"""Real clicks on the real window: a ticket, a residence proof; every screen fits the glass in every look."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from hall.ports.status import StatusWord
from hall.qt import hands
from hall.qt.look import Look
from hall.qt.theme import Theme
from hall.qt.tokens import tokens
from hall.sync.link import Answered
from hall.wire import commands as cmd
from hall.words.catalogue import Words
from kiosk.flow.causes import HubGone, Touch
from kiosk.flow.state import Place
from kiosk.screens.page import say
from kiosk.screens.window import HOLD_MS, PAGES, KioskWindow
from tests.support.fake_devices import card
from tests.support.kiosk import Rig
from tests.support.views import waiting


class Hand:
    """Hands touches to the kiosk of the moment."""

    now: Rig

    def __call__(self, what: Touch, value: str) -> None:
        self.now.touch(what, value)


@pytest.fixture
def rig(qtbot: QtBot, tmp_path: Path) -> Iterator[Rig]:
    """A kiosk with its window on a 27-inch panel."""
    look = Look(tokens(27, 1080, 1920), Words("zh", "common", "kiosk", "slip"))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme(application, look)
    hand = Hand()
    window = KioskWindow(look, hand)
    qtbot.addWidget(window)
    window.resize(1080, 1920)
    window.show()
    hand.now = Rig(tmp_path / "memory", window)
    yield hand.now.begin(waiting("A001"))
    application.setStyleSheet("")
    theme.setParent(None)


def find(name: str) -> QWidget | None:
    """Find a visible widget; Qt shows what a layout took at the next turn of its loop."""
    _settle()
    return hands.find(name)


def tap(name: str) -> None:
    _settle()
    hands.tap(name)


def text(name: str) -> str:
    widget = find(name)
    assert widget is not None, f"{name} is not visible: {hands.names()}"
    return hands.text_of(widget)


def type_on_keys(keys: str) -> None:
    for key in keys:
        tap(f"key_{key}")


def test_a_whole_ticket_by_touch(rig: Rig) -> None:
    assert find("screen_home") is not None
    tap("tile_social")
    assert text("title") == "社保医保"
    tap("channel_normal")
    assert text("number") == "A023"
    assert [c.printed for c in rig.link.of(cmd.ConfirmTicket)] == [True]
    tap("next")
    assert find("screen_home") is not None


def test_a_whole_residence_proof(rig: Rig) -> None:
    tap("flow_residence-proof")
    tap("next")
    tap("answer_self")
    rig.reader.lay(card())
    type_on_keys("2015")
    tap("field_phone")
    type_on_keys("13800138000")
    tap("field_purpose")
    tap("choice_school")
    tap("next")
    tap("tick_0")
    tap("tick_1")
    tap("next")
    assert text("row_0") == "张**"
    tap("next")
    _settle()
    hands.draw("ink", [(0.2 + 0.02 * step, 0.45 + 0.05 * (step % 3)) for step in range(30)])
    tap("next")
    assert text("number") == "BJ-2026-000001"
    tap("next")
    tap("rate_1")
    assert [slip.kind for slip in rig.printer.slips] == ["receipt", "proof"]
    rig.wait(5)
    rig.reader.lift()
    assert find("screen_home") is not None


def test_nothing_personal_stays_in_a_widget(rig: Rig) -> None:
    tap("flow_residence-proof")
    tap("next")
    tap("answer_self")
    rig.reader.lay(card())
    assert "张**" in [label.text() for label in rig.glass.findChildren(QLabel)]
    tap("leave")
    rig.reader.lift()
    QApplication.sendPostedEvents(None, 0)
    QApplication.processEvents()
    shown = " ".join(label.text() for label in rig.glass.findChildren(QLabel) if label.isVisible())
    for secret in ("张", "110***********0017", "柳林村"):
        assert secret not in shown


def test_number_with_a_code_when_there_is_no_paper(rig: Rig) -> None:
    rig.printer.become(StatusWord.NO_PAPER)
    assert not _button("flow_residence-proof").isEnabled()
    tap("tile_social")
    tap("channel_normal")
    tap("next")
    picture = find("qr")
    assert isinstance(picture, QLabel)
    assert picture.pixmap().width() > 200
    tap("next")
    assert [c.printed for c in rig.link.of(cmd.ConfirmTicket)] == [False]


def test_language_switches_what_is_on_the_glass(rig: Rig) -> None:
    assert text("title") == "请选择您要办理的业务"
    tap("bar_language")
    assert text("title") == "What are you here for?"
    tap("bar_language")
    assert text("tile_social") == "社保医保"


def test_a_touch_beside_the_card_stops_the_countdown(rig: Rig) -> None:
    tap("flow_case-query")
    rig.wait(65)
    assert text("idle_seconds") == "15"
    tap("idle_stay")
    assert find("idle") is None
    rig.wait(65)
    tap("idle_leave")
    assert rig.place is Place.HOME


def test_clock_held_for_two_seconds_calls_the_staff_screen(rig: Rig, qtbot: QtBot) -> None:
    corner = find("clock")
    assert corner is not None
    fingers: Any = QTest
    fingers.mouseClick(corner, Qt.MouseButton.LeftButton)
    assert rig.place is Place.HOME
    fingers.mousePress(corner, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rig.place is Place.PIN, timeout=HOLD_MS * 5)
    fingers.mouseRelease(corner, Qt.MouseButton.LeftButton)
    type_on_keys("AT01")
    tap("key_confirm")
    type_on_keys("4711")
    assert text("typed") == "●●●●"


def test_new_waiting_count_changes_the_tile_in_place(rig: Rig) -> None:
    from hall.sync.link import ViewChanged
    from tests.support.kiosk import view

    before = _button("tile_social")
    rig.shell.take(ViewChanged(view(waiting("A001"), waiting("A002"))))
    assert _button("tile_social") is before
    assert getattr(before, "pill") == "等候 2 人"  # noqa: B009  # a property of the kit's tile


def _button(name: str) -> QAbstractButton:
    widget = find(name)
    assert isinstance(widget, QAbstractButton), name
    return widget


WALKS: dict[str, Callable[[Rig], object]] = {
    "home": lambda rig: None,
    "home_away": lambda rig: rig.shell.take(HubGone()),
    "item": lambda rig: rig.touch(Touch.ITEM, "social"),
    "priority": lambda rig: rig.touch(Touch.ITEM, "social").touch(Touch.CHANNEL, "priority"),
    "take": lambda rig: rig.touch(Touch.ITEM, "social").touch(Touch.CHANNEL, "normal"),
    "identify": lambda rig: rig.touch(Touch.ITEM, "social").touch(Touch.CHANNEL, "card"),
    "notice": lambda rig: rig.touch(Touch.FLOW, "residence-proof"),
    "form": lambda rig: _to_form(rig),
    "form_choices": lambda rig: _to_form(rig).touch(Touch.FIELD, "purpose"),
    "form_problem": lambda rig: _to_form(rig).touch(Touch.NEXT),
    "scan": lambda rig: rig.touch(Touch.FLOW, "case-query"),
    "sign": lambda rig: _fill(_to_form(rig)).touch(Touch.NEXT),
    "pin": lambda rig: rig.touch(Touch.STAFF),
    "pin_card_unknown": lambda rig: _staff_card(rig).link.answer_question(401, {"code": "unknown_card"}),
    "attendant": lambda rig: _staff(rig),
    "staff_card": lambda rig: _staff(rig).touch(Touch.ACT, "my_card"),
    "staff_card_busy": lambda rig: _staff(rig).touch(Touch.ACT, "my_card").reader.lay(card()),
    "code_entry": lambda rig: rig.touch(Touch.ENTER_CODE),
    "code_given": lambda rig: _to_form(rig).touch(Touch.TAKE_CODE),
    "number": lambda rig: _no_paper(rig).touch(Touch.NEXT),
    "no_paper": lambda rig: _no_paper(rig),
    "reprint": lambda rig: (_no_paper(rig).touch(Touch.NEXT), rig.printer.become(StatusWord.READY)),
}


def _to_form(rig: Rig) -> Rig:
    rig.touch(Touch.FLOW, "residence-proof").touch(Touch.NEXT).touch(Touch.ANSWER, "self")
    rig.reader.lay(card())
    return rig


def _staff_card(rig: Rig) -> Rig:
    rig.touch(Touch.STAFF).reader.lay(card())
    return rig


def _staff(rig: Rig) -> Rig:
    """Sign somebody in who may do everything."""
    rig.touch(Touch.STAFF).type("4001").touch(Touch.NEXT).type("4001").touch(Touch.NEXT)
    rig.link.say(Answered("session-1", 201, {"role": "attendant", "roles": ["technician", "attendant"], "clerk": "4"}))
    return rig


def _fill(rig: Rig) -> Rig:
    rig.touch(Touch.FIELD, "since").type("2015").touch(Touch.FIELD, "phone").type("13800138000")
    rig.touch(Touch.FIELD, "purpose").touch(Touch.ANSWER, "school").touch(Touch.NEXT)
    return rig.touch(Touch.TICK, "0").touch(Touch.TICK, "1").touch(Touch.NEXT)


def _no_paper(rig: Rig) -> Rig:
    rig.printer.become(StatusWord.NO_PAPER)
    return rig.touch(Touch.ITEM, "social").touch(Touch.CHANNEL, "normal")


@pytest.mark.parametrize("look", ["zh", "en", "elder", "elder en", "contrast"])
def test_every_screen_fits_and_every_target_is_big_enough(rig: Rig, look: str, tmp_path: Path) -> None:
    window = rig.glass
    for name, walk in WALKS.items():
        fresh = Rig(tmp_path / name, window).begin(waiting("A001"))
        window._emit.now = fresh
        _dress(fresh, look)
        walk(fresh)
        _settle()
        assert (window.width(), window.height()) == (1080, 1920)
        _check_targets(window, f"{look}/{name}")
        _check_labels(window, f"{look}/{name}")


def _settle() -> None:
    """Let Qt show what was added, and delete what was taken away (its own loop would)."""
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _dress(rig: Rig, look: str) -> None:
    if "elder" in look:
        rig.touch(Touch.ELDER)
    if "en" in look.split():
        rig.touch(Touch.LANGUAGE, "en")
    if look == "contrast":
        rig.touch(Touch.THEME, "contrast")


def _check_targets(window: QWidget, where: str) -> None:
    smallest = round(20 * 3.21) - 1
    targets = _touchable(window)
    for widget in targets:
        corner, end = widget.mapTo(window, QPoint(0, 0)), widget.mapTo(window, widget.rect().bottomRight())
        name = f"{where}: {widget.objectName()}"
        assert widget.objectName(), f"{where}: {type(widget).__name__} has no name"
        assert min(corner.x(), corner.y()) >= 0, name
        assert end.x() < 1080, f"{name} is cut at the right"
        assert end.y() < 1920, f"{name} is cut below"
        assert min(widget.width(), widget.height()) >= smallest, f"{name} is {widget.size()}"
    names = [widget.objectName() for widget in targets]
    assert len(names) == len(set(names)), f"{where}: two targets of one name"


def _check_labels(window: QWidget, where: str) -> None:
    for label in window.findChildren(QLabel):
        if not label.isVisible() or not label.text():
            continue
        if label.wordWrap():
            assert label.heightForWidth(label.width()) <= label.height() + 4, f"{where}: cut: {label.text()}"
        else:
            assert label.sizeHint().width() <= label.width() + 2, f"{where}: cut: {label.text()}"


def _touchable(window: QWidget) -> list[QAbstractButton]:
    return [button for button in window.findChildren(QAbstractButton) if button.isVisible()]


def test_every_kind_of_screen_has_its_page() -> None:
    from typing import get_args

    from kiosk.flow.models import Screen

    assert set(PAGES) == set(get_args(Screen))
    assert len({page.NAME for page in PAGES.values()}) == len(PAGES)


def test_words_in_either_form(kiosk_look: Look) -> None:
    assert say(kiosk_look, {"zh": "一", "en": "one"}) == "一"
    assert say(kiosk_look, None) == ""
