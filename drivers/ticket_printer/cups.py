"""A slip printer behind a CUPS queue: `cups:QUEUE`. Each slip is one raw job of `lp`; `lpstat` tells what became of it.

There is no line back to the printer, so a slip is never `confirmed`: CUPS knows that it handed the bytes over, not that
paper came out. What the queue itself knows (stopped, paper, cover, by its printer-state-reasons) is told. A job that
does not end in time is cancelled, for a slip that comes out an hour later calls nobody.

What is read of the tools' answers, all in the C locale: `lp` says "request id is QUEUE-17 (1 file(s))"; `lpstat -l -p`
says "printer QUEUE is idle|disabled ..." or "... now printing ..." and a line "Alerts: reason ..."; `lpstat -l -o` of
the completed jobs says "QUEUE-17 ..." and "Alerts: job-completed-successfully". Sources: man pages lp(1), lpstat(1),
cancel(1); keywords of printer-state-reasons and job-state-reasons: RFC 8011, sections 5.4.12 and 5.3.8; PWG 5100.9.
"""

import os
import re
import subprocess
import threading
import time
from typing import NamedTuple

from drivers.ticket_printer.dialogue import Job
from drivers.transport.stream import lost
from hall.ports.status import Status, StatusWord
from hall.ports.ticket_printer import NotPrinted, Printed, PrintOutcome

TOOL_S = 1.5
"""A spooler answers its own tools in milliseconds; a dead one hangs."""
JOB_S = 20.0
"""So long a job may take beyond line and paper: CUPS opens the printer anew for each."""
POLL_JOB_S = 0.25
INSTALL = "install cups-client and add the queue with lpadmin"
_REQUEST = re.compile(rb"request id is (\S+-\d+)")
_QUEUE_NAME = re.compile(r"[A-Za-z0-9_.+-]{1,127}")

_REASONS: tuple[tuple[str, StatusWord, str], ...] = (
    ("cover-open", StatusWord.COVER_OPEN, "close the cover or the print head"),
    ("door-open", StatusWord.COVER_OPEN, "close the cover or the print head"),
    ("media-jam", StatusWord.JAMMED, "clear the paper path, then recover"),
    ("media-empty", StatusWord.NO_PAPER, "put a new roll in"),
    ("media-needed", StatusWord.NO_PAPER, "put a new roll in"),
    ("offline", StatusWord.OFFLINE, "check power and cable of the printer"),
    ("shutdown", StatusWord.OFFLINE, "check power and cable of the printer"),
    ("connecting-to-device", StatusWord.BUSY, "CUPS is reaching for the printer: check power and cable if it stays"),
    ("media-low", StatusWord.PAPER_LOW, "the roll is near its end"),
)
"""Beginnings of printer-state-reasons (CUPS adds -error, -warning or -report), the worst first."""


class Said(NamedTuple):
    """What a tool answered; `ok` is its exit status."""

    ok: bool
    out: bytes
    problem: str


class CupsQueue:
    """The tools of one queue, as a Transport that has nothing to read."""

    def __init__(self, address: str, queue: str) -> None:
        self.address, self.queue = address, queue
        self._closed = threading.Event()

    def read(self, size: int, timeout_s: float) -> bytes:  # noqa: ARG002 - a Transport
        """Nothing ever comes back."""
        return b""

    def write(self, data: bytes, timeout_s: float) -> None:
        """Hand a job over.

        Raises:
            TransportLost: the tools are missing, hang, or refuse the queue.

        """
        self.submit(data, timeout_s)

    def close(self) -> None:
        """End a wait; nothing stays open between two jobs."""
        self._closed.set()

    def pause(self, seconds: float) -> None:
        """Wait for the spooler.

        Raises:
            TransportLost: closed meanwhile.

        """
        if self._closed.wait(seconds):
            raise lost(self.address, "closed", "open it again")

    def submit(self, data: bytes, timeout_s: float = TOOL_S) -> str:
        """Hand a job over and return its id, ``QUEUE-17``.

        Raises:
            TransportLost: the tools are missing, hang, or refuse the queue.

        """
        said = self._run(["lp", "-d", self.queue, "-o", "raw", "-t", "hallfloor slip", "-"], timeout_s, data)
        found = _REQUEST.search(said.out)
        if not said.ok or found is None:
            raise lost(self.address, said.problem or "lp gave no request id", "check the queue with lpstat -p")
        return found[1].decode("ascii", "replace")

    def cancel(self, job: str) -> None:
        """Take a job back; one that has ended meanwhile is no trouble."""
        self._run(["cancel", job])

    def resume(self) -> bool:
        """Start a stopped queue again, where this account may."""
        return self._run(["cupsenable", self.queue]).ok

    def printer(self) -> bytes:
        """Return what `lpstat -l -p` says of the queue.

        Raises:
            TransportLost: no such queue, or no scheduler.

        """
        said = self._run(["lpstat", "-l", "-p", self.queue])
        if not said.ok:
            raise lost(self.address, said.problem or "lpstat knows no such queue", INSTALL)
        return said.out

    def jobs(self, which: str) -> dict[str, bytes]:
        """Return the queue's jobs by id, `which` being ``completed`` or ``not-completed``, each with its lines."""
        said = self._run(["lpstat", "-l", "-W", which, "-o", self.queue])
        found: dict[str, bytes] = {}
        job = ""
        for line in said.out.splitlines():
            if line and not line[:1].isspace():
                job = line.split()[0].decode("ascii", "replace")
            found[job] = found.get(job, b"") + line + b"\n"
        return found

    def _run(self, command: list[str], timeout_s: float = TOOL_S, data: bytes = b"") -> Said:
        plain = {**os.environ, "LC_ALL": "C"}
        try:
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=max(TOOL_S, timeout_s), check=False, env=plain
            )
        except FileNotFoundError as problem:
            raise lost(self.address, f"no {command[0]} on this machine", INSTALL) from problem
        except subprocess.TimeoutExpired as problem:
            raise lost(self.address, f"{command[0]} does not answer", "restart cups.service") from problem
        except OSError as problem:
            raise lost(self.address, f"{command[0]}: {problem}", INSTALL) from problem
        problem_line = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return Said(done.returncode == 0, done.stdout, problem_line[-1] if problem_line else "")


