"""A process under the eye: when it says that it is ready, and what memory it and its children really take."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

WAIT_S = 60.0
END_S = 10.0


class Memory(NamedTuple):
    """MB: the process's proportional and resident set size, and the proportional one of all its descendants.

    Pages shared with other running programs count in part in `own` and whole in `resident`.
    """

    own: float
    resident: float
    children: float


class Watched:
    """A started process. `ready_s` is from its start to READY=1 (faces: the first painted frame)."""

    def __init__(self, process: "subprocess.Popen[bytes]", ready_s: float) -> None:
        self.process, self.ready_s = process, ready_s

    def memory(self) -> Memory:
        """Return what it takes now."""
        return memory(self.process.pid)


@contextmanager
def started(command: list[str], folder: Path, log: Path) -> Iterator[Watched]:
    """Start a program, wait for its READY=1, hand it out, end it.

    Raises:
        SystemExit: it ended, or was not ready in a minute; its log says why.

    """
    with _notify_socket(folder / "notify") as door, log.open("ab") as out:
        environment = {**os.environ, "NOTIFY_SOCKET": str(folder / "notify"), "QT_QPA_PLATFORM": "offscreen"}
        began = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            yield Watched(process, _ready(door, process, log) - began)
        finally:
            _end(process)


@contextmanager
def _notify_socket(path: Path) -> Iterator[socket.socket]:
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(path))
        door.settimeout(0.5)
        yield door


def _ready(door: socket.socket, process: "subprocess.Popen[bytes]", log: Path) -> float:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if b"READY=1" in door.recv(4096):
                return time.monotonic()
        except TimeoutError:
            continue
    raise SystemExit(f"{process.args!r} never said READY=1: {log.read_text(errors='replace')[-600:]}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def memory(pid: int) -> Memory:
    """Return what a process and its descendants take."""
    rollup = smaps_rollup(pid)
    children = sum(mb_of(smaps_rollup(child), "Pss") for child in descendants(pid))
    return Memory(mb_of(rollup, "Pss"), mb_of(rollup, "Rss"), children)


def cpu_s(pid: int) -> float:
    """Return user and system time of one process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def smaps_rollup(pid: int) -> str:
    """Return /proc/PID/smaps_rollup; empty when the process has ended."""
    try:
        return Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return ""


def mb_of(rollup: str, name: str) -> float:
    """Return one line of a smaps_rollup in MB, 0 without it."""
    lines = (line.split() for line in rollup.splitlines())
    return next((int(words[1]) for words in lines if words[:1] == [f"{name}:"]), 0) / 1024


def descendants(pid: int) -> list[int]:
    """Return children and their children, as /proc says now."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents.setdefault(parent_of(stat.read_text()), []).append(int(stat.parent.name))
        except OSError:
            continue  # it has ended meanwhile
    found, left = [], [pid]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found


def parent_of(stat: str) -> int:
    """Return the parent's pid of a /proc/PID/stat line; the name in brackets may hold anything."""
    return int(stat.rpartition(")")[2].split()[1])
