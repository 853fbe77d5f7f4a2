"""One document on its way: handed over once, followed to its end, cancelled at its time limit.

What happens when something goes wrong on the way:

| What | Then |
|---|---|
| nothing could be sent | not printed; nothing is out |
| the reply to Print-Job is lost | the job is looked for by its name, which nobody else has; found: followed |
| it is in neither list, twice, and the list of ended jobs has others | it was never taken: sent once more |
| that list is empty (printed and forgotten?), or not to be had | not printed, `partial`: look at the tray |
| paper, door, jam, network on the way | told as status; the job waits until its limit |
| the limit, or this program ends | Cancel-Job; a job that was completed all the same counts as printed |
| the queue forgets the job | not printed, `partial`: nobody said that it was completed |
"""

import secrets
import time
from collections.abc import Callable

from drivers.page_printer.ipp import PDF, Ipp, Unsure
from drivers.page_printer.protocol import ENDED, Answered, Group, JobState, Message, Tag, number, word, words
from drivers.page_printer.states import sheets_of, status_of, why_not
from drivers.transport.base import TransportLost
from hall.ports.page_printer import SheetsNotPrinted, SheetsPrinted
from hall.ports.status import Status, StatusWord

POLL_JOB_S = 0.3
LOOKS, LOOK_AGAIN_S = 2, 1.0
"""A job may show in the list a moment after it was taken."""
CANCEL_S = 5.0
LONGEST_TITLE = 100
SUCCESS = 0x0100
Outcome = SheetsPrinted | SheetsNotPrinted

_REFUSED: dict[int, Status] = {
    Answered.FORMAT_NOT_SUPPORTED: Status(
        StatusWord.FAULT, "the printer takes no PDF: print through a CUPS queue instead"
    ),
    Answered.NOT_ACCEPTING: Status(StatusWord.OFFLINE, "it takes no jobs: cupsaccept the queue"),
    Answered.BUSY: Status(StatusWord.BUSY, "it is busy with somebody else: try again"),
    Answered.SERVICE_UNAVAILABLE: Status(StatusWord.BUSY, "it is starting: try again"),
    Answered.FORBIDDEN: Status(StatusWord.FAULT, "this user may not print there: lpadmin -u allow:..."),
}


class Waiting:
    """How the dialogue waits, tells and hears that it must end; the driver gives it."""

    def __init__(self, pause: Callable[[float], bool], tell: Callable[[Status], None]) -> None:
        self.pause = pause
        """Wait so many seconds; True when the program ends."""
        self.tell = tell


