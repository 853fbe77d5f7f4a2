"""From any thread to the GUI thread: one bounded queue, one Qt signal, strict order.

Drivers and the sync loop call `Bridge.put` (their `Emit`); the signal `arrived` carries each event on the GUI
thread. `put` never blocks. A flood is cut at `LIMIT` waiting events: the oldest go, and the loss is logged once
per flood. After `close`, `put` does nothing, so a driver that ends late does no harm.
"""

import threading
from collections import deque

import structlog
from PyQt6.QtCore import QCoreApplication, QEvent, QObject, pyqtSignal

LIMIT = 1000
BATCH = 64
"""Events handed on before the GUI may paint again."""

log = structlog.get_logger("bridge")


class Bridge(QObject):
    """The door for device and link events.

    Signals: `arrived(object)`, on the thread that made the bridge.
    """

    arrived = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None, limit: int = LIMIT) -> None:
        super().__init__(parent)
        self._waiting: deque[object] = deque()
        self._limit = limit
        self._lock = threading.Lock()
        self._woken = False
        self._closed = False
        self._flooded = False

    def put(self, event: object) -> None:
        """Take an event from any thread."""
        with self._lock:
            if self._closed:
                return
            if len(self._waiting) >= self._limit:
                self._waiting.popleft()
                self._tell_flood()
            self._waiting.append(event)
            if not self._woken:
                self._woken = True
                # Under the lock, so that `close` (and the deletion after it) cannot come in between.
                self._wake()

    def close(self) -> None:
        """Drop what waits and refuse what comes; idempotent."""
        with self._lock:
            self._closed = True
            self._waiting.clear()

    def _tell_flood(self) -> None:
        if not self._flooded:
            self._flooded = True
            log.error("events lost: the screen cannot keep up", limit=self._limit)

    def _wake(self) -> None:
        # Posted, never emitted: a signal to the same thread would be handled at once, inside `put`.
        QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))

    def _drain(self) -> None:
        for _ in range(BATCH):
            with self._lock:
                if not self._waiting:
                    self._woken = self._flooded = False
                    return
                event = self._waiting.popleft()
            self.arrived.emit(event)
        self._wake()

    def customEvent(self, _event: QEvent | None) -> None:
        """Hand on what waits."""
        self._drain()
