"""The far end of what several hosts talk to at once: `http:HOST:PORT` and `pcsc-sim:/path.sock` listen and number them.

The address that a host opens will do as well (`ipp://HOST:PORT/path`, `escl:http://HOST:PORT/eSCL`,
`cups:QUEUE@HOST:PORT`, `sane:airscan:...`): what stands around host and port is kept, so one address serves both ends.

A page may be megabytes, and a host may read slowly: what does not fit into the socket waits here and goes out when the
loop says that there is room. A host that hangs up is told to the device as an empty piece.
"""

# ruff: noqa: D102 - what plug, unplug, listen and send promise stands in FarLine

import os
import re
import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from drivers.far_lines.line import READ_SIZE, Took, Watch

_PLACE = re.compile(r"(?P<before>.*[:/@])(?P<host>[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})(?P<behind>/.*)?")
Heard = Callable[[int, bytes], None]
MOST_HOSTS = 64
"""As many as a small device's web server takes; further ones are hung up on."""


class _Host:
    """One connection: what waits to go out, and a second descriptor by which the loop tells that there is room."""

    def __init__(self, number: int, connection: socket.socket, watch: Watch, over: Callable[[int], None]) -> None:
        self.number, self.connection = number, connection
        self._watch, self._over = watch, over
        self._waiting = bytearray()
        self._room = os.dup(connection.fileno())
        self._last = False

    def send(self, data: bytes) -> None:
        self._waiting += data
        self._flush()

    def end(self) -> None:
        """Hang up once everything is out."""
        self._last = True
        self._flush()

    def close(self) -> None:
        for fd in (self.connection.fileno(), self._room):
            self._watch.drop(fd)
        self.connection.close()
        os.close(self._room)

    def _flush(self) -> None:
        self._watch.drop(self._room)
        try:
            while self._waiting:
                del self._waiting[: self.connection.send(self._waiting)]
        except BlockingIOError:
            self._watch.add(self._room, self._flush, selectors.EVENT_WRITE)
            return
        except OSError:
            self._over(self.number)
            return
        if self._last:
            self._over(self.number)


class HostsLine:
    """Listens, and serves every host that comes."""

    heard: Heard | None = None
    """Takes a host's number and its bytes, b"" when it has gone."""

    def __init__(self, address: str, watch: Watch, took: Took) -> None:
        del took
        self.address = address
        self._watch = watch
        self._listener: socket.socket | None = None
        self._hosts: dict[int, _Host] = {}
        self._number = 0
        self._listening = True

    def plug(self) -> None:
        if self._listener is None:
            self._listener = self._made_listener()
            self._listener.setblocking(False)
            self._watch.add(self._listener.fileno(), self._accept)

    def unplug(self) -> None:
        for number in list(self._hosts):
            self._gone(number)
        listener, self._listener = self._listener, None
        if listener is not None:
            self._watch.drop(listener.fileno())
            listener.close()

    def listen(self, on: bool) -> None:
        self._listening = on
        for host in self._hosts.values():
            self._listen_to(host)

    def send(self, data: bytes) -> None:
        """Put bytes before every host, as noise does."""
        for host in list(self._hosts.values()):
            host.send(data)

    def send_to(self, number: int, data: bytes) -> None:
        """Answer one host; b"" hangs up once everything is out. One that has gone hears nothing."""
        host = self._hosts.get(number)
        if host is not None:
            (host.send(data) if data else host.end())

    def host_baud(self) -> int | None:
        return None

    def _made_listener(self) -> socket.socket:
        place = _PLACE.fullmatch(self.address)
        if place is None:
            raise ValueError(
                f"{self.address}: a simulator of a network device needs host and port: http:127.0.0.1:8090"
            )
        listener = socket.create_server((place["host"], int(place["port"])), backlog=16)
        port = listener.getsockname()[1]
        self.address = f"{place['before']}{place['host']}:{port}{place['behind'] or ''}"
        return listener

    def _greet(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _accept(self) -> None:
        assert self._listener is not None
        with suppress(OSError):
            connection, _peer = self._listener.accept()
            if len(self._hosts) >= MOST_HOSTS:
                connection.close()
                return
            connection.setblocking(False)
            self._greet(connection)
            self._number += 1
            host = _Host(self._number, connection, self._watch, self._gone)
            self._hosts[self._number] = host
            self._listen_to(host)

    def _listen_to(self, host: _Host) -> None:
        if self._listening:
            self._watch.add(host.connection.fileno(), lambda: self._ready(host))
        else:
            self._watch.drop(host.connection.fileno())

    def _ready(self, host: _Host) -> None:
        try:
            data = host.connection.recv(READ_SIZE * 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._gone(host.number)
        elif self.heard is not None:
            self.heard(host.number, data)

    def _gone(self, number: int) -> None:
        host = self._hosts.pop(number, None)
        if host is not None:
            host.close()
            if self.heard is not None:
                self.heard(number, b"")


class LocalHostsLine(HostsLine):
    """The same on a Unix socket of this machine, as daemons have."""

    def unplug(self) -> None:
        if self._listener is not None:
            super().unplug()
            Path(self.address.partition(":")[2]).unlink(missing_ok=True)

    def _made_listener(self) -> socket.socket:
        path = Path(self.address.partition(":")[2])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        listener.listen(16)
        return listener

    def _greet(self, connection: socket.socket) -> None:
        """Nothing to set on a Unix socket."""
