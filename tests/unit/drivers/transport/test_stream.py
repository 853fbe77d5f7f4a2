"""What every descriptor stream promises beyond bytes: wake, close from outside, words for each refusal."""

import os
import threading
from pathlib import Path

import pytest

from drivers.transport import LineSettings, TransportLost, open_stream
from drivers.transport.memory import plug
from drivers.transport.stream import FdStream

LINE = LineSettings()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("serial:/dev/no-such-port", "no such port; check the cable"),
        ("serial:/dev/null", "serial:/dev/null: .+; .+"),
        ("tcp:127.0.0.1:1", "refused; check power"),
        ("tcp:printer", "not HOST:PORT; write it as"),
        ("usb:0416", "not VID:PID; write it as|no libusb"),
        ("usb-sim:/no/such.sock", "no such device; check the cable"),
        ("fifo:/dev/null", "not a FIFO"),
        ("fifo:/no/such", "No such file"),
        ("evdev:/dev/no-such", "check the cable"),
        ("memory:nobody", "no such port; plug"),
        ("telepathy:x", "begin it with one of serial, tcp"),
        ("serial:", "begin it with"),
    ],
)
def test_every_refusal_names_the_cause_and_the_next_step(address: str, says: str) -> None:
    with pytest.raises(TransportLost, match=says):
        open_stream(address, LINE)


def test_wake_ends_one_read_only() -> None:
    wire = plug("wake")
    stream = open_stream("memory:wake", LINE)
    assert isinstance(stream, FdStream)
    stream.wake()
    assert stream.read(1, 60) == b""
    wire.write(b"x")
    assert stream.read(1, 60) == b"x"
    stream.close()
    stream.wake()
    wire.unplug()


@pytest.mark.parametrize("action", ["read", "write"])
def test_close_from_another_thread_ends_a_call_and_frees_everything(action: str) -> None:
    before = len(os.listdir("/proc/self/fd"))
    wire = plug("close")
    stream = open_stream("memory:close", LINE)
    seen: list[str] = []

    def call() -> None:
        try:
            stream.read(1, 60) if action == "read" else stream.write(b"x" * 10_000_000, 60)
        except TransportLost as problem:
            seen.append(str(problem))

    thread = threading.Thread(target=call)
    thread.start()
    stream.close()
    thread.join(5)
    stream.close()
    wire.unplug()
    assert seen == ["memory:close: closed; open it again"]
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_write_nobody_takes_ends_at_its_limit() -> None:
    wire = plug("full")
    stream = open_stream("memory:full", LINE)
    with pytest.raises(TransportLost, match="bytes not taken in 0"):
        stream.write(b"x" * 10_000_000, 0.01)
    stream.close()
    wire.unplug()


@pytest.mark.parametrize("line", [LineSettings(rtscts=True), LineSettings(dsrdtr=True)])
def test_a_device_that_holds_its_line_stops_a_flow_controlled_write_only(line: LineSettings) -> None:
    wire = plug("cts")
    wire.cts.clear()
    stream = open_stream("memory:cts", line)
    with pytest.raises(TransportLost, match="CTS/DSR"):
        stream.write(b"x", 0.01)
    wire.cts.set()
    stream.write(b"x", 5)
    assert wire.device.recv(9) == b"x"
    stream.close()
    wire.cts.clear()
    free = open_stream("memory:cts", LINE)
    free.write(b"y", 5)
    free.close()
    wire.unplug()


def test_damage_happens_on_the_way() -> None:
    wire = plug("damage")
    wire.to_device, wire.to_host = bytes.upper, lambda data: data[:-1]
    stream = open_stream("memory:damage", LINE)
    stream.write(b"abc", 5)
    assert wire.device.recv(9) == b"ABC"
    wire.write(b"xyz")
    assert stream.read(9, 5) == b"xy"
    stream.close()
    wire.unplug()


def test_a_serial_port_refuses_impossible_settings(tmp_path: Path) -> None:
    master, slave = os.openpty()
    with pytest.raises(TransportLost, match="correct baud and parity"):
        open_stream(f"serial:{os.ttyname(slave)}", LineSettings(parity="Z"))
    os.close(master)
    os.close(slave)
