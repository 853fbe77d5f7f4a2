"""HID reports: what the kernel wants and gives, and how a device is found."""

import os
import socket
from pathlib import Path

import pytest

from drivers.transport import LineSettings, TransportLost, hidraw, open_stream
from tests.support.wires import Echo, staged, until

LINE = LineSettings()


def test_bytes_become_numbered_reports_and_come_back_padded(tmp_path: Path) -> None:
    echo = Echo()
    with staged(echo, f"hid-sim:{tmp_path}/hid") as (stage, player):
        stream = open_stream(player.address, LINE)
        stream.write(b"a" * 70, 5)
        until(lambda: len(echo.heard) == 128)
        assert echo.heard == b"a" * 70 + bytes(58)
        assert stream.read(10, 5) == b"A" * 10
        assert stream.read(4096, 5) == b"A" * 54, "the rest of a report is not lost"
        assert stream.read(4096, 5) == b"A" * 6 + bytes(58)
        second = open_stream(player.address, LINE)
        with pytest.raises(TransportLost, match="hung up"):
            second.read(1, 5)
        second.close()
        stage.do(player, "unplug")
        with pytest.raises(TransportLost, match="plug the reader in again"):
            stream.read(1, 5)
        stream.close()


def test_what_is_not_there_is_worded(tmp_path: Path) -> None:
    with pytest.raises(TransportLost, match="plug its far end in"):
        open_stream(f"hid-sim:{tmp_path}/none", LINE)
    with pytest.raises(TransportLost, match="name under /dev"):
        open_stream(f"hidraw:{tmp_path}/none", LINE)
    with pytest.raises(TransportLost, match="as lsusb shows it"):
        open_stream("hid:reader", LINE)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for /sys/class/hidraw and /dev; the devices are sockets' paths that open as files."""
    monkeypatch.setattr(hidraw, "SYS", tmp_path / "sys")
    monkeypatch.setattr(hidraw, "DEV", tmp_path / "dev")
    (tmp_path / "dev").mkdir()
    return tmp_path


def plugged(machine: Path, name: str, facts: str, descriptor: bytes) -> None:
    device = machine / "sys" / name / "device"
    device.mkdir(parents=True)
    (device / "uevent").write_text(f"DRIVER=hid-generic\n{facts}\nHID_NAME=a reader\n")
    (device / "report_descriptor").write_bytes(descriptor)
    os.mkfifo(machine / "dev" / name)


KEYBOARD, VENDOR = b"\x05\x01\x09\x06", b"\x06\x00\xff\x09\x01"


def test_the_vendors_interface_is_taken_and_not_its_keyboard(machine: Path) -> None:
    plugged(machine, "hidraw0", "HID_ID=0003:0000046D:0000C31C", KEYBOARD)
    plugged(machine, "hidraw1", "HID_ID=0003:00002B8B:00002721\nHID_UNIQ=SN1", KEYBOARD)
    plugged(machine, "hidraw2", "HID_ID=0003:00002B8B:00002721\nHID_UNIQ=SN1", VENDOR)
    plugged(machine, "hidraw3", "HID_ID=0003:00002B8B:00002721\nHID_UNIQ=SN2", VENDOR)
    for address, name in (("hid:2b8b:2721", "hidraw2"), ("hid:2B8B:2721:SN2", "hidraw3"), ("hid:046D:C31C", "hidraw0")):
        stream = open_stream(address, LINE)
        assert Path(f"/proc/self/fd/{stream._fd}").readlink().name == name
        stream.close()
    with pytest.raises(TransportLost, match="no such device"):
        open_stream("hid:2B8B:2721:SN3", LINE)
    assert hidraw.hidraw_names() == ["hidraw0", "hidraw1", "hidraw2", "hidraw3"]


def test_a_device_that_goes_while_we_look(machine: Path) -> None:
    (machine / "sys" / "hidraw0").mkdir(parents=True)
    with pytest.raises(TransportLost, match="no such device"):
        open_stream("hid:2B8B:2721", LINE)


def test_no_right_to_open_it(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(hidraw.os, "open", refused)
    with pytest.raises(TransportLost, match="udev rules"):
        open_stream("hidraw:/dev/hidraw9", LINE)


def test_a_report_goes_behind_its_number() -> None:
    host, device = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    stream = hidraw.HidStream("hidraw:x", host.fileno(), host.close, "")
    stream.write(b"\xaa" * 10, 5)
    assert device.recv(100) == b"\0" + b"\xaa" * 10 + bytes(54)
    stream.close()
    device.close()
