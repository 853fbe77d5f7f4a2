"""Settings by the hour."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.by_hour import problem_of, value_at


@pytest.mark.parametrize(("hour", "value"), [(0, 5), (6, 5), (7, 12), (17, 12), (18, 5), (23, 5)])
def test_the_night_belongs_to_the_evening_before(hour: int, value: int) -> None:
    assert value_at(((7, 12), (18, 5)), datetime(2026, 11, 21, hour, 59)) == value


def test_without_a_table_nothing_is_set() -> None:
    assert value_at((), datetime(2026, 11, 21)) is None


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (((18, 5), (7, 12)), "hours must rise"),
        (((7, 5), (7, 6)), "hours must rise"),
        (((7, 16),), "16 is not within 0..15"),
        (((7, -1),), "-1 is not within 0..15"),
        (((0, 0), (23, 15)), ""),
    ],
)
def test_a_wrong_table_is_named(table: tuple[tuple[int, int], ...], says: str) -> None:
    assert says in problem_of(table, 0, 15)
    assert bool(says) == bool(problem_of(table, 0, 15))


@given(st.dictionaries(st.integers(0, 23), st.integers(0, 15), min_size=1), st.integers(0, 23))
def test_the_value_is_always_one_of_the_table(table: dict[int, int], hour: int) -> None:
    pairs = tuple(sorted(table.items()))
    found = value_at(pairs, datetime(2026, 11, 21, hour))
    assert found in table.values()
    assert table.get(hour, found) == found
