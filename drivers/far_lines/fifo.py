"""`fifo:/path` and `camera:/path`: input records or JPEGs into a FIFO."""

# ruff: noqa: D102 - what plug, unplug, listen and send promise stands in FarLine

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from drivers.far_lines.line import Ends, Took, Watch

PIPE_SIZE = 1 << 20
"""A camera's pictures must fit whole, for half a picture is noise."""


class FifoLine(Ends):
    """Input records into a FIFO; opened for writing only while a host reads, so nothing old is ever read."""

    def __init__(self, address: str, watch: Watch, took: Took) -> None:
        super().__init__(address, watch, took)
        self._path = Path(address.partition(":")[2])
        self._writer = -1
        self._plugged = False

    def plug(self) -> None:
        if not self._plugged:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.unlink(missing_ok=True)
            os.mkfifo(self._path, 0o600)
            self._plugged = True

    def unplug(self) -> None:
        if self._plugged:
            self._plugged = False
            self._open_writer()  # a reader that never saw a writer would not see one go
            self._close_writer()
            self._path.unlink(missing_ok=True)

    def send(self, data: bytes) -> None:
        self._open_writer()
        if self._writer < 0:
            return
        try:
            os.write(self._writer, data)
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._close_writer()

    def _open_writer(self) -> None:
        if self._writer < 0:
            with suppress(OSError):
                self._writer = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
                fcntl.fcntl(self._writer, fcntl.F_SETPIPE_SZ, PIPE_SIZE)

    def _close_writer(self) -> None:
        if self._writer >= 0:
            os.close(self._writer)
            self._writer = -1
