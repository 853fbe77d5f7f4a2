"""UDP: `udp:192.168.1.9:5007` (controllers of LED panels). One write is one datagram; no cable tells that it is out.

A lost datagram is lost: who needs an answer asks again. A host that says that nobody listens there is a loss.
"""

import socket

from drivers.transport.stream import FdStream, lost

PLUG_AGAIN = "check power, network cable and the device's address"


LONGEST = 65_535
"""A datagram that is read in part is gone in whole, so it is always read whole."""


class DatagramStream(FdStream):
    """A stream whose pieces are datagrams: an empty one is no hang-up."""

    EMPTY_IS_THE_END = False
    _left = b""

    def read(self, size: int, timeout_s: float) -> bytes:
        """Return what is left of the last datagram, or the next one, or b"" after the time limit; see FdStream."""
        found = self._left or super().read(LONGEST, timeout_s)
        self._left = found[size:]
        return found[:size]


def open_udp(address: str, rest: str) -> FdStream:
    """Name the far end; nothing is sent yet.

    Raises:
        TransportLost: no such host, or not HOST:PORT.

    """
    host, _, port = rest.rpartition(":")
    if not host or not port.isdigit():
        raise lost(address, "not HOST:PORT", "write it as udp:192.168.1.9:5007")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_DGRAM)[0]
        door = socket.socket(found[0], socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        door.connect(found[4])
    except (OSError, OverflowError) as problem:
        raise lost(address, str(problem), PLUG_AGAIN) from problem
    return DatagramStream(address, door.fileno(), door.close, PLUG_AGAIN)
