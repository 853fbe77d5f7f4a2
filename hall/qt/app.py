"""How every face starts and ends: application, fonts, theme, geometry, signals, heartbeat, Qt's own messages.

A face's `main` makes a `Start`, shows its window, calls `start.first_frame(then)` with what is slow (drivers, HTTP,
crypto imports) and `start.run()`. So the first frame is on the panel before anything slow is imported.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from types import TracebackType

import structlog
from PyQt6.QtCore import QMessageLogContext, QObject, QPoint, QSocketNotifier, QTimer, QtMsgType, qInstallMessageHandler
from PyQt6.QtWidgets import QApplication, QWidget
from PyQt6.sip import voidptr

from hall.alive import notify
from hall.qt.look import Look
from hall.qt.theme import Theme
from hall.qt.watchdog import Heartbeat

log = structlog.get_logger("qt")

EXPECTED_MESSAGES = ("This plugin does not support propagateSizeHints()",)
"""Said by the offscreen platform for every window with a smallest size; means nothing."""


def have_display() -> bool:
    """Return whether a display server or an explicit platform is there to draw on."""
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def application(arguments: Sequence[str] = ()) -> QApplication:
    """Return the one QApplication; without any display it draws offscreen instead of aborting."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    if not have_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_log_qt)
    return QApplication(list(arguments) or sys.argv[:1])


class Start(QObject):
    """One face's life from QApplication to a clean end."""

    def __init__(self, application: QApplication, look: Look, window: QWidget) -> None:
        super().__init__()
        self.application = application
        self.theme = Theme(application, look)
        self.window = window
        self._endings: list[Callable[[], None]] = []
        self._bug = False
        self._look = look
        self._signals = SignalDoor(self, application.quit)
        sys.excepthook = _log_bug

    def at_end(self, ending: Callable[[], None]) -> None:
        """Call `ending` when the face ends; the last one given is called first."""
        self._endings.append(ending)

    def show(self, full_screen: bool, left: int = 0, top: int = 0) -> None:
        """Show the window with its configured pixels, full screen on the panel that holds (left, top).

        showFullScreen() alone fills nothing without a window manager, hence the geometry.
        """
        tokens = self._look.tokens
        screen = self.application.screenAt(QPoint(left, top)) or self.application.primaryScreen()
        if full_screen and screen is not None:
            self.window.setGeometry(screen.geometry())
            self.window.showFullScreen()
        else:
            self.window.setGeometry(left, top, tokens.width_px, tokens.height_px)
            self.window.show()
        self._heartbeat = Heartbeat(self.window)

    def first_frame(self, then: Callable[[], None]) -> None:
        """Call `then` once the first frame has been painted."""
        timer = QTimer(self)
        timer.setInterval(5)

        def look() -> None:
            if self._heartbeat.frames:
                timer.stop()
                then()

        timer.timeout.connect(look)
        timer.start()

    @property
    def frames(self) -> int:
        """Frames painted so far."""
        return self._heartbeat.frames

    def run(self) -> int:
        """Run until the window is closed, `quit`, SIGTERM or SIGINT; then end everything in order.

        The exit status is 1 where an ending had a bug.
        """
        try:
            status = self.application.exec()
        finally:
            self.end()
        return 1 if self._bug else status

    def end(self) -> None:
        """End everything in reverse order; idempotent."""
        if self._signals.closed:
            return
        notify("STOPPING=1")
        while self._endings:
            self._end_one(self._endings.pop())
        self._signals.close()

    def _end_one(self, ending: Callable[[], None]) -> None:
        """A bug in one ending must not keep the others from theirs: the store is closed last."""
        try:
            ending()
        except Exception:
            log.exception("bug while ending")
            self._bug = True


class SignalDoor(QObject):
    """SIGTERM and SIGINT, as an event of the GUI thread (Python's handlers do not run inside Qt's loop)."""

    def __init__(self, parent: QObject, stop: Callable[[], None]) -> None:
        super().__init__(parent)
        self._stop = stop
        self._here, self._there = socket.socketpair()
        self._here.setblocking(False)
        self._there.setblocking(False)
        self._old_wakeup = signal.set_wakeup_fd(self._there.fileno(), warn_on_full_buffer=False)
        self._old = {number: signal.signal(number, _nothing) for number in (signal.SIGTERM, signal.SIGINT)}
        self._notifier = QSocketNotifier(voidptr(self._here.fileno()), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)

    @property
    def closed(self) -> bool:
        """Whether the signals were given back."""
        return self._here.fileno() < 0

    def close(self) -> None:
        """Give the signals back; idempotent."""
        if self.closed:
            return
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_wakeup)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._here.close()
        self._there.close()

    def _heard(self) -> None:
        if set(self._here.recv(64)) & set(self._old):
            log.info("asked to end")
            self._stop()


def _nothing(_number: int, _frame: object) -> None:
    """Let the wake-up socket carry the signal."""


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, message: str | None) -> None:
    if message in EXPECTED_MESSAGES:
        return
    if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
        log.debug("qt", message=message)
    elif kind is QtMsgType.QtWarningMsg:
        log.warning("qt", message=message)
    else:
        log.error("qt", message=message)


def _log_bug(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
    """Log what a slot raised; the screen goes on (PyQt would abort the process without a hook)."""
    log.critical("bug in a slot", exc_info=(kind, problem, trace))
