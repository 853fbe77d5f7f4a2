"""HID devices by reports: `hidraw:/dev/hidraw0`, `hid:VID:PID[:SERIAL]`, or `hid-sim:/path.sock` for a simulator.

The stream's bytes are cut into reports of 64 bytes, the last one padded with zeros; what comes back keeps its padding,
which the decoder above has to skip. A report goes to the kernel behind its number, 0 for devices that number none.
`hid:` looks the device up under /sys/class/hidraw; of several interfaces the one with a vendor's usage page is taken.

Sources: the kernel's Documentation/hid/hidraw.rst; report size by two public drivers of the 2B8B:2721 readers.
"""

import errno
import os
import time
from pathlib import Path

from drivers.transport.packets import connect_packets
from drivers.transport.stream import FdStream, lost

REPORT_SIZE = 64
LARGEST_REPORT = 4096
UNNUMBERED = b"\0"
SYS = Path("/sys/class/hidraw")
DEV = Path("/dev")
PLUG_AGAIN = "plug the reader in again"
_VENDOR_PAGE = b"\x06"
"""Usage page item with two bytes; vendor pages are FF00 to FFFF."""


class HidStream(FdStream):
    """A Transport over one hidraw descriptor (or a packet socket with the same packets)."""

    _unread = b""

    def read(self, size: int, timeout_s: float) -> bytes:
        """Return 1..size bytes of the reports; what is left of one is kept, since the kernel would drop it.

        Raises:
            TransportLost: unplugged, hung up, or closed meanwhile.

        """
        if not self._unread:
            self._unread = super().read(LARGEST_REPORT, timeout_s)
        taken, self._unread = self._unread[:size], self._unread[size:]
        return taken

    def write(self, data: bytes, timeout_s: float) -> None:
        """Write all of it, report by report.

        Raises:
            TransportLost: unplugged, closed meanwhile, or not taken within the limit.

        """
        deadline = time.monotonic() + timeout_s
        for start in range(0, len(data), REPORT_SIZE):
            report = data[start : start + REPORT_SIZE].ljust(REPORT_SIZE, b"\0")
            super().write(UNNUMBERED + report, max(0.0, deadline - time.monotonic()))


def open_hidraw(address: str, path: str) -> HidStream:
    """Open a hidraw device.

    Raises:
        TransportLost: missing, no rights, or not a hidraw device.

    """
    try:
        fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        raise lost(address, problem.strerror or str(problem), _next_step(problem)) from problem
    return HidStream(address, fd, lambda: os.close(fd), PLUG_AGAIN)


def open_hid(address: str, rest: str) -> HidStream:
    """Find a HID device by its numbers and open its hidraw device.

    Raises:
        TransportLost: not plugged in, no rights, or no such numbers.

    """
    vendor, _, more = rest.partition(":")
    product, _, serial = more.partition(":")
    try:
        wanted = f"{int(vendor, 16):08X}:{int(product, 16):08X}"
    except ValueError as problem:
        raise lost(address, "not VID:PID", "write it as hid:2B8B:2721, as lsusb shows it") from problem
    found = [name for name in hidraw_names() if _is(name, wanted, serial)]
    if not found:
        raise lost(address, "no such device", "check the cable and the numbers that lsusb shows")
    return open_hidraw(address, str(DEV / min(found, key=lambda name: (not _is_vendor(name), name))))


def hidraw_names() -> list[str]:
    """Return the names of all hidraw devices, such as ``hidraw0``."""
    return sorted(path.name for path in SYS.glob("hidraw*"))


def open_hid_sim(address: str, path: str) -> HidStream:
    """Connect to a simulator.

    Raises:
        TransportLost: nobody listens there.

    """
    connection = connect_packets(address, path, "no such device")
    return HidStream(address, connection.fileno(), connection.close, PLUG_AGAIN)


def _is(name: str, wanted: str, serial: str) -> bool:
    """Compare with the kernel's HID_ID=BUS:VENDOR:PRODUCT and HID_UNIQ."""
    try:
        lines = (SYS / name / "device" / "uevent").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False  # unplugged while we looked
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    return facts.get("HID_ID", "").partition(":")[2].upper() == wanted and serial in ("", facts.get("HID_UNIQ", ""))


def _is_vendor(name: str) -> bool:
    """Whether its first usage page is a vendor's: not its keyboard, if it has one too."""
    try:
        descriptor = (SYS / name / "device" / "report_descriptor").read_bytes()
    except OSError:
        return False
    return descriptor[:1] == _VENDOR_PAGE and descriptor[2:3] == b"\xff"


def _next_step(problem: OSError) -> str:
    if problem.errno in (errno.EACCES, errno.EPERM):
        return "install the udev rules and plug it in again"
    return "check the cable and the name under /dev"
