from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hall.domain.hours import is_open, local_date, minute_of_day

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(clock: str) -> int:
    """Return hub time of a Shanghai wall clock on a day."""
    hour, minute = map(int, clock.split(":"))
    return int(datetime(2026, 11, 21, hour, minute, tzinfo=SHANGHAI).timestamp() * 1000)


@pytest.mark.parametrize(
    ("opens", "closes", "clock", "expected"),
    [
        ("08:30", "17:00", "08:29", False),
        ("08:30", "17:00", "08:30", True),
        ("08:30", "17:00", "16:59", True),
        ("08:30", "17:00", "17:00", False),
        ("00:00", "24:00", "23:59", True),
        ("12:00", "24:00", "23:59", True),
        ("20:00", "06:00", "23:00", True),
        ("20:00", "06:00", "05:59", True),
        ("20:00", "06:00", "06:00", False),
    ],
)
def test_opening_hours_by_the_halls_clock(opens: str, closes: str, clock: str, expected: bool) -> None:
    assert is_open(minute_of_day(opens), minute_of_day(closes), at(clock), SHANGHAI) is expected


def test_the_date_is_the_halls() -> None:
    late = int(datetime(2026, 11, 21, 16, 30, tzinfo=UTC).timestamp() * 1000)
    assert local_date(late, SHANGHAI).isoformat() == "2026-11-22"
