"""One byte stream over file descriptors: serial, TCP, FIFO, evdev and memory all end here.

Reads and writes wait in `poll` beside two event descriptors: `close` from another thread ends them at once, and
`wake` lets a waiting read return empty-handed, so that its owner can send what was just asked of it. The
descriptors are closed only after the last call inside has left: a number reused by another file can never be read.
"""

import errno
import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from drivers.transport.base import TransportLost

GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


def lost(address: str, cause: str, next_step: str) -> TransportLost:
    """Word a loss for the technician: which address, what happened, what to do."""
    problem = TransportLost(f"{address}: {cause}; {next_step}")
    problem.address, problem.cause = address, cause
    return problem


class FdStream:
    """A Transport over one non-blocking descriptor (or two)."""

    EMPTY_IS_THE_END = True
    """Whether a read that brings nothing means that the far end hung up."""
    END = "the far end hung up"
    """How that is told."""

    def __init__(self, address: str, fd: int, release: Callable[[], None], next_step: str) -> None:
        os.set_blocking(fd, False)
        self.address = address
        self._fd = fd
        self._release = release
        self._next_step = next_step
        self._woken = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._ended = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
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
                self._rest()
                return b""
            try:
                data = os.read(self._fd, size)
            except BlockingIOError:
                return b""
            except OSError as problem:
                raise self._gone(problem) from problem
        if not data and self.EMPTY_IS_THE_END:
            raise lost(self.address, self.END, self._next_step)
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

    def wake(self) -> None:
        """Let the waiting read, or else the next one, return b"" at once; from any thread, never blocks."""
        with self._closing:
            if not self._closed.is_set():
                os.eventfd_write(self._woken, 1)

    def close(self) -> None:
        """Give the descriptor back; wakes a reader or writer and waits for it to leave."""
        with self._closing:
            if self._closed.is_set():
                return
            self._closed.set()
            os.eventfd_write(self._ended, 1)
            self._interrupt()
            with self._reading, self._writing:
                self._release()
                os.close(self._woken)
                os.close(self._ended)

    def _interrupt(self) -> None:
        """End a call that waits elsewhere than in `_wait`; for streams whose writes another library does."""

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
        poller.register(self._ended, select.POLLIN)
        if events == select.POLLIN:
            poller.register(self._woken, select.POLLIN)
        ready = dict(poller.poll(max(0.0, deadline - time.monotonic()) * 1000))
        if self._closed.is_set():
            raise lost(self.address, "closed", "open it again")
        if events == select.POLLOUT and ready.get(self._fd, 0) & GONE:
            raise lost(self.address, "the far end is gone", self._next_step)
        return self._fd in ready

    def _rest(self) -> None:
        """Take back a wake-up that has done its work."""
        with suppress(BlockingIOError):
            os.eventfd_read(self._woken)

    def _gone(self, problem: OSError) -> TransportLost:
        name = errno.errorcode.get(problem.errno or 0, "error")
        return lost(self.address, f"{problem.strerror or problem} ({name})", self._next_step)
