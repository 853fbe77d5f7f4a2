"""The thread that speaks: takes one announcement at a time from the voice queue and waits until it is said.

With several voices (a speech module and a sound card, say) all say the same announcement together, and the next one
comes when the last of them has ended. While no voice is usable, what could not be said goes back and is tried again.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from counter.lobby.flow.calls import Caller
from counter.lobby.flow.voice_queue import Saying
from hall.ports.voice import Announcement, Spoken, VoiceCaller
from hall.sync.link import LinkEvent

AGAIN_S = 1.0
"""Pause after an announcement that nobody could say."""

log = structlog.get_logger("lobby")


class Speaking:
    """Owns the voice queue. `hear` takes link events from any thread and returns at once."""

    def __init__(self, caller: Caller, voices: Sequence[VoiceCaller], monotonic: Callable[[], float]) -> None:
        self._caller, self._voices, self._monotonic = caller, tuple(voices), monotonic
        self._turn = threading.Condition()
        self._stopping = threading.Event()
        self._silent = False
        self._pool = ThreadPoolExecutor(max(1, len(self._voices)), thread_name_prefix="voice")
        self._thread = threading.Thread(target=self._run, name="voice-queue", daemon=True)
        self._thread.start()

    @property
    def caller(self) -> Caller:
        """The queue's owner, for looking at it in tests and on the diagnostics page."""
        return self._caller

    def hear(self, event: LinkEvent) -> None:
        """Take one link event. A lobby without a voice is content with the screen and keeps no queue."""
        if not self._voices:
            return
        with self._turn:
            self._caller.hear(event, self._monotonic())
            self._turn.notify_all()

    def close(self) -> None:
        """Cut what is being said and end the thread; idempotent."""
        self._stopping.set()
        with self._turn:
            self._turn.notify_all()
        for voice in self._voices:
            voice.stop()
        self._thread.join(timeout=10)
        self._pool.shutdown(wait=True)

    def _run(self) -> None:
        while (saying := self._await_turn()) is not None:
            said = self._say(saying.announcement)
            with self._turn:
                queue = self._caller.queue
                self._caller.queue = queue.done() if said else queue.not_said()
            if not said:
                self._stopping.wait(AGAIN_S)

    def _await_turn(self) -> Saying | None:
        """Return what is to be said now, or None at the end."""
        with self._turn:
            while not self._stopping.is_set():
                self._caller.queue, saying = self._caller.queue.next(self._monotonic())
                if saying is not None:
                    return saying
                self._turn.wait()
        return None

    def _say(self, announcement: Announcement) -> bool:
        """Return whether any voice said it to the end."""
        outcomes = list(self._pool.map(lambda voice: voice.say(announcement), self._voices))
        said = any(isinstance(outcome, Spoken) for outcome in outcomes)
        if not said and not self._silent and not self._stopping.is_set():
            log.warning("nobody can speak", outcomes=[str(outcome) for outcome in outcomes])
        if said and self._silent:
            log.info("speaking again")
        self._silent = not said
        return said
