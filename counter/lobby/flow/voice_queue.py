"""The voice queue as a pure step: what is said next, in which manner, and what is dropped.

Strictly one announcement at a time: the shell takes one with `next`, says it to the end, and reports `done`.

* A first call is never left unspoken, however long the queue. First means: never said for that ticket at that
  counter, so a visitor who is sent on is a first call there, and a call that the lobby missed is one too.
* A recall goes before first calls that wait (its visitor is the one who is missed), but never two in a row while
  first calls wait. It is dropped when older than `stale_s`, when its visitor came or was given up, and when the
  same number is called again meanwhile.
* The queue shortens by load. A call with two repeats and a chime takes 11 s, which is 5 a minute; so with `n`
  waiting: 1 = two repeats and chime, 2 = one repeat and chime, 3 and 4 = one without chime, more = up to four
  calls joined in one sentence. A busy minute counts like waiting calls, for the next call will come while this one
  is being said: with 250 calls an hour a queue that looks at the waiting ones alone let every twentieth visitor wait
  11.6 s for the first syllable from a sound card, with the last minute 7 s (benchmarks, rush).

A zone with its own speakers has its own queue. Times are monotonic seconds.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from hall.domain.ids import CounterId, TicketNumber, TicketUid
from hall.ports.voice import Announcement
from hall.words.catalogue import pick
from hall.words.speech import MOST_JOINED, Call, call_texts

Key = tuple[TicketUid, CounterId]


class Waiting(NamedTuple):
    """One call that is still to be said. `names` is the counter's name by language, for counters without a number."""

    ticket: TicketUid
    number: TicketNumber
    counter: CounterId
    at: float
    names: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> Key:
        """What makes it the same call again."""
        return (self.ticket, self.counter)

    def spoken_counter(self, language: str) -> str:
        """Return the counter's number, or its name where the number is none."""
        return self.counter if self.counter.isdecimal() else pick(dict(self.names), language) or self.counter


BUSY_S = 60.0
QUIET_CALLS = 1
"""So many calls in `BUSY_S` are no rush; each one more counts as a waiting one."""


class Manner(NamedTuple):
    """How an announcement is said."""

    repeats: int
    chime: bool
    joined: int


def manner(waiting: int) -> Manner:
    """Return how to speak while so many calls wait, the next one included."""
    if waiting <= 1:
        return Manner(2, True, 1)
    if waiting == 2:
        return Manner(1, True, 1)
    if waiting <= MOST_JOINED:
        return Manner(1, False, 1)
    return Manner(1, False, MOST_JOINED)


class Saying(NamedTuple):
    """What the shell is to say now, and the calls in it."""

    announcement: Announcement
    calls: tuple[Waiting, ...]
    recall: bool


