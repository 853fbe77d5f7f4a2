"""SANE's programs: where the device is, its options, and one running scan. Everything has a time limit.

`scanimage` runs as a process of its own: a backend that hangs or crashes takes nothing along, and can be ended. It
writes one file a page into a folder of this process (0700, in memory where the system offers it), from which each page
is taken away as soon as it is whole. Papers are personal data: nothing of them is left behind, whatever happens.
"""

import fcntl
import os
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from drivers.page_scanner.protocol import (
    Allowed,
    Arguments,
    ErrorLines,
    Event,
    Failed,
    devices_of,
    options_of,
    trouble_of,
)
from drivers.transport.base import TransportLost
from drivers.transport.stream import lost

TOOL_S = 20.0
"""A scanner that wakes up from saving power answers within so long."""
LIST_S = 15.0
ENDING_S = 3.0
"""Asked to stop, scanimage lets the carriage go home; then it is killed."""
PREFIX = "hall-scan-"
STALE_S = 60.0
"""Younger folders are left alone: between making and locking one some time goes by."""
TICK_S = 0.1
READ_SIZE = 65536
INSTALL = "apt-get install sane-utils sane-airscan"
_URL = re.compile(r"https?://[^\s\"']{1,200}")
_DEVICE = re.compile(r"[a-z][\w-]*(?::[^\x00-\x1f\"']{1,200})?")
"""Names of scanners on the network have blanks in them."""


class Place(NamedTuple):
    """Where a scanner is: its name in SANE, and where its eSCL answers, if it has one."""

    device: str
    url: str = ""


def place_of(address: str) -> Place:
    """Read `sane:DEVICE` or `escl:http://HOST:PORT/eSCL`.

    Raises:
        TransportLost: it is neither.

    """
    scheme, _, rest = address.partition(":")
    if scheme == "escl" and _URL.fullmatch(rest):
        url = rest.rstrip("/")
        return Place(f"airscan:escl:scanner:{url}/", url)
    if scheme == "sane" and _DEVICE.fullmatch(rest):
        found = re.fullmatch(r"airscan:escl:[^:]*:(https?://.*?)/?", rest)
        return Place(rest, found[1] if found else "")
    raise lost(address, "not the address of a scanner", "write sane:DEVICE (scanimage -L) or escl:http://HOST/eSCL")


