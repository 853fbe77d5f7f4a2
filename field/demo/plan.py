"""What the demo hall consists of: units, their devices, and where everything lies below one folder.

Only addresses differ from a real hall: a pty behind a symlink for every serial cable, a FIFO for camera and pad, a
folder for the sound card, TCP on loopback. Nothing here tells an app that a far end is simulated.
"""

from pathlib import Path
from typing import Any

import msgspec

from field.demo.ports import free_port


class DeviceAt(msgspec.Struct, frozen=True):
    """One device of one unit, and its simulator's wire."""

    unit: str
    name: str
    kind: str
    model: str
    address: str
    options: dict[str, Any] = {}
    simulated: bool = True
    """False where the address itself is a sink (the sound card's folder)."""

    @property
    def key(self) -> str:
        """Name of the simulator in the dock, e.g. ``kiosk-c.ticket_printer``."""
        return f"{self.unit}.{self.name}"


class UnitAt(msgspec.Struct, frozen=True):
    """One unit of the demo hall."""

    name: str
    kind: str
    program: str
    counter: str = ""
    series: str = ""
    headless: bool = False
    face: dict[str, Any] = {}
    extra: dict[str, dict[str, Any]] = {}
    """Further tables of the unit's file, e.g. ``lobby``."""


class Demo(msgspec.Struct, frozen=True):
    """The whole plan below `root`."""

    root: Path
    port: int
    units: tuple[UnitAt, ...]
    devices: tuple[DeviceAt, ...]
    centre_port: int | None = None
    """Set when hub and centre run as two processes (`--two`)."""

    @property
    def hub_url(self) -> str:
        """Where units find the hub."""
        return f"https://127.0.0.1:{self.port}"

    def config(self, name: str) -> Path:
        """Return the configuration file of a unit, ``hall`` or ``centre``."""
        return self.root / "config" / f"{name}.toml"

    def state(self, name: str) -> Path:
        """Return the folder that a process keeps its own files in."""
        return self.root / "state" / name

    def log(self, name: str) -> Path:
        """Return the file that a process's stderr goes to."""
        return self.root / "logs" / f"{name}.log"

    def remote(self, unit: str) -> Path:
        """Return the socket by which the story touches a unit's widgets."""
        return self.root / "remote" / f"{unit}.sock"

    def control(self, device: DeviceAt) -> Path:
        """Return a simulator's control socket."""
        return self.root / "simulators" / f"{device.key}.sock"

    def sim_state(self, device: DeviceAt) -> Path:
        """Return a simulator's state file."""
        return self.root / "simulators" / f"{device.key}.json"

    def device(self, key: str) -> DeviceAt:
        """Return one device by ``unit.name``."""
        return next(device for device in self.devices if device.key == key)

    def of(self, unit: str) -> tuple[DeviceAt, ...]:
        """Return the devices of one unit."""
        return tuple(device for device in self.devices if device.unit == unit)


FLOWS = ("take-number", "case-query", "residence-proof", "lease-registration", "reprint")
KIOSK = UnitAt(
    "kiosk-c",
    "kiosk",
    "hall-kiosk",
    series="C",
    face={"width_px": 1080, "height_px": 1920},
    extra={"kiosk": {"flows": list(FLOWS)}},
)
LOBBY = UnitAt(
    "lobby-1",
    "lobby",
    "hall-lobby",
    face={"width_px": 1920, "height_px": 1080, "diagonal_in": 55.0},
    extra={"lobby": {"languages": ["zh"]}},
)
BUS = UnitAt("bus-1", "counter", "hall-counter", headless=True)
BUTTON = "1号窗口"
"""The emergency button under the desk of counter 1, by the name that an alarm bears on every desk."""


def _counter(number: str) -> UnitAt:
    face = {"width_px": 1280, "height_px": 800, "diagonal_in": 15.6}
    return UnitAt(f"counter-{number}", "counter", "hall-counter", counter=number, face=face)


def demo_plan(root: Path, port: int, centre_port: int | None = None, sheets_port: int | None = None) -> Demo:
    """Lay out the demo hall below `root`; the A4 printer's port is a free one unless it is given."""
    return Demo(
        root=root,
        port=port,
        units=(KIOSK, _counter("1"), _counter("2"), BUS, LOBBY),
        devices=(*_kiosk(root / "wires", sheets_port or free_port()), *_rooms(root / "wires"), *_voices(root)),
        centre_port=centre_port,
    )


def _kiosk(wires: Path, sheets_port: int) -> list[DeviceAt]:
    sheets = f"ipp://127.0.0.1:{sheets_port}/ipp/print"
    return [
        DeviceAt("kiosk-c", "printer", "ticket_printer", "xprinter-xp-80", f"serial:{wires}/kiosk-printer"),
        DeviceAt("kiosk-c", "reader", "id_card", "sdt-serial", f"serial:{wires}/kiosk-reader"),
        DeviceAt("kiosk-c", "scanner", "code_scanner", "usb-com", f"serial:{wires}/kiosk-scanner"),
        DeviceAt("kiosk-c", "camera", "document_camera", "uvc", f"camera:{wires}/kiosk-camera"),
        DeviceAt("kiosk-c", "pad", "signature_pad", "hid-digitizer", f"fifo:{wires}/kiosk-pad"),
        DeviceAt("kiosk-c", "sheets", "page_printer", "ipp-everywhere", sheets),
        DeviceAt("kiosk-c", "ic", "smart_card", "pcsc-contact", f"pcsc-sim:{wires}/kiosk-ic.sock"),
    ]


def _rooms(wires: Path) -> list[DeviceAt]:
    """Counters, the pads that share a cable, and the board of the room: button, door, lamps, temperature."""
    windows = [
        {"counter": "1", "caller": 1, "evaluator": 1},
        {"counter": "2", "caller": 2, "evaluator": 2},
    ]
    board = {
        "contacts": {BUTTON: {"channel": 1, "alarm": True}, "door": {"channel": 2, "normally": "closed"}},
        "lamps": {"A": 3, "B": 4, "C": 5},
        "quantities": {"temperature": {"register": 1, "unit": 2}},
    }
    return [
        DeviceAt("counter-1", "strip", "counter_screen", "onbon-bx5k", f"serial:{wires}/strip-1"),
        DeviceAt("counter-2", "strip", "counter_screen", "strip-sum", f"serial:{wires}/strip-2"),
        DeviceAt("bus-1", "bus", "ff68", "ff68-bus", f"serial:{wires}/bus", {"windows": windows}),
        DeviceAt("bus-1", "board", "inputs", "modbus-relay-8", f"serial:{wires}/board", board),
    ]


def _voices(root: Path) -> list[DeviceAt]:
    return [
        DeviceAt("lobby-1", "module", "voice", "syn6288", f"serial:{root}/wires/voice", {}),
        DeviceAt("lobby-1", "speaker", "voice", "sound-card", f"sound-file:{root}/sound", {}, simulated=False),
    ]
