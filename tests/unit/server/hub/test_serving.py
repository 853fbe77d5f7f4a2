from typing import Any

import pytest

from hall.domain.ids import CounterId
from hall.domain.ticket import TicketState
from hall.wire import commands as cmd
from hall.wire.replies import Done, RefusalCode, Refused
from tests.support.halls import SUPERVISOR, Hall


def code_of(reply: object) -> RefusalCode:
    assert isinstance(reply, Refused), reply
    return reply.code


def test_starting_twice_is_harmless(hall: Hall) -> None:
    hall.waiting()
    hall.serve("1")
    before = hall.step.head
    assert isinstance(hall.at("1", cmd.StartService), Done)
    assert hall.step.head == before


def test_a_parked_visitor_stays_with_the_counter_over_a_clerk_swap(hall: Hall) -> None:
    first, second = hall.waiting(), hall.waiting()
    hall.serve("1")
    hall.at("1", cmd.ParkTicket, note="copy")
    assert hall.serve("1").uid == second.uid
    assert code_of(hall.at("1", cmd.SignOut)) is RefusalCode.COUNTER_BUSY
    hall.at("1", cmd.FinishService)
    hall.at("1", cmd.SignOut)
    hall.sign_in("1", "only1")
    reply = hall.at("1", cmd.ResumeTicket, ticket=first.uid)
    assert isinstance(reply, Done), reply
    assert reply.ticket is not None
    assert (reply.ticket.state, reply.ticket.clerk, reply.ticket.first_clerk) == (
        TicketState.SERVING,
        "only1",
        "wang",
    )


def test_resume_is_for_ones_own_parked_and_a_free_desk(hall: Hall) -> None:
    parked = hall.waiting()
    hall.serve("1")
    assert code_of(hall.at("1", cmd.ResumeTicket, ticket=parked.uid)) is RefusalCode.WRONG_STATE
    hall.at("1", cmd.ParkTicket)
    assert code_of(hall.at("2", cmd.ResumeTicket, ticket=parked.uid)) is RefusalCode.NOT_YOURS
    assert code_of(hall.at("2", cmd.ResumeTicket, ticket="none")) is RefusalCode.UNKNOWN_TICKET
    hall.waiting()
    hall.serve("1")
    assert code_of(hall.at("1", cmd.ResumeTicket, ticket=parked.uid)) is RefusalCode.COUNTER_BUSY


def test_only_who_is_served_is_parked_or_finished(hall: Hall) -> None:
    assert code_of(hall.at("1", cmd.FinishService)) is RefusalCode.COUNTER_IDLE
    hall.waiting()
    hall.call("1")
    assert code_of(hall.at("1", cmd.ParkTicket)) is RefusalCode.WRONG_STATE
    assert code_of(hall.at("1", cmd.FinishService)) is RefusalCode.WRONG_STATE


def test_a_transfer_keeps_the_number_and_goes_to_the_front(hall: Hall) -> None:
    moved = hall.waiting()
    for _ in range(2):
        hall.waiting("tax")
    hall.serve("1")
    hall.at("1", cmd.TransferTicket, item="tax", note="see B")
    assert hall.call("2").number == moved.number
    assert hall.ticket(moved.uid).note == "see B"
    assert hall.ticket(moved.uid).first_clerk == "wang"
    assert hall.ticket(moved.uid).calls == 1


def test_a_transfer_to_a_counter_is_for_that_counter_alone(hall: Hall) -> None:
    moved = hall.waiting()
    hall.serve("1")
    hall.at("1", cmd.TransferTicket, to_counter="2")
    for other in ("1", "3"):
        assert code_of(hall.at(other, cmd.CallNext)) is RefusalCode.NOBODY_WAITING
    assert hall.call("2").uid == moved.uid


def test_a_transfer_to_the_back_waits_its_turn_by_arrival(hall: Hall) -> None:
    moved = hall.waiting()
    other = hall.waiting("tax")
    hall.serve("1")
    hall.at("1", cmd.TransferTicket, item="tax", front=False)
    assert hall.call("2").uid == moved.uid
    assert hall.call("3").uid == other.uid


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({}, RefusalCode.MALFORMED),
        ({"item": "nothing"}, RefusalCode.UNKNOWN_ITEM),
        ({"item": "orphan"}, RefusalCode.NO_COUNTER_SERVES),
        ({"to_counter": "9"}, RefusalCode.UNKNOWN_COUNTER),
        ({"to_counter": "1"}, RefusalCode.WRONG_STATE),
    ],
)
def test_a_bad_transfer_is_refused(hall: Hall, target: dict[str, Any], code: RefusalCode) -> None:
    hall.waiting()
    hall.serve("1")
    assert code_of(hall.at("1", cmd.TransferTicket, **target)) is code


def test_after_a_transfer_the_persons_number_counts_for_the_new_item(hall: Hall) -> None:
    hall.waiting(person="p-1")
    hall.serve("1")
    hall.at("1", cmd.TransferTicket, item="tax")
    assert hall.code(cmd.IssueTicket(key=hall.key(), item="tax", person="p-1")) is RefusalCode.SECOND_NUMBER  # type: ignore[arg-type]
    assert hall.issue("social", person="p-1").number == "A002"


def test_take_over_moves_the_visitor_and_the_parked_and_says_the_new_counter(hall: Hall) -> None:
    parked, called = hall.waiting(), hall.waiting()
    hall.serve("1")
    hall.at("1", cmd.ParkTicket)
    hall.call("1")
    command = cmd.TakeOver(key=hall.key(), from_counter=CounterId("1"), to_counter=CounterId("3"))
    hall.done(command, SUPERVISOR)
    assert hall.ticket(called.uid).counter == "3"
    assert hall.step.state.last_calls[0].counter == "3"
    assert hall.step.state.desks[CounterId("1")].clerk is None
    hall.at("3", cmd.StartService)
    hall.at("3", cmd.FinishService)
    assert isinstance(hall.at("3", cmd.ResumeTicket, ticket=parked.uid), Done)


def test_take_over_needs_somebody_to_take_and_a_free_counter(hall: Hall) -> None:
    def take(source: str, target: str) -> cmd.TakeOver:
        return cmd.TakeOver(key=hall.key(), from_counter=CounterId(source), to_counter=CounterId(target))

    assert hall.code(take("1", "2"), SUPERVISOR) is RefusalCode.COUNTER_IDLE
    assert hall.code(take("1", "9"), SUPERVISOR) is RefusalCode.UNKNOWN_COUNTER
    for _ in range(2):
        hall.waiting()
    hall.call("1"), hall.call("2")
    assert hall.code(take("1", "2"), SUPERVISOR) is RefusalCode.COUNTER_BUSY


@pytest.mark.parametrize("press", [cmd.CallNext, cmd.FinishService, cmd.ParkTicket, cmd.RecallTicket])
def test_a_press_meant_for_another_visitor_is_refused_and_changes_nothing(hall: Hall, press: Any) -> None:
    hall.waiting()
    here = hall.serve("1")
    before = hall.step.head
    assert code_of(hall.at("1", press, seen="somebody else")) is RefusalCode.WRONG_STATE
    assert code_of(hall.at("1", press, seen="")) is RefusalCode.WRONG_STATE
    assert hall.step.head == before
    if press in (cmd.FinishService, cmd.ParkTicket):
        assert isinstance(hall.at("1", press, seen=here.uid), Done)


def test_a_desk_that_shows_nobody_calls_only_when_nobody_is_there(hall: Hall) -> None:
    hall.waiting()
    assert isinstance(hall.at("1", cmd.CallNext, seen=""), Done)