class Sane:
    """The programs, for one address. `close` removes its configuration."""

    def __init__(self, address: str, place: Place) -> None:
        self.address, self.place = address, place
        self._closed = threading.Event()
        where = _in_memory()
        _sweep(Path(where or tempfile.gettempdir()))
        self._folder = tempfile.TemporaryDirectory(prefix=PREFIX, dir=where)
        self._held = _hold(self.folder)
        self.environment = self._environment()

    @property
    def folder(self) -> Path:
        """Where pages are put down, for this user alone."""
        return Path(self._folder.name)

    def close(self) -> None:
        """Remove everything, and end a question; idempotent. No scan may be running any more."""
        if not self._closed.is_set():
            self._closed.set()
            os.close(self._held)
        self._folder.cleanup()

    def _environment(self) -> dict[str, str]:
        """A scanner with a URL needs no search of the network, which takes seconds and hears what it should not."""
        plain = {**os.environ, "LC_ALL": "C"}
        if self.place.url:
            (self.folder / "dll.conf").write_text("airscan\n")
            (self.folder / "airscan.conf").write_text("[options]\ndiscovery = disable\n")
            plain["SANE_CONFIG_DIR"] = str(self.folder)
        return plain

    def installed(self) -> None:
        """Look for the program.

        Raises:
            TransportLost: it is not installed.

        """
        if shutil.which("scanimage") is None:
            raise self._not_there(FileNotFoundError())

    def options(self) -> dict[str, Allowed]:
        """Ask the device what it can do.

        Raises:
            TransportLost: no scanimage, no such device, or no answer.

        """
        done = self._run(["scanimage", "-d", self.place.device, "-A"], TOOL_S)
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise lost(self.address, _short(said[-1]) if said else "no answer", _next_step(said))
        return options_of(done.stdout.decode("utf-8", "replace"))

    def moved(self) -> bool:
        """Find a USB scanner that was plugged in anew, and so has another number in its name.

        Raises:
            TransportLost: no scanimage.

        """
        backend = self.place.device.partition(":")[0]
        listed = self._run(["scanimage", "-f", "%d%n"], LIST_S).stdout.decode("utf-8", "replace")
        found = [name for name in devices_of(listed) if name.startswith(f"{backend}:") and "usb:" in name]
        if len(found) != 1 or found[0] == self.place.device:
            return False
        self.place = Place(found[0])
        return True

    def begin(self, arguments: Arguments, pages: int) -> "Running":
        """Start a scan of at most so many pages.

        Raises:
            TransportLost: no scanimage.

        """
        pages_folder = self.folder / "pages"
        pages_folder.mkdir()
        command = [
            "scanimage", "-d", self.place.device, *arguments.words, "--format=pnm", "-p", "--batch-print",
            f"--batch-count={pages}", f"--batch={pages_folder}/%04d.pnm",
        ]  # fmt: skip
        try:
            return Running(self._started(command, apart=True), pages_folder)
        except TransportLost:
            pages_folder.rmdir()
            raise

    def _started(self, command: list[str], *, apart: bool = False) -> "subprocess.Popen[bytes]":
        """Start a program that the kernel kills with us: scanimage's own end, at a broken pipe, can hang for ever."""
        if shutil.which(command[0]) is None:
            raise self._not_there(FileNotFoundError())
        dies_with_us = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()
        try:
            return subprocess.Popen(
                [*dies_with_us, *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self.environment,
                start_new_session=apart,
            )
        except OSError as problem:
            raise self._not_there(problem) from problem

    def _run(self, command: list[str], limit_s: float) -> "subprocess.CompletedProcess[bytes]":
        """Run one of the programs; `close` ends it."""
        process = self._started(command)
        deadline = time.monotonic() + limit_s
        while True:
            try:
                out, said = process.communicate(timeout=TICK_S)
                return subprocess.CompletedProcess(command, process.returncode, out, said)
            except subprocess.TimeoutExpired as problem:
                if time.monotonic() > deadline or self._closed.is_set():
                    process.kill()
                    process.communicate()
                    raise lost(self.address, "it does not answer SANE", "switch the scanner off and on") from problem

    def _not_there(self, problem: OSError) -> TransportLost:
        cause = "no scanimage on this machine" if isinstance(problem, FileNotFoundError) else str(problem.strerror)
        return lost(self.address, cause, INSTALL)


class Running:
    """One scan. `news` gives files of whole pages and what is said, until the end; `end` leaves nothing running."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path) -> None:
        self._process, self._folder = process, folder
        self._said = ErrorLines()
        self._names = b""
        self._failed = 0
        self.timed_out = False
        """Whether the scan was given up because nothing moved."""

    def news(self, cancelled: threading.Event, quiet_s: float) -> Iterator[Path | Event]:
        """Yield as things happen. Ends with the process, when cancelled, or after so long without any news."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        watch = selectors.DefaultSelector()
        for pipe, read in ((self._process.stdout, self._pages), (self._process.stderr, self._events)):
            watch.register(pipe, selectors.EVENT_READ, read)
        deadline = time.monotonic() + quiet_s
        try:
            while watch.get_map() and time.monotonic() < deadline and not cancelled.is_set():
                for key, _events in watch.select(TICK_S):
                    data = os.read(key.fd, READ_SIZE)
                    if not data:
                        watch.unregister(key.fileobj)
                        continue
                    for item in key.data(data):
                        yield item
                        deadline = time.monotonic() + quiet_s
            self.timed_out = bool(watch.get_map()) and not cancelled.is_set()
        finally:
            watch.close()

    def end(self) -> int:
        """Return the exit status; a process that still runs is interrupted, and killed if that does not help.

        Interrupted in a batch, scanimage gives the page up and begins the next one. It only ends, and sends the
        carriage home, when it can put no file down any more, so the folder goes first.
        """
        running = self._process.poll() is None and not self._waited(TICK_S)
        shutil.rmtree(self._folder, ignore_errors=True)
        if running:
            self._process.send_signal(signal.SIGINT)
            if not self._waited(ENDING_S):
                self._process.kill()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        return self._failed or self._process.wait()

    def _waited(self, limit_s: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(limit_s)
            return True
        return False

    def _pages(self, data: bytes) -> list[Path]:
        *names, self._names = (self._names + data).split(b"\n")
        paths = [Path(os.fsdecode(name)) for name in names if name.strip()]
        return [path for path in paths if path.parent == self._folder]

    def _events(self, data: bytes) -> list[Event]:
        events = self._said.feed(data)
        for event in events:
            if isinstance(event, Failed):
                self._failed = event.code
        return events


def _hold(folder: Path) -> int:
    """Lock a folder as long as this process lives; what it started does not inherit the lock."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return held


def _sweep(where: Path) -> None:
    """Remove what killed programs left: pages of somebody's papers."""
    for folder in where.glob(f"{PREFIX}*"):
        with suppress(OSError):  # another user's, or in use, or gone meanwhile
            if time.time() - folder.stat().st_mtime < STALE_S:
                continue
            os.close(_hold(folder))
            shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> str | None:
    """Return a folder that is not on a disk, else the system's own."""
    for name in (os.environ.get("RUNTIME_DIRECTORY", ""), os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm"):  # noqa: S108
        if name and os.access(name, os.W_OK | os.X_OK) and shutil.disk_usage(name).free > 256 << 20:
            return name
    return None


def _short(line: str) -> str:
    return line.removeprefix("scanimage: ")[:160]


def _next_step(said: list[str]) -> str:
    """Return what to do, by the trouble that the last line names."""
    events = [event for event in ErrorLines().feed("\n".join([*said, ""]).encode()) if isinstance(event, Failed)]
    if events and events[-1].code in (3, 11):
        return trouble_of(events[-1].code).reason
    return "check power and cable, and that scanimage -L names it"
