"""The only owner of driver threads: open, serve, watch, reconnect with back-off.

A loss is logged once and a return once. The family gives `serve(port, life)`, which talks to the device until
`life.stopping` is set, and raises `TransportLost` when the cable goes. Everything a driver tells the hall goes
through `Life`, so no family starts a thread or keeps a status of its own.
"""

import threading
from collections.abc import Callable

import structlog

from drivers.transport.base import Transport, TransportLost
from hall.domain.ids import DeviceName
from hall.ports.status import Emit, Status, StatusChanged, StatusWord

FIRST_BACKOFF_S = 0.2
LAST_BACKOFF_S = 2.0
"""Bound by the rule that status is true within 2 s."""

log = structlog.get_logger("drivers")


class Life:
    """A running device as its serve loop sees it."""

    def __init__(self, name: DeviceName, emit: Emit) -> None:
        self.name = name
        self.emit = emit
        self.stopping = threading.Event()
        self._status = Status(StatusWord.UNKNOWN, "not opened yet")
        self._told = False
        self._lock = threading.Lock()

    @property
    def status(self) -> Status:
        """Last known status."""
        return self._status

    def report(self, status: Status) -> None:
        """Keep the status, and emit StatusChanged when the word or its reason is new."""
        with self._lock:
            if self._told and status == self._status:
                return
            self._status, self._told = status, True
        self.emit(StatusChanged(self.name, status))


Serve = Callable[[Transport, Life], None]


class Supervised:
    """One device's thread. `close` ends it and gives the port back."""

    def __init__(self, name: DeviceName, open_port: Callable[[], Transport], serve: Serve, emit: Emit) -> None:
        self.life = Life(name, emit)
        self._open_port = open_port
        self._serve = serve
        self._port: Transport | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"device-{name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving, close the port, join the thread; idempotent."""
        self.life.stopping.set()
        self._close_port()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        backoff_s, lost = FIRST_BACKOFF_S, False
        while not self.life.stopping.is_set():
            try:
                port = self._opened()
                if lost:
                    log.info("device returned", device=self.life.name)
                backoff_s, lost = FIRST_BACKOFF_S, False
                self._serve(port, self.life)
            except TransportLost as problem:
                if not self.life.stopping.is_set():
                    if not lost:
                        log.warning("device lost", device=self.life.name, reason=str(problem))
                    lost = True
                    self.life.report(Status(StatusWord.OFFLINE, str(problem)))
            finally:
                self._close_port()
            self.life.stopping.wait(backoff_s)
            backoff_s = min(backoff_s * 2, LAST_BACKOFF_S)

    def _opened(self) -> Transport:
        port = self._open_port()
        with self._lock:
            self._port = port
        return port

    def _close_port(self) -> None:
        with self._lock:
            port, self._port = self._port, None
        if port is not None:
            port.close()
