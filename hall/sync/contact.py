"""What the unit's step is given at start, and how things stand with the hub."""

from collections.abc import Callable
from dataclasses import dataclass

from hall.domain.ids import CommandKey, UnitId
from hall.sync import inputs as io
from hall.wire.events import Event

FIRST_RETRY_MS = 200
LAST_RETRY_MS = 2_000
SLOW_RETRY_MS = 10_000
"""For what does not heal by itself."""
HOPELESS = frozenset({io.Failure.NOT_ENROLLED, io.Failure.REPLACED, io.Failure.STALE_EPOCH, io.Failure.WRONG_HUB})
"""Somebody has to do something about these; the hub is asked slowly."""
STREAM_LAG_MS = 2_000
"""A reply or a heartbeat may be so much ahead of the stream; then the stream is taken for stuck."""
KEEP_VIEW_MS = 5_000
"""The cached view is written at most this often."""
FRESH_MS = 10_000
"""An event of the replay younger than this (by the hub's clock alone) is still told as fresh."""


@dataclass(frozen=True)
class UnitOptions:
    """What the step must know about its unit. Times in milliseconds."""

    unit: UnitId
    boot: str
    """Name of this boot (Linux: /proc/sys/kernel/random/boot_id)."""
    series: str = ""
    mark: str = ""
    """Of this machine among those that had the unit's name (`series_mark`); part of every number made without the
    hub."""
    hub_away_ms: int = 3_000
    hub_away_cold_ms: int = 90_000

    @property
    def printed_series(self) -> str:
        """The series as it stands on slips; empty for a unit without one."""
        return self.series + self.mark if self.series else ""


@dataclass(frozen=True)
class Makers:
    """Where chance comes from, so that a seed repeats a run."""

    key: Callable[[], CommandKey]
    token: Callable[[], str]
    random: Callable[[], float]


@dataclass
class Contact:
    """How things stand with the hub. Lost at restart, and that is right."""

    heard_once: bool = False
    verified: bool = False
    """The view was fetched since the last loss: it is our hub, of the right epoch."""
    view_asked: bool = False
    under_way: CommandKey | None = None
    stream_open: bool = False
    silent_since: int | None = None
    reason: io.Failure = io.Failure.TIMEOUT
    retry_at: int = 0
    attempts: int = 0
    renewing: bool = False
    away: bool = False
    head_seq: int = 0
    head_at: int = 0
    gap_at: int = -1
    """Cursor at which the last gap was seen."""
    dead_end: int = -1
    """Cursor from which the hub cannot go on (a second gap there, or it said so)."""
    promised_seq: int = 0
    """A reply or a heartbeat told that the log is at least so long; the stream has to show it soon."""
    promised_by: int = 0
    kept_at: int = 0
    alive_at: int = 0
    view_dirty: bool = False

    def fell_silent(self, now: int) -> None:
        """Begin to wait for a sign of the hub, unless that began before."""
        if self.silent_since is None:
            self.silent_since = now

    def away_at(self, options: UnitOptions) -> int | None:
        """Return when a hub that stays silent is taken for away; None if it is not silent, or away already."""
        if self.away or self.silent_since is None:
            return None
        return self.silent_since + (options.hub_away_ms if self.heard_once else options.hub_away_cold_ms)

    def promise(self, seq: int, now: int) -> None:
        """Note that the log is at least so long; the stream has some time to show it."""
        if seq > self.promised_seq:
            self.promised_seq, self.promised_by = seq, now + STREAM_LAG_MS

    def heard_head(self, seq: int, now: int) -> None:
        """Take a heartbeat of the stream: it tells how long the log is, even if the last event got lost."""
        if self.stream_open:
            self.promise(seq, now)

    def lags(self, cursor: int) -> bool:
        """Say whether the stream is behind what was promised."""
        return self.stream_open and cursor < self.promised_seq

    def is_fresh(self, event: Event) -> bool:
        """Say whether an event is news, and not only a replay of what was missed."""
        return event.seq > self.head_seq or self.head_at - event.at <= FRESH_MS

    def begin_again(self, now: int) -> None:
        """Take nothing for granted, after this unit's own disk failed: rest, look, and follow anew."""
        self.under_way = None
        self.view_asked = False
        self.stream_open = False
        self.verified = False
        self.retry_at = now + LAST_RETRY_MS

    def back_off(self, failure: io.Failure, now: int, random: float) -> None:
        """Rest before the next try, longer each time, with jitter (`random` is from 0 to 1)."""
        self.attempts += 1
        self.fell_silent(now)
        longest = min(LAST_RETRY_MS, FIRST_RETRY_MS << min(self.attempts - 1, 10))
        if failure in HOPELESS:
            longest = SLOW_RETRY_MS
        self.retry_at = now + int(longest * (0.5 + random / 2))

    def wakes(self, options: UnitOptions, now: int, cursor: int, has_work: bool) -> list[int]:
        """Return when the step has to look again, for each reason to."""
        wakes = []
        away_at = self.away_at(options)
        if away_at is not None:
            wakes.append(away_at)
        resting = not self.renewing and not self.view_asked and self.under_way is None
        if resting and (has_work or not self.verified):
            wakes.append(max(self.retry_at, now + 1))
        if self.view_dirty:
            wakes.append(self.kept_at + KEEP_VIEW_MS)
        if self.lags(cursor):
            wakes.append(self.promised_by)
        return wakes
