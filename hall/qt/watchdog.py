"""Tells systemd that the screen lives: a heartbeat that follows painted frames, not merely a running process.

A browser kiosk's lesson: "app healthy while the screen shows nothing". So the beat is asked for by a timer on the
GUI thread, but sent from the paint of a one-pixel corner of the window.
"""

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QWidget

from hall.alive import notify, watchdog_s

DEFAULT_MS = 5000


def interval_ms() -> int:
    """Return half of the unit's WatchdogSec, as systemd advises, or a default."""
    every_s = watchdog_s()
    return max(500, int(every_s * 1000)) if every_s is not None else DEFAULT_MS


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
        """Count the frame, and tell systemd once it has left for the screen: what is painted here is not there yet."""
        first = self.frames == 0
        self.frames += 1
        QTimer.singleShot(0, lambda: _tell(first))


def _tell(first: bool) -> None:
    notify("READY=1\nWATCHDOG=1" if first else "WATCHDOG=1")
