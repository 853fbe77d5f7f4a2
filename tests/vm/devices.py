"""What is plugged into the machine: the product's simulators behind a USB plug or a serial adapter, and a scanner.

The simulators are the very ones of the demo and the tests; here the bytes go through the kernel of the machine (usblp
and its detaching, ftdi_sio, usbhid) and through libusb and evdev, which no test without a machine reaches.
"""

import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.far_end import FarEnd, UsbControlled
from tests.vm.machine import Machine, connected
from tests.vm.usb import INTO, End, Facts, Setup, Speed, UsbDevice

TURN_S = 0.01
BULK, INTERRUPT = 2, 3
OUT, IN = 0x01, 0x82
PRINTER = Facts(*(0x04B8, 0x0202, ("EPSON", "TM-T88V", ""), (7, 1, 2)), ends=(End(OUT, BULK, 512), End(IN, BULK, 512)))
READER = Facts(
    *(0x0400, 0xC35A, ("", "", ""), (0xFF, 0, 0)), ends=(End(OUT, BULK, 64), End(IN, BULK, 64)), speed=Speed.FULL
)
HID_DESCRIPTOR = 0x21
REPORT_DESCRIPTOR = 0x22
# A boot keyboard: eight modifiers, one byte of padding, six keys (USB HID 1.11, appendix B.1, without its lamps).
KEYBOARD_REPORT = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810195067508150025650507190029658100c0"
)
# One finger on a panel, absolute coordinates 0 to 32767 (USB HID usage tables, page 0D).
TOUCH_REPORT = bytes.fromhex(
    "050d0904a10185010922a102 0942150025017501950181020932810295068103 09517508257f95018102"
    "050126ff7f75109501093081020931 8102c0 050d09547508257f95018102 85020955250ab102c0"
)
SCANNED = {**{chr(97 + n): (0, 4 + n) for n in range(26)}, **{chr(65 + n): (2, 4 + n) for n in range(26)}}
SCANNED |= {digit: (0, 30 + n) for n, digit in enumerate("1234567890")}
SCANNED |= {"\n": (0, 40), "-": (0, 45), "/": (0, 56), ".": (0, 55), ":": (2, 51), "=": (0, 46), "?": (2, 56)}
KEY_S = 0.005


class Turning:
    """Has a simulator's bytes leave in time, on a thread of its own."""

    def __init__(self, far_end: FarEnd, out: Callable[[bytes], None]) -> None:
        self.far_end, self._out = far_end, out
        self._turned = threading.Lock()
        threading.Thread(target=self._turn, name="far-end", daemon=True).start()

    def heard(self, data: bytes) -> None:
        """Bytes of the machine."""
        with self._turned:
            self.far_end.receive(data, time.monotonic())

    def do(self, control: str, **arguments: object) -> dict[str, Any]:
        """Do to the device what a person would."""
        with self._turned:
            return self.far_end.do(control, arguments, time.monotonic())

    def _turn(self) -> None:
        while True:
            time.sleep(TURN_S)
            with self._turned:
                data = self.far_end.outgoing(time.monotonic())
            if data:
                self._out(data)


class UsbFarEnd(UsbDevice):
    """A simulator behind a USB plug with one bulk pair."""

    def __init__(self, facts: Facts, far_end: FarEnd) -> None:
        super().__init__(facts)
        self.turning = Turning(far_end, lambda data: self.send(IN, data))

    def received(self, end: int, data: bytes) -> None:
        self.turning.heard(data)

    def asked(self, setup: Setup, data: bytes) -> bytes | None:
        if setup.kind == INTO | 0x21 and setup.request == 0:  # GET_DEVICE_ID of the printer class
            name = b"MFG:EPSON;CMD:ESC/POS;MDL:TM-T88V;CLS:PRINTER;"
            return struct.pack(">H", len(name) + 2) + name
        if not isinstance(self.turning.far_end, UsbControlled):
            return None
        packed = struct.pack("<BBHHH", setup.kind, setup.request, setup.value, setup.index, setup.length)
        return self.turning.far_end.usb_control(packed, data, time.monotonic())


