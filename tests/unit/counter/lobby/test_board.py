"""The board as data: what is shown, what blinks, what is hidden."""

import pytest

from counter.lobby.flow.board import BLINK_S, BLINKS, BoardState, counter_text
from counter.lobby.flow.strip import strip_content
from hall.ports.counter_screen import ScreenState
from hall.sync.link import HubAway, HubBack
from hall.words.catalogue import Words
from tests.support.lobby import called, happened, line, view

ZH = Words("zh", "common", "lobby")
EN = Words("en", "common", "lobby")


def test_before_anything_is_known_it_is_offline_and_empty() -> None:
    board = BoardState().board(ZH, 0.0)
    assert board.offline
    assert board.newest is None
    assert not board.open


def test_newest_stands_apart_and_the_rest_follows_in_order() -> None:
    state = BoardState(lines=3)
    state.hear(view(line(9, "A023"), line(8, "A022"), line(7, "E007", "3", "B"), line(6, "A021")), 0.0)
    board = state.board(ZH, 0.0)
    assert board.newest is not None
    assert board.newest.number == "A023"
    assert [shown.number for shown in board.lines] == ["A022", "E007"]
    assert board.newest.item_name == "社保医保"


def test_only_its_zones_are_shown() -> None:
    state = BoardState(zones=("B",))
    state.hear(view(line(9, "A023"), line(8, "E007", "3", "B")), 0.0)
    state.hear(happened(called("A024")), 1.0)
    board = state.board(ZH, 1.1)
    assert board.newest is not None
    assert board.newest.number == "E007"
    assert not board.blinking
    assert [zone.code for zone in board.zones] == ["B"]


def test_waiting_and_open_counters_by_zone() -> None:
    state = BoardState()
    state.hear(view(zones={"B": {"zh": "B区 企业"}}), 0.0)
    assert [(zone.name, zone.waiting, zone.counters_open) for zone in state.board(ZH, 0.0).zones] == [
        ("B区 企业", 1, 1),
        ("A区", 2, 1),
    ]


def test_a_fresh_call_blinks_three_times_and_rests_lit() -> None:
    state = BoardState()
    state.hear(view(line(10, "A024")), 0.0)
    state.hear(happened(called("A024")), 100.0)
    seen = []
    now: float | None = 100.0
    while now is not None:
        seen.append(state.board(ZH, now + 0.001).lit)
        now = state.next_change(now + 0.001)
    assert seen == [True, False] * BLINKS + [True]
    assert not state.board(ZH, 100.0 + BLINKS * BLINK_S).blinking
    assert 1 / BLINK_S <= 3


def test_a_replay_does_not_blink() -> None:
    state = BoardState()
    state.hear(view(line(10, "A024")), 0.0)
    state.hear(happened(called("A024"), fresh=False), 1.0)
    assert not state.board(ZH, 1.1).blinking
    assert state.next_change(1.1) is None


def test_a_recall_blinks_again() -> None:
    state = BoardState()
    state.hear(view(line(10, "A024", calls=2)), 0.0)
    state.hear(happened(called("A024", calls=2)), 50.0)
    assert state.board(ZH, 50.1).blinking


def test_hub_away_is_a_banner_over_the_last_known_calls() -> None:
    state = BoardState()
    state.hear(view(line(9, "A023")), 0.0)
    state.hear(HubBack(), 0.0)
    assert not state.board(ZH, 0.0).offline
    state.hear(HubAway("timeout"), 5.0)
    board = state.board(ZH, 5.0)
    assert board.offline
    assert board.newest is not None


@pytest.mark.parametrize(("words", "expected"), [(ZH, ("3号窗口", "绿色通道")), (EN, ("Counter 3", "Priority desk"))])
def test_counters_by_number_or_name(words: Words, expected: tuple[str, str]) -> None:
    state = BoardState()
    state.hear(view(line(9, "A023", "3"), line(8, "E007", "vip", "B")), 0.0)
    board = state.board(words, 0.0)
    assert board.newest is not None
    assert (counter_text(words, board.newest), counter_text(words, board.lines[0])) == expected


def test_the_strip_calls_the_newest_or_greets() -> None:
    state = BoardState()
    state.hear(view(line(9, "A023", "3")), 0.0)
    content = strip_content(ZH, state.board(ZH, 0.0).newest)
    assert (content.state, content.text) == (ScreenState.CALLING, "请A023号到3号窗口")
    assert strip_content(ZH, None).state is ScreenState.IDLE
