"""The lobby's big screen, painted."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import pytest
from PyQt6.QtGui import QColor
from pytestqt.qtbot import QtBot

from counter.lobby.flow.board import BLINKS, BoardState
from counter.lobby.screens.board import BoardScreen
from hall.qt import hands
from hall.qt.look import Look
from hall.qt.tokens import Reach, ThemeName, tokens
from hall.sync.link import HubAway, HubBack
from hall.words.catalogue import Words
from tests.support.lobby import called, happened, line, view

CALLS = tuple(line(20 - n, f"A{30 - n:03}", str(n % 3 + 1)) for n in range(8))


class Lobby(NamedTuple):
    screen: BoardScreen
    look: Look
    go_to: Callable[[float], None]


@pytest.fixture
def lobby(qtbot: QtBot) -> Lobby:
    look = Look(tokens(55, 1920, 1080, Reach.LOBBY), Words("zh", "common", "lobby"))
    now = [0.0]
    screen = BoardScreen(look, BoardState(), lambda: now[0], lambda: datetime(2026, 11, 21, 9, 38))
    screen.resize(1920, 1080)
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitExposed(screen)

    def go_to(seconds: float) -> None:
        now[0] = seconds
        screen.refresh()

    return Lobby(screen, look, go_to)


def text(name: str) -> str:
    found = hands.find(name)
    assert found is not None
    return hands.text_of(found)


def test_it_shows_the_newest_the_last_ones_and_who_waits(lobby: Lobby) -> None:
    lobby.screen.hear(view(*CALLS))
    lobby.screen.hear(HubBack())
    assert text("newest") == "A030 1号窗口"
    assert text("calls").split("; ") == ["A029 2号窗口", "A028 3号窗口", "A027 1号窗口", "A026 2号窗口", "A025 3号窗口"]
    assert text("zones") == "A区 2; B区 1"
    assert text("header") == "滨江区政务服务中心"


def test_numbers_can_be_read_from_ten_metres(lobby: Lobby) -> None:
    lobby.screen.hear(view(*CALLS))
    assert lobby.screen.calls.em_mm() >= 60
    assert lobby.screen.newest.number_em_mm() >= 120


def test_a_fresh_call_blinks_on_the_screen(lobby: Lobby) -> None:
    lobby.screen.hear(view(*CALLS))
    newest = lobby.screen.newest
    middle = newest.mapTo(lobby.screen, newest.rect().center())
    middle.setX(newest.mapTo(lobby.screen, newest.rect().topLeft()).x() + 60)
    lobby.go_to(100.0)
    lobby.screen.hear(happened(called("A030")))
    seen = []
    for half in range(2 * BLINKS + 1):
        lobby.go_to(100.0 + half * 0.5 + 0.01)
        seen.append(lobby.screen.grab().toImage().pixelColor(middle) == QColor(lobby.look.colours.surface))
    assert seen == [False, True] * BLINKS + [False]


def test_hub_away_covers_the_notices(lobby: Lobby) -> None:
    lobby.screen.hear(view(*CALLS))
    lobby.screen.hear(HubBack())
    assert text("notices") == "请带好证件。"
    lobby.screen.notices.turn()
    assert text("notices") == "过号请到导办台。"
    lobby.screen.hear(HubAway("timeout"))
    assert lobby.screen.notices.offline
    assert "连接中断" in text("notices")
    assert text("newest") == "A030 1号窗口"


def test_language_and_theme_switch_live(lobby: Lobby) -> None:
    lobby.screen.hear(view(*CALLS))
    lobby.look.set_language("en")
    assert text("newest") == "A030 Counter 1"
    assert text("header") == "Binjiang District Government Service Center"
    lobby.look.set_theme(ThemeName.CONTRAST)
    assert lobby.screen.grab().toImage().pixelColor(5, 500) == QColor("#000000")


def test_a_closed_hall_says_so(lobby: Lobby) -> None:
    lobby.screen.hear(view(day=None))
    lobby.screen.hear(HubBack())
    assert text("notices") == "当前未到营业时间"
    assert text("newest") == ""


def test_parts_stay_inside_the_screen_and_apart(lobby: Lobby) -> None:
    lobby.screen.hear(view(*CALLS))
    boxes = [part.geometry() for part in (lobby.screen.header, lobby.screen.newest, lobby.screen.calls)]
    boxes += [lobby.screen.zones.geometry(), lobby.screen.notices.geometry()]
    for place, box in enumerate(boxes):
        assert lobby.screen.rect().contains(box)
        assert not any(box.intersects(other) for other in boxes[place + 1 :])
