"""How far the hub's time is from this boot's clock, learnt from its answers. For display and ages across boots."""

from msgspec.structs import replace

from hall.store.record import BootSeen, UnitRecord

TOLERANCE_MS = 500
"""A smaller difference is a slow line, not another time."""


def moved(record: UnitRecord, boot: str, now: int, hub_at: int) -> BootSeen | None:
    """Return the change to store when an answer of `hub_at`, heard at `now`, says something new."""
    known = record.boots.get(boot)
    offset = hub_at - now
    if known is None or (known.hub_offset_ms is not None and abs(known.hub_offset_ms - offset) <= TOLERANCE_MS):
        return None
    return BootSeen(replace(known, last_ms=now, hub_offset_ms=offset))


def hub_now(record: UnitRecord, boot: str, now: int) -> int:
    """Return the hub's time as well as it is known here; 0 if the hub was never seen."""
    known = record.boots.get(boot)
    if known is not None and known.hub_offset_ms is not None:
        return now + known.hub_offset_ms
    return record.view.at if record.view is not None else 0
