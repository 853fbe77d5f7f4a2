"""The far ends of the transports: where a simulator sits. One event loop watches them all.

`serial:/link` makes a pty and points the stable link at it (again after every replug), `tcp:HOST:PORT` listens,
`usb-sim:/path.sock` listens for bulk transfers, `hid-sim:/path.sock` for reports, `fifo:/path` writes input records,
`camera:/path` writes JPEGs into a FIFO of that name,
`http:HOST:PORT` and `pcsc-sim:/path.sock` serve many hosts at once (`drivers.far_hosts`), `memory:NAME` is this
process.
The others hold one host at a time. What is sent while nobody listens is lost, as on a wire.
"""

# ruff: noqa: D102 - what plug, unplug, listen and send promise stands in FarLine

import fcntl
import os
import selectors
import socket
import termios
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from drivers.transport import memory
from drivers.transport.hidraw import REPORT_SIZE, UNNUMBERED
from drivers.transport.usb_sim import LARGEST_PACKET, SETUP_SIZE, Descriptors, control_path

Took = Callable[[bytes], None]
READ_SIZE = 4096
PIPE_SIZE = 1 << 20
"""Of a FIFO: a camera's pictures must fit whole, for half a picture is noise."""
BAUDS = {getattr(termios, f"B{baud}"): baud for baud in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400)}


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


class _Ends:
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


class PtyLine(_Ends):
    """A pty behind a stable link. The slave end stays open here, else the master would report a hang-up."""

    def __init__(self, address: str, watch: Watch, took: Took) -> None:
        super().__init__(address, watch, took)
        self._link = Path(address.partition(":")[2])
        self._slave = -1

    def plug(self) -> None:
        if self._fd >= 0:
            return
        master, self._slave = os.openpty()
        tty.setraw(self._slave)
        fresh = self._link.with_name(f".{self._link.name}.new")
        fresh.unlink(missing_ok=True)
        self._link.parent.mkdir(parents=True, exist_ok=True)
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self._link)
        self._hold(master)

    def unplug(self) -> None:
        if self._fd < 0:
            return
        master = self._fd
        self._forget()
        self._link.unlink(missing_ok=True)
        os.close(master)
        os.close(self._slave)

    def send(self, data: bytes) -> None:
        with suppress(BlockingIOError):
            os.write(self._fd, data)

    def host_baud(self) -> int | None:
        """Read the pty's termios, which the host's open has set."""
        return BAUDS.get(termios.tcgetattr(self._fd)[5])


class MemoryLine(_Ends):
    """`memory:NAME` of this process."""

    wire: memory.MemoryWire | None = None

    def plug(self) -> None:
        if self.wire is None:
            self.wire = memory.plug(self.address.partition(":")[2])
            self._hold(self.wire.device.fileno())

    def unplug(self) -> None:
        wire, self.wire = self.wire, None
        if wire is not None:
            self._forget()
            wire.unplug()

    def send(self, data: bytes) -> None:
        if self.wire is not None:
            with suppress(BlockingIOError):
                self.wire.write(data)

    def host_baud(self) -> int | None:
        """Return what the host opened it with."""
        line = self.wire.line if self.wire else None
        return line.baud if line else None


class SocketLine(_Ends):
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
            self._control = _packet_listener(Path(control_path(self._path())))
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
        return _packet_listener(Path(self._path()))

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


def _packet_listener(path: Path) -> socket.socket:
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
        return _packet_listener(Path(self.address.partition(":")[2]))

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
        return _packet_listener(Path(self.address.partition(":")[2]))

    def _greet(self, host: socket.socket) -> None:
        """A chip says nothing of itself."""


class FifoLine(_Ends):
    """Input records into a FIFO; opened for writing only while a host reads, so nothing old is ever read."""

    def __init__(self, address: str, watch: Watch, took: Took) -> None:
        super().__init__(address, watch, took)
        self._path = Path(address.partition(":")[2])
        self._writer = -1
        self._plugged = False

    def plug(self) -> None:
        if not self._plugged:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.unlink(missing_ok=True)
            os.mkfifo(self._path, 0o600)
            self._plugged = True

    def unplug(self) -> None:
        if self._plugged:
            self._plugged = False
            self._open_writer()  # a reader that never saw a writer would not see one go
            self._close_writer()
            self._path.unlink(missing_ok=True)

    def send(self, data: bytes) -> None:
        self._open_writer()
        if self._writer < 0:
            return
        try:
            os.write(self._writer, data)
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._close_writer()

    def _open_writer(self) -> None:
        if self._writer < 0:
            with suppress(OSError):
                self._writer = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
                fcntl.fcntl(self._writer, fcntl.F_SETPIPE_SZ, PIPE_SIZE)

    def _close_writer(self) -> None:
        if self._writer >= 0:
            os.close(self._writer)
            self._writer = -1


def _hosts_line(address: str, watch: Watch, took: Took) -> FarLine:
    from drivers.far_hosts import HostsLine, LocalHostsLine

    return (LocalHostsLine if address.startswith("pcsc-sim:") else HostsLine)(address, watch, took)


def _datagram_line(address: str, watch: Watch, took: Took) -> FarLine:
    from drivers.far_udp import DatagramLine

    return DatagramLine(address, watch, took)


LINES: dict[str, Callable[[str, Watch, Took], FarLine]] = {
    "serial": PtyLine,
    "tcp": SocketLine,
    "udp": _datagram_line,
    **dict.fromkeys(("http", "ipp", "escl", "cups", "sane"), _hosts_line),
    "pcsc-sim": _hosts_line,
    "usb-sim": UsbLine,
    "hid-sim": HidLine,
    "gpio-sim": GpioLine,
    "fifo": FifoLine,
    "camera": FifoLine,
    "memory": MemoryLine,
}


def make_far_line(address: str, watch: Watch, took: Took) -> FarLine:
    """Make the far end of an address (not plugged yet).

    Raises:
        ValueError: no simulator can sit behind such an address.

    """
    scheme = address.partition(":")[0]
    if scheme not in LINES:
        raise ValueError(f"{address}: a simulator sits behind one of {', '.join(LINES)}")
    return LINES[scheme](address, watch, took)
