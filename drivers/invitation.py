"""When a press on an evaluator counts: only between the opening of an invitation and its end.

By rule the first press counts at once, or the last one, which is final when none has followed for a while (or the
invitation ends). Silence is never a grade. Pure; the clock is passed in.
"""

from typing import NamedTuple

from hall.domain.ids import CounterId, RatingUid
from hall.domain.rating import RatingLevel


class Grade(NamedTuple):
    """A citizen's answer to an open invitation."""

    counter: CounterId
    rating: RatingUid
    level: RatingLevel


class _Open:
    def __init__(self, rating: RatingUid) -> None:
        self.rating = rating
        self.level: RatingLevel | None = None
        self.settles_at = 0.0


class Invitations:
    """The open invitations of some counters, one each."""

    def __init__(self, last_press_counts: bool, settle_s: float) -> None:
        self._last_press_counts, self._settle_s = last_press_counts, settle_s
        self._open: dict[CounterId, _Open] = {}

    def counters(self) -> list[CounterId]:
        """Return where one is open."""
        return list(self._open)

    def invite(self, counter: CounterId, rating: RatingUid) -> None:
        """Open one; one that is still open there ends unanswered."""
        self._open[counter] = _Open(rating)

    def press(self, counter: CounterId, level: RatingLevel, now: float) -> list[Grade]:
        """Take a press; outside an invitation it means nothing."""
        invitation = self._open.get(counter)
        if invitation is None:
            return []
        invitation.level, invitation.settles_at = level, now + self._settle_s
        return [] if self._last_press_counts else self.end(counter)

    def end(self, counter: CounterId) -> list[Grade]:
        """Close it; a press that waited to settle counts."""
        invitation = self._open.pop(counter, None)
        if invitation is None or invitation.level is None:
            return []
        return [Grade(counter, invitation.rating, invitation.level)]

    def tick(self, now: float) -> list[Grade]:
        """Return the presses that are final by now."""
        pressed = [counter for counter, item in self._open.items() if item.level is not None and now >= item.settles_at]
        return [grade for counter in pressed for grade in self.end(counter)]

    def next_due(self) -> float | None:
        """When the next press becomes final."""
        return min((item.settles_at for item in self._open.values() if item.level is not None), default=None)
