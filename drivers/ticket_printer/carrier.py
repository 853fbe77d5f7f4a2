"""python-escpos carries what we write: its Serial, Network and Usb classes, behind our Transport.

The port is opened by our own transports (exclusive lock, RTS/CTS, keep-alive, endpoints from the descriptors) and
given to the printer class as its `device`; every byte then goes through the class's own `_raw`. Time limits, the end of
a write when the port is closed, reading and the words of a loss stay ours. Why: docs/decisions, "python-escpos".

python-escpos is imported when the first port opens, in that device's thread.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from select import POLLOUT
from typing import Any

import structlog

from drivers.transport.base import LineSettings, Transport
from drivers.transport.open import open_stream
from drivers.transport.stream import FdStream, lost

LEAST_S = 0.001
"""pyserial and sockets read a limit of 0 as "do not wait at all"."""
Write = Callable[[bytes, float], None]

log = structlog.get_logger("drivers.ticket_printer")
_importing = threading.Lock()


def open_carried(address: str, line: LineSettings) -> Transport:
    """Open the printer's port with python-escpos in it; other kinds of address (`memory:`) get our own stream.

    Raises:
        TransportLost: it cannot be opened now; the text names the address, the cause and the next step.

    """
    scheme, _, rest = address.partition(":")
    opener = _OPENERS.get(scheme)
    if opener is None or not rest:
        return open_stream(address, line)
    try:
        with _importing:
            classes = printer_classes()
    except (ImportError, OSError) as problem:
        # A full disk or a broken installation of a library must not stop tickets: our own stream carries as well.
        log.warning("python-escpos cannot be loaded", reason=str(problem))
        return open_stream(address, line)
    return opener(classes, address, rest, line)


@cache
def printer_classes() -> Any:
    """Import python-escpos without what its import brings along: a printer list of its own, a log handler, a folder.

    Raises:
        ImportError, OSError: it is not there, or no temporary folder can be made.

    """
    import logging

    handlers = list(logging.root.handlers)
    with as_file(files("drivers.ticket_printer").joinpath("escpos_profile.json")) as ours, _overlaid(str(ours)):
        import escpos.capabilities
        import escpos.printer
    for handler in [added for added in logging.root.handlers if added not in handlers]:
        logging.root.removeHandler(handler)
    shutil.rmtree(escpos.capabilities.pickle_dir, ignore_errors=True)
    return escpos.printer


@contextmanager
def _overlaid(profile: str) -> Iterator[None]:
    """Point python-escpos to our one-row list of printers; its own takes 0.3 s to parse.

    The environment is overlaid in Python only: other threads are running, and putenv beside getenv is not safe.
    """
    real = os.environ
    shown = {name: value for name, value in real.items() if not name.startswith("ESCPOS_CAPABILITIES_")}
    vars(os)["environ"] = {**shown, "ESCPOS_CAPABILITIES_FILE": profile}
    try:
        yield
    finally:
        vars(os)["environ"] = real


class CarriedStream(FdStream):
    """A Transport over a descriptor whose writes go through a printer class of python-escpos."""

    def __init__(self, stream_facts: tuple[str, int, str], printer: Any, write: Write, interrupt: Callable[[], None],
                 release: Callable[[], None]) -> None:  # fmt: skip
        address, fd, next_step = stream_facts
        super().__init__(address, fd, lambda: _released(printer, release), next_step)
        self.printer = printer
        self._write_through, self._end_write = write, interrupt

    def write(self, data: bytes, timeout_s: float) -> None:
        """Write all of it, by the printer's `_raw`.

        Raises:
            TransportLost: unplugged, closed meanwhile, or the far end does not take it within the limit.

        """
        deadline = time.monotonic() + timeout_s
        with self._writing:
            # pyserial spins instead of waiting when the first write finds the line full.
            if not data or not self._wait(POLLOUT, deadline):
                self._refuse(data, timeout_s)
                return
            try:
                self._write_through(data, max(LEAST_S, deadline - time.monotonic()))
            except OSError as problem:
                self._refuse_closed()
                if _is_timeout(problem):
                    self._refuse(data, timeout_s)
                raise self._gone(_first_cause(problem)) from problem
            self._refuse_closed()  # an interrupted pyserial write returns as if it were done

    def _interrupt(self) -> None:
        self._end_write()

    def _refuse(self, data: bytes, timeout_s: float) -> None:
        if data:
            raise lost(self.address, f"{len(data)} bytes not taken in {timeout_s:g} s", self._next_step)

    def _refuse_closed(self) -> None:
        if self._closed.is_set():
            raise lost(self.address, "closed", "open it again")


def _is_timeout(problem: OSError) -> bool:
    import serial

    return isinstance(problem, TimeoutError | serial.SerialTimeoutException)


def _first_cause(problem: OSError) -> OSError:
    """The serial library words the system's error into its own, without the number."""
    inner = problem.__context__
    return inner if problem.errno is None and isinstance(inner, OSError) else problem


