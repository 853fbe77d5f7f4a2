"""A port that another device of the same unit holds: the trouble names that device, and nobody else's program."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.held import HeldPorts
from drivers.supervise import Life, Supervised
from drivers.transport import memory
from drivers.transport.base import LineSettings, Transport, TransportLost
from drivers.transport.open import open_stream
from drivers.transport.stream import lost
from hall.domain.ids import DeviceName
from hall.ports.status import Status, StatusWord
from tests.support.wires import until

PRINTER, READER = DeviceName("printer"), DeviceName("reader")


def busy(address: str) -> TransportLost:
    return lost(address, "busy", "another program holds it; end that program or use another port")


def serve(port: Transport, life: Life) -> None:
    life.report(Status(StatusWord.READY))
    while not life.stopping.is_set():
        port.read(1, 0.2)


@pytest.fixture
def wire() -> Iterator[str]:
    plugged = memory.plug("held")
    yield "memory:held"
    plugged.unplug()


def device(name: DeviceName, address: str) -> Supervised:
    return Supervised(name, lambda: open_stream(address, LineSettings()), serve, lambda _event: None)


def test_the_second_device_on_a_port_is_told_which_one_holds_it(wire: str) -> None:
    first = device(PRINTER, wire)
    until(lambda: first.life.status.usable)
    second = device(READER, wire)
    until(lambda: second.life.status.word is StatusWord.OFFLINE)
    assert "the device printer of this unit holds it" in second.life.status.reason
    assert "another program" not in second.life.status.reason
    first.close()
    until(lambda: second.life.status.usable)  # it takes the port as soon as it is free
    second.close()


def test_two_names_of_one_port_are_one(tmp_path: Path) -> None:
    port = tmp_path / "ttyS0"
    port.touch()
    (tmp_path / "by-path").symlink_to(port)
    held = HeldPorts()
    held.take(f"serial:{port}", PRINTER)
    assert "printer" in held.worded(busy(f"serial:{tmp_path}/by-path"), READER)


def test_a_strangers_port_stays_a_strangers() -> None:
    held = HeldPorts()
    held.take("serial:/dev/ttyS0", PRINTER)
    assert "another program" in held.worded(busy("serial:/dev/ttyS1"), READER)
    assert "another program" in held.worded(busy("serial:/dev/ttyS0"), PRINTER), "its own name is no news"
    held.give_back(PRINTER)
    assert "another program" in held.worded(busy("serial:/dev/ttyS0"), READER)


def test_other_trouble_is_said_as_it_is() -> None:
    held = HeldPorts()
    held.take("serial:/dev/ttyS0", PRINTER)
    gone = lost("serial:/dev/ttyS0", "no such port", "check the cable")
    assert held.worded(gone, READER) == "serial:/dev/ttyS0: no such port; check the cable"
