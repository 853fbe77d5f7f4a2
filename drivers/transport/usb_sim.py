"""A pyusb backend whose only device is a simulator behind a Unix socket: `usb-sim:/run/hall/printer.sock`.

Each bulk transfer is one packet of a SOCK_SEQPACKET socket, so transfer borders survive. The first packet comes
from the simulator: the facts of its descriptors (`Descriptors`) as JSON. A second host is refused like a claimed
interface. A control transfer is a short connection of its own to PATH.control: eight bytes of setup and the data out;
back comes 00 and the data in, or 01 for a stall. pyusb and python-escpos take the object as `backend=`.
"""

# ruff: noqa: ARG002, N803 - the names and number of arguments are pyusb's

import array
import errno
import socket
import struct
from types import SimpleNamespace
from typing import Any

import msgspec
import usb.backend
import usb.core

CONNECT_S = 1.0
LARGEST_PACKET = 16384
"""Of one transfer over the socket; a larger bulk write becomes several."""
SETUP_SIZE = 8
STALLED = b"\x01"


def control_path(path: str) -> str:
    """Return where the control transfers of a simulated device go."""
    return f"{path}.control"


class Descriptors(msgspec.Struct, frozen=True):
    """What the simulated device says about itself."""

    vendor: int = 0x0416
    product: int = 0x5011
    serial: str = ""
    interface_class: int = 7
    bulk_out: int = 0x01
    bulk_in: int = 0x82
    packet: int = 64


