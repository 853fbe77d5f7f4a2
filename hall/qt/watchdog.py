"""Tells systemd that the screen lives: a heartbeat that follows painted frames, not merely a running process.

A browser kiosk's lesson: "app healthy while the screen shows nothing". So the beat is asked for by a timer on the
GUI thread, but sent from the paint of a one-pixel corner of the window.
"""

import os
import socket

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QWidget

DEFAULT_MS = 5000


def notify(message: str) -> bool:
    """Send one line to systemd's notification socket; return whether there is one (see sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
        try:
            door.sendto(message.encode(), address)
        except OSError:
            return False
    return True


def interval_ms() -> int:
    """Return half of the unit's WatchdogSec, as systemd advises, or a default."""
    microseconds = int(os.environ.get("WATCHDOG_USEC", "0") or 0)
    return max(500, microseconds // 2000) if microseconds else DEFAULT_MS


class Heartbeat(QWidget):
    """One pixel in the window's corner. `frames` counts what was really painted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.frames = 0
        self.setGeometry(0, 0, 1, 1)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.update)
        self._timer.start(interval_ms())
        self.show()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Count the frame and tell systemd."""
        first = self.frames == 0
        self.frames += 1
        notify("READY=1\nWATCHDOG=1" if first else "WATCHDOG=1")
