"""The foot of a clerk's window: devices with their reason in the clerk's language."""

import pytest
from pytestqt.qtbot import QtBot

from counter.flow.model import DeskModel
from counter.screens.foot import Foot
from hall.ports.status import Status, StatusWord
from hall.qt.kit.status_pill import StatusPill
from hall.qt.look import Look
from hall.qt.tokens import tokens
from hall.wire.view import CounterState
from hall.words.catalogue import Words

LOST = Status(StatusWord.OFFLINE, "no answer: check power and cable")
MODEL = DeskModel(
    counter="1",
    counter_names={},
    state=CounterState.CLOSED,
    clerk=None,
    current=None,
    waiting=(),
    parked=(),
    enabled=frozenset(),
    away=False,
    pending=0,
    rating_left_s=None,
    served=0,
    rated=0,
    devices=(("strip", LOST),),
    message=None,
    items=(),
    counters=(),
)


@pytest.mark.parametrize(("language", "told"), [("zh", "没有应答：请检查电源和线"), ("en", LOST.reason)])
def test_why_a_device_is_away_stands_behind_its_name(language: str, told: str, qtbot: QtBot) -> None:
    foot = Foot(Look(tokens(17, 1280, 1024), Words(language, "common", "counter")))
    qtbot.addWidget(foot)
    foot.render_model(MODEL)
    assert told in {pill.toolTip() for pill in foot.findChildren(StatusPill)}
