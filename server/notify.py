"""Tell systemd that the hub is ready and alive (sd_notify(3)): a datagram to $NOTIFY_SOCKET, nothing without it."""

import os
import socket


def notify(message: str) -> None:
    """Send e.g. ``READY=1``, ``WATCHDOG=1`` or ``STOPPING=1``; a systemd that does not listen is no trouble of ours."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        try:
            line.sendto(message.encode(), address)
        except OSError:
            return


def watchdog_s() -> float | None:
    """Return how often to say WATCHDOG=1 (half of what systemd waits), or None when it does not ask."""
    text = os.environ.get("WATCHDOG_USEC", "")
    return int(text) / 2_000_000 if text.isdigit() and int(text) > 0 else None
