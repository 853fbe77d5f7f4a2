"""The technician's program at a kiosk: a process of its own, which has screen and devices until it ends.

The kiosk's window goes out of sight meanwhile, since two windows cannot share a bare frame buffer; its heartbeat goes
on as long as the program runs.
"""

from collections.abc import Callable
from typing import Protocol

import structlog
from PyQt6.QtCore import QObject, QProcess, QTimer
from PyQt6.QtWidgets import QWidget

from hall.alive import notify
from hall.qt.watchdog import interval_ms

END_MS = 3000

log = structlog.get_logger("kiosk.technician")


class Devices(Protocol):
    """The kiosk's own devices."""

    def open(self) -> None:
        """Take them."""

    def close(self) -> None:
        """Give them back."""


class TechnicianProgram(QObject):
    """Starts the program and waits for its end; `ended` is told whether it ran at all."""

    def __init__(self, window: QWidget, devices: Devices, command: list[str], ended: Callable[[bool], None]) -> None:
        super().__init__(window)
        self._window, self._devices, self._ended = window, devices, ended
        self._program, self._arguments = command[0], command[1:]
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedChannels)
        self._process.started.connect(window.hide)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._beat = QTimer(self)
        self._beat.timeout.connect(lambda: notify("WATCHDOG=1"))

    def open(self) -> None:
        """Give the devices back and start."""
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            return
        log.info("technician's program opened")
        self._devices.close()
        self._beat.start(interval_ms())
        self._process.start(self._program, self._arguments)

    def close(self) -> None:
        """End the program with the kiosk."""
        self._process.finished.disconnect()
        self._process.errorOccurred.disconnect()
        self._beat.stop()
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.terminate()
            if not self._process.waitForFinished(END_MS):
                self._process.kill()
                self._process.waitForFinished(END_MS)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            log.error("technician's program not started", program=self._program)
            self._back(ran=False)

    def _finished(self, status: int, how: QProcess.ExitStatus) -> None:
        well = how is QProcess.ExitStatus.NormalExit and status == 0
        log.info("technician's program ended", status=status, well=well)
        self._back(ran=well)

    def _back(self, *, ran: bool) -> None:
        self._beat.stop()
        self._window.show()
        self._window.raise_()
        self._devices.open()
        self._ended(ran)