def _released(printer: Any, release: Callable[[], None]) -> None:
    """Take the port away from python-escpos, whose own `close` would wait for a printer that holds its line."""
    printer.device = None
    release()


def _serial(classes: Any, address: str, rest: str, line: LineSettings) -> Transport:
    from drivers.transport.serial_line import PLUG_AGAIN, opened_port

    port = opened_port(address, rest, line)
    printer = classes.Serial(devfile=rest, baudrate=line.baud, xonxoff=line.xonxoff, dsrdtr=line.dsrdtr)
    printer.device = port

    def write(data: bytes, limit_s: float) -> None:
        port.write_timeout = limit_s
        printer._raw(data)

    return CarriedStream((address, port.fileno(), PLUG_AGAIN), printer, write, port.cancel_write, port.close)


def _network(classes: Any, address: str, rest: str, _line: LineSettings) -> Transport:
    from drivers.transport.tcp import PLUG_AGAIN, connected

    connection = connected(address, rest)
    printer = classes.Network(rest.rpartition(":")[0])
    printer.device = connection

    def write(data: bytes, limit_s: float) -> None:
        connection.settimeout(limit_s)
        printer._raw(data)

    def interrupt() -> None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the far end was faster

    return CarriedStream((address, connection.fileno(), PLUG_AGAIN), printer, write, interrupt, connection.close)


def _usb(classes: Any, address: str, _rest: str, _line: LineSettings) -> Transport:
    from drivers.transport.usb import UsbStream, open_usb

    class CarriedUsb(UsbStream):
        """A UsbStream whose bulk writes go through python-escpos' Usb."""

        def __init__(self, address: str, device: Any, interface: int, ep_out: Any, ep_in: Any) -> None:
            super().__init__(address, device, interface, ep_out, ep_in)
            ends = {"out_ep": ep_out.bEndpointAddress, "in_ep": ep_in.bEndpointAddress}
            self.printer = classes.Usb(device.idVendor, device.idProduct, **ends)
            self._counting = _Counting(device)
            self.printer.device = self._counting

        def close(self) -> None:
            """Release the interface; a reader leaves within one slice."""
            super().close()
            self.printer.device = None

        def _transfer_out(self, data: bytes, limit_ms: int) -> int:
            self.printer.timeout = limit_ms
            self.printer._raw(data)
            return self._counting.taken

    return open_usb(address, CarriedUsb)


class _Counting:
    """The device as python-escpos' Usb sees it. That class ignores how much of a transfer was taken; we do not."""

    def __init__(self, device: Any) -> None:
        self._device = device
        self.taken = 0

    def write(self, endpoint: int, data: bytes, timeout_ms: int) -> int:
        """One bulk transfer."""
        self.taken = self._device.write(endpoint, data, timeout_ms)
        return self.taken


_OPENERS: dict[str, Callable[[Any, str, str, LineSettings], Transport]] = {
    "serial": _serial,
    "tcp": _network,
    "usb": _usb,
    "usb-sim": _usb,
}
