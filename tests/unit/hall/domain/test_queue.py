from hypothesis import given
from hypothesis import strategies as st

from hall.domain.calling import CallingRule, is_express, pick
from hall.domain.ids import ItemCode, TicketNumber, TicketUid, UnitId
from hall.domain.queue import EXPRESS, Lanes
from hall.domain.ticket import Priority, Ticket, TicketState

RULE = CallingRule(in_a_row=2, early_ms=1000, late_ms=500)


def ticket(uid: str, arrived: int, priority: Priority = Priority.NORMAL, slot: int | None = None) -> Ticket:
    return Ticket(
        uid=TicketUid(uid),
        number=TicketNumber(uid),
        item=ItemCode("item"),
        state=TicketState.WAITING,
        arrived_at=arrived,
        unit=UnitId("kiosk"),
        token="",
        priority=priority,
        slot_at=slot,
    )


TICKETS = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from(Priority), st.none() | st.integers(0, 5000), st.booleans()),
    max_size=30,
)


@given(TICKETS, st.integers(0, 5000), st.data())
def test_everybody_is_called_once_and_ahead_counts_down(
    given_out: list[tuple[int, Priority, int | None, bool]], now: int, data: st.DataObject
) -> None:
    queues = [Lanes(), Lanes()]
    waiting: dict[TicketUid, tuple[Ticket, int, bool, Lanes]] = {}
    for order, (arrived, priority, slot, front) in enumerate(given_out):
        one = ticket(f"t{order}", arrived, priority, slot)
        lanes = queues[data.draw(st.integers(0, 1))]
        lanes.add(one, order, front)
        waiting[one.uid] = (one, order, front, lanes)
    streak = 0
    while waiting:
        normals_wait = any(lanes.normal for lanes in queues)
        uid = pick(queues, streak, now, RULE)
        assert uid is not None
        one, order, front, lanes = waiting.pop(uid)
        lanes.remove(one, order, front)
        express = not front and is_express(one, now, RULE)
        if normals_wait and streak >= RULE.in_a_row:
            assert front or one.priority not in EXPRESS
        streak = streak + 1 if express else 0 if not front else streak
    assert pick(queues, streak, now, RULE) is None
    assert all(lanes == Lanes() for lanes in queues)


def test_ahead_is_the_number_of_calls_before() -> None:
    lanes = Lanes()
    people = [ticket("a", 1), ticket("b", 2), ticket("e", 3, Priority.ELDER), ticket("c", 3)]
    for order, one in enumerate(people):
        lanes.add(one, order)
    assert [lanes.ahead(one, order) for order, one in enumerate(people)] == [1, 2, 0, 3]


def test_an_appointment_without_a_slot_is_a_normal_ticket() -> None:
    lanes = Lanes()
    lanes.add(ticket("a", 1, Priority.APPOINTMENT), 1)
    assert lanes.appointment == []
    assert pick([lanes], 2, 0, RULE) == "a"


def test_the_edges_of_the_appointments_window() -> None:
    one = ticket("a", 0, Priority.APPOINTMENT, slot=10_000)
    assert [is_express(one, now, RULE) for now in (8_999, 9_000, 10_500, 10_501)] == [False, True, True, False]
    lanes = Lanes()
    lanes.add(one, 1)
    lanes.add(ticket("n", -1), 2)
    assert [pick([lanes], 0, now, RULE) for now in (8_999, 9_000, 10_500, 10_501)] == ["n", "a", "a", "n"]


def test_an_expired_appointment_does_not_hide_the_next() -> None:
    lanes = Lanes()
    lanes.add(ticket("gone", 1, Priority.APPOINTMENT, slot=0), 1)
    lanes.add(ticket("now", 2, Priority.APPOINTMENT, slot=10_000), 2)
    assert pick([lanes], 0, 10_000, RULE) == "now"


def test_only_priority_waiting_is_called_whatever_the_streak() -> None:
    lanes = Lanes()
    lanes.add(ticket("e", 1, Priority.ELDER), 1)
    assert pick([lanes], 99, 0, RULE) == "e"
