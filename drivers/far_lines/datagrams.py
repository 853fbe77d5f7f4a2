"""The far end of a device that is spoken to in datagrams: `udp:HOST:PORT`. Answers go to whoever asked last."""

# ruff: noqa: D102 - what plug, unplug, listen and send promise stands in FarLine

import socket
from contextlib import suppress

from drivers.far_lines.line import Took, Watch

LONGEST = 65_535


class DatagramLine:
    """One bound socket. A port 0 is the real one after plugging."""

    def __init__(self, address: str, watch: Watch, took: Took) -> None:
        self.address = address
        self._watch, self._took = watch, took
        self._door: socket.socket | None = None
        self._asked_by: tuple[str, int] | None = None
        self._listening = True

    def plug(self) -> None:
        if self._door is not None:
            return
        host, _, port = self.address.partition(":")[2].rpartition(":")
        self._door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        self._door.bind((host, int(port)))
        self.address = f"udp:{host}:{self._door.getsockname()[1]}"
        self.listen(self._listening)

    def unplug(self) -> None:
        door, self._door = self._door, None
        if door is not None:
            self._watch.drop(door.fileno())
            door.close()

    def listen(self, on: bool) -> None:
        self._listening = on
        if self._door is not None:
            fd = self._door.fileno()
            (self._watch.add(fd, self._ready) if on else self._watch.drop(fd))

    def send(self, data: bytes) -> None:
        if self._door is not None and self._asked_by is not None:
            with suppress(OSError):
                self._door.sendto(data, self._asked_by)

    def host_baud(self) -> int | None:
        return None

    def _ready(self) -> None:
        assert self._door is not None
        with suppress(OSError):
            data, self._asked_by = self._door.recvfrom(LONGEST)
            self._took(data)
