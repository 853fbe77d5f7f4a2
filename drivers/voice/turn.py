"""One announcement at a time: how the caller's thread hands it to the device's thread and waits for its end."""

import threading
import time

from hall.ports.status import Status, StatusWord
from hall.ports.voice import Announcement, NotSpoken, Spoken

TAKEN_WITHIN_S = 2.5
"""Longer than the longest reconnect back-off; later than this the device is not there."""

Outcome = Spoken | NotSpoken


class Turn:
    """An announcement and, once `ended`, its outcome."""

    def __init__(self, announcement: Announcement) -> None:
        self.announcement = announcement
        self.began = time.monotonic()
        self.cut = threading.Event()
        """Set by `stop`: say no more of it."""
        self._over = threading.Event()
        self._outcome: Outcome = NotSpoken(Status(StatusWord.OFFLINE, "not taken"))

    def ended(self, outcome: Outcome) -> None:
        """Give the outcome; the first one stands."""
        if not self._over.is_set():
            self._outcome = outcome
            self._over.set()

    def said(self) -> None:
        """It ended well just now."""
        self.ended(Spoken(time.monotonic() - self.began))

    def outcome(self) -> Outcome:
        """Wait for the end."""
        self._over.wait()
        return self._outcome


class Turns:
    """A queue of one."""

    def __init__(self) -> None:
        self._one_caller = threading.Lock()
        self._changed = threading.Condition()
        self._offered: Turn | None = None
        self._taken: Turn | None = None

    def say(self, announcement: Announcement) -> Outcome:
        """Offer it and wait until it was said, cut, or nobody took it."""
        with self._one_caller:
            turn = Turn(announcement)
            self._offer(turn)
            return turn.outcome()

    def take(self, timeout_s: float) -> Turn | None:
        """Device's thread: return the next announcement, or None after the limit."""
        with self._changed:
            self._changed.wait_for(lambda: self._offered is not None, timeout_s)
            self._taken, self._offered = self._offered, None
            self._changed.notify_all()
            return self._taken

    def stop(self) -> None:
        """Cut what is being said or waits."""
        with self._changed:
            for turn in (self._offered, self._taken):
                if turn is not None:
                    turn.cut.set()

    def abandon(self, status: Status) -> None:
        """Device's thread: the port is gone or closed; whoever waits is told."""
        with self._changed:
            for turn in (self._offered, self._taken):
                if turn is not None:
                    turn.ended(NotSpoken(status))
            self._offered = self._taken = None

    def _offer(self, turn: Turn) -> None:
        with self._changed:
            self._offered = turn
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._offered is not turn, TAKEN_WITHIN_S)
            if self._offered is turn:
                self._offered = None
                turn.ended(NotSpoken(Status(StatusWord.OFFLINE, "the device is not open")))
