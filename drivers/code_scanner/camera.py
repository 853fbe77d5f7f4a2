"""The camera worker as its parent sees it: a process that prints one JSON object a line.

::

    {"code": "A023", "format": "QRCode"}   a code was seen
    {"trouble": ""}                        alive and looking, once a second
    {"trouble": "no such camera"}          it cannot look; said before it ends

OpenCV lives in that process alone, so that its memory, its threads and its crashes are no part of the kiosk.
"""

import json

import msgspec

from drivers.transport.base import TransportLost
from drivers.transport.worker import WorkerPort

LONGEST_LINE = 65536
NEXT_STEP = "it is started again by itself; look at the camera's cable if that stays"


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


class CameraPort(WorkerPort):
    """The worker's lines are read, `on` and `off` are written."""

    END = "the camera worker ended"

    def __init__(self, address: str, *, width: int, height: int) -> None:
        scheme, _, source = address.partition(":")
        if scheme != "camera" or not source:
            raise TransportLost(f"{address}: not a camera address; write camera:/dev/video0 or camera:/folder")
        self._last_words = ""
        super().__init__(address, "drivers.code_scanner.camera_worker", (source, str(width), str(height)), NEXT_STEP)

    def read(self, size: int, timeout_s: float) -> bytes:
        """Return what the worker printed.

        Raises:
            TransportLost: it ended; its last words are the reason.

        """
        try:
            data = super().read(size, timeout_s)
        except TransportLost as problem:
            if self._last_words and not self._closed.is_set():
                raise TransportLost(f"{self.address}: {self._last_words}") from problem
            raise
        self._remember(data)
        return data

    def _remember(self, data: bytes) -> None:
        for line in data.splitlines():
            message = _message(line)
            if isinstance(message, Trouble) and message.reason:
                self._last_words = message.reason
