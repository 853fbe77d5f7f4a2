"""python-escpos carries the bytes, and every promise of our own streams still holds."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from drivers.ticket_printer import carrier
from drivers.ticket_printer.carrier import CarriedStream, open_carried
from drivers.transport import LineSettings, TransportLost
from drivers.transport.memory import plug
from drivers.transport.stream import FdStream
from drivers.transport.usb import UsbStream
from tests.support.wires import Echo, staged, until

LINE = LineSettings(baud=115200)
CARRIED = {"serial": "Serial", "tcp": "Network", "usb-sim": "Usb"}


def address_of(scheme: str, folder: Path) -> str:
    return "tcp:127.0.0.1:0" if scheme == "tcp" else f"{scheme}:{folder}/line"


@pytest.mark.parametrize("scheme", CARRIED)
def test_every_byte_goes_through_the_printer_class(scheme: str, tmp_path: Path) -> None:
    echo = Echo()
    with staged(echo, address_of(scheme, tmp_path)) as (_stage, player):
        stream = open_carried(player.address, LINE)
        raw, passed = stream.printer._raw, []
        stream.printer._raw = lambda data: (passed.append(data), raw(data))
        assert type(stream.printer).__name__ == CARRIED[scheme]
        slip = bytes(range(256)) * 40
        stream.write(slip, 10)
        until(lambda: echo.heard == slip)
        assert b"".join(passed) == slip
        assert stream.read(64, 5)
        stream.close()
        assert stream.printer._device is None, "python-escpos must not close what it does not own"


@pytest.mark.parametrize("scheme", CARRIED)
def test_a_device_that_takes_nothing_is_named_within_the_limit(scheme: str, tmp_path: Path) -> None:
    with staged(Echo(), address_of(scheme, tmp_path)) as (stage, player):
        stream = open_carried(player.address, LINE)
        stage._called(lambda: player.line.listen(False) or {})
        with pytest.raises(TransportLost, match=r"bytes not taken in 0\.2 s"):
            stream.write(b"x" * 30_000_000, 0.2)
        stream.close()


@pytest.mark.parametrize("scheme", CARRIED)
@pytest.mark.parametrize("ending", ["unplug", "close"])
def test_a_write_ends_when_the_cable_or_the_port_goes(scheme: str, ending: str, tmp_path: Path) -> None:
    with staged(Echo(), address_of(scheme, tmp_path)) as (stage, player):
        stream = open_carried(player.address, LINE)
        stage._called(lambda: player.line.listen(False) or {})
        said: list[str] = []

        def write() -> None:
            try:
                stream.write(b"x" * 30_000_000, 60)
            except TransportLost as problem:
                said.append(str(problem))

        writing = threading.Thread(target=write)
        writing.start()
        until(lambda: stream._writing.locked())
        threading.Event().wait(0.05)  # until it is stuck: how full a line gets cannot be asked
        if ending == "unplug":
            stage.do(player, "unplug")
        else:
            stream.close()
        writing.join(20)
        assert len(said) == 1
        assert player.address.partition(":")[0] in said[0]
        assert ("closed" in said[0]) is (ending == "close")
        stream.close()


def test_the_line_is_set_up_as_configured_and_nobody_else_gets_it(tmp_path: Path) -> None:
    with staged(Echo(), f"serial:{tmp_path}/line") as (_stage, player):
        stream = open_carried(player.address, LineSettings(baud=19200, rtscts=True, parity="E"))
        port = stream.printer.device
        assert (port.baudrate, port.rtscts, port.dsrdtr, port.parity) == (19200, True, False, "E")
        with pytest.raises(TransportLost, match="busy"):
            open_carried(player.address, LINE)
        stream.close()


def test_other_addresses_keep_our_own_stream() -> None:
    wire = plug("carried")
    stream = open_carried("memory:carried", LINE)
    assert isinstance(stream, FdStream)
    assert not isinstance(stream, CarriedStream)
    stream.close()
    wire.unplug()
    with pytest.raises(TransportLost, match="unknown kind of address"):
        open_carried("telegraph:1", LINE)


@pytest.mark.parametrize("problem", [ImportError("no escpos here"), OSError("No space left on device")])
def test_a_library_that_cannot_be_loaded_stops_no_ticket(
    problem: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise problem

    monkeypatch.setattr(carrier, "printer_classes", missing)
    with staged(Echo(), f"usb-sim:{tmp_path}/line") as (_stage, player):
        stream = open_carried(player.address, LINE)
        assert type(stream) is UsbStream
        stream.close()


def test_a_network_printer_that_is_away_is_worded_by_us() -> None:
    with pytest.raises(TransportLost, match="check power, network cable"):
        open_carried("tcp:127.0.0.1:1", LINE)


IMPORT = """
import logging, os, sys
from drivers import catalog
catalog.family("ticket_printer")
assert "escpos" not in sys.modules, "the first frame would wait for it"
before = dict(os.environ)
from drivers.ticket_printer.carrier import printer_classes
printer_classes()
import escpos.capabilities
assert list(escpos.capabilities.CAPABILITIES["profiles"]) == ["default"]
assert type(os.environ).__name__ == "_Environ" and dict(os.environ) == before
print(len(logging.root.handlers))
"""


def test_the_import_comes_late_and_leaves_nothing_behind(tmp_path: Path) -> None:
    there = {**os.environ, "TMPDIR": str(tmp_path), "ESCPOS_CAPABILITIES_PICKLE_DIR": "/nonexistent"}
    done = subprocess.run([sys.executable, "-c", IMPORT], env=there, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr
    assert list(tmp_path.iterdir()) == []
