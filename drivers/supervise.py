"""The only owner of driver threads: open, serve, watch, reconnect with back-off.

A loss is logged once and a return once. The family gives `serve(port, life)`, which talks to the device until
`life.stopping` is set, and raises `TransportLost` when the cable goes. Everything a driver tells the hall goes
through `Life`, so no family starts a thread or keeps a status of its own.

A bug in `serve` never ends the thread silently: it is logged with its traceback (once per kind), the status
becomes FAULT with the reason, the port is closed and opened again after a pause.
"""

import threading
import time
from collections.abc import Callable

import structlog

from drivers.held import HELD
from drivers.transport.base import Identified, Transport, TransportLost, Wakeable
from hall.domain.ids import DeviceName
from hall.ports.status import DeviceRemark, Emit, Status, StatusChanged, StatusWord

FIRST_BACKOFF_S = 0.2
LAST_BACKOFF_S = 2.0
"""Bound by the rule that status is true within 2 s."""
SETTLED_S = 2.0
"""A device served this long counts as well again: the next pause is short, the next trouble is logged."""

log = structlog.get_logger("drivers")


class Life:
    """A running device as its serve loop sees it."""

    def __init__(self, name: DeviceName, emit: Emit) -> None:
        self.name = name
        self._emit = emit
        self.stopping = threading.Event()
        self._status = Status(StatusWord.UNKNOWN, "not opened yet")
        self._told = self._lost = False
        self._remarked = ""
        self._lock = threading.Lock()

    @property
    def status(self) -> Status:
        """Last known status."""
        return self._status

    def emit(self, event: object) -> None:
        """Tell the hall. A receiver's bug is logged here and does not reach the device's loop."""
        try:
            self._emit(event)
        except Exception:
            log.exception("event not taken", device=self.name, kind=type(event).__name__)

    def report(self, status: Status) -> None:
        """Keep the status, and emit StatusChanged when the word or its reason is new."""
        with self._lock:
            if self._told and status == self._status:
                return
            self._status, self._told = status, True
            self._log_turn(status)
        self.emit(StatusChanged(self.name, status))

    def remark(self, text: str) -> None:
        """Name something odd to the technician that is no change of state; the same twice in a row is logged once.

        `text` says in one line what was seen and what to do, and holds nothing that a card or a code said.
        """
        if text != self._remarked:
            self._remarked = text
            log.warning("device remark", device=self.name, remark=text)
        self.emit(DeviceRemark(self.name, text))

    def _log_turn(self, status: Status) -> None:
        """A loss is logged once and a return once, however often ports open in between."""
        if status.word is StatusWord.OFFLINE and not self._lost:
            self._lost = True
            log.warning("device lost", device=self.name, reason=status.reason)
        elif status.usable and self._lost:
            self._lost = False
            log.info("device returned", device=self.name)


Serve = Callable[[Transport, Life], None]


class Supervised:
    """One device's thread. `close` ends it and gives the port back."""

    def __init__(self, name: DeviceName, open_port: Callable[[], Transport], serve: Serve, emit: Emit) -> None:
        self.life = Life(name, emit)
        self._open_port = open_port
        self._serve = serve
        self._port: Transport | None = None
        self._trouble = self._identity = ""
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"device-{name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving, close the port, join the thread; idempotent."""
        self.life.stopping.set()
        self._close_port()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def wake(self) -> None:
        """Let serve's waiting read return b"" at once, where the stream can; never blocks."""
        with self._lock:
            if isinstance(self._port, Wakeable):
                self._port.wake()

    def _run(self) -> None:
        backoff_s = FIRST_BACKOFF_S
        while not self.life.stopping.is_set():
            started = time.monotonic()
            self._once()
            if time.monotonic() - started > SETTLED_S:
                backoff_s, self._trouble = FIRST_BACKOFF_S, ""
            self.life.stopping.wait(backoff_s)
            backoff_s = min(backoff_s * 2, LAST_BACKOFF_S)

    def _once(self) -> None:
        """Open and serve until something happens; afterwards the port is closed and the status true."""
        try:
            port = self._opened()
            self._serve(port, self.life)
        except TransportLost as problem:
            self._report_loss(HELD.worded(problem, self.life.name))
        except Exception as problem:
            self._report_bug(problem)
        finally:
            self._close_port()

    def _report_loss(self, reason: str) -> None:
        if not self.life.stopping.is_set():
            self.life.report(Status(StatusWord.OFFLINE, reason))

    def _report_bug(self, problem: Exception) -> None:
        """The reason names only the kind of error: its text may quote what a card or code said."""
        reason = f"driver error {type(problem).__name__}; restarting by itself, report it if it stays"
        if reason != self._trouble:
            log.exception("driver failed", device=self.life.name)
        self._trouble = reason
        self.life.report(Status(StatusWord.FAULT, reason))

    def _opened(self) -> Transport:
        port = self._open_port()
        with self._lock:
            self._port = port
        HELD.take(getattr(port, "address", ""), self.life.name)
        if self.life.stopping.is_set():
            raise TransportLost(f"{self.life.name}: closed while opening")
        if isinstance(port, Identified):
            self._compare(port.identity)
        return port

    def _compare(self, identity: str) -> None:
        """A device that comes back as another one is used as it is now, and named."""
        before, self._identity = self._identity, identity
        if before and before != identity:
            self.life.remark(
                f"it came back as {identity}, and was {before}; if it does not work, choose its model anew"
            )

    def _close_port(self) -> None:
        with self._lock:
            port, self._port = self._port, None
        if port is not None:
            port.close()
            HELD.give_back(self.life.name)