class SerialFarEnd:
    """A simulator behind QEMU's FTDI adapter, whose other side is a socket: plugged in while connected."""

    def __init__(self, far_end: FarEnd) -> None:
        self._socket: socket.socket | None = None
        self.turning = Turning(far_end, self._say)

    def plug(self, path: Path) -> None:
        """Connect, which plugs the adapter in."""
        self._socket = connected(path)
        threading.Thread(target=self._listen, args=(self._socket,), name="serial", daemon=True).start()

    def unplug(self) -> None:
        """Hang up, which pulls the adapter out."""
        door, self._socket = self._socket, None
        if door is not None:
            door.shutdown(socket.SHUT_RDWR)
            door.close()

    def _say(self, data: bytes) -> None:
        if self._socket is not None:
            self._socket.sendall(data)

    def _listen(self, door: socket.socket) -> None:
        try:
            while data := door.recv(4096):
                self.turning.heard(data)
        except OSError:
            return  # pulled out


class HidDevice(UsbDevice):
    """A device that is known by its report descriptor."""

    def __init__(self, vendor: int, product: int, names: tuple[str, str, str], report: bytes, boot: bool) -> None:
        self.report = report
        self.hid = struct.pack("<BBHBBBH", 9, HID_DESCRIPTOR, 0x0111, 0, 1, REPORT_DESCRIPTOR, len(report))
        classes = (3, 1, 1) if boot else (3, 0, 0)
        ends = (End(0x81, INTERRUPT, 16, 4),)
        super().__init__(Facts(vendor, product, names, classes, ends, Speed.FULL, self.hid))

    def asked(self, setup: Setup, data: bytes) -> bytes | None:
        if setup.kind == INTO | 1 and setup.request == 6:
            return {HID_DESCRIPTOR: self.hid, REPORT_DESCRIPTOR: self.report}.get(setup.value >> 8)
        if setup.kind == INTO | 0x21 and setup.request == 1:  # GET_REPORT: how many fingers, or nothing pressed
            return bytes([2, 10]) if setup.value & 255 == 2 else bytes([setup.value & 255]) + bytes(7)
        return b"" if setup.kind == 0x21 else None


class Scanner(HidDevice):
    """A code scanner in keyboard mode, without a serial number like the cheap ones."""

    def __init__(self) -> None:
        super().__init__(0x0C2E, 0x0B61, ("SYNTHETIC", "SCANNER", ""), KEYBOARD_REPORT, boot=True)

    def scan(self, text: str) -> None:
        """Type a code and Enter, as fast as such a scanner does."""
        for char in text + "\n":
            shift, key = SCANNED[char]
            for report in (bytes([shift, 0, key, 0, 0, 0, 0, 0]), bytes(8)):
                self.send(0x81, report)
                time.sleep(KEY_S)


class Panel(HidDevice):
    """A touch panel for one finger."""

    def __init__(self) -> None:
        super().__init__(0x0EEF, 0xC000, ("SYNTHETIC", "TOUCH", ""), TOUCH_REPORT, boot=False)

    def tap(self, x: float, y: float, held_s: float = 0.15) -> None:
        """Touch at a part of width and height, 0 to 1."""
        place = struct.pack("<HH", int(x * 32767), int(y * 32767))
        for _ in range(3):
            self.send(0x81, bytes([1, 3, 1]) + place + b"\1")
            time.sleep(held_s / 3)
        self.send(0x81, bytes([1, 0, 1]) + place + b"\1")


def socket_of(machine: Machine, port: int, serial: bool = False) -> Path:
    """Have QEMU a device ready at a port of its USB controller; it is plugged in by whoever connects to the socket."""
    name = f"port{port}"
    path = machine.folder / name
    address = {"type": "unix", "data": {"path": str(path)}}
    machine.monitor(
        "chardev-add", id=name, backend={"type": "socket", "data": {"addr": address, "server": True, "wait": False}}
    )
    driver = "usb-serial" if serial else "usb-redir"
    machine.monitor("device_add", driver=driver, id=f"device{port}", chardev=name, bus="xhci.0", port=str(port))
    return path
