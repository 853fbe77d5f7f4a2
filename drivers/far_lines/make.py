"""From an address to its far end: the scheme decides, as it does for the host."""

from collections.abc import Callable

from drivers.far_lines.datagrams import DatagramLine
from drivers.far_lines.fifo import FifoLine
from drivers.far_lines.line import FarLine, Took, Watch
from drivers.far_lines.many_hosts import HostsLine, LocalHostsLine
from drivers.far_lines.memory import MemoryLine
from drivers.far_lines.one_host import GpioLine, HidLine, SocketLine
from drivers.far_lines.pty import PtyLine
from drivers.far_lines.usb import UsbLine

LINES: dict[str, Callable[[str, Watch, Took], FarLine]] = {
    "serial": PtyLine,
    "tcp": SocketLine,
    "udp": DatagramLine,
    **dict.fromkeys(("http", "ipp", "escl", "cups", "sane"), HostsLine),
    "pcsc-sim": LocalHostsLine,
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
