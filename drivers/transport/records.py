"""Streams of input records: `evdev:/dev/input/by-path/...` (a real device, grabbed) and `fifo:/path` (its stand-in).

Both give the kernel's 24-byte records unchanged; the decoder above cannot tell them apart.
"""

import errno
import os
import stat

from drivers.transport.stream import FdStream, lost


def open_evdev(address: str, path: str) -> FdStream:
    """Open and grab an input device, so that its keys reach nobody else.

    Raises:
        TransportLost: missing, no rights, or grabbed by another program.

    """
    import evdev

    try:
        device = evdev.InputDevice(path)
    except OSError as problem:
        raise lost(address, problem.strerror or str(problem), _next_step(problem)) from problem
    try:
        device.grab()
    except OSError as problem:
        device.close()
        raise lost(address, "busy", "another program has grabbed it; end that program") from problem
    return FdStream(address, device.fd, device.close, "plug the device in again")


def open_fifo(address: str, path: str) -> FdStream:
    """Open a FIFO for reading; whoever plays the device writes to it.

    Raises:
        TransportLost: no such file, no rights, or not a FIFO.

    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        raise lost(address, problem.strerror or str(problem), _next_step(problem)) from problem
    if not stat.S_ISFIFO(os.fstat(fd).st_mode):
        os.close(fd)
        raise lost(address, "not a FIFO", "name the FIFO that the simulator made")
    return FdStream(address, fd, lambda: os.close(fd), "plug the device in again")


def _next_step(problem: OSError) -> str:
    if problem.errno in (errno.EACCES, errno.EPERM):
        return "add the unit's user to the group input"
    return "check the cable and the name under /dev/input/by-path"
