"""JPEGs from a FIFO, a character device or a TCP port: where a camera stands that is no video node.

For the camera workers of code scanner and document camera. Nothing is decoded here, and no OpenCV is loaded.
"""

import os
import socket
from collections.abc import Generator
from select import select

from drivers.jpeg_stream import LARGEST, JpegStream

POLL_S = 0.1
CONNECT_S = 3.0
_READ = 1 << 16


class NoPictures(OSError):
    """The source cannot be opened or has ended; the text says which and what to do."""


def connected(source: str) -> int:
    """Return a descriptor of ``tcp:HOST:PORT``.

    Raises:
        NoPictures: nobody is there.

    """
    try:
        _, host, port = source.split(":")
        return socket.create_connection((host, int(port)), timeout=CONNECT_S).detach()
    except (OSError, ValueError) as problem:
        raise NoPictures(f"{source}: {getattr(problem, 'strerror', '') or problem}") from problem


def opened(source: str) -> int:
    """Return a descriptor of a FIFO or a device node.

    Raises:
        NoPictures: missing, or no rights.

    """
    try:
        return os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        raise NoPictures(f"{source}: {problem.strerror}; check the camera's cable and name") from problem


def newest_jpegs(source: str, descriptor: int, largest: int = LARGEST) -> Generator[bytes | None, None, None]:
    """Yield a JPEG whenever one is whole, None when nothing came for `POLL_S`; when many wait, only the newest.

    The descriptor is closed when the iterator ends or is closed.

    Raises:
        NoPictures: the far end went.

    """
    stream = JpegStream(largest)
    try:
        while True:
            ready, _, _ = select([descriptor], [], [], POLL_S)
            data = _read(source, descriptor) if ready else b""
            pictures = stream.feed(data)
            if pictures:
                yield pictures[-1]
            elif not data:
                yield None
    finally:
        os.close(descriptor)


def _read(source: str, descriptor: int) -> bytes:
    try:
        data = os.read(descriptor, _READ)
    except BlockingIOError:
        return b""
    except OSError as problem:
        raise NoPictures(f"{source}: {problem.strerror}") from problem
    if not data:
        raise NoPictures(f"{source}: the far end hung up; plug the camera in again")
    return data
