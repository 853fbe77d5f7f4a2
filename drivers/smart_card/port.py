"""A PC/SC daemon as its driver sees it: a worker process that is asked, with a time limit on every question.

`pcsc:` or `pcsc:NAME` is the machine's own daemon, `pcsc-sim:/path.sock` a simulator that speaks the daemon's protocol.
"""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from drivers.transport.base import TransportLost
from drivers.transport.worker import WorkerPort

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
"""By which libpcsclite is told another socket than its own."""
SOCKET = "/run/pcscd/pcscd.comm"
ANSWER_S = 1.4
"""With the longest wait of 0.3 s a daemon that hangs is known within 2 s; cards are given `CARD_S`."""
CARD_S = 5.0
LARGEST_LINE = 65536
LIBRARIES = "install libpcsclite1 and pyscard"
INSTALL = "install pcscd and start it: systemctl enable --now pcscd.socket"


class Said(NamedTuple):
    """What PC/SC answered; `error` is its code, 0 for none."""

    fields: dict[str, Any]
    error: int


class PcscPort(WorkerPort):
    """Lines are read and written; `ask` does both."""

    END = "the PC/SC worker ended"

    def __init__(self, address: str) -> None:
        scheme, _, rest = address.partition(":")
        plain = address.rstrip(":")
        socket = rest if scheme == "pcsc-sim" else os.environ.get(SOCKET_VARIABLE, SOCKET)
        if scheme not in ("pcsc", "pcsc-sim"):
            raise TransportLost(f"{address}: not a PC/SC address; write pcsc:NAME as suggest shows it")
        if not Path(socket).exists():
            raise TransportLost(f"{plain}: no PC/SC daemon; {INSTALL}")
        self._unread = b""
        super().__init__(plain, "drivers.smart_card.worker", (), LIBRARIES, {SOCKET_VARIABLE: socket})

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
