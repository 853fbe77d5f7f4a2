"""Screens show the hall's time, not the unit's."""

import time

import msgspec
import pytest

from hall.sync.hall_clock import HallClock
from hall.sync.link import HubTime, ViewChanged
from tests.support.views import hall

TWO_DAYS_MS = 2 * 86_400_000
HUB_MS = 1_795_294_800_000  # 2026-11-21 21:00 UTC


def test_a_wrong_clock_is_corrected_by_the_first_answer() -> None:
    clock = HallClock("Asia/Shanghai", lambda: HUB_MS + TWO_DAYS_MS)
    assert f"{clock.now():%d %H:%M}" == "24 05:00"
    clock.hear(HubTime(HUB_MS))
    assert f"{clock.now():%d %H:%M}" == "22 05:00"
    assert clock.now_ms() == HUB_MS


def test_the_zone_is_the_halls() -> None:
    clock = HallClock("Asia/Shanghai", lambda: HUB_MS)
    clock.hear(ViewChanged(msgspec.structs.replace(hall(), timezone="Asia/Urumqi")))
    assert f"{clock.now():%H:%M}" == "03:00"


def test_a_jump_of_the_wall_clock_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = HallClock()
    before = clock.now_ms()
    wall = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: wall + TWO_DAYS_MS * 1_000_000)
    assert 0 <= clock.now_ms() - before < TWO_DAYS_MS


def test_nothing_is_told_by_a_units_own_clock() -> None:
    clock = HallClock("Asia/Shanghai", lambda: HUB_MS + TWO_DAYS_MS)
    assert clock.told_ms() == 0
    clock.hear(HubTime(HUB_MS))
    assert clock.told_ms() == HUB_MS
