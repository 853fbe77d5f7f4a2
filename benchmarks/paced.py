"""A line between a driver and its simulator that tells what went over it, and when."""

import time
from collections.abc import Callable

from drivers.transport.base import Transport

BITS_PER_BYTE = 10
PATIENCE_S = 20.0


class CountedPort:
    """A Transport that counts the bytes of both directions and notes when the last write began."""

    def __init__(self, port: Transport) -> None:
        self._port = port
        self.count = 0
        self.wrote_at = 0.0

    def read(self, size: int, timeout_s: float) -> bytes:
        """Read as the port does."""
        data = self._port.read(size, timeout_s)
        self.count += len(data)
        return data

    def write(self, data: bytes, timeout_s: float) -> None:
        """Write as the port does."""
        self.wrote_at = time.monotonic()
        self.count += len(data)
        self._port.write(data, timeout_s)

    def close(self) -> None:
        """Close the port."""
        self._port.close()


def line_s(count: int, baud: int) -> float:
    """Return how long so many bytes take."""
    return count * BITS_PER_BYTE / baud


def until(true: Callable[[], object], what: str, pause_s: float = 0.002) -> None:
    """Wait for something of the other side.

    Raises:
        SystemExit: it never came true.

    """
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit(f"it never happened: {what}")
        time.sleep(pause_s)
