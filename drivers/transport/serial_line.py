"""Serial ports by pyserial: `serial:/dev/ttyS0`, `serial:/dev/serial/by-path/...`.

pyserial sets the line up and takes an exclusive lock; reading and writing are ours (`FdStream`), because its own
read cannot tell an unplugged USB adapter from silence on every kernel.
"""

import errno

import serial

from drivers.transport.base import LineSettings, TransportLost
from drivers.transport.stream import FdStream, lost

NEXT_STEPS = {
    errno.ENOENT: "check the cable and the name under /dev/serial/by-path",
    errno.ENODEV: "plug the adapter in again",
    errno.ENXIO: "plug the adapter in again",
    errno.EIO: "the port has no hardware behind it; choose another one",
    errno.EACCES: "add the unit's user to the group dialout",
    errno.EPERM: "add the unit's user to the group dialout",
    errno.EWOULDBLOCK: "another program holds it; end that program or use another port",
    errno.EBUSY: "another program holds it; end that program or use another port",
}
PLUG_AGAIN = "plug the cable in again"


def open_serial(address: str, path: str, line: LineSettings) -> FdStream:
    """Open a serial port for this process alone.

    Raises:
        TransportLost: missing, busy, or no rights; the text says what to do.

    """
    port = opened_port(address, path, line)
    return FdStream(address, port.fileno(), port.close, PLUG_AGAIN)


def opened_port(address: str, path: str, line: LineSettings) -> serial.Serial:
    """Return pyserial's open port, set up, locked and without waiting reads; see `open_serial`."""
    try:
        return serial.Serial(
            path,
            baudrate=line.baud,
            parity=line.parity,
            stopbits=line.stop_bits,
            bytesize=line.data_bits,
            rtscts=line.rtscts,
            dsrdtr=line.dsrdtr,
            xonxoff=line.xonxoff,
            timeout=0,
            exclusive=True,
        )
    except (serial.SerialException, OSError) as problem:
        raise _refused(address, problem) from problem
    except ValueError as problem:
        raise lost(
            address, f"settings refused ({problem})", "correct baud and parity in the configuration"
        ) from problem


def _refused(address: str, problem: OSError) -> TransportLost:
    if problem.errno == errno.EWOULDBLOCK:
        return lost(address, "busy", NEXT_STEPS[errno.EWOULDBLOCK])
    cause = {errno.ENOENT: "no such port", errno.EACCES: "no right to open it", errno.EBUSY: "busy"}
    number = problem.errno or 0
    return lost(address, cause.get(number, str(problem)), NEXT_STEPS.get(number, "check port and adapter"))
