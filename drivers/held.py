"""Which ports this process holds, and for which of its devices: who finds a port busy learns of its own neighbour.

The kernel only says that somebody holds it. Serial ports, input devices and the like are compared by the file that
they lead to, so that two names of one port are one; anything else by its address.
"""

import threading
from pathlib import Path

from drivers.transport.base import BUSY, TransportLost
from hall.domain.ids import DeviceName

FILES = frozenset({"serial", "evdev", "fifo", "hidraw"})
"""Schemes whose rest is a path."""
OWN_PORT = "give each device a port of its own"


class HeldPorts:
    """Ports by place, with the device that holds each. Called from every device's thread."""

    def __init__(self) -> None:
        self._by_place: dict[str, DeviceName] = {}
        self._lock = threading.Lock()

    def take(self, address: str, device: DeviceName) -> None:
        """Note that a device has opened a port; a port without an address is nobody's to look for."""
        if not address:
            return
        with self._lock:
            self._by_place[_place(address)] = device

    def give_back(self, device: DeviceName) -> None:
        """Note that a device has closed its port; idempotent."""
        with self._lock:
            self._by_place = {place: holder for place, holder in self._by_place.items() if holder != device}

    def worded(self, problem: TransportLost, device: DeviceName) -> str:
        """Return why a port was not opened, naming the own device that holds it, if one does."""
        if problem.cause != BUSY:
            return str(problem)
        with self._lock:
            holder = self._by_place.get(_place(problem.address))
        if holder is None or holder == device:
            return str(problem)
        return f"{problem.address}: {BUSY}; the device {holder} of this unit holds it; {OWN_PORT}"


HELD = HeldPorts()
"""Of this process: ports are its own, as its open files are."""


def _place(address: str) -> str:
    scheme, _, rest = address.partition(":")
    return str(Path(rest).resolve()) if scheme in FILES else address
