"""Debounce and steps: what is told, and when, whatever the readings are."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.inputs.contacts import ContactSense, ValueSense
from drivers.inputs.options import Contact, Quantity

READINGS = st.lists(st.tuples(st.integers(1, 120), st.booleans()), max_size=80)
"""Milliseconds since the reading before, and the level."""


def told(sense: ContactSense, readings: list[tuple[int, bool]]) -> list[tuple[int, bool]]:
    """Return what was told, with its time in ms."""
    now, found = 0, []
    for step, level in readings:
        now += step
        state = sense.take(level, now / 1000)
        if state is not None:
            found.append((now, state))
    return found


@given(READINGS, st.integers(0, 200))
def test_states_alternate_and_each_had_lasted(readings: list[tuple[int, bool]], debounce_ms: int) -> None:
    found = told(ContactSense(Contact(1, debounce_ms=debounce_ms)), readings)
    assert all(one[1] is not other[1] for one, other in pairwise(found))
    times, now = [], 0
    for step, level in readings:
        now += step
        times.append((now, level))
    for at, state in found:
        assert all(level is state for time, level in times if at - debounce_ms < time <= at)


@given(READINGS, st.integers(0, 200))
def test_a_state_that_lasts_is_told(readings: list[tuple[int, bool]], debounce_ms: int) -> None:
    sense = ContactSense(Contact(1, debounce_ms=debounce_ms))
    found = told(sense, readings)
    end = sum(step for step, _level in readings)
    for extra in (1, debounce_ms + 2):
        found += told_at(sense, end + extra, level=True)
    assert found[-1][1] is True


def told_at(sense: ContactSense, at_ms: int, *, level: bool) -> list[tuple[int, bool]]:
    state = sense.take(level, at_ms / 1000)
    return [] if state is None else [(at_ms, state)]


@given(READINGS, st.sampled_from(["open", "closed"]), st.booleans())
def test_no_press_of_an_alarm_button_that_a_reading_shows_is_lost(
    readings: list[tuple[int, bool]], normally: str, active_low: bool
) -> None:
    declared = Contact(1, normally=normally, debounce_ms=50, active_low=active_low, alarm=True)  # type: ignore[arg-type] # one of two
    sense, rest, now, pressed = ContactSense(declared), normally == "closed", 0, False
    for step, level in readings:
        now += step
        closed = level is not active_low
        state = sense.take(level, now / 1000)
        if closed is not rest:
            assert pressed or state is closed, "the first reading of a press is told at once"
            pressed = True
        elif state is not None:
            assert state is rest
            pressed = False


def test_a_bouncing_press_is_told_once() -> None:
    sense = ContactSense(Contact(1, alarm=True))
    assert sense.take(level=False, now=0.0) is None
    assert sense.take(level=False, now=0.1) is False
    levels = [True, False, True, False, True, False]
    assert [sense.take(level, 1 + at / 100) for at, level in enumerate(levels)] == [True, None, None, None, None, None]
    assert sense.take(level=False, now=1.2) is False


def test_after_a_lost_line_a_state_must_last_anew_and_is_not_told_twice() -> None:
    sense = ContactSense(Contact(1))
    sense.take(level=True, now=0)
    assert sense.take(level=True, now=0.06) is True
    sense.take(level=False, now=1)
    sense.forget()
    assert sense.take(level=False, now=2) is None
    assert sense.take(level=True, now=3) is None


@pytest.mark.parametrize(
    ("readings", "values"),
    [
        ([200, 202, 204, 205, 202, 200], [20.0, None, None, 20.5, None, 20.0]),
        ([0xFFF6], [-1.0]),
    ],
)
def test_values_are_told_by_their_step(readings: list[int], values: list[float | None]) -> None:
    sense = ValueSense(Quantity(1, step=0.5))
    assert [sense.take(reading) for reading in readings] == values


def test_without_a_step_every_change_is_told_and_nothing_else() -> None:
    sense = ValueSense(Quantity(1, step=0, scale=1.0, signed=False))
    assert [sense.take(reading) for reading in (5, 5, 0xFFFF)] == [5.0, None, 65535.0]
