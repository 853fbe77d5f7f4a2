"""GPIO lines as a stream of the messages in `gpio_lines`: the kernel's by gpiod, or a simulator's socket.

    gpio:/dev/gpiochip0      lines of the kernel's chip, held by this process until closed
    gpio-sim:/path.sock      a simulator

The driver above is the same for both. What only real hardware can show: bias, names of lines, edges faster than a poll.
"""

import select
import time
from typing import Any

from drivers.inputs.gpio_lines import Messages, channel_of, said
from drivers.inputs.options import Channel
from drivers.transport import Transport
from drivers.transport.packets import PLUG_IN, connect_packets
from drivers.transport.stream import FdStream, lost

CONSUMER = "hallfloor"
BIASES = {"as_is": "AS_IS", "pull_up": "PULL_UP", "pull_down": "PULL_DOWN", "disabled": "DISABLED"}
NEXT_STEP = "see `gpioinfo` for names and holders, and the rights of the file"


def open_lines(address: str) -> Transport:
    """Open a chip.

    Raises:
        TransportLost: missing, no rights, or no chip.

    """
    scheme, _, rest = address.partition(":")
    if scheme == "gpio":
        return KernelLines(address, rest)
    if scheme == "gpio-sim":
        return _open_simulator(address, rest)
    raise lost(address, "no address of a GPIO chip", "write gpio:/dev/gpiochip0")


def _open_simulator(address: str, path: str) -> FdStream:
    connection = connect_packets(address, path, "no such chip")
    return FdStream(address, connection.fileno(), connection.close, PLUG_IN)


class KernelLines(FdStream):
    """A Transport over lines of a gpiochip. Messages written become requests, edges become messages to read.

    What a read waits for is an epoll descriptor, since the lines' own one exists only from `begin` on.
    """

    def __init__(self, address: str, path: str) -> None:
        import gpiod

        try:
            self._chip: Any = gpiod.Chip(path)
        except (OSError, ValueError) as problem:
            raise lost(address, str(problem), NEXT_STEP) from problem
        self._epoll = select.epoll()
        super().__init__(address, self._epoll.fileno(), self._give_back, NEXT_STEP)
        self._request: Any = None
        self._wanted: list[list[str]] = []
        self._named: dict[int, Channel] = {}
        self._inputs: list[int] = []
        self._messages = Messages()
        self._unread = b""

    def read(self, size: int, timeout_s: float) -> bytes:
        """Return messages of the chip as soon as there are any, or b"" after the time limit.

        Raises:
            TransportLost: the chip is gone, or was closed.

        """
        with self._reading:
            if not self._unread:
                if not self._wait(select.POLLIN, time.monotonic() + timeout_s):
                    self._rest()
                    return b""
                self._unread = self._edges()
            taken, self._unread = self._unread[:size], self._unread[size:]
            return taken

    def write(self, data: bytes, timeout_s: float) -> None:  # noqa: ARG002 - requests to the kernel return at once
        """Carry out messages to the chip.

        Raises:
            TransportLost: the chip is gone.

        """
        with self._writing:
            for words in self._messages.feed(data):
                self._carry_out(words)

    def _carry_out(self, words: list[str]) -> None:
        try:
            self._obey(words)
        except OSError as problem:
            if self._request is not None:
                raise self._gone(problem) from problem
            self._unread += said("refused", problem.strerror or problem)
        except (KeyError, ValueError) as problem:
            self._unread += said("refused", problem)

    def _obey(self, words: list[str]) -> None:
        match words:
            case ["in" | "out", _, _]:
                self._wanted.append(words)
            case ["begin"]:
                self._begin()
            case ["set", line, level] if self._request is not None:
                self._request.set_value(self._offset(line), _value(level))
            case ["get"] if self._request is not None:
                self._unread += self._levels()

    def _begin(self) -> None:
        from gpiod import LineSettings, line

        config = {}
        for direction, word, more in self._wanted:
            offset = self._offset(word)
            if direction == "in":
                bias = getattr(line.Bias, BIASES[more])
                config[offset] = LineSettings(direction=line.Direction.INPUT, bias=bias, edge_detection=line.Edge.BOTH)
                self._inputs.append(offset)
            else:
                config[offset] = LineSettings(direction=line.Direction.OUTPUT, output_value=_value(more))
        self._request = self._chip.request_lines(config, consumer=CONSUMER)
        self._epoll.register(self._request.fd, select.EPOLLIN)
        self._unread += self._levels()

    def _offset(self, word: str) -> int:
        offset: int = self._chip.line_offset_from_id(channel_of(word))
        self._named[offset] = channel_of(word)
        return offset

    def _levels(self) -> bytes:
        values = self._request.get_values(self._inputs) if self._inputs else []
        return b"".join(
            said("level", self._named[offset], bool(value.value))
            for offset, value in zip(self._inputs, values, strict=True)
        )

    def _edges(self) -> bytes:
        try:
            events = self._request.read_edge_events()
        except OSError as problem:
            raise self._gone(problem) from problem
        return b"".join(
            said("level", self._named[one.line_offset], one.event_type is one.Type.RISING_EDGE) for one in events
        )

    def _give_back(self) -> None:
        if self._request is not None:
            self._request.release()
        self._chip.close()
        self._epoll.close()


def _value(word: str) -> Any:
    from gpiod.line import Value

    return Value.ACTIVE if word == "1" else Value.INACTIVE
