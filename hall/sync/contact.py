"""What the unit's step is given at start, and how things stand with the hub."""

from collections.abc import Callable
from dataclasses import dataclass

from hall.domain.ids import CommandKey, UnitId
from hall.sync import inputs as io


@dataclass(frozen=True)
class UnitOptions:
    """What the step must know about its unit. Times in milliseconds."""

    unit: UnitId
    boot: str
    """Name of this boot (Linux: /proc/sys/kernel/random/boot_id)."""
    series: str = ""
    hub_away_ms: int = 3_000
    hub_away_cold_ms: int = 90_000


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
    """A reply told that the log is at least so long; the stream has to show it soon."""
    promised_by: int = 0
    kept_at: int = 0
    alive_at: int = 0
    view_dirty: bool = False
