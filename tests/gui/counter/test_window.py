"""The desk under real clicks and keys: what a clerk sees and what a press asks for."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from counter.flow.actions import F_KEYS, Action
from counter.flow.desk import Desk
from counter.flow.intents import (
    CallChosen,
    EndAlarms,
    PauseFor,
    Press,
    SendOn,
    ServeOfflineSlip,
    SessionOpened,
    SignInWith,
    TakeBack,
)
from counter.screens.mini_bar import SIZE_PX
from counter.screens.window import DeskWindow
from hall.domain.ids import ClerkId, CounterId, TicketNumber, TicketUid, UnitId
from hall.domain.ticket import TicketState
from hall.qt.look import Look
from hall.qt.tokens import Reach, tokens
from hall.sync.link import HubAway, ViewChanged
from hall.wire.view import CounterState, OpenAlarm
from hall.words.catalogue import Words, unknown_keys
from tests.support.views import NOW_MS, Keys, hall, waiting

SERVING = {"state": CounterState.SERVING, "ticket": TicketUid("A024"), "number": TicketNumber("A024")}
PARKED = waiting("A019", state=TicketState.PARKED, counter=CounterId("1"))


class At:
    """A desk with its window, and the intents that came out."""

    def __init__(self, bot: QtBot, language: str) -> None:
        self.bot = bot
        self.look = Look(tokens(15.6, 1280, 800, Reach.DESK), Words(language, "common", "counter"))
        self.window = DeskWindow(self.look)
        self.window.resize(1280, 800)
        bot.addWidget(self.window)
        self.intents: list[Any] = []
        self.window.intent.connect(self.intents.append)
        self.desk = Desk(CounterId("1"), 60, Keys())
        self.window.show()
        bot.waitExposed(self.window)

    def hear(self, *said: Any) -> None:
        for one in said:
            self.desk.step(one, NOW_MS)
        self.window.render_model(self.desk.model(NOW_MS))

    def sign_in(self, *tickets: Any, **counter: Any) -> None:
        self.hear(ViewChanged(hall(*tickets, clerk=ClerkId("1001"), **counter)), SessionOpened(ClerkId("1001")))

    def find(self, name: str) -> QWidget:
        found = self.window.findChild(QWidget, name)
        assert found is not None, name
        return found

    def click(self, name: str) -> None:
        widget = self.find(name)
        assert widget.isVisible(), name
        assert widget.isEnabled(), name
        self.bot.mouseClick(widget, Qt.MouseButton.LeftButton)


@pytest.fixture
def at(qtbot: QtBot) -> Iterator[Callable[..., At]]:
    # Held here until it is closed: a shown window that only a reference cycle owns could be collected while it paints.
    opened: list[At] = []

    def open_desk(language: str = "zh") -> At:
        opened.append(At(qtbot, language))
        return opened[-1]

    yield open_desk
    for one in opened:
        one.window.close()


def test_a_pin_is_emitted_once_and_wiped_from_the_widget(at: Callable[..., At]) -> None:
    desk = at()
    desk.hear(ViewChanged(hall(state=CounterState.NOT_SIGNED_IN)))
    desk.bot.keyClicks(desk.find("sign_in.clerk"), "1001")
    desk.bot.keyClicks(desk.find("sign_in.pin"), "2468")
    desk.click("sign_in.go")
    assert desk.intents == [SignInWith(ClerkId("1001"), "2468")]
    pin = desk.find("sign_in.pin")
    assert isinstance(pin, QLineEdit)
    assert pin.text() == ""


def test_call_next_by_button_and_by_its_key(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in(waiting("A025"))
    desk.click("action.call_next")
    desk.bot.keyClick(desk.window, Qt.Key.Key_F2)
    assert desk.intents == [Press("call_next"), Press("call_next")]


def test_every_key_reaches_its_action(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in(**SERVING)
    for key, action in F_KEYS.items():
        desk.intents.clear()
        desk.bot.keyClick(desk.window, getattr(Qt.Key, f"Key_{key}"))
        if action in (Action.TRANSFER, Action.REGISTER_CASE):
            desk.click("chooser.cancel")
        else:
            assert desk.intents == [Press(action.value)]


def test_the_number_and_the_list_are_shown(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in(waiting("A024", state=TicketState.SERVING), waiting("A025"), PARKED, **SERVING)
    assert desk.find("current.number").property("text") == "A024"
    assert desk.find("waiting.count").property("text") == "等候 1 人"
    assert desk.find("parked.A019").isVisible()


def test_a_chosen_row_and_a_parked_visitor_become_intents(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in(waiting("A025"), PARKED)
    desk.click("waiting.A025")
    desk.click("parked.A019")
    assert desk.intents == [CallChosen(TicketNumber("A025")), TakeBack(TicketUid("A019"))]


def test_a_transfer_asks_where_to_and_takes_a_note(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in(**SERVING)
    desk.click("action.transfer")
    desk.bot.keyClicks(desk.find("chooser.text"), "abc")
    desk.click("chooser.counter.2")
    assert desk.intents == [SendOn(None, "2", "abc")]
    assert not desk.find("chooser").isVisible()


def test_the_chooser_can_be_left_with_escape(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in()
    desk.click("action.pause")
    desk.bot.keyClick(desk.find("chooser"), Qt.Key.Key_Escape)
    assert desk.intents == []
    desk.click("action.pause")
    desk.click("chooser.meal")
    assert desk.intents == [PauseFor("meal")]


def test_without_the_hub_the_face_says_so_and_offers_the_slip(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in(waiting("A025"))
    desk.hear(HubAway("no answer"))
    assert not desk.find("action.call_next").isEnabled()
    desk.click("action.serve_slip")
    desk.bot.keyClicks(desk.find("chooser.text"), "a-c07")
    desk.click("chooser.go")
    assert desk.intents == [ServeOfflineSlip(TicketNumber("A-C07"))]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_is_known_and_the_language_switches_live(at: Callable[..., At], language: str) -> None:
    unknown_keys.clear()
    desk = at(language)
    desk.sign_in(waiting("A024", state=TicketState.SERVING), waiting("A025"), PARKED, **SERVING)
    before = desk.find("waiting.count").property("text")
    desk.click("language")
    assert desk.find("waiting.count").property("text") != before
    assert unknown_keys == set()


def test_the_mini_bar_is_small_calls_next_and_opens_the_desk(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in(waiting("A025"))
    bar = desk.window.mini
    desk.click("mini.show")
    assert bar.isVisible()
    assert not desk.window.isVisible()
    assert (bar.width(), bar.height()) <= SIZE_PX
    desk.bot.mouseClick(bar.findChild(QWidget, "mini.call_next"), Qt.MouseButton.LeftButton)
    assert desk.intents == [Press("call_next")]
    desk.bot.mouseClick(bar.findChild(QWidget, "mini.open"), Qt.MouseButton.LeftButton)
    assert desk.window.isVisible()
    assert not bar.isVisible()


def test_who_is_signed_out_sees_the_sign_in_and_no_bar(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in(waiting("A025"))
    desk.click("mini.show")
    desk.hear(Press("sign_out"))
    assert desk.window.isVisible()
    assert not desk.window.mini.isVisible()


def test_the_bar_closes_with_the_desk(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in(waiting("A025"))
    desk.click("mini.show")
    desk.window.close()
    assert not desk.window.mini.isVisible()


def test_while_the_bar_stands_for_the_desk_its_frames_feed_the_watchdog(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in(waiting("A025"))
    desk.click("mini.show")
    bar = desk.window.mini
    desk.bot.waitUntil(lambda: bar.heartbeat.frames > 0)
    before = bar.heartbeat.frames
    bar.heartbeat.update()
    desk.bot.waitUntil(lambda: bar.heartbeat.frames > before)
    assert not desk.window.isVisible()


def test_an_alarm_stands_across_the_desk_until_somebody_says_that_it_is_seen_to(at: Callable[..., At]) -> None:
    desk = at()
    desk.sign_in(waiting("A024"))
    assert not desk.find("alarm.end").isVisible()
    desk.click("mini.show")
    assert not desk.window.isVisible()
    alarm = OpenAlarm(UnitId("hall-io"), "panic", NOW_MS)
    desk.hear(ViewChanged(msgspec.structs.replace(hall(clerk=ClerkId("1001")), alarms=(alarm,))))
    assert desk.window.isVisible(), "the small bar has no room for it"
    assert "panic (hall-io)" in desk.find("alarm.what").property("text")
    desk.click("alarm.end")
    assert desk.intents == [EndAlarms()]
