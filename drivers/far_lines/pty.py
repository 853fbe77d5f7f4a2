"""`serial:/link`: a pty with a stable link that points at it, again after every replug."""

# ruff: noqa: D102 - what plug, unplug, listen and send promise stands in FarLine

import os
import termios
import tty
from contextlib import suppress
from pathlib import Path

from drivers.far_lines.line import Ends, Took, Watch

BAUDS = {getattr(termios, f"B{baud}"): baud for baud in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400)}


class PtyLine(Ends):
    """A pty behind a stable link. The slave end stays open here, else the master would report a hang-up."""

    def __init__(self, address: str, watch: Watch, took: Took) -> None:
        super().__init__(address, watch, took)
        self._link = Path(address.partition(":")[2])
        self._slave = -1

    def plug(self) -> None:
        if self._fd >= 0:
            return
        master, self._slave = os.openpty()
        tty.setraw(self._slave)
        fresh = self._link.with_name(f".{self._link.name}.new")
        fresh.unlink(missing_ok=True)
        self._link.parent.mkdir(parents=True, exist_ok=True)
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self._link)
        self._hold(master)

    def unplug(self) -> None:
        if self._fd < 0:
            return
        master = self._fd
        self._forget()
        self._link.unlink(missing_ok=True)
        os.close(master)
        os.close(self._slave)

    def send(self, data: bytes) -> None:
        with suppress(BlockingIOError):
            os.write(self._fd, data)

    def host_baud(self) -> int | None:
        """Read the pty's termios, which the host's open has set."""
        return BAUDS.get(termios.tcgetattr(self._fd)[5])
