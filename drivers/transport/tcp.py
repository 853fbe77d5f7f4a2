"""TCP: `tcp:192.168.1.9:9100` (printers, serial servers). Keep-alive notices a dead cable within some seconds."""

import socket

from drivers.transport.stream import FdStream, lost

CONNECT_S = 2.0
PLUG_AGAIN = "check power and network cable"
KEEPALIVE = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 2),
)


def open_tcp(address: str, rest: str) -> FdStream:
    """Connect within 2 s.

    Raises:
        TransportLost: no such host, refused, or no answer.

    """
    connection = connected(address, rest)
    return FdStream(address, connection.fileno(), connection.close, PLUG_AGAIN)


def connected(address: str, rest: str) -> socket.socket:
    """Return the connected socket; see `open_tcp`."""
    host, _, port = rest.rpartition(":")
    if not host or not port.isdigit():
        raise lost(address, "not HOST:PORT", "write it as tcp:192.168.1.9:9100")
    try:
        connection = socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_S)
    except (OSError, OverflowError) as problem:
        raise lost(address, str(problem), "check power, network cable and the device's address") from problem
    for level, option, value in KEEPALIVE:
        connection.setsockopt(level, option, value)
    return connection
