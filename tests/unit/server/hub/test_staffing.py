import msgspec

from hall.domain.ids import ClerkId, CounterId, DeviceName, UnitId
from hall.domain.ticket import TicketState
from hall.wire import commands as cmd
from hall.wire.replies import RefusalCode
from server.store.log import HubLog
from tests.support.halls import HUB, KIOSK, Hall, at_counter


def sign_in(hall: Hall, counter: str, clerk: str) -> cmd.SignIn:
    return cmd.SignIn(key=hall.key(), counter=CounterId(counter), clerk=ClerkId(clerk))


def test_a_counter_belongs_to_who_is_signed_in(hall: Hall) -> None:
    assert hall.code(sign_in(hall, "1", "lead")) is RefusalCode.COUNTER_TAKEN
    assert hall.code(sign_in(hall, "1", "nobody")) is RefusalCode.UNKNOWN_CLERK
    assert hall.code(sign_in(hall, "2", "only1")) is RefusalCode.FORBIDDEN
    assert hall.code(sign_in(hall, "9", "lead")) is RefusalCode.UNKNOWN_COUNTER


def test_signing_in_again_is_harmless_and_moving_signs_out(log: HubLog) -> None:
    hall = Hall(log).open("1")
    before = hall.step.head
    hall.done(sign_in(hall, "1", "wang"))
    assert hall.step.head == before
    hall.done(sign_in(hall, "2", "wang"))
    assert hall.step.state.desks[CounterId("1")].clerk is None
    assert hall.step.state.desk_of(ClerkId("wang")) == "2"


def test_a_clerk_with_a_visitor_does_not_move(log: HubLog) -> None:
    hall = Hall(log).open("1")
    hall.waiting()
    hall.call("1")
    assert hall.code(sign_in(hall, "2", "wang")) is RefusalCode.COUNTER_TAKEN


def test_pausing_twice_with_the_same_reason_is_one_event(hall: Hall) -> None:
    hall.at("1", cmd.Pause, reason="tea")
    before = hall.step.head
    hall.at("1", cmd.Pause, reason="tea")
    assert hall.step.head == before
    hall.at("1", cmd.Unpause)
    hall.at("1", cmd.Unpause)
    assert hall.step.head.seq == before.seq + 1


def test_pause_needs_somebody(log: HubLog) -> None:
    hall = Hall(log).open()
    assert hall.code(cmd.Pause(key=hall.key(), counter=CounterId("1")), at_counter("1")) is RefusalCode.NOT_SIGNED_IN


def test_closing_voids_who_waits_finishes_who_is_served_and_ends_sessions(hall: Hall) -> None:
    served, called, waits, issued = hall.waiting(), hall.waiting(), hall.waiting(), hall.issue()
    hall.serve("1")
    hall.call("2")
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    states = [hall.ticket(one.uid).state for one in (served, called, waits, issued)]
    assert states == [TicketState.FINISHED, TicketState.VOID, TicketState.VOID, TicketState.VOID]
    assert not hall.step.state.live
    assert all(desk.clerk is None and desk.ticket is None for desk in hall.step.state.desks.values())
    assert hall.code(cmd.CloseDay(key=hall.key()), HUB) is RefusalCode.DAY_CLOSED


def test_numbers_start_again_with_a_new_day_and_go_on_with_the_same(hall: Hall) -> None:
    hall.issue()
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    hall.done(cmd.OpenDay(key=hall.key(), day="2026-11-21"), HUB)
    assert hall.issue().number == "A002"
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    hall.done(cmd.OpenDay(key=hall.key(), day="2026-11-22"), HUB)
    assert hall.issue().number == "A001"


def test_days_only_go_forward(hall: Hall) -> None:
    assert hall.code(cmd.OpenDay(key=hall.key(), day="2026-11-22"), HUB) is RefusalCode.DAY_OPEN
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    assert hall.code(cmd.OpenDay(key=hall.key(), day="2026-11-20"), HUB) is RefusalCode.DAY_CLOSED
    assert hall.code(cmd.OpenDay(key=hall.key(), day="tomorrow"), HUB) is RefusalCode.MALFORMED


def test_a_unit_speaks_for_its_own_devices(hall: Hall) -> None:
    own = cmd.ReportDevice(key=hall.key(), unit=KIOSK.unit, device=DeviceName("ticket_printer"), status="no_paper")
    hall.done(own)
    other = cmd.ReportDevice(key=hall.key(), unit=UnitId("kiosk-z"), device=DeviceName("x"), status="ready")
    assert hall.code(other) is RefusalCode.NOT_YOURS


def test_an_alarm_stands_once_until_it_is_ended_and_outlives_the_day(hall: Hall) -> None:
    raised = cmd.ReportAlarm(key=hall.key(), unit=KIOSK.unit, what="panic")
    hall.done(raised)
    hall.done(msgspec.structs.replace(raised, key=hall.key()))
    alarms = hall.step.state.carry.alarms
    assert [(one.unit, one.what) for one in alarms.values()] == [(KIOSK.unit, "panic")]
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    hall.done(cmd.OpenDay(key=hall.key(), day="2026-11-22"), HUB)
    assert len(hall.step.state.carry.alarms) == 1
    hall.done(cmd.ReportAlarm(key=hall.key(), unit=KIOSK.unit, what="panic", over=True))
    assert hall.step.state.carry.alarms == {}


def test_a_unit_raises_its_own_alarms_and_the_staff_ends_any(hall: Hall) -> None:
    other = cmd.ReportAlarm(key=hall.key(), unit=UnitId("kiosk-z"), what="panic")
    assert hall.code(other) is RefusalCode.NOT_YOURS
    assert hall.code(msgspec.structs.replace(other, key=hall.key(), over=True)) is RefusalCode.NOT_YOURS
    hall.done(cmd.ReportAlarm(key=hall.key(), unit=KIOSK.unit, what="panic"))
    ends = cmd.ReportAlarm(key=hall.key(), unit=KIOSK.unit, what="panic", over=True)
    hall.done(ends, msgspec.structs.replace(HUB, unit=UnitId("counter-1"), clerk=ClerkId("c1")))
    assert hall.step.state.carry.alarms == {}
