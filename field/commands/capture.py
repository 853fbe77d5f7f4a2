"""`hall-field capture` and `replay`: what goes over a line, with times, into a file and back.

hall-field capture --address A --out FILE [--baud N] [--through B] [--seconds S]
hall-field replay FILE --address A [--as host|device] [--baud N] [--speed X]

A file has one JSON object a line: ``{"t": seconds, "from": "device" or "host", "hex": "..."}``. One port only hears
the device; with `--through` an address is made for the program that usually owns the line, and both directions are
passed on and written down. A capture of a card reader holds personal data: the file is readable for its owner only.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal

import msgspec

from drivers.far_lines.line import FarLine, Watch
from drivers.far_lines.make import make_far_line
from drivers.transport import LineSettings, Transport, TransportLost, open_stream
from field.commands.say import complain, say, say_json, say_line

TICK_S = 0.02
WRITE_S = 2.0
LISTEN_AFTER_S = 1.0
LONGEST_PAUSE_S = 10.0
"""Longer silences are cut short when a capture is played."""
_READ = 4096
Sender = Literal["device", "host"]


class AddressTaken(ValueError):
    """An address that was to be made exists; the text says what to name instead."""


class Piece(msgspec.Struct, frozen=True):
    """Bytes that came together. `t` counts seconds from the beginning."""

    t: float
    sender: Sender = msgspec.field(name="from")
    hex: str


def add(acts: Any) -> None:
    """Declare both commands."""
    capture = acts.add_parser("capture", help="write down what goes over a line")
    capture.add_argument("--out", required=True, type=Path, metavar="FILE")
    capture.add_argument("--through", default="", metavar="ADDRESS", help="made for the program that owns the line")
    capture.add_argument("--seconds", type=float, default=0.0, help="end after this long; otherwise at Ctrl-C")
    capture.set_defaults(run=run_capture)
    replay = acts.add_parser("replay", help="play a capture: to a device, or as the device")
    replay.add_argument("file", type=Path, metavar="FILE")
    replay.add_argument("--as", dest="sender", choices=("host", "device"), default="host")
    replay.add_argument("--speed", type=float, default=1.0, help="2 plays twice as fast")
    replay.set_defaults(run=run_replay)
    for parser in (capture, replay):
        parser.add_argument("--address", required=True, help="e.g. serial:/dev/ttyUSB0")
        parser.add_argument("--baud", type=int, default=9600)
        parser.add_argument("--json", action="store_true", help="print each piece as JSON too")


def run_capture(given: argparse.Namespace) -> int:
    """Write until the time is over, Ctrl-C, or the line goes."""
    watch = Watch()
    try:
        port = open_stream(given.address, LineSettings(baud=given.baud))
    except TransportLost as problem:
        return _ended(problem)
    count, ended = 0, 0
    try:
        with open_private(given.out) as out:
            for piece in captured(port, watch, given.through, given.seconds):
                out.write(msgspec.json.encode(piece) + b"\n")
                out.flush()
                count += 1
                _show(piece, as_json=given.json)
    except KeyboardInterrupt:
        ended = 0
    except TransportLost as problem:
        ended = _ended(problem)
    except AddressTaken as problem:
        return complain(str(problem))
    except OSError as problem:
        return complain(f"{given.out}: {problem.strerror}")
    finally:
        port.close()
        watch.close()
    if not given.json:
        say_line(f"{count} pieces in {given.out}")
    return ended


def captured(port: Transport, watch: Watch, through: str, seconds: float) -> Iterator[Piece]:
    """Yield what goes over the line, in both directions with `through`.

    Raises:
        TransportLost: the line is gone.

    """
    began = time.monotonic()
    from_host = bytearray()
    line = _made(through, watch, from_host.extend) if through else None
    try:
        while not seconds or time.monotonic() - began < seconds:
            if line is not None:
                watch.run_ready(0)
            if from_host:
                data = bytes(from_host)
                from_host.clear()
                yield _piece(began, "host", data)
                port.write(data, WRITE_S)
            if data := port.read(_READ, TICK_S):
                yield _piece(began, "device", data)
                if line is not None:
                    line.send(data)
    finally:
        if line is not None:
            line.unplug()


def run_replay(given: argparse.Namespace) -> int:
    """Play the pieces of one side; what the other side says meanwhile is printed."""
    try:
        pieces = read_pieces(given.file)
    except (OSError, msgspec.DecodeError) as problem:
        return complain(f"{given.file}: {problem}")
    wanted = [piece for piece in pieces if piece.sender == given.sender]
    if not wanted:
        return complain(f"{given.file}: nothing in it is from the {given.sender}; try --as with the other side")
    try:
        heard = _as_host(given, wanted) if given.sender == "host" else _as_device(given, pieces)
    except AddressTaken as problem:
        return complain(str(problem))
    except TransportLost as problem:
        return _ended(problem)
    if not given.json:
        say_line(f"{len(wanted)} pieces played; {len(heard)} bytes came back")
    return 0


def read_pieces(path: Path) -> list[Piece]:
    """Read a capture.

    Raises:
        OSError: the file cannot be read.
        msgspec.DecodeError: a line is no piece.

    """
    lines = path.read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Piece) for line in lines if line.strip()]


def _as_host(given: argparse.Namespace, pieces: list[Piece]) -> bytes:
    port = open_stream(given.address, LineSettings(baud=given.baud))
    heard = b""

    def listen(until: float) -> None:
        nonlocal heard
        while (left := until - time.monotonic()) > 0:
            data = port.read(_READ, left)
            heard += data
            if data:
                _show(Piece(0.0, "device", data.hex().upper()), as_json=given.json)

    try:
        _played(pieces, given.speed, lambda data: port.write(data, WRITE_S), listen)
        listen(time.monotonic() + LISTEN_AFTER_S)
    finally:
        port.close()
    return heard


def _as_device(given: argparse.Namespace, pieces: list[Piece]) -> bytes:
    """Play the device: what the host said in the capture is waited for, what the device said is sent."""
    watch, heard = Watch(), bytearray()
    line = _made(given.address, watch, heard.extend)
    if not given.json:
        say_line(f"playing as the device at {line.address}")

    def listen(until: float, enough: int = -1) -> None:
        while (left := until - time.monotonic()) > 0 and not 0 <= enough <= len(heard):
            watch.run_ready(left)

    try:
        expected, before = 0, pieces[0].t
        for piece in pieces:
            if piece.sender == "host":
                expected += len(piece.hex) // 2
                listen(time.monotonic() + LONGEST_PAUSE_S, expected)
            else:
                listen(time.monotonic() + _pause(piece.t - before, given.speed))
                line.send(bytes.fromhex(piece.hex))
            before = piece.t
        listen(time.monotonic() + LISTEN_AFTER_S)
    finally:
        line.unplug()
        watch.close()
    return bytes(heard)


def _played(pieces: list[Piece], speed: float, send: Callable[[bytes], None], listen: Callable[[float], None]) -> None:
    """Send each piece as long after the one before as it was captured."""
    before = pieces[0].t
    for piece in pieces:
        listen(time.monotonic() + _pause(piece.t - before, speed))
        send(bytes.fromhex(piece.hex))
        before = piece.t


def _pause(seconds: float, speed: float) -> float:
    return min(LONGEST_PAUSE_S, max(0.0, seconds) / max(speed, 0.01))


def _made(address: str, watch: Watch, took: Callable[[bytes], None]) -> FarLine:
    """Make an address; a real port's node is never replaced by ours."""
    scheme, _, rest = address.partition(":")
    path = Path(rest)
    if scheme != "tcp" and os.path.lexists(path) and not (path.is_symlink() and "/pts/" in str(path.readlink())):
        raise AddressTaken(f"{address}: is there already; name one that does not exist yet, e.g. {scheme}:/tmp/line")
    line = make_far_line(address, watch, took)
    line.plug()
    return line


def _piece(began: float, sender: Sender, data: bytes) -> Piece:
    return Piece(round(time.monotonic() - began, 4), sender, data.hex().upper())


def open_private(path: Path) -> BinaryIO:
    """Open a file that only its owner may read.

    Raises:
        OSError: it cannot be made.

    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb")


def _show(piece: Piece, *, as_json: bool) -> None:
    if as_json:
        say_json(piece)
    else:
        say(f"{piece.t:9.4f} {piece.sender:6} {piece.hex}")


def _ended(problem: TransportLost) -> int:
    say_line(str(problem))
    return 1
