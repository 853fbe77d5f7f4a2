"""`memory:NAME`: a wire inside this process."""

# ruff: noqa: D102 - what plug, unplug, listen and send promise stands in FarLine

from contextlib import suppress

from drivers.far_lines.line import Ends
from drivers.transport import memory


class MemoryLine(Ends):
    """`memory:NAME` of this process."""

    wire: memory.MemoryWire | None = None

    def plug(self) -> None:
        if self.wire is None:
            self.wire = memory.plug(self.address.partition(":")[2])
            self._hold(self.wire.device.fileno())

    def unplug(self) -> None:
        wire, self.wire = self.wire, None
        if wire is not None:
            self._forget()
            wire.unplug()

    def send(self, data: bytes) -> None:
        if self.wire is not None:
            with suppress(BlockingIOError):
                self.wire.write(data)

    def host_baud(self) -> int | None:
        """Return what the host opened it with."""
        line = self.wire.line if self.wire else None
        return line.baud if line else None
