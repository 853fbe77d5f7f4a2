"""Percentages: two decimals, always whole, never a default-good."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from server.centre.statistics import figures, rate, shares


@given(st.dictionaries(st.sampled_from("12345"), st.integers(0, 10**6), min_size=1))
def test_percentages_sum_to_one_hundred_and_keep_the_order(counts: dict[str, int]) -> None:
    found = shares(counts)
    total = sum(Decimal(share.percent) for share in found.values())
    assert total == (Decimal("100.00") if sum(counts.values()) else 0)
    for one in found.values():
        exact = Decimal(one.count * 100) / max(1, sum(counts.values()))
        assert abs(Decimal(one.percent) - exact) < Decimal("0.01")


def test_thirds_give_the_spare_hundredth_to_one() -> None:
    assert [share.percent for share in shares({"1": 1, "2": 1, "3": 1}).values()] == ["33.34", "33.33", "33.33"]


def test_rates() -> None:
    assert (rate(0, 0), rate(1, 3), rate(2, 3), rate(5, 5), rate(1, 8)) == ("0.00", "33.33", "66.67", "100.00", "12.50")


def test_silence_lowers_the_rate_and_is_no_level() -> None:
    found = figures("h", {}, 0, {1: 1}, {"timed_out": 2}, open_=1)
    assert (found.invitations, found.rated, found.active_rating_percent) == (4, 1, "25.00")
    assert found.levels["1"].percent == "100.00"
    assert found.bad == 0
