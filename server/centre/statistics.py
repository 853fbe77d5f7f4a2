"""What the centre counts. Pure: rows in, figures out.

Percentages have two decimals and sum to 100.00 by the largest remainder; silence is its own figure and never a
good rating. The active rating rate is answers per invitation.
"""

from collections.abc import Mapping

import msgspec

from hall.domain.rating import RatingLevel


class Share(msgspec.Struct, frozen=True):
    """A count, and its percentage as text with two decimals."""

    count: int
    percent: str


class Statistics(msgspec.Struct, frozen=True):
    """Figures of one hall, or of all."""

    hall: str
    tickets: dict[str, int]
    """Tickets by state; ``reported`` are services under a number that no kiosk has uploaded: somebody must look."""
    cases: int
    invitations: int
    rated: int
    active_rating_percent: str
    levels: dict[str, Share]
    """By level of GB/T 39046-2020 A.8 (1 best), among those rated."""
    not_rated: dict[str, int]
    """By reason."""
    bad: int


def shares(counts: Mapping[str, int]) -> dict[str, Share]:
    """Return each count's percentage; they sum to exactly 100.00 (all 0.00 when there is nothing to count)."""
    total = sum(counts.values())
    if total == 0:
        return {name: Share(0, "0.00") for name in counts}
    units = {name: divmod(count * 10_000, total) for name, count in counts.items()}
    missing = 10_000 - sum(whole for whole, _ in units.values())
    # Largest remainder first; among equals the larger count, then the name, so that the result is always the same.
    order = sorted(units, key=lambda name: (-units[name][1], -counts[name], name))
    lifted = set(order[:missing])
    return {name: Share(counts[name], _percent(units[name][0] + (name in lifted))) for name in counts}


def rate(part: int, whole: int) -> str:
    """Return a percentage with two decimals, rounded half up; 0.00 of nothing."""
    return _percent((part * 20_000 + whole) // (2 * whole)) if whole else "0.00"


def figures(
    hall: str, tickets: dict[str, int], cases: int, levels: Mapping[int, int], not_rated: dict[str, int], open_: int
) -> Statistics:
    """Put the counts of one hall together; `open_` invitations are still unanswered."""
    rated = sum(levels.values())
    invitations = rated + sum(not_rated.values()) + open_
    by_level = {str(level.value): levels.get(level.value, 0) for level in RatingLevel}
    bad = sum(count for level, count in levels.items() if RatingLevel(level).is_bad)
    share = shares(by_level)
    return Statistics(hall, tickets, cases, invitations, rated, rate(rated, invitations), share, not_rated, bad)


def _percent(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"
