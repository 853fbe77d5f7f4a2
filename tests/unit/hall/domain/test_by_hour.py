"""Levels by the hour: steps, midnight, and tables that contradict themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.domain.by_hour import level_at, wrong_steps

STEPS = ((7, 8), (19, 5), (22, 2))


@pytest.mark.parametrize(("hour", "level"), [(0, 2), (6, 2), (7, 8), (18, 8), (19, 5), (21, 5), (22, 2), (23, 2)])
def test_a_step_holds_until_the_next_and_the_last_over_midnight(hour: int, level: int) -> None:
    assert level_at(STEPS, hour) == level


def test_without_steps_there_is_no_rule() -> None:
    assert level_at((), 12) is None
    assert wrong_steps((), 10) == ""


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (((8, 3), (8, 4)), "hour 8 stands after hour 8"),
        (((18, 3), (8, 4)), "hour 8 stands after hour 18"),
        (((8, 11),), "level 11 is outside 0 to 10"),
        (((8, -1),), "level -1 is outside 0 to 10"),
    ],
)
def test_a_wrong_table_is_told_in_words(steps: tuple[tuple[int, int], ...], says: str) -> None:
    assert says in wrong_steps(steps, 10)


@given(st.lists(st.integers(0, 23), min_size=1, unique=True).map(sorted), st.integers(0, 23))
def test_every_hour_has_the_level_of_some_step(hours: list[int], hour: int) -> None:
    steps = tuple((start, start) for start in hours)
    assert level_at(steps, hour) == max((start for start in hours if start <= hour), default=hours[-1])
