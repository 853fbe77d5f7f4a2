import msgspec

from hall.domain.ids import CounterId
from hall.domain.rating import RatingLevel
from hall.domain.ticket import Priority, TicketState
from hall.wire import commands as cmd
from hall.wire.events import Event, InvitationCut, RatingInvited, ServiceFinished, TicketCalled
from hall.wire.replies import Done, RefusalCode, Refused
from tests.support.halls import SUPERVISOR, Hall, at_counter

MINUTE = 60_000


def code_of(reply: object) -> RefusalCode:
    assert isinstance(reply, Refused), reply
    return reply.code


def types_since(hall: Hall, seq: int) -> list[type]:
    return [type(msgspec.json.decode(raw, type=Event).body) for _, raw in hall.log.rows_from(seq + 1)]


def test_arrival_orders_normal_tickets_over_all_items_of_a_counter(hall: Hall) -> None:
    numbers = [hall.waiting(item).number for item in ("tax", "social", "tax")]
    called = []
    for _ in numbers:
        called.append(hall.serve("3").number)
        hall.at("3", cmd.FinishService)
    assert called == numbers


def test_a_counter_calls_only_its_items(hall: Hall) -> None:
    hall.waiting("tax")
    assert code_of(hall.at("1", cmd.CallNext)) is RefusalCode.NOBODY_WAITING
    assert hall.call("2").item == "tax"


def test_two_counters_never_get_the_same_ticket(hall: Hall) -> None:
    for _ in range(2):
        hall.waiting()
    assert hall.call("1").uid != hall.call("2").uid


def test_priority_goes_first_but_lets_a_normal_ticket_pass_after_two(hall: Hall) -> None:
    normal = [hall.waiting().number for _ in range(2)]
    elders = [hall.waiting(priority=Priority.ELDER).number for _ in range(4)]
    called = []
    for _ in range(6):
        called.append(hall.serve("1").number)
        hall.at("1", cmd.FinishService)
    assert called == [elders[0], elders[1], normal[0], elders[2], elders[3], normal[1]]


def test_an_appointment_counts_around_its_slot_only(hall: Hall) -> None:
    slot = hall.now + 60 * MINUTE
    early = hall.waiting(priority=Priority.APPOINTMENT, slot_at=slot)
    hall.now += 1
    others = [hall.waiting() for _ in range(3)]
    late = hall.waiting(priority=Priority.APPOINTMENT, slot_at=hall.now - 20 * MINUTE)
    in_slot = hall.waiting(priority=Priority.APPOINTMENT, slot_at=hall.now + MINUTE)
    called = [hall.serve("1").uid]
    for _ in range(5):
        reply = hall.at("1", cmd.CallNext)
        assert isinstance(reply, Done)
        assert reply.ticket is not None
        called.append(reply.ticket.uid)
        hall.at("1", cmd.StartService)
    assert called == [in_slot.uid, early.uid, *(one.uid for one in others), late.uid]


def test_call_next_with_a_called_visitor_is_refused(hall: Hall) -> None:
    hall.waiting(), hall.waiting()
    hall.call("1")
    assert code_of(hall.at("1", cmd.CallNext)) is RefusalCode.COUNTER_BUSY


def test_call_next_finishes_the_visitor_being_served_and_invites_to_rate(hall: Hall) -> None:
    first, second = hall.waiting(), hall.waiting()
    hall.serve("1")
    seq = hall.step.head.seq
    reply = hall.at("1", cmd.CallNext)
    assert isinstance(reply, Done)
    assert reply.ticket is not None
    assert (reply.ticket.uid, reply.rating) == (second.uid, reply.key)
    assert hall.ticket(first.uid).state is TicketState.FINISHED
    assert types_since(hall, seq) == [ServiceFinished, RatingInvited, TicketCalled]


