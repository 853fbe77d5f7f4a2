"""A cable between a unit and its hub that a test can cut, mend, and let a reply get lost on."""

import contextlib
import socket
import threading
from types import TracebackType


class Line:
    """Forwards loopback TCP from a port of its own to `target`, which may change while connections come and go."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.swallowed = threading.Event()
        """Set when a reply was lost as `lose_next_reply` asked; the line is cut from then on."""
        self._up = True
        self._armed: set[socket.socket] = set()
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._asked: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._run(self._accept)

    def __enter__(self) -> "Line":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()
        for thread in self._threads:
            thread.join(timeout=10)

    @property
    def url(self) -> str:
        """Where a unit finds the hub."""
        return f"https://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """End every connection, and take no new one."""
        with self._lock:
            self._up = False
            ends = [*self._pairs, *self._pairs.values()]
            self._pairs.clear()
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Take connections again."""
        self._up = True

    def lose_next_reply(self) -> None:
        """Let the next request on a connection that is open now reach the hub, drop its reply, and cut the line."""
        with self._lock:
            self.swallowed.clear()
            self._asked.clear()
            self._armed = set(self._pairs)

    def _accept(self) -> None:
        while True:
            try:
                unit, _ = self._listening.accept()
            except OSError:
                return
            try:
                if not self._up:
                    raise ConnectionRefusedError
                hub = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                unit.close()
                continue
            hub.settimeout(None)
            with self._lock:
                self._pairs[unit] = hub
            self._run(self._up_ward, unit, hub)
            self._run(self._down_ward, unit, hub)

    def _up_ward(self, unit: socket.socket, hub: socket.socket) -> None:
        while data := _received(unit):
            if unit in self._armed:
                self._asked.add(unit)
            if not _sent(hub, data):
                break
        _end(hub)

    def _down_ward(self, unit: socket.socket, hub: socket.socket) -> None:
        while data := _received(hub):
            if unit in self._asked:
                self._asked.clear()
                self._armed.clear()
                self.cut()
                self.swallowed.set()
                break
            if not _sent(unit, data):
                break
        _end(unit)
        with self._lock:
            self._pairs.pop(unit, None)
        unit.close()
        hub.close()

    def _run(self, target: object, *args: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(65_536)
    except OSError:
        return b""


def _sent(end: socket.socket, data: bytes) -> bool:
    try:
        end.sendall(data)
    except OSError:
        return False
    return True


def _end(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
