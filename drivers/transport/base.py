"""What every byte stream can do, whatever carries it."""

from typing import Protocol, runtime_checkable

import msgspec

BUSY = "busy"
"""The cause of a port that somebody else holds."""


class TransportLost(OSError):
    """The stream is gone or cannot be opened. The text names the address, the cause and the next step.

    `address` and `cause` say the same for programs, where whoever raised it told them.
    """

    address = ""
    cause = ""


class LineSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """Settings of a serial line; streams without a line ignore them."""

    baud: int = 9600
    parity: str = "N"
    stop_bits: int = 1
    data_bits: int = 8
    rtscts: bool = False
    dsrdtr: bool = False
    xonxoff: bool = False


class Transport(Protocol):
    """A two-way byte stream with time limits on every call."""

    def read(self, size: int, timeout_s: float) -> bytes:
        """Return 1..size bytes as soon as any are there, or b"" after the time limit.

        Raises:
            TransportLost: the far end or the cable is gone.

        """

    def write(self, data: bytes, timeout_s: float) -> None:
        """Write all of it.

        Raises:
            TransportLost: it could not be written within the limit, or the cable is gone.

        """

    def close(self) -> None:
        """Give the port back; idempotent, and wakes a reader."""


@runtime_checkable
class Wakeable(Protocol):
    """A stream whose waiting read can be ended without closing it."""

    def wake(self) -> None:
        """Let the waiting read, or else the next one, return b"" at once; from any thread, never blocks."""


@runtime_checkable
class Identified(Protocol):
    """A stream to something that can say what it is, so that another device on the same socket is noticed."""

    identity: str
    """What it calls itself and how it is spoken to, e.g. ``0416:5011, endpoints 01 out and 82 in``."""


@runtime_checkable
class ClassRequests(Protocol):
    """A USB interface that can be asked by its class's control requests, beside the stream."""

    def class_request(self, request: int, length: int, timeout_s: float) -> bytes | None:
        """Ask the claimed interface; None when it does not know the request or does not answer in time.

        Raises:
            TransportLost: unplugged or closed.

        """
