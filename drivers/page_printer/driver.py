"""The printer's life: one thread asks how it is, and prints what others hand it."""

import queue
import threading
from concurrent.futures import Future
from typing import Any, NamedTuple

import structlog

from drivers.catalog import Opening
from drivers.orders import Orders, answering
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
        self._orders: Orders[_Work] = Orders()
        self._at_rest = threading.Event()
        self._at_rest.set()
        self._supervised = Supervised(opening.name, lambda: Ipp(opening.address, options), self._serve, opening.emit)

    def status(self) -> Status:
        """Last known status, at once."""
        return self._supervised.life.status

    def print(self, pdf: bytes, title: str) -> SheetsPrinted | SheetsNotPrinted:
        """Print a PDF once; the queue shows `title`, so no personal data in it."""
        work = _Work(pdf, title, Future())
        return work.outcome.result() if self._orders.place(work) else SheetsNotPrinted(self._away())

    def close(self) -> None:
        """Cancel what is being printed, give the thread back; idempotent."""
        self._supervised.life.stopping.set()
        self._orders.end()
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
        if takes_pdf:
            self._orders.open()
        try:
            while not life.stopping.is_set():
                self._turn(dialogue, life)
        except TransportLost as problem:
            status = Status(StatusWord.OFFLINE, str(problem))
            raise
        finally:
            self._orders.shut(lambda work: work.outcome.set_result(SheetsNotPrinted(status)))

    def _turn(self, dialogue: Dialogue, life: Life) -> None:
        try:
            work = self._orders.next(self._options.poll_s)
        except queue.Empty:
            status = dialogue.check()
            life.report(status if self._orders.taken else NO_PDF)
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
        with answering(work.outcome, lambda reason: SheetsNotPrinted(Status(StatusWord.OFFLINE, reason))):
            outcome = dialogue.print(work.pdf, work.title)
        log.info("job ended", device=self.name, job=outcome.job, outcome=type(outcome).__name__)
        work.outcome.set_result(outcome)


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> IppPagePrinter:
    """Open a printer; it reconnects by itself until closed."""
    del row
    return IppPagePrinter(opening, options)
