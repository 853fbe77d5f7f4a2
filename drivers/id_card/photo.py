"""The photo on a card is 1024 bytes of a closed codec (WLT) that only vendors' libraries decode.

So a decoder is a program of the vendor's or the hall's own: WLT bytes (or the whole 1295-byte reply, as some libraries
want it) on its standard input, a BMP on its standard output. It runs apart, within a time limit and a size limit, and
whatever it does, the reading of the card goes on: no picture is an empty one. Nothing personal touches a disk or a log.
"""

import os
import select
import subprocess
import time
from contextlib import suppress
from typing import Protocol

import structlog

LARGEST_BMP = 512 * 1024
"""Ten times what a decoder gives: 102 x 126 dots of 24 bits in rows of 308 bytes, 38 862 bytes."""
_BMP_HEAD = 26

log = structlog.get_logger("drivers.id_card")


class PhotoDecoder(Protocol):
    """Whatever makes a picture of a card's photo."""

    def decode(self, photo: bytes, reply: bytes) -> bytes:
        """Return a BMP, or b"" when there is none; never raises. `photo` is the WLT, `reply` the frame it came in."""


class ExternalDecoder:
    """A PhotoDecoder that runs a program for each photo."""

    def __init__(self, command: tuple[str, ...], limit_s: float, *, takes_reply: bool = False) -> None:
        self._command, self._limit_s, self._takes_reply = command, limit_s, takes_reply
        self._told = ""

    def decode(self, photo: bytes, reply: bytes) -> bytes:
        """Return a BMP, or b"" when there is none; never raises."""
        try:
            picture, trouble = _run(self._command, reply if self._takes_reply else photo, self._limit_s)
        except OSError as problem:
            picture, trouble = b"", f"cannot be run: {problem.strerror or type(problem).__name__}"
        if not trouble and not is_bmp(picture):
            trouble = f"gave {len(picture)} bytes that are no BMP"
        if trouble != self._told:
            self._told = trouble
            if trouble:
                log.warning("no photo of the card", decoder=self._command[0], reason=trouble)
        return b"" if trouble else picture


def is_bmp(data: bytes) -> bool:
    """Whether these bytes are one whole bitmap file, by its head and the size that it says."""
    return len(data) > _BMP_HEAD and data[:2] == b"BM" and int.from_bytes(data[2:6], "little") == len(data)


def _run(command: tuple[str, ...], given: bytes, limit_s: float) -> tuple[bytes, str]:
    """Return what the program wrote, and what was wrong with it."""
    deadline = time.monotonic() + limit_s
    pipe = subprocess.PIPE
    with subprocess.Popen(list(command), stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with suppress(BrokenPipeError):
                process.stdin.write(given)  # less than a pipe holds: it cannot block
                process.stdin.flush()
            with suppress(BrokenPipeError):
                process.stdin.close()
            picture, trouble = _read(process.stdout.fileno(), deadline)
            if not trouble and _ended(process, deadline) != 0:
                trouble = f"ended with {process.returncode}"
            return picture, trouble
        finally:
            process.kill()


def _read(fd: int, deadline: float) -> tuple[bytes, str]:
    found = bytearray()
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([fd], [], [], left)[0]:
            break
        data = os.read(fd, 65536)
        if not data:
            return bytes(found), ""
        found += data
        if len(found) > LARGEST_BMP:
            return b"", "writes without end"
    return b"", "took too long"


def _ended(process: "subprocess.Popen[bytes]", deadline: float) -> int | None:
    with suppress(subprocess.TimeoutExpired):
        return process.wait(max(0.0, deadline - time.monotonic()))
    return None
