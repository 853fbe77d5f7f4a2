"""The far end of a wire: what every simulator is.

A simulator is sans-IO like a protocol: bytes in, bytes out, the clock passed in. `drivers.play` puts it behind
a pty, a TCP port, a USB socket or a FIFO, gives it one control socket, and alone writes its state file; the
simulation of the whole hall runs the same object in virtual time.
"""

from collections.abc import Iterable
from typing import Any, Protocol, runtime_checkable


class UnknownControl(ValueError):
    """The simulator has no such control; the text lists those it has."""

    def __init__(self, control: str, known: Iterable[str]) -> None:
        super().__init__(f"no control {control!r}; there are {', '.join(known) or 'none'}")


class FarEnd(Protocol):
    """A simulated device. Times are seconds of a monotonic clock that the caller owns."""

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes that the host wrote, in any split."""

    def outgoing(self, now: float) -> bytes:
        """Return (once) the bytes that are due by now."""

    def next_due(self) -> float | None:
        """When `outgoing` may have something again, or None while it only waits for the host."""

    def controls(self) -> dict[str, str]:
        """What a person can do to it: control name to one sentence of help."""

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control, e.g. ``paper_out`` or ``insert_card``; return what is worth showing.

        Raises:
            UnknownControl: there is no such control.

        """

    def state(self) -> dict[str, Any]:
        """Everything a dock, a test or a trainer may see, as JSON values."""


@runtime_checkable
class UsbControlled(Protocol):
    """A far end that also answers USB control transfers."""

    def usb_control(self, setup: bytes, data: bytes, now: float) -> bytes | None:
        """Answer one: eight bytes of setup, the data out; return the data in (may be empty), None to stall."""


@runtime_checkable
class ManyHosts(Protocol):
    """A far end that several hosts talk to at once, each over a numbered connection of its own (`http:`)."""

    def heard(self, host: int, data: bytes, now: float) -> None:
        """Take bytes of one host, in any split; b"" when it has hung up."""

    def said(self, now: float) -> list[tuple[int, bytes]]:
        """Return (once) what is due by now, and for whom; b"" hangs up after what went before."""
