"""Opening hours by the hall's own clock face, whatever zone the machine is set to."""

from datetime import UTC, date, datetime, tzinfo

DAY_MINUTES = 24 * 60


def minute_of_day(clock: str) -> int:
    """Turn ``08:30`` (or ``24:00``) into minutes since midnight."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def local_time(now_ms: int, zone: tzinfo) -> datetime:
    """Return the hall's wall time of a hub time."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone)


def local_date(now_ms: int, zone: tzinfo) -> date:
    """Return the hall's date of a hub time."""
    return local_time(now_ms, zone).date()


def is_open(opens: int, closes: int, now_ms: int, zone: tzinfo) -> bool:
    """Say whether a thing open from `opens` until before `closes` (minutes) is open now.

    `closes` before `opens` means over midnight; 0 to 1440 means always.
    """
    if opens == 0 and closes == DAY_MINUTES:
        return True
    now = local_time(now_ms, zone)
    minute = now.hour * 60 + now.minute
    if opens <= closes:
        return opens <= minute < closes
    return minute >= opens or minute < closes