def open_cups(address: str) -> CupsQueue:
    """Open a queue, which only means to look whether it exists.

    Raises:
        TransportLost: no such queue, no scheduler, or no tools.

    """
    name = address.partition(":")[2]
    if not _QUEUE_NAME.fullmatch(name) or name.startswith("-"):
        raise lost(address, "not the name of a queue", "write it as cups:tickets, as lpstat -p shows it")
    queue = CupsQueue(address, name)
    queue.printer()
    return queue


class CupsDialogue:
    """Asking and printing over a queue; the same calls as `Dialogue`, in the device's own thread."""

    def __init__(self, queue: CupsQueue) -> None:
        self._queue = queue
        self.job_begun = False
        self.last = Status(StatusWord.UNKNOWN, "not asked yet")

    def check(self) -> Status:
        """Ask the queue."""
        self.last = status_of(self._queue.printer())
        return self.last

    def pushed(self) -> Status | None:
        """A queue tells nothing by itself."""
        return None

    def print(self, job: Job) -> PrintOutcome:
        """Hand a slip over and wait until the queue is rid of it."""
        self.job_begun = False
        before = self.check()
        if not before.usable:
            return NotPrinted(before)
        self.job_begun = True
        name = self._queue.submit(job.data)
        deadline = time.monotonic() + job.line_s + job.paper_s + JOB_S
        while name in self._queue.jobs("not-completed"):
            status = self.check()
            if not status.usable or time.monotonic() > deadline:
                self._queue.cancel(name)
                return NotPrinted(_stuck(status), partial=True)
            self._queue.pause(POLL_JOB_S)
        return self._outcome(name, len(job.data))

    def recover(self) -> Status:
        """Start the queue again after the attendant has put the printer right."""
        if not self._queue.resume() and self.check().word is StatusWord.OFFLINE:
            return Status(StatusWord.OFFLINE, f"the queue stays stopped: cupsenable {self._queue.queue} as root")
        return self.check()

    def _outcome(self, name: str, size: int) -> PrintOutcome:
        """A job that the history does not show (PreserveJobHistory off) has at least left the queue."""
        told = self._queue.jobs("completed").get(name, b"")
        for reason in (b"job-canceled", b"aborted", b"job-stopped"):
            if reason in told:
                cause = f"CUPS did not print it ({reason.decode()}): see its error log"
                return NotPrinted(Status(StatusWord.FAULT, cause), partial=True)
        return Printed(size, confirmed=False)


def status_of(told: bytes) -> Status:
    """Read the answer of `lpstat -l -p`. Healthy is UNKNOWN: the queue cannot see the paper."""
    head, _, rest = told.decode("utf-8", "replace").partition("\n")
    alerts = " ".join(line.partition(":")[2] for line in rest.splitlines() if line.strip().startswith("Alerts:"))
    for beginning, word, reason in _REASONS:
        if any(alert.startswith(beginning) for alert in alerts.split()):
            return Status(word, reason)
    if " disabled since" in head or "paused" in alerts.split():
        return Status(StatusWord.OFFLINE, "the queue is stopped: recover, or cupsenable it")
    return Status(StatusWord.UNKNOWN, "a CUPS queue does not tell what the paper does")


def _stuck(status: Status) -> Status:
    if not status.usable:
        return status
    return Status(StatusWord.OFFLINE, "CUPS did not get rid of the job in time; it was cancelled: check the printer")
