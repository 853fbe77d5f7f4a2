"""A setting that changes with the hour of the day: brightness of a strip, volume of a voice.

Written in the configuration as pairs of the hour from which on it holds and the value, e.g. ``[[7, 12], [18, 6]]``:
from seven o'clock 12, from eighteen o'clock 6, through the night until seven.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Hour = Annotated[int, Meta(ge=0, le=23)]
ByHour = tuple[tuple[Hour, int], ...]


def problem_of(table: ByHour, lowest: int, highest: int) -> str:
    """Return what is wrong with a table, in one line, or an empty text."""
    hours = [hour for hour, _value in table]
    if hours != sorted(set(hours)):
        return f"the hours must rise, each once: {hours}"
    wrong = [value for _hour, value in table if not lowest <= value <= highest]
    return f"{wrong[0]} is not within {lowest}..{highest}" if wrong else ""


def value_at(table: ByHour, now: datetime) -> int | None:
    """Return the value that holds now (before the first hour that of the evening before), or None without a table."""
    if not table:
        return None
    since = [value for hour, value in table if hour <= now.hour]
    return since[-1] if since else table[-1][1]
