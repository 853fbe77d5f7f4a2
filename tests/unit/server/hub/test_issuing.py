import pytest

from hall.domain.ids import CommandKey, CounterId, PersonRef, UnitId
from hall.domain.ticket import Priority, TicketState
from hall.wire import commands as cmd
from hall.wire.actor import Actor, Role
from hall.wire.replies import Done, RefusalCode
from server.store.log import HubLog
from tests.support.halls import KIOSK, Hall, at_counter, small_hall

ANN = PersonRef("p-ann")


def issue(hall: Hall, item: str = "social", **more: object) -> cmd.IssueTicket:
    return cmd.IssueTicket(key=hall.key(), item=item, **more)  # type: ignore[arg-type]  # test shorthand


def test_numbers_run_by_prefix_and_carry_the_uid_of_their_key(hall: Hall) -> None:
    key = hall.key()
    reply = hall.done(cmd.IssueTicket(key=key, item="tax"))
    assert reply.ticket is not None
    assert (reply.ticket.number, reply.ticket.uid, reply.ticket.state) == ("B001", key, TicketState.ISSUED)
    assert [hall.issue().number for _ in range(2)] == ["A001", "A002"]


def test_a_number_waits_only_when_confirmed(hall: Hall) -> None:
    ticket = hall.issue()
    assert hall.refused(cmd.CallNext(key=hall.key(), counter="1"), at_counter("1")).code is RefusalCode.NOBODY_WAITING
    hall.done(cmd.ConfirmTicket(key=hall.key(), ticket=ticket.uid))
    assert hall.call("1").uid == ticket.uid


def test_confirming_again_is_harmless_and_a_void_one_is_refused(hall: Hall) -> None:
    ticket = hall.waiting()
    before = hall.step.head
    hall.done(cmd.ConfirmTicket(key=hall.key(), ticket=ticket.uid))
    assert hall.step.head == before
    hall.done(cmd.AbandonTicket(key=hall.key(), issue_key=CommandKey(ticket.uid)))
    assert hall.code(cmd.ConfirmTicket(key=hall.key(), ticket=ticket.uid)) is RefusalCode.WRONG_STATE


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("nothing", RefusalCode.UNKNOWN_ITEM),
        ("early", RefusalCode.CLOSED_ITEM),
        ("orphan", RefusalCode.NO_COUNTER_SERVES),
    ],
)
def test_what_cannot_be_had_is_refused(hall: Hall, item: str, code: RefusalCode) -> None:
    assert hall.code(issue(hall, item)) is code


def test_hours_are_the_halls_own(hall: Hall) -> None:
    hall.now -= 2 * 3_600_000  # ten in the morning in Shanghai, two at night in Greenwich
    assert hall.issue("early").number == "C001"


def test_without_a_day_nothing_is_issued(log: HubLog) -> None:
    hall = Hall(log)
    assert hall.code(issue(hall)) is RefusalCode.DAY_CLOSED


def test_the_quota_counts_what_was_not_voided(hall: Hall) -> None:
    first = hall.issue("tax")
    for _ in range(49):
        hall.issue("tax")
    assert hall.code(issue(hall, "tax")) is RefusalCode.QUOTA_FULL
    hall.done(cmd.AbandonTicket(key=hall.key(), issue_key=CommandKey(first.uid)))
    assert hall.issue("tax").number == "B051"


def test_a_second_number_is_answered_with_the_first(hall: Hall) -> None:
    held = hall.waiting(person=ANN)
    refused = hall.refused(issue(hall, person=ANN))
    assert refused.code is RefusalCode.SECOND_NUMBER
    assert refused.ticket is not None
    assert refused.ticket.uid == held.uid
    assert hall.issue("tax", person=ANN).number == "B001"


def test_a_person_gets_three_numbers_a_day_for_an_item(hall: Hall) -> None:
    for _ in range(3):
        hall.waiting(person=ANN)
        hall.serve("1")
        hall.at("1", cmd.FinishService)
    assert hall.code(issue(hall, person=ANN)) is RefusalCode.QUOTA_FULL


