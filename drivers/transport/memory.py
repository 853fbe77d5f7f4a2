"""A named pipe inside this process: `memory:NAME`. What a pty cannot do, it can: modem lines, damage in between.

The far side calls `plug(name)`; the host opens `memory:NAME`. Like a port it is held by one host at a time, and
`unplug` is a pulled cable.
"""

import os
import socket
import threading
import time
from collections.abc import Callable

from drivers.transport.base import LineSettings
from drivers.transport.stream import FdStream, lost

Damage = Callable[[bytes], bytes]
_wires: dict[str, "MemoryWire"] = {}
_wires_lock = threading.Lock()


def _undamaged(data: bytes) -> bytes:
    return data


class MemoryWire:
    """A cable of this process as its far side sees it. `device` is the far side's socket (non-blocking)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.device, self._host = socket.socketpair()
        self.device.setblocking(False)
        self.to_device: Damage = _undamaged
        """Applied to what the host writes."""
        self.to_host: Damage = _undamaged
        """Applied to what the device writes with `write`."""
        self.cts = threading.Event()
        """Clear-to-send as the device drives it; also stands for DSR. Set at start."""
        self.cts.set()
        self.line: LineSettings | None = None
        """What the host opened it with, or None while nobody has."""

    def write(self, data: bytes) -> None:
        """Send from the device to the host, through the damage hook."""
        self.device.sendall(self.to_host(data))

    def unplug(self) -> None:
        """Pull the cable: the host's next read or write says so; the name is free again."""
        with _wires_lock:
            if _wires.get(self.name) is self:
                del _wires[self.name]
        self.device.close()
        if self.line is None:
            self._host.close()

    def opened(self, address: str, line: LineSettings) -> "MemoryStream":
        """Give the host its end."""
        self.line = line
        return MemoryStream(address, self, os.dup(self._host.fileno()), line)


class MemoryStream(FdStream):
    """The host's end: FdStream with the damage hook and flow control in between."""

    def __init__(self, address: str, wire: MemoryWire, fd: int, line: LineSettings) -> None:
        super().__init__(address, fd, self._give_back, "plug the cable in again")
        self._wire = wire
        self._own_fd = fd
        self._obeys_cts = line.rtscts or line.dsrdtr

    def write(self, data: bytes, timeout_s: float) -> None:
        """Write through the damage hook; with rtscts or dsrdtr it waits for the device's line.

        Raises:
            TransportLost: unplugged, closed, or the device holds its line inactive for the whole limit.

        """
        deadline = time.monotonic() + timeout_s
        if self._obeys_cts and not self._wire.cts.wait(timeout_s):
            raise lost(self.address, "the device holds CTS/DSR inactive", "check the device and the control lines")
        super().write(self._wire.to_device(data), max(0.0, deadline - time.monotonic()))

    def _give_back(self) -> None:
        os.close(self._own_fd)
        self._wire.line = None
        if self._wire.device.fileno() < 0:
            self._wire._host.close()


def plug(name: str) -> MemoryWire:
    """Make `memory:NAME` exist.

    Raises:
        ValueError: it is plugged already (a bug of the caller).

    """
    with _wires_lock:
        if name in _wires:
            raise ValueError(f"memory:{name} is plugged already")
        wire = _wires[name] = MemoryWire(name)
    return wire


def open_memory(address: str, name: str, line: LineSettings) -> MemoryStream:
    """Open the host's end.

    Raises:
        TransportLost: nothing is plugged in under that name, or another holds it.

    """
    with _wires_lock:
        wire = _wires.get(name)
        if wire is None:
            raise lost(address, "no such port", "plug its far end in")
        if wire.line is not None:
            raise lost(address, "busy", "another program holds it; end that program or use another port")
        return wire.opened(address, line)
