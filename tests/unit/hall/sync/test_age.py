"""Ages without a wall clock: same boot, another boot that heard the hub, another boot that did not."""

from hypothesis import given
from hypothesis import strategies as st

from hall.store.record import Boot, Stamp
from hall.sync.age import age_ms

MS = st.integers(0, 10**9)


def boots(*rows: Boot) -> dict[str, Boot]:
    return {row.boot: row for row in rows}


def test_within_a_boot_it_is_the_clocks_difference() -> None:
    assert age_ms(Stamp("a", 100), Stamp("a", 350), {}) == 250
    assert age_ms(Stamp("a", 100), Stamp("a", 50), {}) == 0


def test_across_boots_hub_time_tells_how_long_the_unit_was_off() -> None:
    known = boots(Boot("a", 1, last_ms=5_000, hub_offset_ms=1_000_000), Boot("b", 2, 10, hub_offset_ms=1_900_000))
    # stamped at hub time 1_004_000; now it is 1_900_500
    assert age_ms(Stamp("a", 4_000), Stamp("b", 500), known) == 896_500


def test_a_boot_that_never_heard_the_hub_counts_what_is_known() -> None:
    known = boots(Boot("a", 1, last_ms=5_000), Boot("b", 2, last_ms=7_000), Boot("c", 3, 10, hub_offset_ms=9))
    assert age_ms(Stamp("a", 4_000), Stamp("c", 500), known) == 1_000 + 7_000 + 500


def test_a_hub_clock_set_back_cannot_make_it_younger_than_is_known() -> None:
    known = boots(Boot("a", 1, 5_000, hub_offset_ms=9_000_000), Boot("b", 2, 10, hub_offset_ms=0))
    assert age_ms(Stamp("a", 4_000), Stamp("b", 500), known) == 1_500


@given(MS, MS, MS, MS, st.none() | st.integers(-(10**12), 10**12), st.none() | st.integers(-(10**12), 10**12))
def test_it_never_goes_below_the_uptime(
    stamped: int, alive: int, now: int, later: int, then: int | None, here: int | None
) -> None:
    known = boots(Boot("a", 1, stamped + alive, then), Boot("b", 2, now, here))
    first = age_ms(Stamp("a", stamped), Stamp("b", now), known)
    assert first >= alive + now
    assert age_ms(Stamp("a", stamped), Stamp("b", now + later), known) >= first
