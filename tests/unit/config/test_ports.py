"""Two devices on one port: named before the program runs."""

from pathlib import Path

import msgspec
import pytest

from config.devices import DeviceConfig, check_ports
from config.load import ConfigError


def device(name: str, address: str) -> DeviceConfig:
    return DeviceConfig(name, "voice", "syn6288", address, msgspec.Struct())


@pytest.mark.parametrize("address", ["serial:/dev/ttyS1", "tcp:192.168.8.31:9100", "usb:0400:C35A", "pcsc:"])
def test_two_devices_on_one_port_are_named_with_the_next_step(address: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_ports([device("one", address), device("two", address)], "kiosk.toml")
    said = f"kiosk.toml: devices.two.address: {address} is the port of devices.one too"
    assert str(caught.value) == f"{said}; give each device a port of its own"


def test_two_names_of_one_node_are_one_port(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB0").touch()
    (tmp_path / "by-path").symlink_to(tmp_path / "ttyUSB0")
    both = [device("one", f"serial:{tmp_path}/ttyUSB0"), device("two", f"serial:{tmp_path}/by-path")]
    with pytest.raises(ConfigError, match="give each device a port of its own"):
        check_ports(both, "kiosk.toml")


def test_other_ports_are_other_ports() -> None:
    check_ports([device("one", "serial:/dev/ttyS1"), device("two", "serial:/dev/ttyS2")], "kiosk.toml")
