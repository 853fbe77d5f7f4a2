"""GPIO: the words of the seam, and the calls to libgpiod, whose stand-in has the signatures of the real one."""

import inspect
import os
import threading
from types import SimpleNamespace
from typing import Any, ClassVar

import gpiod
import pytest
from gpiod.line import Bias, Direction, Edge, Value
from hypothesis import given
from hypothesis import strategies as st

from drivers.inputs.gpio_lines import LONGEST, Level, Messages, RefusedLines, channel_of, from_chip, said
from drivers.inputs.gpio_port import KernelLines, open_lines
from drivers.transport import TransportLost


@given(st.integers(0, 4000) | st.from_regex(r"[A-Z][A-Z0-9_-]{0,12}", fullmatch=True), st.booleans())
def test_levels_are_read_as_they_are_said(line: int | str, high: bool) -> None:
    (words,) = Messages().feed(said("level", line, high))
    assert from_chip(words) == Level(line, high)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_garbage_never_raises_nor_grows(chunks: list[bytes]) -> None:
    decoder = Messages()
    for chunk in chunks:
        for words in decoder.feed(chunk):
            from_chip(words)
    assert len(decoder._held) <= LONGEST
    assert decoder.feed(b"\nget\n")[-1] == ["get"]


def test_refusals_and_unknown_words() -> None:
    assert from_chip(["refused", "line", "busy"]) == RefusedLines("line busy")
    assert from_chip(["level", "3", "2"]) is None
    assert (channel_of("12"), channel_of("J12"), channel_of("1234567")) == (12, "J12", "1234567")


class Request:
    """A LineRequest whose edges come over an event descriptor."""

    def __init__(self, config: dict[int, Any]) -> None:
        self.config = config
        self.fd = os.eventfd(0, os.EFD_NONBLOCK)
        self.values = dict.fromkeys(config, Value.INACTIVE)
        self.edges: list[Any] = []
        self.fails = False

    def get_values(self, lines: list[int]) -> list[Value]:
        return [self.values[line] for line in lines]

    def set_value(self, line: int, value: Value) -> None:
        if self.fails:
            raise OSError(19, "No such device")
        self.values[line] = value

    def read_edge_events(self) -> list[Any]:
        if self.fails:
            raise OSError(19, "No such device")
        os.eventfd_read(self.fd)
        edges, self.edges = self.edges, []
        return edges

    def edge(self, line: int, high: bool) -> None:
        kinds = gpiod.EdgeEvent.Type
        kind = kinds.RISING_EDGE if high else kinds.FALLING_EDGE
        self.edges.append(SimpleNamespace(line_offset=line, event_type=kind, Type=kinds))
        os.eventfd_write(self.fd, 1)

    def release(self) -> None:
        os.close(self.fd)


class Chip:
    """A gpiod.Chip with four lines, one of them named."""

    made: ClassVar[list["Chip"]] = []

    def __init__(self, path: str) -> None:
        if path == "/dev/none":
            raise FileNotFoundError(2, "No such file or directory")
        self.request: Request | None = None
        self.closed = self.busy = False
        Chip.made.append(self)

    def line_offset_from_id(self, name: int | str) -> int:
        if isinstance(name, int) and name < 4:
            return name
        if name == "J1":
            return 2
        raise OSError(2, "line not found")

    def request_lines(self, config: dict[int, Any], consumer: str) -> Request:
        inspect.signature(gpiod.Chip.request_lines).bind(self, config, consumer=consumer)
        if self.busy:
            raise OSError(16, "Device or resource busy")
        self.request = Request(config)
        return self.request

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def chip(monkeypatch: pytest.MonkeyPatch) -> Any:
    Chip.made.clear()
    monkeypatch.setattr(gpiod, "Chip", Chip)
    port = open_lines("gpio:/dev/gpiochip0")
    assert isinstance(port, KernelLines)
    yield SimpleNamespace(port=port, chip=Chip.made[0])
    port.close()
    assert Chip.made[0].closed


def say(at: Any, *words: object) -> None:
    at.port.write(said(*words), 1)


def begin(at: Any) -> Request:
    say(at, "in", 0, "pull_up")
    say(at, "in", "J1", "as_is")
    say(at, "out", 3, True)
    say(at, "begin")
    request: Request = at.chip.request
    return request


def test_lines_are_asked_for_with_direction_bias_edges_and_level(chip: Any) -> None:
    config = begin(chip).config
    assert (config[0].direction, config[0].bias, config[0].edge_detection) == (
        Direction.INPUT,
        Bias.PULL_UP,
        Edge.BOTH,
    )
    assert config[2].bias is Bias.AS_IS
    assert (config[3].direction, config[3].output_value) == (Direction.OUTPUT, Value.ACTIVE)
    assert chip.port.read(200, 0) == b"level 0 0\nlevel J1 0\n"


def test_edges_come_by_the_names_they_were_asked_for(chip: Any) -> None:
    request = begin(chip)
    chip.port.read(200, 0)
    assert chip.port.read(200, 0) == b""
    request.edge(2, high=True)
    request.edge(2, high=False)
    assert chip.port.read(200, 5) == b"level J1 1\nlevel J1 0\n"


def test_a_waiting_read_ends_by_an_edge_a_wake_or_the_end(chip: Any) -> None:
    request = begin(chip)
    chip.port.read(200, 0)
    threading.Timer(0.02, lambda: request.edge(0, high=True)).start()
    assert chip.port.read(200, 10) == b"level 0 1\n"
    threading.Timer(0.02, chip.port.wake).start()
    assert chip.port.read(200, 10) == b""
    threading.Timer(0.02, chip.port.close).start()
    with pytest.raises(TransportLost):
        chip.port.read(200, 10)


def test_outputs_are_switched_and_levels_asked_for(chip: Any) -> None:
    request = begin(chip)
    chip.port.read(200, 0)
    say(chip, "set", 3, False)
    assert request.values[3] is Value.INACTIVE
    request.values[0] = Value.ACTIVE
    say(chip, "get")
    assert chip.port.read(200, 0) == b"level 0 1\nlevel J1 0\n"


@pytest.mark.parametrize(
    ("line", "busy", "reason"), [(9, False, "line not found"), (1, True, "Device or resource busy")]
)
def test_unknown_and_busy_lines_are_refused_in_words(chip: Any, line: int, busy: bool, reason: str) -> None:
    say(chip, "in", line, "as_is")
    chip.chip.busy = busy
    begin(chip)
    assert chip.port.read(200, 0) == f"refused {reason}\n".encode()
    say(chip, "get")
    say(chip, "set", 3, True)
    assert chip.port.read(200, 0) == b"", "nothing is held, so nothing is said"


def test_a_chip_that_goes_away_is_lost(chip: Any) -> None:
    request = begin(chip)
    chip.port.read(200, 0)
    request.fails = True
    with pytest.raises(TransportLost, match="No such device"):
        say(chip, "set", 3, True)
    request.edge(0, high=True)
    with pytest.raises(TransportLost, match="No such device"):
        chip.port.read(200, 1)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("gpio:/dev/none", "No such file"),
        ("gpio-sim:/nowhere", "plug its far end in"),
        ("serial:/dev/ttyS0", "gpio:/dev/gpiochip0"),
    ],
)
def test_what_cannot_be_opened_says_why(address: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpiod, "Chip", Chip)
    with pytest.raises(TransportLost, match=says):
        open_lines(address)
