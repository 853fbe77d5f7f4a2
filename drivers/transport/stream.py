"""One byte stream over file descriptors: serial, TCP, FIFO, evdev and memory all end here.

Reads and writes wait in `poll` beside a wake pipe, so that `close` from another thread ends them at once. The
descriptors are closed only after the last call inside has left: a number reused by another file can never be read.
"""

import errno
import os
import select
import threading
import time
from collections.abc import Callable

from drivers.transport.base import TransportLost

GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


def lost(address: str, cause: str, next_step: str) -> TransportLost:
    """Word a loss for the technician: which address, what happened, what to do."""
    return TransportLost(f"{address}: {cause}; {next_step}")


class FdStream:
    """A Transport over one non-blocking descriptor (or two)."""

    def __init__(self, address: str, fd: int, release: Callable[[], None], next_step: str) -> None:
        os.set_blocking(fd, False)
        self.address = address
        self._fd = fd
        self._release = release
        self._next_step = next_step
        self._wake_r, self._wake_w = os.pipe()
        self._closed = threading.Event()
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._closing = threading.Lock()

    def read(self, size: int, timeout_s: float) -> bytes:
        """Return 1..size bytes as soon as any are there, or b"" after the time limit.

        Raises:
            TransportLost: unplugged, hung up, or closed meanwhile.

        """
        with self._reading:
            if not self._wait(select.POLLIN, time.monotonic() + timeout_s):
                return b""
            try:
                data = os.read(self._fd, size)
            except BlockingIOError:
                return b""
            except OSError as problem:
                raise self._gone(problem) from problem
        if not data:
            raise lost(self.address, "the far end hung up", self._next_step)
        return data

    def write(self, data: bytes, timeout_s: float) -> None:
        """Write all of it.

        Raises:
            TransportLost: unplugged, closed meanwhile, or the far end does not take it within the limit.

        """
        deadline, rest = time.monotonic() + timeout_s, memoryview(data)
        with self._writing:
            while rest:
                if not self._wait(select.POLLOUT, deadline):
                    raise lost(self.address, f"{len(rest)} bytes not taken in {timeout_s:g} s", self._next_step)
                rest = rest[self._write_some(rest) :]

    def close(self) -> None:
        """Give the descriptor back; wakes a reader or writer and waits for it to leave."""
        with self._closing:
            if self._closed.is_set():
                return
            self._closed.set()
            os.write(self._wake_w, b"x")
            with self._reading, self._writing:
                self._release()
                os.close(self._wake_r)
                os.close(self._wake_w)

    def _write_some(self, rest: memoryview) -> int:
        try:
            return os.write(self._fd, rest)
        except BlockingIOError:
            return 0
        except OSError as problem:
            raise self._gone(problem) from problem

    def _wait(self, events: int, deadline: float) -> bool:
        """Wait for readiness or a hang-up (which the read or write itself then words); False at the deadline."""
        if self._closed.is_set():
            raise lost(self.address, "closed", "open it again")
        poller = select.poll()
        poller.register(self._fd, events)
        poller.register(self._wake_r, select.POLLIN)
        ready = dict(poller.poll(max(0.0, deadline - time.monotonic()) * 1000))
        if self._closed.is_set():
            raise lost(self.address, "closed", "open it again")
        if events == select.POLLOUT and ready.get(self._fd, 0) & GONE:
            raise lost(self.address, "the far end is gone", self._next_step)
        return self._fd in ready

    def _gone(self, problem: OSError) -> TransportLost:
        name = errno.errorcode.get(problem.errno or 0, "error")
        return lost(self.address, f"{problem.strerror or problem} ({name})", self._next_step)
