"""`usb-sim:/path.sock`: bulk transfers as packets, control transfers on a socket beside it."""

# ruff: noqa: D102 - what plug, unplug, listen and send promise stands in FarLine

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from drivers.far_lines.line import Took, Watch
from drivers.far_lines.one_host import SocketLine, packet_listener
from drivers.transport.usb_sim import LARGEST_PACKET, SETUP_SIZE, Descriptors, control_path


class UsbLine(SocketLine):
    """A bulk device: packets instead of a stream, descriptors first, control transfers beside it."""

    descriptors = Descriptors()
    answer_control: Callable[[bytes, bytes], bytes | None] | None = None
    """Takes setup and data out; returns the packet to send back, None to leave the host waiting."""

    def __init__(self, address: str, watch: Watch, took: Took) -> None:
        super().__init__(address, watch, took)
        self._control: socket.socket | None = None
        self._asking: set[socket.socket] = set()

    def plug(self) -> None:
        super().plug()
        if self._control is None:
            self._control = packet_listener(Path(control_path(self._path())))
            self._control.setblocking(False)
            self._watch.add(self._control.fileno(), self._accept_control)

    def unplug(self) -> None:
        control, self._control = self._control, None
        if control is not None:
            self._watch.drop(control.fileno())
            control.close()
            Path(control_path(self._path())).unlink(missing_ok=True)
        for asking in list(self._asking):
            self._end_control(asking)
        if self._listener is not None:
            super().unplug()
            Path(self._path()).unlink(missing_ok=True)

    def _path(self) -> str:
        return self.address.partition(":")[2]

    def _made_listener(self) -> socket.socket:
        return packet_listener(Path(self._path()))

    def _greet(self, host: socket.socket) -> None:
        host.send(msgspec.json.encode(self.descriptors))

    def _accept_control(self) -> None:
        assert self._control is not None
        with suppress(OSError):
            asking, _peer = self._control.accept()
            asking.setblocking(False)
            self._asking.add(asking)
            self._watch.add(asking.fileno(), lambda: self._take_control(asking))

    def _take_control(self, asking: socket.socket) -> None:
        """Answer the one request of this connection, and end it when the host hangs up."""
        with suppress(OSError):
            request = asking.recv(LARGEST_PACKET)
            if len(request) >= SETUP_SIZE:
                answer = self.answer_control and self.answer_control(request[:SETUP_SIZE], request[SETUP_SIZE:])
                if answer is not None:
                    asking.send(answer)
                return
        self._end_control(asking)

    def _end_control(self, asking: socket.socket) -> None:
        self._asking.discard(asking)
        self._watch.drop(asking.fileno())
        asking.close()
