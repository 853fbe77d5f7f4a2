"""USB bulk by pyusb: `usb:VID:PID[:SERIAL]` (hexadecimal), or `usb-sim:/path.sock` for a simulator.

Endpoints are read from the descriptors, never assumed: the first interface that has a bulk OUT and a bulk IN is
claimed. Reads wait in slices of 0.1 s, since a libusb transfer cannot be woken from another thread.
"""

import errno
import threading
import time
from typing import Any

import usb.core
import usb.util

from drivers.transport.base import TransportLost
from drivers.transport.stream import lost
from drivers.transport.usb_sim import SimulatedBus

SLICE_S = 0.1
WRITE_CHUNK = 4096
WRITE_SLICE_S = 1.0
"""So long a closing port waits for a transfer that the device does not take."""
CLASS_IN = 0xA1
"""bmRequestType: class request to an interface, answer to the host."""
PLUG_AGAIN = "plug the device in again"


class UsbStream:
    """A Transport over one bulk pair."""

    def __init__(self, address: str, device: Any, interface: int, ep_out: Any, ep_in: Any) -> None:
        self.address = address
        self._device, self._interface = device, interface
        self._out, self._in = ep_out, ep_in
        ends = f"endpoints {ep_out.bEndpointAddress:02X} out and {ep_in.bEndpointAddress:02X} in"
        self.identity = f"{device.idVendor:04x}:{device.idProduct:04x} with {ends}"
        self._unread = b""
        self._closed = threading.Event()
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._closing = threading.Lock()

    def read(self, size: int, timeout_s: float) -> bytes:
        """Return 1..size bytes as soon as a transfer brings any, or b"" after the time limit.

        Raises:
            TransportLost: unplugged or closed meanwhile.

        """
        deadline = time.monotonic() + timeout_s
        with self._reading:
            self._refuse_closed()
            while not self._unread:
                self._unread = self._transfer_in(max(0.001, min(SLICE_S, deadline - time.monotonic())))
                if time.monotonic() >= deadline:
                    break
            taken, self._unread = self._unread[:size], self._unread[size:]
            return taken

    def write(self, data: bytes, timeout_s: float) -> None:
        """Write all of it.

        Raises:
            TransportLost: unplugged, closed, or not taken within the limit.

        """
        deadline, start = time.monotonic() + timeout_s, 0
        with self._writing:
            while start < len(data):
                self._refuse_closed()
                left_s = deadline - time.monotonic()
                limit_ms = max(1, int(min(WRITE_SLICE_S, left_s) * 1000))
                try:
                    start += self._transfer_out(data[start : start + WRITE_CHUNK], limit_ms)
                except usb.core.USBTimeoutError as problem:
                    if left_s > WRITE_SLICE_S:
                        continue
                    rest = len(data) - start
                    raise lost(self.address, f"{rest} bytes not taken in {timeout_s:g} s", PLUG_AGAIN) from problem
                except usb.core.USBError as problem:
                    raise _worded(self.address, problem) from problem

    def class_request(self, request: int, length: int, timeout_s: float) -> bytes | None:
        """Ask the claimed interface; None when it does not know the request or does not answer in time.

        Raises:
            TransportLost: unplugged or closed.

        """
        with self._reading:
            self._refuse_closed()
            try:
                limit_ms = max(1, int(timeout_s * 1000))
                return bytes(self._device.ctrl_transfer(CLASS_IN, request, 0, self._interface, length, limit_ms))
            except usb.core.USBTimeoutError:
                return None
            except usb.core.USBError as problem:
                if problem.errno == errno.EPIPE:
                    return None  # stalled: the standard's way to say "unknown request"
                raise _worded(self.address, problem) from problem

    def close(self) -> None:
        """Release the interface; a reader leaves within one slice."""
        with self._closing:
            if self._closed.is_set():
                return
            self._closed.set()
            with self._reading, self._writing:
                _dispose(self._device, self._interface)

    def _transfer_out(self, data: bytes, limit_ms: int) -> int:
        """One transfer; return how much of it was taken."""
        taken: int = self._out.write(data, limit_ms)
        return taken

    def _transfer_in(self, limit_s: float) -> bytes:
        self._refuse_closed()
        try:
            return bytes(self._in.read(max(512, self._in.wMaxPacketSize), int(limit_s * 1000) or 1))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as problem:
            raise _worded(self.address, problem) from problem

    def _refuse_closed(self) -> None:
        if self._closed.is_set():
            raise lost(self.address, "closed", "open it again")


