"""The rating invitations that are open at some counters, and how long each has stood. No Qt, no thread, no clock.

The hall's view tells which are open, so that a unit that restarts goes on asking; events tell of new ones sooner.
Ages are counted on the unit's own clock from what the hub said of the age, so that a wrong clock ends nothing early.
An invitation that the unit made alone, while the hub is away, stands in no view and is kept until it is answered.
"""

from collections.abc import Collection
from typing import NamedTuple

from hall.domain.ids import CounterId, RatingUid
from hall.wire.view import HallView


class Invitation(NamedTuple):
    """One that is open. `since` is the unit's clock, ms."""

    rating: RatingUid
    counter: CounterId
    since: int
    alone: bool = False


class Invitations:
    """What is open at `counters`, oldest first; silence of `limit_ms` ends one."""

    def __init__(self, counters: Collection[CounterId], limit_ms: int) -> None:
        self._counters = counters
        self._limit_ms = limit_ms
        self._open: dict[RatingUid, Invitation] = {}
        self._silent: set[RatingUid] = set()
        """Ended here for silence; the hub may not have heard of it yet."""

    def open(self, one: Invitation) -> bool:
        """Take a new one; False if it is none of these counters, or known already."""
        if one.counter not in self._counters or one.rating in self._open or one.rating in self._silent:
            return False
        self._open[one.rating] = one
        return True

    def end(self, rating: RatingUid) -> Invitation | None:
        """Forget one that was answered or ended; None if it was not open here."""
        self._silent.discard(rating)
        return self._open.pop(rating, None)

    def follow(self, view: HallView, now_ms: int) -> tuple[list[Invitation], list[Invitation]]:
        """Make it equal to the hall's view; return what came and what is gone."""
        there = {one.rating for one in view.ratings}
        gone = [one for one in self._open.values() if not one.alone and one.rating not in there]
        for one in gone:
            del self._open[one.rating]
        self._silent &= there
        seen = [Invitation(one.rating, one.counter, now_ms - max(0, view.at - one.at)) for one in view.ratings]
        return [one for one in seen if self.open(one)], gone

    def clock_moved(self, by_ms: int) -> None:
        """Keep the ages as they are when the time is corrected."""
        self._open = {uid: one._replace(since=one.since + by_ms) for uid, one in self._open.items()}

    def newest(self, counter: CounterId) -> Invitation | None:
        """Return the one that the pad of a counter shows."""
        return next((one for one in reversed(self._open.values()) if one.counter == counter), None)

    def is_alone(self, rating: RatingUid) -> bool:
        """Whether it is open and only this unit knows of it."""
        return rating in self._open and self._open[rating].alone

    def left_ms(self, one: Invitation, now_ms: int) -> int:
        """Return how long its silence may still last."""
        return max(0, one.since + self._limit_ms - now_ms)

    def end_silent(self, now_ms: int) -> list[Invitation]:
        """Take out those whose time is over; each is returned once."""
        over = [one for one in self._open.values() if self.left_ms(one, now_ms) == 0]
        for one in over:
            del self._open[one.rating]
            if not one.alone:
                self._silent.add(one.rating)
        return over
