"""The printer's life: one thread asks how it is, and prints what others hand it."""

import queue
import threading
from concurrent.futures import Future
from typing import Any, NamedTuple

import structlog

from drivers.catalog import Opening
from drivers.page_printer.dialogue import Dialogue, Outcome, Waiting
from drivers.page_printer.ipp import Ipp
from drivers.page_printer.options import Options
from drivers.supervise import Life, Supervised
from drivers.transport.base import TransportLost
from hall.ports.page_printer import SheetsNotPrinted, SheetsPrinted
from hall.ports.status import Status, StatusWord

CLOSING_S = 4.0
"""So long a job has for being cancelled when the program ends."""
CLOSED = Status(StatusWord.OFFLINE, "closed")
NO_PDF = Status(StatusWord.FAULT, "the printer takes no PDF: make a CUPS queue for it and write cups:QUEUE")

log = structlog.get_logger("drivers.page_printer")

__all__ = ["IppPagePrinter", "Options", "open_device"]


class _Work(NamedTuple):
    """A document that somebody waits for."""

    pdf: bytes
    title: str
    outcome: "Future[Outcome]"


class IppPagePrinter:
    """A PagePrinter. `print` blocks its caller until the job has ended."""

    def __init__(self, opening: Opening, options: Options) -> None:
        self.name = opening.name
        self._options = options
        self._work: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._open = False
        self._gate = threading.Lock()
        self._at_rest = threading.Event()
        self._at_rest.set()
        self._supervised = Supervised(opening.name, lambda: Ipp(opening.address, options), self._serve, opening.emit)

    def status(self) -> Status:
        """Last known status, at once."""
        return self._supervised.life.status

    def print(self, pdf: bytes, title: str) -> SheetsPrinted | SheetsNotPrinted:
        """Print a PDF once; the queue shows `title`, so no personal data in it."""
        work = _Work(pdf, title, Future())
        with self._gate:
            if not self._open or self._supervised.life.stopping.is_set():
                return SheetsNotPrinted(self._away())
            self._work.put(work)
        return work.outcome.result()

    def close(self) -> None:
        """Cancel what is being printed, give the thread back; idempotent."""
        with self._gate:
            self._supervised.life.stopping.set()
            self._work.put(None)
        self._at_rest.wait(CLOSING_S)  # the cancelling needs the connection
        self._supervised.close()

    def _away(self) -> Status:
        known = self.status()
        return known if not known.usable else Status(StatusWord.OFFLINE, "the printer is not open yet")

    def _serve(self, port: Any, life: Life) -> None:
        ipp: Ipp = port
        dialogue = Dialogue(ipp, self._options.job_limit_s, Waiting(life.stopping.wait, life.report))
        takes_pdf = dialogue.takes_pdf()
        life.report(dialogue.check() if takes_pdf else NO_PDF)
        status = CLOSED
        with self._gate:
            self._open = takes_pdf
        try:
            while not life.stopping.is_set():
                self._turn(dialogue, life)
        except TransportLost as problem:
            status = Status(StatusWord.OFFLINE, str(problem))
            raise
        finally:
            self._refuse_waiting(status)

    def _turn(self, dialogue: Dialogue, life: Life) -> None:
        try:
            work = self._work.get(timeout=self._options.poll_s)
        except queue.Empty:
            status = dialogue.check()
            life.report(status if self._open else NO_PDF)
            return
        if work is None:
            return
        self._at_rest.clear()
        try:
            self._print(dialogue, work)
        finally:
            self._at_rest.set()
        life.report(dialogue.check())

    def _print(self, dialogue: Dialogue, work: _Work) -> None:
        try:
            outcome = dialogue.print(work.pdf, work.title)
        except TransportLost as problem:
            work.outcome.set_result(SheetsNotPrinted(Status(StatusWord.OFFLINE, str(problem))))
            raise
        except Exception as problem:
            work.outcome.set_exception(problem)  # a bug: nobody may wait for ever because of it
            raise
        log.info("job ended", device=self.name, job=outcome.job, outcome=type(outcome).__name__)
        work.outcome.set_result(outcome)

    def _refuse_waiting(self, status: Status) -> None:
        with self._gate:
            self._open = False
            while not self._work.empty():
                work = self._work.get()
                if work is not None:
                    work.outcome.set_result(SheetsNotPrinted(status))


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> IppPagePrinter:
    """Open a printer; it reconnects by itself until closed."""
    del row
    return IppPagePrinter(opening, options)