def usb_backend(address: str) -> Any:
    """Return the pyusb backend of an address: the simulator's, or None for pyusb's own choice (libusb)."""
    scheme, _, rest = address.partition(":")
    return SimulatedBus(rest) if scheme == "usb-sim" else None


def open_usb(address: str, made: type[UsbStream] = UsbStream) -> UsbStream:
    """Find the device, claim its bulk interface; `made` is the kind of stream wanted.

    Raises:
        TransportLost: not found, busy, no rights, no bulk pair, or no libusb on this machine.

    """
    try:
        device = usb.core.find(backend=usb_backend(address), **_wanted(address))
    except usb.core.NoBackendError as problem:
        raise lost(address, "no libusb on this machine", "install the Debian package libusb-1.0-0") from problem
    except usb.core.USBError as problem:
        raise _worded(address, problem) from problem
    if device is None:
        raise lost(address, "no such device", "check the cable, power, and the numbers that lsusb shows")
    try:
        return _claimed(address, device, made)
    except (usb.core.USBError, NotImplementedError) as problem:
        usb.util.dispose_resources(device)
        raise _worded(address, problem) from problem


def _claimed(address: str, device: Any, made: type[UsbStream]) -> UsbStream:
    for interface in device.get_active_configuration():
        pair = _bulk_pair(interface)
        if pair is None:
            continue
        number = interface.bInterfaceNumber
        if device.is_kernel_driver_active(number):
            device.detach_kernel_driver(number)
        usb.util.claim_interface(device, number)
        return made(address, device, number, *pair)
    usb.util.dispose_resources(device)
    raise lost(address, "it has no interface with bulk OUT and IN", "choose the model that fits this device")


def _bulk_pair(interface: Any) -> tuple[Any, Any] | None:
    """Return (OUT, IN); a pair without IN (some printers) is not usable: its status could never be read."""
    ends: dict[int, Any] = {}
    for end in interface:
        if usb.util.endpoint_type(end.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK:
            ends.setdefault(usb.util.endpoint_direction(end.bEndpointAddress), end)
    out, into = ends.get(usb.util.ENDPOINT_OUT), ends.get(usb.util.ENDPOINT_IN)
    return None if out is None or into is None else (out, into)


def _wanted(address: str) -> dict[str, Any]:
    """Return pyusb's search terms."""
    scheme, _, rest = address.partition(":")
    if scheme == "usb-sim":
        return {}
    vendor, _, more = rest.partition(":")
    product, _, serial = more.partition(":")
    try:
        wanted: dict[str, Any] = {"idVendor": int(vendor, 16), "idProduct": int(product, 16)}
    except ValueError as problem:
        raise lost(address, "not VID:PID", "write it as usb:0416:5011, as lsusb shows it") from problem
    if serial:
        wanted["custom_match"] = lambda device: device.serial_number == serial
    return wanted


def _dispose(device: Any, interface: int) -> None:
    try:
        usb.util.release_interface(device, interface)
    except usb.core.USBError:
        pass  # unplugged: there is nothing left to release, only our own handle below
    finally:
        usb.util.dispose_resources(device)


def _worded(address: str, problem: Exception) -> TransportLost:
    number = getattr(problem, "errno", None)
    if number == errno.EBUSY:
        return lost(address, "busy", "another program holds it; end that program")
    if number == errno.EACCES:
        return lost(address, "no right to open it", "install the udev rules and plug it in again")
    return lost(address, str(problem), PLUG_AGAIN)
