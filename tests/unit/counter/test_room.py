"""Boards of a unit: alarms are raised once and never ended from here, lamps follow the calls, states are told."""

from typing import Any

import msgspec

from counter.flow.desk import Desk
from counter.flow.intents import EndAlarms, SessionOpened
from counter.flow.outputs import Output, Submit, SwitchLamp
from counter.flow.room import Board, Room
from hall.domain.ids import ClerkId, CounterId, DeviceName, UnitId
from hall.ports.inputs import ContactChanged, Measured
from hall.sync.link import ViewChanged
from hall.wire.commands import ReportAlarm, ReportDevice
from hall.wire.view import CounterState, OpenAlarm
from tests.support.views import NOW_MS, Keys, hall

UNIT, BOARD = UnitId("hall-io"), DeviceName("board")


def room() -> Room:
    return Room(UNIT, {BOARD: Board({"panic": False, "loop": True}, ("a", "2", "spare"))}, Keys())


def sent(outputs: list[Output]) -> list[Any]:
    return [one.command for one in outputs if isinstance(one, Submit)]


def felt(contact: str, closed: bool) -> ContactChanged:
    return ContactChanged(BOARD, contact, closed)


def test_an_alarm_is_raised_first_and_the_state_told_behind_it() -> None:
    alarm, state = sent(room().step(felt("panic", closed=True), NOW_MS))
    assert isinstance(alarm, ReportAlarm)
    assert (alarm.unit, alarm.what, alarm.over) == (UNIT, "panic", False)
    assert isinstance(state, ReportDevice)
    assert (state.device, state.status) == ("board.panic", "closed")


def test_letting_go_does_not_end_an_alarm_and_a_loop_alarms_when_it_opens() -> None:
    (state,) = sent(room().step(felt("panic", closed=False), NOW_MS))
    assert isinstance(state, ReportDevice)
    assert len(sent(room().step(felt("loop", closed=True), NOW_MS))) == 1
    assert len(sent(room().step(felt("loop", closed=False), NOW_MS))) == 2


def test_doors_and_values_are_told_as_device_states() -> None:
    (door,) = sent(room().step(felt("door", closed=False), NOW_MS))
    (warm,) = sent(room().step(Measured(BOARD, "temperature", 21.5), NOW_MS))
    assert (door.device, door.status) == ("board.door", "open")
    assert (warm.device, warm.status) == ("board.temperature", "21.5")


def test_other_peoples_boards_are_none_of_its_business() -> None:
    assert room().step(ContactChanged(DeviceName("else"), "panic", True), NOW_MS) == []


def test_lamps_are_lit_while_a_counter_or_its_zone_calls_and_only_switched_when_that_changes() -> None:
    boards = room()
    assert boards.step(ViewChanged(hall()), NOW_MS) == [SwitchLamp(BOARD, "a", False), SwitchLamp(BOARD, "2", False)]
    calling = ViewChanged(hall(state=CounterState.CALLING))
    assert boards.step(calling, NOW_MS) == [SwitchLamp(BOARD, "a", True)]
    assert boards.step(calling, NOW_MS) == []
    assert boards.step(ViewChanged(hall(state=CounterState.SERVING)), NOW_MS) == [SwitchLamp(BOARD, "a", False)]


def test_a_desk_shows_alarms_and_whoever_is_signed_in_ends_them() -> None:
    desk = Desk(CounterId("1"), 60, Keys())
    alarm = OpenAlarm(UNIT, "panic", NOW_MS)
    desk.step(ViewChanged(msgspec.structs.replace(hall(), alarms=(alarm,))), NOW_MS)
    assert desk.model(NOW_MS).alarms == ("panic (hall-io)",)
    assert sent(desk.step(EndAlarms(), NOW_MS)) == []
    desk.step(SessionOpened(ClerkId("wang")), NOW_MS)
    (ends,) = sent(desk.step(EndAlarms(), NOW_MS))
    assert (ends.unit, ends.what, ends.over) == (UNIT, "panic", True)
    assert sent(desk.step(felt("door", closed=True), NOW_MS)) == []
