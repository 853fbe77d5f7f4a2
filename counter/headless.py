"""A process without a face: one thread, one inbox, a tick a second, SIGTERM or SIGINT ends it.

systemd's watchdog is fed by the turns of the loop: one event that is never done with ends the beats.
"""

import queue
import signal
from collections.abc import Callable

from counter.flow.intents import Tick
from hall.alive import Pulse, notify

TICK_S = 1.0


class Inbox:
    """Events from drivers and link, taken by one thread in order."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._asked = False

    def put(self, event: object) -> None:
        """Take an event from any thread."""
        self._events.put(event)

    def ask_to_end(self) -> None:
        """End `run` after what is in the inbox."""
        self._asked = True
        self._events.put(Tick())

    def run(self, take: Callable[[object], None]) -> None:
        """Hand on events until asked to end; a tick whenever a second went by without any."""
        pulse = Pulse()
        while not self._asked:
            pulse.turned()
            try:
                take(self._events.get(timeout=TICK_S))
            except queue.Empty:
                take(Tick())
        notify("STOPPING=1")


def end_on_signals(inbox: Inbox) -> None:
    """Let SIGTERM and SIGINT end the process cleanly."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: inbox.ask_to_end())
