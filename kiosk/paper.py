"""The kiosk's paper: counts on over restarts, learns how long rolls and what days are usual, foretells the end."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog

from hall.domain.ids import DeviceName
from hall.domain.paper import PaperKept, Roll, Used, as_clock, forecast, roll_after
from hall.ports.ticket_printer import PaperUsed, RollChanged
from hall.store.trouble import StoreTrouble

log = structlog.get_logger("kiosk")


class PaperRows(Protocol):
    """Where it is kept (`hall.store.unit_store.UnitStore`)."""

    def paper(self, device: DeviceName) -> PaperKept | StoreTrouble:
        """Return what was kept of a printer's paper."""

    def keep_paper(self, device: DeviceName, roll: Roll, day: str, used: Used | None = None) -> StoreTrouble | None:
        """Keep how far the roll is, and a slip."""


class PaperBook:
    """One printer's paper. Times are the hall's own (`now`); a store that refuses costs only the memory of it."""

    def __init__(self, rows: PaperRows, device: DeviceName, now: Callable[[], datetime]) -> None:
        self._rows, self._device, self._now = rows, device, now
        kept = rows.paper(device)
        if isinstance(kept, StoreTrouble):
            log.warning("paper unknown", problem=str(kept))
            kept = PaperKept(Roll(), {})
        self._roll, self._days = kept.roll, dict(kept.days)

    @property
    def roll_mm(self) -> float:
        """What the roll has given so far."""
        return self._roll.given_mm

    def note(self, event: PaperUsed | RollChanged) -> Callable[[], None]:
        """Take what the printer told; the function returned writes it down and may wait for the disk."""
        now = self._now()
        day, used = now.date().isoformat(), None
        if isinstance(event, PaperUsed):
            used = Used(_seconds(now), event.slip_mm)
            self._days.setdefault(day, []).append(used)
            self._roll = self._roll._replace(given_mm=event.roll_mm)
        else:
            self._roll = roll_after(self._roll, event.used_mm, to_the_end=event.to_the_end)
        roll = self._roll
        return lambda: self._keep(roll, day, used)

    def ends(self) -> str:
        """Return about when the roll ends today, e.g. ``14:20``; empty where that cannot be told."""
        now = self._now()
        today = now.date().isoformat()
        before = [self._days[day] for day in sorted(self._days) if day < today]
        at_s = forecast(self._roll, _seconds(now), self._days.get(today, []), before)
        return as_clock(at_s) if at_s is not None else ""

    def _keep(self, roll: Roll, day: str, used: Used | None) -> None:
        trouble = self._rows.keep_paper(self._device, roll, day, used)
        if trouble is not None:
            log.warning("paper not kept", problem=str(trouble))


def _seconds(now: datetime) -> float:
    return now.hour * 3600 + now.minute * 60 + now.second
