"""A PC/SC daemon as its driver sees it: a worker process that is asked, with a time limit on every question.

`pcsc:` or `pcsc:NAME` is the machine's own daemon, `pcsc-sim:/path.sock` a simulator that speaks the daemon's protocol.
"""

import json
import os
import select
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from drivers.transport.base import TransportLost

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
"""By which libpcsclite is told another socket than its own."""
SOCKET = "/run/pcscd/pcscd.comm"
ANSWER_S = 1.4
"""With the longest wait of 0.3 s a daemon that hangs is known within 2 s; cards are given `CARD_S`."""
CARD_S = 5.0
END_S = 1.0
LARGEST_LINE = 65536
INSTALL = "install pcscd and start it: systemctl enable --now pcscd.socket"


class Said(NamedTuple):
    """What PC/SC answered; `error` is its code, 0 for none."""

    fields: dict[str, Any]
    error: int


class PcscPort:
    """The worker's process with the shape of a Transport: lines are read and written; `ask` does both."""

    def __init__(self, address: str) -> None:
        scheme, _, rest = address.partition(":")
        self.address = address.rstrip(":")
        socket = rest if scheme == "pcsc-sim" else os.environ.get(SOCKET_VARIABLE, SOCKET)
        if scheme not in ("pcsc", "pcsc-sim"):
            raise TransportLost(f"{address}: not a PC/SC address; write pcsc:NAME as suggest shows it")
        if not Path(socket).exists():
            raise TransportLost(f"{self.address}: no PC/SC daemon; {INSTALL}")
        self._closed = threading.Event()
        self._using = threading.Lock()
        """Held while the pipes are in use, so that `close` takes none away under a reader."""
        self._unread = b""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "drivers.smart_card.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**os.environ, SOCKET_VARIABLE: socket},
        )

    @property
    def pid(self) -> int:
        """The worker's process, for measuring."""
        return self._process.pid

    def ask(self, request: dict[str, Any], timeout_s: float = ANSWER_S) -> Said:
        """Ask, and wait for the answer.

        Raises:
            TransportLost: none came in time, or the worker ended.

        """
        self.write(json.dumps(request).encode() + b"\n", timeout_s)
        while b"\n" not in self._unread:
            data = self.read(LARGEST_LINE, timeout_s)
            if not data:
                raise TransportLost(f"{self.address}: the PC/SC daemon does not answer; restart pcscd.service")
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        fields = json.loads(line)
        return Said(fields, fields.get("error", 0))

    def read(self, size: int, timeout_s: float) -> bytes:
        """Return what the worker printed, or b"" after the time limit.

        Raises:
            TransportLost: it ended.

        """
        with self._using:
            if self._closed.is_set() or self._process.stdout is None:
                raise TransportLost(f"{self.address}: closed")
            ready, _, _ = select.select([self._process.stdout], [], [], timeout_s)
            data: bytes = self._process.stdout.read(size) if ready else b""
        if ready and not data:
            raise TransportLost(f"{self.address}: the PC/SC worker ended; install libpcsclite1 and pyscard")
        return data

    def write(self, data: bytes, timeout_s: float) -> None:
        """Send a line to the worker.

        Raises:
            TransportLost: it ended.

        """
        del timeout_s  # a short line never fills the pipe
        try:
            with self._using:
                if self._process.stdin is not None and not self._closed.is_set():
                    self._process.stdin.write(data)
        except OSError as problem:
            raise TransportLost(f"{self.address}: the PC/SC worker ended") from problem

    def close(self) -> None:
        """End the worker at once: it may wait for a daemon that hangs."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):  # the kernel may hold a killed process in a driver for a while
            self._process.wait(END_S)
        with self._using:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
