"""The camera worker as its parent sees it: a process with the shape of a Transport."""

import os
import subprocess
import sys

import msgspec

from drivers.document_camera.options import Options
from drivers.transport.base import TransportLost
from drivers.transport.stream import FdStream, lost

END_S = 2.0
NEXT_STEP = "it is started again by itself; look at the camera's cable if that stays"


class CameraPort:
    """The worker's messages are read, requests are written."""

    def __init__(self, address: str, options: Options) -> None:
        scheme, _, source = address.partition(":")
        if scheme != "camera" or not source:
            raise lost(address, "not a camera address", "write camera:/dev/video0")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "drivers.document_camera.camera_worker", source, _json(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests = self._process.stdin.fileno()
        self._stream = FdStream(address, self._process.stdout.fileno(), self._end, NEXT_STEP)

    @property
    def pid(self) -> int:
        """The worker's process, for measuring."""
        return self._process.pid

    def read(self, size: int, timeout_s: float) -> bytes:
        """Return what the worker said.

        Raises:
            TransportLost: it ended.

        """
        return self._stream.read(size, timeout_s)

    def write(self, data: bytes, timeout_s: float) -> None:
        """Ask the worker; a request is far smaller than a pipe, so this never waits.

        Raises:
            TransportLost: it ended.

        """
        del timeout_s
        try:
            os.write(self._requests, data)
        except OSError as problem:
            raise TransportLost(f"{self._stream.address}: the camera worker ended; {NEXT_STEP}") from problem

    def wake(self) -> None:
        """Let the waiting read return."""
        self._stream.wake()

    def close(self) -> None:
        """End the worker: kindly first, then by force."""
        self._stream.close()

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def _json(options: Options) -> str:
    return msgspec.json.encode(options).decode("utf-8")