@dataclass(frozen=True)
class VoiceQueue:
    """The queue. Every method returns the next queue; nothing is changed in place."""

    languages: tuple[str, ...] = ("zh",)
    stale_s: float = 90.0
    waiting: tuple[Waiting, ...] = ()
    saying: tuple[Waiting, ...] = ()
    spoken: frozenset[Key] = frozenset()
    """Calls that were said today, or are being said."""
    failed: frozenset[Key] = frozenset()
    """Calls that were tried while no voice could speak; they are tried again until their visitor came."""
    lately: tuple[float, ...] = ()
    """When the calls of the last `BUSY_S` came."""
    after_recall: bool = False
    dropped: int = 0

    def is_recall(self, call: Waiting) -> bool:
        """Whether it was said before."""
        return call.key in self.spoken

    def called(self, call: Waiting) -> "VoiceQueue":
        """Take a fresh call. It replaces a waiting one of the same ticket: that one is old, or leads astray."""
        for other in self.waiting:
            if other.key == call.key and not self.is_recall(other):
                # Its first call still waits and will be said; saying it twice in a row helps nobody.
                return replace(self, dropped=self.dropped + 1)
        kept = tuple(other for other in self.waiting if other.ticket != call.ticket)
        lately = (*_since(self.lately, call.at - BUSY_S), call.at)
        return replace(self._with((*kept, call), dropped=len(self.waiting) - len(kept)), lately=lately)

    def came(self, ticket: TicketUid) -> "VoiceQueue":
        """Forget recalls of a visitor who came or was given up; a first call that is owed stays."""
        kept = tuple(call for call in self.waiting if call.ticket != ticket or self._owed(call))
        return self._with(kept, dropped=len(self.waiting) - len(kept))

    def next(self, now: float) -> "tuple[VoiceQueue, Saying | None]":
        """Take what is to be said now; None while something is being said or nothing waits."""
        if self.saying:
            return self, None
        fresh = self._without_stale(now)
        if not fresh.waiting:
            return fresh, None
        busy = min(len(_since(fresh.lately, now - BUSY_S)) - QUIET_CALLS, MOST_JOINED)  # joined by waiting alone
        return fresh._say(manner(max(len(fresh.waiting), busy)))

    def done(self) -> "VoiceQueue":
        """Note that the announcement came to its end."""
        said = frozenset(call.key for call in self.saying)
        return replace(self, saying=(), failed=self.failed - said)

    def not_said(self) -> "VoiceQueue":
        """Put back what no voice could say. A newer call of the same ticket, come meanwhile, stays instead."""
        newer = {call.ticket for call in self.waiting}
        back = tuple(call for call in self.saying if call.ticket not in newer)
        keys = frozenset(call.key for call in self.saying)
        return replace(
            self,
            waiting=back + self.waiting,
            saying=(),
            spoken=self.spoken - keys,
            failed=self.failed | keys,
        )

    def new_day(self) -> "VoiceQueue":
        """Forget yesterday's tickets."""
        return replace(self, waiting=(), spoken=frozenset(call.key for call in self.saying), failed=frozenset())

    def _owed(self, call: Waiting) -> bool:
        """Whether it must be said although its visitor came: a first call that waited for its turn, not for a voice."""
        return not self.is_recall(call) and call.key not in self.failed

    def _say(self, how: Manner) -> "tuple[VoiceQueue, Saying]":
        chosen = self._chosen(how.joined)
        recall = self.is_recall(chosen[0])
        left = tuple(call for call in self.waiting if call not in chosen)
        spoken = self.spoken | {call.key for call in chosen}
        queue = replace(self, waiting=left, saying=chosen, spoken=spoken, after_recall=recall)
        return queue, Saying(_announcement(chosen, how, self.languages, recall), chosen, recall)

    def _chosen(self, most: int) -> tuple[Waiting, ...]:
        """Return one recall, or up to `most` first calls in the order they came."""
        recalls = [call for call in self.waiting if self.is_recall(call)]
        firsts = tuple(call for call in self.waiting if not self.is_recall(call))
        if recalls and not (firsts and self.after_recall):
            return (recalls[0],)
        return firsts[:most]

    def _without_stale(self, now: float) -> "VoiceQueue":
        kept = tuple(c for c in self.waiting if not self.is_recall(c) or now - c.at <= self.stale_s)
        return self._with(kept, dropped=len(self.waiting) - len(kept))

    def _with(self, waiting: tuple[Waiting, ...], dropped: int) -> "VoiceQueue":
        return replace(self, waiting=waiting, dropped=self.dropped + dropped)


def _since(times: tuple[float, ...], start: float) -> tuple[float, ...]:
    return tuple(at for at in times if at >= start)


def _announcement(calls: tuple[Waiting, ...], how: Manner, languages: tuple[str, ...], recall: bool) -> Announcement:
    texts: list[tuple[str, str]] = []
    for language in languages:
        said = [Call(call.number, call.spoken_counter(language)) for call in calls]
        texts += call_texts(said, (language,), recall=recall)
    return Announcement(tuple(texts), chime=how.chime, repeats=how.repeats)
