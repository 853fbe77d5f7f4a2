"""Percentiles by nearest rank, and tables that line up."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.table import lines, machine, ms, percentile, seconds

TWENTY = [float(number) for number in range(1, 21)]


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1.0), (0.05, 1.0), (0.5, 10.0), (0.95, 19.0), (0.951, 20.0), (1.0, 20.0)]
)
def test_nearest_rank(share: float, value: float) -> None:
    assert percentile(list(reversed(TWENTY)), share) == value


def test_one_value_is_every_percentile_and_none_is_no_number() -> None:
    assert [percentile([7.0], share) for share in (0.0, 0.5, 1.0)] == [7.0] * 3
    assert math.isnan(percentile([], 0.5))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0.001, 1.0))
def test_it_is_the_smallest_that_the_share_does_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) * (1 - 1e-9)
    assert sum(value < found for value in values) < share * len(values)


def test_milliseconds_and_seconds() -> None:
    assert ms([0.1, 0.2, 0.3]) == ["200", "300", "300"]
    assert seconds([0.1, 0.234, 5.0]) == ["0.23", "5.00", "5.00"]


def test_a_table_lines_up() -> None:
    assert lines(("", "p50"), [["a longer name", 7], ["b", 1234]]) == [
        "|               |  p50 |",
        "| ------------- | ---: |",
        "| a longer name |    7 |",
        "| b             | 1234 |",
    ]


def test_the_machine_is_said_with_its_load() -> None:
    said = machine()
    assert " cores, " in said
    assert "load before: " in said
