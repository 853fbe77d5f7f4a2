"""The paper's end is foretold well enough to send somebody in time."""

from random import Random

import pytest

from hall.domain.paper import SLOTS, Roll, Used, as_clock, forecast, paper_ends_at, roll_after, usual_day

OPEN_S, NOON_S, CLOSE_S = 9 * 3600, 12 * 3600, 17 * 3600
SLIPS_AN_HOUR = {9: 110, 10: 100, 11: 70, 13: 70, 14: 90, 15: 80, 16: 50}
"""A hall's day: a rush in the morning, a break at noon, a lull before closing."""


def a_day(chance: Random, busyness: float) -> list[Used]:
    """Slips of four lengths that come by chance."""
    used = []
    for hour, slips in SLIPS_AN_HOUR.items():
        at_s = hour * 3600.0
        while (at_s := at_s + chance.expovariate(slips * busyness / 3600)) < (hour + 1) * 3600:
            used.append(Used(at_s, chance.choice((120, 150, 150, 180))))
    return used


def errors(chance: Random) -> list[tuple[float, float]]:
    """Forecast one day's end of paper every half hour; (share of the roll used, error as a share of its time)."""
    usual = usual_day([a_day(chance, chance.uniform(0.75, 1.3)) for _ in range(10)])
    today = a_day(chance, chance.uniform(0.75, 1.3))
    roll_mm = sum(used.mm for used in today) * chance.uniform(0.5, 0.97)
    given, end_s = 0.0, 0.0
    for used in today:
        given, end_s = given + used.mm, used.at_s
        if given >= roll_mm:
            break
    found, now_s = [], OPEN_S + 3600.0
    while now_s < end_s - 600:
        gone = sum(used.mm for used in today if used.at_s <= now_s)
        told = paper_ends_at(roll_mm - gone, now_s, [used for used in today if used.at_s <= now_s], usual)
        found.append((gone / roll_mm, abs((told or CLOSE_S) - end_s) / (end_s - OPEN_S)))
        now_s += 1800
    return found


def test_the_error_is_at_most_a_tenth_on_simulated_days():
    chance = Random(17)
    found = [error for _ in range(60) for error in errors(chance)]
    late = sorted(error for share, error in found if share >= 0.5)
    every = sorted(error for _share, error in found)
    assert len(late) > 200
    assert every[len(every) // 2] <= 0.03
    assert every[int(len(every) * 0.94)] <= 0.10
    assert late[int(len(late) * 0.96)] <= 0.10


def test_nobody_prints_at_noon():
    usual = usual_day([[Used(NOON_S - 600, 1000.0), Used(NOON_S + 3700, 1000.0)]])
    told = paper_ends_at(500.0, NOON_S + 60, [Used(NOON_S - 600, 1000.0)], usual)
    assert told is not None
    assert told > NOON_S + 3600


def test_a_day_busier_than_usual_ends_the_roll_sooner():
    usual = [100.0] * SLOTS
    quiet = [Used(900.0 * slot, 50.0) for slot in range(40)]
    busy = [Used(900.0 * slot, 1000.0) for slot in range(40)]
    assert paper_ends_at(5000.0, 36000.0, busy, usual) < 36000 + 900 * 10
    assert paper_ends_at(1000.0, 36000.0, quiet, usual) > 36000 + 900 * 10


def test_without_a_usual_day_the_pace_goes_on():
    today = [Used(OPEN_S + 60.0 * minute, 150.0) for minute in range(60)]
    told = paper_ends_at(9000.0, OPEN_S + 3600.0, today)
    assert told == pytest.approx(OPEN_S + 7200, abs=120)


@pytest.mark.parametrize(
    ("left_mm", "today", "expected"),
    [(0.0, [], 100.0), (-5.0, [Used(0, 150)], 100.0), (1.0, [], None), (1e9, [Used(50, 150)], None)],
)
def test_edges(left_mm, today, expected):
    assert paper_ends_at(left_mm, 100.0, today) == expected
    assert usual_day([]) == ()


def test_more_paper_than_the_day_needs():
    assert paper_ends_at(1e6, 50_000.0, [], [10.0] * SLOTS) is None


@pytest.mark.parametrize(("at_s", "text"), [(51_610.0, "14:20"), (86_390.0, "00:00"), (0.0, "00:00")])
def test_a_clock_to_five_minutes(at_s, text):
    assert as_clock(at_s) == text


ROLL = Roll(0.0, True, 60_000.0)


@pytest.mark.parametrize(
    ("roll", "used_mm", "to_the_end", "then"),
    [
        (Roll(900.0), 900.0, True, Roll(0.0, True, 0.0)),
        (Roll(60_000.0, True), 60_000.0, True, ROLL),
        (Roll(30_000.0, True, 60_000.0), 30_000.0, False, ROLL),
        (Roll(9000.0, True, 60_000.0), 9000.0, True, Roll(0.0, False, 60_000.0)),
        (Roll(0.0, True, 60_000.0), 0.0, True, ROLL),
        (Roll(50_000.0, False, 60_000.0), 50_000.0, True, ROLL),
    ],
    ids=["begun elsewhere", "learnt", "changed early", "sensor in doubt", "told twice", "length kept"],
)
def test_what_a_change_of_roll_teaches(roll, used_mm, to_the_end, then):
    assert roll_after(roll, used_mm, to_the_end=to_the_end) == then


def test_a_forecast_needs_a_known_roll_and_a_day_to_go_by():
    minutes = [Used(OPEN_S + 60.0 * minute, 150.0) for minute in range(60)]
    now_s, begun = OPEN_S + 3600.0, Roll(9000.0, True, 18_000.0)
    assert forecast(begun, now_s, minutes, []) == pytest.approx(OPEN_S + 7200, abs=120)
    assert forecast(begun, now_s, minutes[:19], []) is None
    assert forecast(begun, OPEN_S, [], [minutes * 3]) is not None
    assert forecast(begun._replace(whole=False), now_s, minutes, []) is None
    assert forecast(begun._replace(length_mm=0.0), now_s, minutes, []) is None
