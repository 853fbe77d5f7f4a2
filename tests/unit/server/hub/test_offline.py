from typing import Any

from hall.domain.ids import CommandKey, CounterId, TicketUid, UnitId
from hall.domain.rating import NotRatedReason, RatingLevel
from hall.domain.ticket import TicketState
from hall.wire import commands as cmd
from hall.wire.actor import Actor, Role
from hall.wire.replies import RefusalCode
from tests.support.halls import HUB, Hall, at_counter

MINUTE = 60_000


def slip(number: str = "A-A01", uid: str = "off-1", age_ms: int = 5 * MINUTE, **more: Any) -> cmd.OfflineTicket:
    return cmd.OfflineTicket(uid=uid, number=number, item="social", token="t", age_ms=age_ms, **more)  # type: ignore[arg-type]


def upload(hall: Hall, *slips: cmd.OfflineTicket) -> None:
    hall.done(cmd.UploadOffline(key=hall.key(), tickets=slips))


def report(hall: Hall, uid: str = "off-1", ended: int | None = MINUTE, number: str = "A-A01", **more: Any) -> None:
    command = cmd.ReportService(
        key=hall.key(),
        counter=CounterId("1"),
        ticket=TicketUid(uid),
        number=number,  # type: ignore[arg-type]
        started_age_ms=3 * MINUTE,
        ended_age_ms=ended,
        **more,
    )
    hall.done(command, at_counter("1"))


def test_offline_tickets_keep_their_number_and_their_place_by_age(hall: Hall) -> None:
    online = hall.waiting()
    upload(hall, slip())
    first = hall.call("1")
    assert (first.uid, first.number, first.offline) == ("off-1", "A-A01", True)
    assert hall.call("2").uid == online.uid


def test_uploading_again_changes_nothing(hall: Hall) -> None:
    upload(hall, slip())
    before = hall.step.head
    upload(hall, slip(), slip())
    assert hall.step.head == before


def test_nothing_is_taken_with_an_unknown_item(hall: Hall) -> None:
    bad = cmd.OfflineTicket(uid="x", number="Z-A01", item="nothing", token="t", age_ms=0)  # type: ignore[arg-type]
    command = cmd.UploadOffline(key=hall.key(), tickets=(slip(), bad))
    assert hall.code(command) is RefusalCode.UNKNOWN_ITEM
    assert "off-1" not in hall.step.state.tickets


def test_another_units_uid_is_refused(hall: Hall) -> None:
    ticket = hall.waiting()
    other = Actor(unit=UnitId("kiosk-b"), role=Role.KIOSK)
    command = cmd.UploadOffline(key=hall.key(), tickets=(slip(uid=ticket.uid),))
    assert hall.code(command, other) is RefusalCode.NOT_YOURS


def test_yesterdays_slips_and_those_of_a_closed_day_enter_as_void(hall: Hall) -> None:
    upload(hall, slip(age_ms=24 * 60 * MINUTE))
    assert hall.ticket("off-1").state is TicketState.VOID
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    upload(hall, slip(uid="off-2", number="A-A02"))
    assert hall.ticket("off-2").state is TicketState.VOID


def test_a_report_that_comes_first_is_joined_by_uid(hall: Hall) -> None:
    report(hall, rating=RatingLevel.SATISFIED)
    hall.crash()
    upload(hall, slip())
    ticket = hall.ticket("off-1")
    assert (ticket.state, ticket.counter) == (TicketState.FINISHED, "1")
    assert not hall.step.state.carry.reported


def test_a_report_ends_the_ticket_that_waits(hall: Hall) -> None:
    upload(hall, slip())
    report(hall, not_rated=NotRatedReason.NO_PAD)
    assert hall.ticket("off-1").state is TicketState.FINISHED
    assert not hall.step.state.item_queues


def test_a_report_of_the_counters_own_current_visitor_frees_the_desk(hall: Hall) -> None:
    ticket = hall.waiting()
    hall.serve("1")
    report(hall, ticket.uid)
    assert hall.ticket(ticket.uid).state is TicketState.FINISHED
    assert hall.step.state.desks[CounterId("1")].ticket is None
    assert hall.step.state.desks[CounterId("1")].invitation is not None


def test_a_report_of_a_service_going_on_puts_the_visitor_before_the_counter(hall: Hall) -> None:
    upload(hall, slip())
    report(hall, ended=None)
    assert hall.ticket("off-1").state is TicketState.SERVING
    assert hall.step.state.desks[CounterId("1")].ticket == "off-1"


def test_a_report_does_not_take_a_visitor_from_another_counter(hall: Hall) -> None:
    ticket = hall.waiting()
    hall.serve("2")
    report(hall, ticket.uid)
    assert hall.ticket(ticket.uid).state is TicketState.SERVING
    assert hall.step.state.desks[CounterId("2")].ticket == ticket.uid


