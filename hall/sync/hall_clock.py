"""The hall's time on a unit's screen: the hub's clock and time zone, whatever the unit's own clock says.

A kiosk whose battery is dead comes up in another year and still shows the right time as soon as the hub has answered
once. Only for showing: no rule uses it.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hall.sync.link import HubTime, ViewChanged


def steady_clock() -> Callable[[], int]:
    """Return a clock that begins at the unit's wall time and then only goes on, whatever jumps the wall clock makes."""
    begun = time.time_ns() - time.monotonic_ns()
    return lambda: (begun + time.monotonic_ns()) // 1_000_000


class HallClock:
    """Feed it the link's events; ask it for the time at any moment."""

    def __init__(self, timezone: str = "Asia/Shanghai", local_ms: Callable[[], int] | None = None) -> None:
        self._zone = ZoneInfo(timezone)
        self._local_ms = local_ms or steady_clock()
        self._ahead_ms = 0
        self._told = False

    def hear(self, event: object) -> None:
        """Take the hub's time and the hall's zone where an event carries them."""
        match event:
            case HubTime(at=at):
                self._ahead_ms = at - self._local_ms()
                self._told = True
            case ViewChanged(view=view) if view.timezone != self._zone.key:
                self._zone = ZoneInfo(view.timezone)

    def now_ms(self) -> int:
        """Return the hub's time in ms since the epoch, as well as it is known."""
        return self._local_ms() + self._ahead_ms

    def told_ms(self) -> int:
        """Return the hub's time, or 0 where no hub told it yet: nothing is said to be closed by a unit's own clock."""
        return self.now_ms() if self._told else 0

    def now(self) -> datetime:
        """Return the time on the hall's wall."""
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC).astimezone(self._zone)
