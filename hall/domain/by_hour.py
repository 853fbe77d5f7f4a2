"""A level that changes with the hour of the day, as a row of steps: ``[[7, 8], [19, 5], [22, 2]]``.

From 7 o'clock on 8, from 19 on 5, from 22 on 2, and the 2 holds over midnight until 7. By the hall's time, which the
unit has from its hub: a device is told the hour, it keeps no clock.
"""

from itertools import pairwise
from typing import Annotated

from msgspec import Meta

Hour = Annotated[int, Meta(ge=0, le=23)]
Steps = tuple[tuple[Hour, int], ...]
"""(from this hour, this level), hours rising; empty means no rule."""


def wrong_steps(steps: Steps, most: int) -> str:
    """Return what is wrong with a table whose levels are 0..`most`, or nothing."""
    hours = [hour for hour, _level in steps]
    for before, after in pairwise(hours):
        if before >= after:
            return f"hour {after} stands after hour {before}; write the hours rising, each once"
    if strange := [level for _hour, level in steps if not 0 <= level <= most]:
        return f"level {strange[0]} is outside 0 to {most}"
    return ""


def level_at(steps: Steps, hour: int) -> int | None:
    """Return the level of an hour, 0..23: of the last step that has begun, the day's last one before the first."""
    begun = [level for start, level in steps if start <= hour]
    return begun[-1] if begun else (steps[-1][1] if steps else None)