def test_a_phantom_is_voided(hall: Hall) -> None:
    ticket = hall.waiting()
    hall.done(cmd.AbandonTicket(key=hall.key(), issue_key=CommandKey(ticket.uid)))
    assert hall.ticket(ticket.uid).state is TicketState.VOID
    assert hall.refused(cmd.CallNext(key=hall.key(), counter="1"), at_counter("1")).code is RefusalCode.NOBODY_WAITING


def test_another_unit_gives_nobodys_number_up(hall: Hall) -> None:
    ticket = hall.waiting()
    other = Actor(unit=UnitId("kiosk-b"), role=Role.KIOSK)
    command = cmd.AbandonTicket(key=hall.key(), issue_key=CommandKey(ticket.uid))
    assert hall.code(command, other) is RefusalCode.NOT_YOURS


def test_an_abandoned_key_is_refused_when_it_comes_later_even_after_a_crash(hall: Hall) -> None:
    late = issue(hall)
    hall.done(cmd.AbandonTicket(key=hall.key(), issue_key=late.key))
    hall.crash()
    assert hall.code(late) is RefusalCode.ABANDONED


def test_a_ticket_that_was_called_is_not_abandoned(hall: Hall) -> None:
    ticket = hall.waiting()
    hall.call("1")
    hall.done(cmd.AbandonTicket(key=hall.key(), issue_key=CommandKey(ticket.uid)))
    assert hall.ticket(ticket.uid).state is TicketState.CALLED


def test_a_reprint_kills_the_old_token(hall: Hall) -> None:
    ticket = hall.waiting(person=ANN)
    again = hall.done(cmd.ReprintTicket(key=hall.key(), person=ANN)).ticket
    assert again is not None
    assert (again.number, again.reprints) == (ticket.number, 1)
    assert again.token != ticket.token


def test_a_kiosk_may_not_reprint_anothers_ticket_by_uid(hall: Hall) -> None:
    ticket = hall.waiting()
    other = Actor(unit=UnitId("kiosk-b"), role=Role.KIOSK)
    command = cmd.ReprintTicket(key=hall.key(), ticket=ticket.uid)
    assert hall.code(command, other) is RefusalCode.FORBIDDEN
    attendant = Actor(unit=UnitId("kiosk-b"), role=Role.ATTENDANT)
    assert hall.done(cmd.ReprintTicket(key=hall.key(), ticket=ticket.uid), attendant).ticket is not None


def test_reprint_without_a_ticket_or_person(hall: Hall) -> None:
    assert hall.code(cmd.ReprintTicket(key=hall.key())) is RefusalCode.MALFORMED
    assert hall.code(cmd.ReprintTicket(key=hall.key(), person=ANN)) is RefusalCode.UNKNOWN_TICKET


def test_people_ahead_and_estimate_follow_the_queue(hall: Hall) -> None:
    for _ in range(4):
        hall.waiting()
    reply = hall.done(issue(hall))
    assert (reply.ahead, reply.estimate_s) == (4, 4 * 300 // 3)
    elder = hall.done(issue(hall, priority=Priority.ELDER))
    assert elder.ahead == 0


def test_a_clock_set_back_lets_nobody_in_first(hall: Hall) -> None:
    first = hall.waiting()
    hall.now -= 3_600_000
    hall.waiting()
    assert hall.call("1").uid == first.uid


def test_numbers_grow_by_a_digit(log: HubLog) -> None:
    hall = Hall(log, small_hall(number_digits=1)).open()
    assert [hall.issue().number for _ in range(10)][-2:] == ["A9", "A10"]


def test_the_fallback_counter_serves_the_item(hall: Hall) -> None:
    assert {hall.issue("tax").fallback_counter for _ in range(4)} == {CounterId("2"), CounterId("3")}


def test_a_key_is_answered_as_before_also_in_one_batch_and_after_a_crash(hall: Hall) -> None:
    command = issue(hall)
    first = hall.done(command)
    assert hall.send(command) == first
    hall.crash()
    assert hall.send(command) == first
    refused = issue(hall, "nothing")
    assert hall.send(refused) == hall.send(refused)


def test_a_ticket_carries_at_least_one_case(hall: Hall) -> None:
    assert hall.code(issue(hall, cases=0)) is RefusalCode.MALFORMED
    assert isinstance(hall.send(issue(hall, cases=12), KIOSK), Done)
