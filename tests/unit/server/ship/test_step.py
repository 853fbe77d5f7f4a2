"""The pure step of shipping: the parent's answer is the only truth."""

from hypothesis import given
from hypothesis import strategies as st

from server.ship.step import FIRST_WAIT_MS, LONGEST_WAIT_MS, Blocked, Idle, Send, ShipStep, Wait


def test_it_asks_first_where_the_parent_stands() -> None:
    step = ShipStep(acked=40)
    assert step.move(50, 0) == Send(40, probe=True)
    step.answered(30, 50)
    assert step.move(50, 0) == Send(30), "a parent restored from a copy pulls the cursor back"
    step.answered(50, 50)
    assert step.move(50, 0) == Idle()
    assert step.move(51, 0) == Send(50)


def test_waits_double_up_to_the_longest_and_are_spread() -> None:
    step, waits = ShipStep(), []
    for _ in range(20):
        step.failed(0, chance=1.0)
        move = step.move(1, 0)
        assert isinstance(move, Wait)
        waits.append(move.until)
    assert waits[:4] == [FIRST_WAIT_MS, 2 * FIRST_WAIT_MS, 4 * FIRST_WAIT_MS, 8 * FIRST_WAIT_MS]
    assert waits[-1] == LONGEST_WAIT_MS
    step.failed(0, chance=0.0)
    assert step.move(1, 0) == Wait(LONGEST_WAIT_MS // 2)


def test_the_parents_own_wish_goes_before_the_guess() -> None:
    step = ShipStep()
    step.failed(1000, 1.0, retry_after_s=77)
    assert step.move(5, 1000) == Wait(78_000)
    assert step.move(5, 78_000) == Send(0, probe=True)


def test_after_a_failure_it_asks_again_since_only_the_answer_may_be_lost() -> None:
    step = ShipStep()
    step.answered(0, 10)
    assert step.move(10, 0) == Send(0)
    step.failed(0, 0.0)
    step.answered(10, 10)
    assert step.move(10, 0) == Idle()


def test_a_parent_that_knows_more_than_this_log_stops_everything() -> None:
    step = ShipStep()
    step.answered(90, 50)
    assert step.move(50, 0) == Blocked(90)
    assert step.move(60, 0) == Blocked(90), "new rows would be taken for those that the parent has"


@given(st.lists(st.tuples(st.sampled_from(["lost", "arrived", "late"]), st.integers(1, 20)), max_size=60))
def test_whatever_is_lost_the_cursor_never_passes_the_parent(fates: list[tuple[str, int]]) -> None:
    step, parent, newest, now = ShipStep(), 0, 100, 0
    for fate, size in fates:
        move = step.move(newest, now)
        if isinstance(move, Wait):
            now = move.until
            move = step.move(newest, now)
        if not isinstance(move, Send):
            continue
        if fate != "lost" and move.after <= parent:
            parent = max(parent, min(newest, move.after + size))
        if fate == "arrived":
            step.answered(parent, newest)
        else:
            step.failed(now, 0.5)
        assert step.acked <= parent