def test_call_next_with_nobody_waiting_still_finishes(hall: Hall) -> None:
    only = hall.waiting()
    hall.serve("1")
    reply = hall.at("1", cmd.CallNext)
    assert isinstance(reply, Done)
    assert (reply.ticket, reply.rating) == (None, reply.key)
    assert hall.ticket(only.uid).state is TicketState.FINISHED


def test_call_next_over_an_open_invitation_counts_the_cut_once_and_it_lives_on(hall: Hall) -> None:
    for _ in range(3):
        hall.waiting()
    hall.serve("1")
    finished = hall.at("1", cmd.FinishService)
    assert isinstance(finished, Done)
    assert finished.rating is not None
    seq = hall.step.head.seq
    hall.call("1")
    assert types_since(hall, seq) == [InvitationCut, TicketCalled]
    hall.at("1", cmd.MarkNoShow)
    seq = hall.step.head.seq
    hall.call("1")
    assert types_since(hall, seq) == [TicketCalled]
    hall.done(cmd.Rate(key=hall.key(), rating=finished.rating, level=RatingLevel.SATISFIED), at_counter("1"))


def test_recall_counts_and_ends(hall: Hall) -> None:
    hall.waiting()
    hall.call("1")
    for calls in (2, 3, 4):
        reply = hall.at("1", cmd.RecallTicket)
        assert isinstance(reply, Done)
        assert reply.ticket is not None
        assert reply.ticket.calls == calls
    assert code_of(hall.at("1", cmd.RecallTicket)) is RefusalCode.RECALL_LIMIT
    assert [(call.number, call.calls) for call in hall.step.state.last_calls] == [("A001", 4)]


def test_recall_needs_somebody_called(hall: Hall) -> None:
    assert code_of(hall.at("1", cmd.RecallTicket)) is RefusalCode.COUNTER_IDLE
    hall.waiting()
    hall.serve("1")
    assert code_of(hall.at("1", cmd.RecallTicket)) is RefusalCode.WRONG_STATE
    assert code_of(hall.at("1", cmd.MarkNoShow)) is RefusalCode.WRONG_STATE


def test_a_no_show_frees_the_counter_and_may_come_late(hall: Hall) -> None:
    ticket = hall.waiting()
    hall.call("1")
    hall.at("1", cmd.MarkNoShow)
    assert hall.ticket(ticket.uid).state is TicketState.NO_SHOW
    reply = hall.at("1", cmd.CallTicket, number=ticket.number)
    assert isinstance(reply, Done), reply
    assert hall.ticket(ticket.uid).state is TicketState.CALLED


def test_only_a_supervisor_calls_out_of_turn(hall: Hall) -> None:
    hall.waiting()
    second = hall.waiting()
    assert code_of(hall.at("1", cmd.CallTicket, number=second.number)) is RefusalCode.FORBIDDEN
    command = cmd.CallTicket(key=hall.key(), counter=CounterId("1"), number=second.number)
    reply = hall.done(command, SUPERVISOR)
    assert reply.ticket is not None
    assert reply.ticket.uid == second.uid
    assert code_of(hall.at("2", cmd.CallTicket, number=second.number)) is RefusalCode.WRONG_STATE
    assert code_of(hall.at("2", cmd.CallTicket, number="Z999")) is RefusalCode.UNKNOWN_TICKET


def test_who_may_call_where(hall: Hall) -> None:
    hall.waiting()
    command = cmd.CallNext(key=hall.key(), counter=CounterId("2"))
    assert hall.code(command, at_counter("1")) is RefusalCode.NOT_YOURS
    assert hall.code(cmd.CallNext(key=hall.key(), counter=CounterId("9"))) is RefusalCode.UNKNOWN_COUNTER
    hall.at("1", cmd.Pause, reason="tea")
    assert code_of(hall.at("1", cmd.CallNext)) is RefusalCode.COUNTER_PAUSED
    hall.at("1", cmd.Unpause)
    hall.at("1", cmd.SignOut)
    assert code_of(hall.at("1", cmd.CallNext)) is RefusalCode.NOT_SIGNED_IN
