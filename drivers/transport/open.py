"""From an address to an open stream. The scheme decides; libraries are imported when their scheme is first used."""

from drivers.transport.base import LineSettings, Transport
from drivers.transport.stream import lost

SCHEMES = ("serial", "tcp", "udp", "usb", "usb-sim", "hid", "hidraw", "hid-sim", "evdev", "fifo", "memory")


def open_stream(address: str, line: LineSettings) -> Transport:
    """Open the stream behind an address, for this process alone.

    Raises:
        TransportLost: it cannot be opened now; the text names the address, the cause and the next step.

    """
    scheme, _, rest = address.partition(":")
    if not rest or scheme not in SCHEMES:
        raise lost(address, "unknown kind of address", f"begin it with one of {', '.join(SCHEMES)}")
    if scheme == "serial":
        from drivers.transport.serial_line import open_serial

        return open_serial(address, rest, line)
    if scheme == "tcp":
        from drivers.transport.tcp import open_tcp

        return open_tcp(address, rest)
    if scheme == "udp":
        from drivers.transport.udp import open_udp

        return open_udp(address, rest)
    if scheme == "memory":
        from drivers.transport.memory import open_memory

        return open_memory(address, rest, line)
    if scheme in ("usb", "usb-sim"):
        from drivers.transport.usb import open_usb

        return open_usb(address)
    if scheme.startswith("hid"):
        from drivers.transport import hidraw

        openers = {"hid": hidraw.open_hid, "hidraw": hidraw.open_hidraw, "hid-sim": hidraw.open_hid_sim}
        return openers[scheme](address, rest)
    from drivers.transport import records

    return records.open_evdev(address, rest) if scheme == "evdev" else records.open_fifo(address, rest)
