"""Wires that hold one host at a time: TCP, and sockets of packets for HID and GPIO. Who comes second is hung up on."""

# ruff: noqa: D102 - what plug, unplug, listen and send promise stands in FarLine

import socket
from contextlib import suppress
from pathlib import Path

from drivers.far_lines.line import Ends, Took, Watch
from drivers.transport.hidraw import REPORT_SIZE, UNNUMBERED
from drivers.transport.usb_sim import LARGEST_PACKET


class SocketLine(Ends):
    """TCP or USB: listens, holds one host, hangs up on every further one."""

    def __init__(self, address: str, watch: Watch, took: Took) -> None:
        super().__init__(address, watch, took)
        self._listener: socket.socket | None = None
        self._host: socket.socket | None = None

    def plug(self) -> None:
        if self._listener is None:
            self._listener = self._made_listener()
            self._listener.setblocking(False)
            self._watch.add(self._listener.fileno(), self._accept)

    def unplug(self) -> None:
        self._hang_up()
        listener, self._listener = self._listener, None
        if listener is not None:
            self._watch.drop(listener.fileno())
            listener.close()

    def send(self, data: bytes) -> None:
        if self._host is None:
            return
        try:
            self._host.sendall(data)
        except BlockingIOError:
            return
        except OSError:
            self._hang_up()

    def _made_listener(self) -> socket.socket:
        host, _, port = self.address.partition(":")[2].rpartition(":")
        listener = socket.create_server((host, int(port)), backlog=4)
        self.address = f"tcp:{host}:{listener.getsockname()[1]}"
        return listener

    def _greet(self, host: socket.socket) -> None:
        host.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _accept(self) -> None:
        assert self._listener is not None
        with suppress(OSError):
            host, _peer = self._listener.accept()
            if self._host is not None and not self._has_left(self._host):
                host.close()
                return
            self._hang_up()
            self._greet(host)
            self._host = host
            self._hold(host.fileno())

    def _ready(self) -> None:
        assert self._host is not None
        try:
            data = self._host.recv(LARGEST_PACKET)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._received(data)
        else:
            self._hang_up()

    def _received(self, data: bytes) -> None:
        self._took(data)

    def _has_left(self, host: socket.socket) -> bool:
        """A host that closes and opens again may be back before its hang-up was read."""
        try:
            return host.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _hang_up(self) -> None:
        host, self._host = self._host, None
        if host is not None:
            self._forget()
            host.close()


def packet_listener(path: Path) -> socket.socket:
    """Return a socket at `path` that takes whole packets; a path that cannot be is named in the error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        listener.bind(str(path))
    except OSError as problem:
        listener.close()
        raise OSError(problem.errno, f"{path}: {problem.strerror or problem}") from problem
    listener.listen(4)
    return listener


class HidLine(SocketLine):
    """A HID device: every packet is a report; the host's come behind their number, ours are padded."""

    def unplug(self) -> None:
        if self._listener is not None:
            super().unplug()
            Path(self.address.partition(":")[2]).unlink(missing_ok=True)

    def send(self, data: bytes) -> None:
        for start in range(0, len(data), REPORT_SIZE):
            super().send(data[start : start + REPORT_SIZE].ljust(REPORT_SIZE, b"\0"))

    def _made_listener(self) -> socket.socket:
        return packet_listener(Path(self.address.partition(":")[2]))

    def _greet(self, host: socket.socket) -> None:
        """A HID device says nothing of itself here."""

    def _received(self, data: bytes) -> None:
        super()._received(data.removeprefix(UNNUMBERED))


class GpioLine(SocketLine):
    """A GPIO chip's seam: short lines of text in packets."""

    def unplug(self) -> None:
        if self._listener is not None:
            super().unplug()
            Path(self.address.partition(":")[2]).unlink(missing_ok=True)

    def _made_listener(self) -> socket.socket:
        return packet_listener(Path(self.address.partition(":")[2]))

    def _greet(self, host: socket.socket) -> None:
        """A chip says nothing of itself."""