class Dialogue:
    """Printing on one connection, in the device's own thread."""

    def __init__(self, ipp: Ipp, limit_s: float, waiting: Waiting) -> None:
        self._ipp, self._limit_s, self._waiting = ipp, limit_s, waiting
        self._deadline = 0.0
        self._ending = False

    def check(self) -> Status:
        """Ask the printer how it is.

        Raises:
            TransportLost: no answer.

        """
        return status_of(self._ipp.printer())

    def takes_pdf(self) -> bool:
        """Ask whether it takes PDF at all; one that does not say is believed to.

        Raises:
            TransportLost: no answer.

        """
        formats = words(self._ipp.printer("document-format-supported"), "document-format-supported")
        return not formats or PDF in formats

    def print(self, pdf: bytes, title: str) -> Outcome:
        """Print once, and return when the job has ended.

        Raises:
            TransportLost: nothing was sent.

        """
        before = self.check()
        if not before.usable:
            return SheetsNotPrinted(before)
        self._deadline = time.monotonic() + self._limit_s
        taken = self._handed_over(pdf, unique(title))
        if isinstance(taken, SheetsNotPrinted):
            return taken
        self._waiting.tell(Status(StatusWord.BUSY, "printing"))
        return self._followed(taken)

    def _handed_over(self, pdf: bytes, name: str) -> int | SheetsNotPrinted:
        """Return the job's id."""
        lost_before = False
        while True:
            try:
                answer = self._ipp.submit(pdf, name)
            except Unsure as problem:
                found = self._looked_for(name, str(problem))
                if found or lost_before:
                    return found or _unknown_end(str(problem))
                lost_before = True
                continue
            except TransportLost as problem:
                if lost_before:
                    return _unknown_end(str(problem))
                raise
            job = number(answer.group(Tag.JOB), "job-id")
            return job if answer.code < SUCCESS and job > 0 else SheetsNotPrinted(_refusal(answer))

    def _looked_for(self, name: str, why: str) -> int | SheetsNotPrinted:
        """Return the job of this name; 0 where the printer surely has none and had none."""
        self._waiting.tell(Status(StatusWord.OFFLINE, why))
        missing, remembers = 0, False
        while missing < LOOKS:
            if self._over(LOOK_AGAIN_S if missing else POLL_JOB_S):
                return _unknown_end(why)
            try:
                found, remembers = self._listed(name)
            except TransportLost as problem:
                why = str(problem)
                continue
            if found:
                return found
            missing += 1
        return 0 if remembers else _unknown_end(f"{why}; the printer keeps no list of ended jobs")

    def _listed(self, name: str) -> tuple[int, bool]:
        """Return the job's id or 0, and whether the printer keeps ended jobs in its list at all."""
        remembers = False
        for which in ("not-completed", "completed"):
            jobs = self._ipp.jobs(which).all(Tag.JOB)
            for job in jobs:
                if word(job, "job-name") == name:
                    return number(job, "job-id"), True
            remembers = bool(jobs)
        return 0, remembers

    def _followed(self, job: int) -> Outcome:
        while True:
            known = self._asked(job)
            if isinstance(known, SheetsNotPrinted):
                return known
            if ended := _ended(job, known):
                return ended
            if self._over(POLL_JOB_S):
                return self._cancelled(job, known)

    def _asked(self, job: int) -> Group | SheetsNotPrinted:
        """Return what the printer knows of the job; nothing while it does not answer."""
        try:
            answer = self._ipp.job(job)
            self._waiting.tell(_while_printing(self.check()))
        except TransportLost as problem:
            self._waiting.tell(Status(StatusWord.OFFLINE, str(problem)))
            return {}
        if answer.code == Answered.NOT_FOUND:
            return SheetsNotPrinted(Status(StatusWord.UNKNOWN, "the queue forgot the job: look at the tray"), job, True)
        return answer.group(Tag.JOB)

    def _cancelled(self, job: int, known: Group) -> Outcome:
        """Take the job back. It may have come out meanwhile."""
        until, asked = time.monotonic() + CANCEL_S, False
        while time.monotonic() < until:
            try:
                asked = asked or self._ipp.cancel(job) is not None
                known = self._ipp.job(job).group(Tag.JOB) or known
            except TransportLost as problem:
                status = Status(StatusWord.OFFLINE, f"{problem}; the job may still come out: cancel it at the printer")
                return SheetsNotPrinted(status, job, partial=True)
            if number(known, "job-state") == JobState.COMPLETED:
                return SheetsPrinted(job, sheets_of(known))
            if number(known, "job-state") in ENDED:
                break
            self._waiting.pause(POLL_JOB_S)
        return SheetsNotPrinted(self._why_cancelled(), job, partial=sheets_of(known) > 0)

    def _why_cancelled(self) -> Status:
        if self._ending:
            return Status(StatusWord.OFFLINE, "closed; the job was cancelled")
        try:
            now = self.check()
        except TransportLost as problem:
            return Status(StatusWord.OFFLINE, str(problem))
        said = f"not out in {self._limit_s:g} s and cancelled"
        if not now.usable:
            return Status(now.word, f"{said}: {now.reason}")
        return Status(StatusWord.FAULT, f"{said}: look at the printer's display")

    def _over(self, pause_s: float) -> bool:
        """Wait a little; True when time is up or the program ends."""
        self._ending = self._waiting.pause(pause_s)
        return self._ending or time.monotonic() > self._deadline


def unique(title: str) -> str:
    """Return the job's name: the title, and a suffix by which it is found again."""
    plain = " ".join(title.split())[:LONGEST_TITLE] or "document"
    return f"{plain} #{secrets.token_hex(5)}"


def _ended(job: int, known: Group) -> Outcome | None:
    state = number(known, "job-state")
    if state == JobState.COMPLETED:
        return SheetsPrinted(job, sheets_of(known))
    if state in ENDED:
        return SheetsNotPrinted(why_not(known), job, partial=sheets_of(known) > 0)
    return None


def _while_printing(status: Status) -> Status:
    return Status(StatusWord.BUSY, "printing") if status.word is StatusWord.READY else status


def _unknown_end(why: str) -> SheetsNotPrinted:
    status = Status(StatusWord.OFFLINE, f"{why}; whether the job was taken is not known: look at the printer")
    return SheetsNotPrinted(status, partial=True)


def _refusal(answer: Message) -> Status:
    if answer.code in _REFUSED:
        return _REFUSED[answer.code]
    said = word(answer.group(Tag.OPERATION), "status-message")[:100]
    if answer.code == Answered.SETTING_NOT_SUPPORTED:
        return Status(StatusWord.FAULT, f"the printer lacks what is set (duplex, tray or media): {said}")
    does = "print through a CUPS queue"
    return Status(StatusWord.FAULT, f"the printer refused the job (IPP {answer.code:04X} {said}): {does}")