def test_one_service_gets_one_invitation_when_the_finish_had_arrived(hall: Hall) -> None:
    ticket = hall.waiting()
    hall.serve("1")
    hall.at("1", cmd.FinishService)
    count = len(hall.step.state.carry.invitations)
    report(hall, ticket.uid)
    assert len(hall.step.state.carry.invitations) == count


def test_an_own_number_under_the_uid_of_a_phantom_replaces_it(hall: Hall) -> None:
    phantom = hall.waiting()
    upload(hall, slip(uid=phantom.uid))
    hall.done(cmd.AbandonTicket(key=hall.key(), issue_key=CommandKey(phantom.uid)))
    live = [hall.ticket(uid) for uid in hall.step.state.live]
    assert [(ticket.number, ticket.state) for ticket in live] == [("A-A01", TicketState.WAITING)]
    assert hall.call("1").number == "A-A01"


def test_an_abandoned_unknown_key_does_not_keep_the_kiosks_own_slip_out(hall: Hall) -> None:
    hall.done(cmd.AbandonTicket(key=hall.key(), issue_key=CommandKey("off-1")))
    upload(hall, slip())
    assert hall.call("1").uid == "off-1"


def test_a_slip_known_by_number_only_is_ended_by_the_report(hall: Hall) -> None:
    upload(hall, slip())
    report(hall, uid="")
    assert hall.ticket("off-1").state is TicketState.FINISHED
    (one,) = hall.step.state.carry.invitations.values()
    assert one.ticket == "off-1"


def test_a_report_by_number_that_comes_first_is_joined(hall: Hall) -> None:
    report(hall, uid="", rating=RatingLevel.SATISFIED)
    hall.crash()
    upload(hall, slip())
    ticket = hall.ticket("off-1")
    assert (ticket.state, ticket.counter, ticket.clerk) == (TicketState.FINISHED, "1", "wang")
    assert not hall.step.state.carry.reported
    assert not hall.step.state.live


def test_two_slips_reported_by_number_do_not_hide_each_other(hall: Hall) -> None:
    report(hall, uid="")
    report(hall, uid="", number="A-A02")
    assert len(hall.step.state.carry.invitations) == 2
    upload(hall, slip(), slip("A-A02", "off-2"))
    assert [hall.ticket(uid).state for uid in ("off-1", "off-2")] == [TicketState.FINISHED] * 2


def test_a_number_that_never_comes_stays_on_the_list(hall: Hall) -> None:
    report(hall, uid="", number="A-A99")
    upload(hall, slip())
    assert hall.ticket("off-1").state is TicketState.WAITING
    assert [one.number for one in hall.step.state.carry.reported.values()] == ["A-A99"]


def test_one_slip_reported_by_uid_and_by_number_has_one_invitation(hall: Hall) -> None:
    upload(hall, slip())
    report(hall)
    report(hall, uid="")
    assert len(hall.step.state.carry.invitations) == 1


def test_a_report_ends_a_ticket_that_another_counter_is_only_calling(hall: Hall) -> None:
    """Simulation seed 2: the visitor sat at counter 1, yet the call at counter 2 went on and ended as no-show."""
    upload(hall, slip())
    assert hall.call("2").uid == "off-1"
    report(hall)
    ticket = hall.ticket("off-1")
    assert (ticket.state, ticket.counter, ticket.clerk) == (TicketState.FINISHED, "1", "wang")
    assert hall.step.state.desks[CounterId("2")].ticket is None
    assert hall.at("2", cmd.MarkNoShow).code is RefusalCode.COUNTER_IDLE  # type: ignore[union-attr]  # refused
    assert hall.ticket("off-1").state is TicketState.FINISHED


def test_a_clock_set_back_by_a_day_makes_no_slip_one_of_yesterday(hall: Hall) -> None:
    """Simulation seed 6: today's own-series tickets entered as void after the hub's clock was set back."""
    online = hall.waiting()
    hall.now -= 24 * 60 * MINUTE
    upload(hall, slip(age_ms=0))
    assert hall.ticket("off-1").state is TicketState.WAITING
    assert hall.ticket("off-1").arrived_at >= online.arrived_at
    assert [hall.call("1").uid, hall.call("2").uid] == [online.uid, "off-1"]


def test_a_clock_set_back_before_the_first_visitor_makes_no_slip_one_of_yesterday(hall: Hall) -> None:
    """Simulation seed 200161: nobody had come yet, so only the opening says which day it is; also after a crash."""
    hall.now -= 24 * 60 * MINUTE
    hall.crash()
    upload(hall, slip(age_ms=0))
    assert hall.ticket("off-1").state is TicketState.WAITING
