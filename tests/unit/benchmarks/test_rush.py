"""Arrivals, the voice queue in virtual time, the apartness of a call, invented cards."""

import random

import pytest

from benchmarks.call import Call
from benchmarks.kiosk_rush import card
from benchmarks.proc import Memory
from benchmarks.start import Figures, middle
from benchmarks.voice_rush import arrivals, hall_of_zones, module_duration, virtual, zone_of
from hall.domain.id_number import resident_check_digit
from hall.ports.voice import Announcement


def test_arrivals_come_in_order_at_the_wanted_rate() -> None:
    moments = arrivals(3600 * 50, 1000, random.Random(1))
    assert moments == sorted(moments)
    assert moments[-1] < 3600 * 50
    assert len(moments) == pytest.approx(50_000, rel=0.02)


def test_a_voice_that_needs_no_time_lets_nobody_wait() -> None:
    spoken = virtual(2, 250, lambda _announcement: 0.0)
    assert spoken.unspoken == 0
    assert max(spoken.waits) == 0.0


def test_a_slow_voice_lets_people_wait_and_still_says_every_call() -> None:
    slow = virtual(2, 250, lambda announcement: 20.0 * announcement.repeats)
    slower = virtual(2, 250, lambda announcement: 40.0 * announcement.repeats)
    assert slow.unspoken == slower.unspoken == 0
    assert 0 < sum(slow.waits) < sum(slower.waits)


def test_the_module_repeats_without_a_chime() -> None:
    duration = module_duration(0.2, 0.1)
    assert duration(Announcement((("zh", "一二三四五"),), chime=True, repeats=2)) == pytest.approx(2.2)


def test_a_call_is_apart_by_the_latest_after_the_earliest() -> None:
    call = Call(committed=0.01, strip=0.11, line=0.08, screen=0.02, voice=0.09)
    assert call.apart == pytest.approx(0.09)


def test_cards_are_of_different_invented_people() -> None:
    numbers = {card(number)["number"] for number in range(400)}
    assert len(numbers) == 400
    assert all(number.startswith("990101") for number in numbers)
    assert all(number[17] == resident_check_digit(number[:17]) for number in numbers)


def test_every_zone_has_its_counters_and_item() -> None:
    hall = hall_of_zones()
    assert [counter["zone"] for counter in hall["counters"]] == [*"AAABBBCCCDDD"]
    assert [zone_of(str(number)) for number in (1, 3, 4, 12)] == ["A", "A", "B", "D"]


def test_the_middle_of_rounds_is_taken_figure_by_figure() -> None:
    rounds = [Figures(3.0, Memory(1, 9, 5)), Figures(1.0, Memory(2, 8, 4)), Figures(2.0, Memory(3, 7, 6))]
    assert middle(rounds) == Figures(2.0, Memory(2, 8, 5))
