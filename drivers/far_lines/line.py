"""What every far end is, and the loop that watches them."""

# ruff: noqa: D102 - what plug, unplug, listen and send promise stands in FarLine

import os
import selectors
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

Took = Callable[[bytes], None]
READ_SIZE = 4096


class Watch:
    """File descriptors of the loop, each with what to call when it is readable."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def add(self, fd: int, ready: Callable[[], None], events: int = selectors.EVENT_READ) -> None:
        """Watch a descriptor (for reading, unless told otherwise); a second call is harmless."""
        if fd not in self._selector.get_map():
            self._selector.register(fd, events, ready)

    def drop(self, fd: int) -> None:
        """Stop watching (before closing it)."""
        if fd in self._selector.get_map():
            self._selector.unregister(fd)

    def run_ready(self, timeout_s: float | None) -> None:
        """Wait, then call whatever is ready."""
        for key, _events in self._selector.select(timeout_s):
            if key.fd in self._selector.get_map():
                key.data()

    def close(self) -> None:
        """Give the loop's own descriptor back."""
        self._selector.close()


class FarLine(Protocol):
    """The device's end of a wire."""

    address: str
    """What the host opens; a TCP port 0 is replaced by the real one."""

    def plug(self) -> None:
        """Make the address exist."""

    def unplug(self) -> None:
        """Pull the cable: the host's next call fails. Idempotent."""

    def listen(self, on: bool) -> None:
        """Take bytes from the host, or leave them in the wire (back-pressure)."""

    def send(self, data: bytes) -> None:
        """Put bytes on the wire now."""

    def host_baud(self) -> int | None:
        """Speed the host has set, where the wire knows it."""


class Ends:
    """What all lines share: a descriptor to read from, watched while somebody wants its bytes."""

    def __init__(self, address: str, watch: Watch, took: Took) -> None:
        self.address = address
        self._watch, self._took = watch, took
        self._fd = -1
        self._listening = True

    def listen(self, on: bool) -> None:
        self._listening = on
        if self._fd >= 0:
            (self._watch.add(self._fd, self._ready) if on else self._watch.drop(self._fd))

    def host_baud(self) -> int | None:
        return None

    def _ready(self) -> None:
        with suppress(BlockingIOError):
            self._took(os.read(self._fd, READ_SIZE))

    def _hold(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self.listen(self._listening)

    def _forget(self) -> None:
        if self._fd >= 0:
            self._watch.drop(self._fd)
            self._fd = -1
