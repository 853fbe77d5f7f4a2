"""Tells systemd that a process is ready and alive (sd_notify(3)): a datagram to $NOTIFY_SOCKET, nothing without it.

What a beat may follow is each program's to know: a painted frame, a committed transaction, a turn of its loop. A beat
from a thread of its own would only show that the process runs.
"""

import os
import socket
import time
from collections.abc import Callable

OFTEN_ENOUGH_S = 1.0
"""How often a pulse beats where systemd does not say how long it waits."""


def notify(message: str) -> bool:
    """Send e.g. ``READY=1``, ``WATCHDOG=1`` or ``STOPPING=1``; return whether there is somebody who listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
        try:
            door.sendto(message.encode(), address)
        except OSError:
            return False
    return True


def watchdog_s() -> float | None:
    """Return how often to say WATCHDOG=1 (half of what systemd waits), or None when it does not ask."""
    text = os.environ.get("WATCHDOG_USEC", "")
    return int(text) / 2_000_000 if text.isdigit() and int(text) > 0 else None


class Pulse:
    """The beats of a loop that calls `turned` once a turn: READY with the first, then no more often than needed."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._every_s = watchdog_s() or OFTEN_ENOUGH_S
        self._beat_at: float | None = None

    def turned(self) -> None:
        """Say that the loop came round, if systemd should hear of it again."""
        now, first = self._now_s(), self._beat_at is None
        if self._beat_at is not None and now - self._beat_at < self._every_s:
            return
        self._beat_at = now
        notify("READY=1\nWATCHDOG=1" if first else "WATCHDOG=1")
