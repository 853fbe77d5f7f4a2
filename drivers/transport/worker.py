"""A program of ours at the other end: what it prints is read, what is written it reads as lines.

Libraries that are large, crash or hang (OpenCV, PC/SC) live in a process of their own, which can be ended at any
moment. Each such program reads its input in a thread of its own and leaves at the end of it, so it goes with the app,
however that ends.
"""

import os
import select
import subprocess
import sys
from collections.abc import Mapping

from drivers.transport.stream import FdStream, lost

END_S = 2.0
"""So long a program has for ending when asked, and a killed one whose driver the kernel still holds."""


class WorkerPort(FdStream):
    """A Transport to ``python -m module arguments``; `close` ends the program."""

    END = "its worker ended"

    def __init__(
        self,
        address: str,
        module: str,
        arguments: tuple[str, ...],
        next_step: str,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """`more` goes into the program's environment."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**os.environ, **(more or {})},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests = self._process.stdin.fileno()
        super().__init__(address, self._process.stdout.fileno(), self._end, next_step)

    @property
    def pid(self) -> int:
        """The program's process, for measuring."""
        return self._process.pid

    def write(self, data: bytes, timeout_s: float) -> None:
        """Send a line; a request is far smaller than a pipe, so this never waits.

        Raises:
            TransportLost: the program ended, or this was closed.

        """
        del timeout_s
        with self._writing:
            if self._closed.is_set():
                raise lost(self.address, "closed", "open it again")
            try:
                os.write(self._requests, data)
            except OSError as problem:
                raise lost(self.address, self.END, self._next_step) from problem

    def _end(self) -> None:
        self._process.terminate()
        if not ended_within(self._process, END_S):
            self._process.kill()
            ended_within(self._process, END_S)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def ended_within(process: "subprocess.Popen[bytes]", limit_s: float) -> bool:
    """Wait for a program's end and tell whether it came. The kernel is asked; `Popen.wait` sleeps and looks again."""
    if process.poll() is not None:
        return True
    watched = os.pidfd_open(process.pid)
    try:
        ends = select.poll()
        ends.register(watched, select.POLLIN)
        ends.poll(limit_s * 1000)
    finally:
        os.close(watched)
    return process.poll() is not None
