"""The camera worker as its parent sees it: a process that prints one JSON object a line.

::

    {"code": "A023", "format": "QRCode"}   a code was seen
    {"trouble": ""}                        alive and looking, once a second
    {"trouble": "no such camera"}          it cannot look; said before it ends

OpenCV lives in that process alone, so that its memory, its threads and its crashes are no part of the kiosk.
"""

import json
import select
import subprocess
import sys
import threading

import msgspec

from drivers.transport.base import TransportLost

LONGEST_LINE = 65536
END_S = 2.0


class Found(msgspec.Struct, frozen=True):
    """A code that the camera saw."""

    text: str
    symbology: str


class Trouble(msgspec.Struct, frozen=True):
    """Why the worker cannot look; empty while it can."""

    reason: str


def read_lines(buffer: bytearray) -> list[Found | Trouble]:
    """Take whole lines off the buffer; what is no message is dropped, and an endless line too."""
    found = []
    while (end := buffer.find(b"\n")) >= 0:
        line = bytes(buffer[:end])
        del buffer[: end + 1]
        message = _message(line)
        if message is not None:
            found.append(message)
    if len(buffer) > LONGEST_LINE:
        buffer.clear()
    return found


def _message(line: bytes) -> Found | Trouble | None:
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    if not isinstance(fields, dict):
        return None
    if "code" in fields:
        return Found(str(fields["code"]), str(fields.get("format", "")))
    return Trouble(str(fields["trouble"])) if "trouble" in fields else None


class CameraPort:
    """The worker's process with the shape of a Transport: its lines are read, `on` and `off` are written."""

    def __init__(self, address: str, *, width: int, height: int) -> None:
        scheme, _, source = address.partition(":")
        if scheme != "camera" or not source:
            raise TransportLost(f"{address}: not a camera address; write camera:/dev/video0 or camera:/folder")
        self._address = address
        self._closed = threading.Event()
        self._using = threading.Lock()
        """Held while the pipes are in use, so that `close` takes none away under a reader."""
        self._last_words = ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "drivers.code_scanner.camera_worker", source, str(width), str(height)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )

    @property
    def pid(self) -> int:
        """The worker's process, for measuring."""
        return self._process.pid

    def read(self, size: int, timeout_s: float) -> bytes:
        """Return what the worker printed.

        Raises:
            TransportLost: it ended; its last words are the reason.

        """
        with self._using:
            data = self._read(size, timeout_s)
        if data is None:
            raise TransportLost(f"{self._address}: {self._last_words or 'the camera worker ended'}")
        self._remember(data)
        return data

    def _read(self, size: int, timeout_s: float) -> bytes | None:
        """Return b"" for nothing yet, None for the end."""
        if self._closed.is_set() or self._process.stdout is None:
            raise TransportLost(f"{self._address}: closed")
        ready, _, _ = select.select([self._process.stdout], [], [], timeout_s)
        if not ready:
            return b""
        data: bytes = self._process.stdout.read(size)
        return data or None

    def write(self, data: bytes, timeout_s: float) -> None:
        """Send a line to the worker.

        Raises:
            TransportLost: it ended.

        """
        del timeout_s  # two short words never fill the pipe
        try:
            with self._using:
                if self._process.stdin is not None and not self._closed.is_set():
                    self._process.stdin.write(data)
        except OSError as problem:
            raise TransportLost(f"{self._address}: the camera worker ended") from problem

    def close(self) -> None:
        """End the worker: first by closing its input, then by force."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with self._using:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()

    def _remember(self, data: bytes) -> None:
        for line in data.splitlines():
            message = _message(line)
            if isinstance(message, Trouble) and message.reason:
                self._last_words = message.reason