class SimulatedBus(usb.backend.IBackend):  # type: ignore[misc]  # pyusb has no types
    """pyusb's view of one simulator. Method names and arguments are pyusb's."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._socket: socket.socket | None = None
        self._facts = Descriptors()
        self._unread = b""

    def enumerate_devices(self) -> list[str]:
        """Connect, unless connected; no device while nobody listens."""
        if self._socket is None and not self._connected():
            return []
        return [self._path]

    def get_device_descriptor(self, dev: str) -> SimpleNamespace:
        """Return the device descriptor; strings are index 3 (serial number)."""
        facts = self._facts
        serial_index = 3 if facts.serial else 0
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x0200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=facts.vendor, idProduct=facts.product, bcdDevice=0x0100, iManufacturer=0,
            iProduct=0, iSerialNumber=serial_index, bNumConfigurations=1, bus=0, address=1, port_number=1,
            port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: str, config: int) -> SimpleNamespace:
        """Return the only configuration."""
        self._only(config)
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: str, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Return the only interface."""
        self._only(intf, alt, config)
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2,
            bInterfaceClass=self._facts.interface_class, bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0,
            extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: str, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Return bulk OUT (0) or bulk IN (1)."""
        self._only(intf, alt, config)
        if ep > 1:
            raise IndexError("two endpoints")
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(self._facts.bulk_out, self._facts.bulk_in)[ep],
            bmAttributes=2, wMaxPacketSize=self._facts.packet, bInterval=0, bRefresh=0, bSynchAddress=0,
            extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: str) -> str:
        """Give a handle; connect again if pyusb has closed it meanwhile (its `reset` does)."""
        if self._socket is None and not self._connected():
            raise usb.core.USBError("No such device", None, errno.ENODEV)
        return dev

    def close_device(self, dev_handle: str) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def set_configuration(self, dev_handle: str, config_value: int) -> None:
        """Nothing to choose."""

    def get_configuration(self, dev_handle: str) -> int:
        """Return the only configuration."""
        return 1

    def claim_interface(self, dev_handle: str, intf: int) -> None:
        """Claimed by being connected."""

    def release_interface(self, dev_handle: str, intf: int) -> None:
        """Given back by `close_device`."""

    def is_kernel_driver_active(self, dev_handle: str, intf: int) -> bool:
        """No kernel driver stands in the way."""
        return False

    def reset_device(self, dev_handle: str) -> None:
        """Forget what was not read yet."""
        self._unread = b""

    def clear_halt(self, dev_handle: str, ep: int) -> None:
        """Nothing halts."""

    def bulk_write(self, dev_handle: str, ep: int, intf: int, data: "array.array[int]", timeout: int) -> int:
        """Send one transfer; a time limit of 0 ms means none."""
        raw = data.tobytes()
        for start in range(0, len(raw), LARGEST_PACKET):
            self._call(timeout, "send", raw[start : start + LARGEST_PACKET])
        return len(raw)

    def bulk_read(self, dev_handle: str, ep: int, intf: int, buff: "array.array[int]", timeout: int) -> int:
        """Fill the buffer from one transfer; what does not fit is kept for the next read."""
        if not self._unread:
            self._unread = self._call(timeout, "recv", LARGEST_PACKET)
            if not self._unread:
                raise usb.core.USBError("No such device (the simulator hung up)", None, errno.ENODEV)
        taken, self._unread = self._unread[: len(buff)], self._unread[len(buff) :]
        buff[: len(taken)] = array.array("B", taken)
        return len(taken)

    def ctrl_transfer(
        self,
        dev_handle: str,
        bmRequestType: int,
        bRequest: int,
        wValue: int,
        wIndex: int,
        data: "array.array[int]",
        timeout: int,
    ) -> int:
        """Answer string descriptors, the language list (0) and the serial number (3); the device answers the rest."""
        texts = {0x0300: b"\x09\x04", 0x0303: self._facts.serial.encode("utf-16-le")}
        if (bmRequestType, bRequest) == (0x80, 6) and wValue in texts:
            text = texts[wValue]
            raw = (bytes((len(text) + 2, 3)) + text)[: len(data)]
        else:
            setup = struct.pack("<BBHHH", bmRequestType, bRequest, wValue, wIndex, len(data))
            raw = self._asked(setup if bmRequestType & 0x80 else setup + data.tobytes(), timeout)[: len(data)]
            if not bmRequestType & 0x80:
                return len(data)
        data[: len(raw)] = array.array("B", raw)
        return len(raw)

    def _asked(self, request: bytes, timeout_ms: int) -> bytes:
        """Return what the device answers to a control transfer."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
            connection.settimeout(timeout_ms / 1000 if timeout_ms else None)
            try:
                connection.connect(control_path(self._path))
                connection.send(request)
                answer = connection.recv(LARGEST_PACKET)
            except TimeoutError as problem:
                raise usb.core.USBTimeoutError("Operation timed out", None, errno.ETIMEDOUT) from problem
            except OSError as problem:
                raise usb.core.USBError("No such device", None, errno.ENODEV) from problem
        if answer[:1] != b"\0":
            raise usb.core.USBError("Pipe error (request not known)", None, errno.EPIPE)
        return answer[1:]

    def _connected(self) -> bool:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.settimeout(CONNECT_S)
        try:
            connection.connect(self._path)
            hello = connection.recv(LARGEST_PACKET)
        except OSError:
            connection.close()
            return False
        if not hello:
            connection.close()
            raise usb.core.USBError("Resource busy", None, errno.EBUSY)
        self._facts, self._socket = msgspec.json.decode(hello, type=Descriptors), connection
        return True

    def _call(self, timeout_ms: int, what: str, argument: Any) -> Any:
        if self._socket is None:
            raise usb.core.USBError("No such device", None, errno.ENODEV)
        self._socket.settimeout(timeout_ms / 1000 if timeout_ms else None)
        try:
            return getattr(self._socket, what)(argument)
        except TimeoutError as problem:
            raise usb.core.USBTimeoutError("Operation timed out", None, errno.ETIMEDOUT) from problem
        except OSError as problem:
            raise usb.core.USBError("No such device", None, errno.ENODEV) from problem

    def _only(self, *indexes: int) -> None:
        if any(indexes):
            raise IndexError("one configuration with one interface")
