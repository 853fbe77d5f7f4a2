"""A simulator that speaks in packets, on a Unix socket: what HID and GPIO hosts connect to."""

import socket

from drivers.transport.stream import lost

CONNECT_S = 1.0
"""It is on this machine."""
PLUG_IN = "plug its far end in"


def connect_packets(address: str, path: str, missing: str) -> socket.socket:
    """Return the connection; it blocks for `CONNECT_S` at the most.

    Raises:
        TransportLost: nobody listens there, worded by `missing` ("no such device").

    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.settimeout(CONNECT_S)
    try:
        connection.connect(path)
    except OSError as problem:
        connection.close()
        raise lost(address, missing, PLUG_IN) from problem
    return connection
