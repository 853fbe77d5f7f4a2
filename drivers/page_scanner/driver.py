"""The scanner's life: one thread looks after it, and scans when somebody asks.

A scan is a value at its end: `PagesScanned`, or `NotScanned` with the pages that were whole by then. Each page is taken
in, measured for ink and forgotten on the disk while the next one moves.
"""

import queue
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from drivers.binding import bind
from drivers.catalog import Opening
from drivers.orders import Orders, answering
from drivers.page_scanner.look import Look
from drivers.page_scanner.options import Options
from drivers.page_scanner.paper import page_of
from drivers.page_scanner.protocol import (
    LEAST_DPI,
    NO_DOCUMENTS,
    Allowed,
    Refusal,
    Rounded,
    Wanted,
    arguments_for,
    trouble_of,
)
from drivers.page_scanner.sane import Place, Running, Sane, place_of
from drivers.supervise import Life, Supervised
from drivers.transport.base import TransportLost
from hall.domain.document import Document, Page
from hall.ports.page_scanner import NotScanned, PagesScanned
from hall.ports.status import Status, StatusWord

CLOSED = Status(StatusWord.OFFLINE, "closed")
CANCELLED = Status(StatusWord.READY, "the scan was cancelled")
SCANNING = Status(StatusWord.BUSY, "scanning")

log = structlog.get_logger("drivers.page_scanner")

__all__ = ["Options", "SanePageScanner", "open_device"]


class ScannerPort:
    """One scanner while it is there: SANE's programs and the cheap look. A Transport that has nothing to read."""

    def __init__(self, address: str, place: Place) -> None:
        self.sane = Sane(address, place)
        self.look = Look(address, place)
        self._address = address
        self._allowed: dict[str, Allowed] | None = None
        self.scanning = threading.Lock()
        """Held while a scan runs: files go only when it has ended."""

    def read(self, size: int, timeout_s: float) -> bytes:  # noqa: ARG002 - a Transport
        """Nothing ever comes by itself."""
        return b""

    def write(self, data: bytes, timeout_s: float) -> None:
        """Nothing is written but by SANE."""

    def close(self) -> None:
        """Give files and connection back; idempotent."""
        with self.scanning:
            self.look.close()
            self.sane.close()

    def allowed(self) -> dict[str, Allowed]:
        """Return what the device allows; asked once for as long as it stays plugged in.

        Raises:
            TransportLost: it does not answer.

        """
        if self._allowed is None:
            self._allowed = self.sane.options()
        return self._allowed

    def find(self) -> None:
        """Make sure of a scanner that only SANE can see; one on another USB number is followed.

        Raises:
            TransportLost: it is not there.

        """
        self.sane.installed()
        if self.sane.place.url:
            return
        try:
            self.allowed()
        except TransportLost:
            if not self.sane.moved():
                raise
            self.look.close()
            self.look = Look(self._address, self.sane.place)
            self.allowed()


class _Work(NamedTuple):
    """What somebody waits for."""

    feeder: bool
    outcome: "Future[PagesScanned | NotScanned]"
    cancelled: threading.Event


class _Taken:
    """Pages of a scan so far."""

    def __init__(self, dpi: int) -> None:
        self.pages: list[Page] = []
        self.blank, self.dpi = 0, dpi
        self.spoilt = Status(StatusWord.READY)
        """Not usable as soon as something delivered may not be kept."""


class SanePageScanner:
    """A PageScanner. `scan` blocks its caller; `cancel` may be called from any thread."""

    def __init__(self, opening: Opening, options: Options) -> None:
        self.name = opening.name
        self._address, self._options = opening.address, options
        self._orders: Orders[_Work] = Orders()
        self._asked: list[_Work] = []
        """Scans that somebody waits for."""
        self._gate = threading.Lock()
        self._supervised = Supervised(opening.name, self._opened, self._serve, opening.emit)

    def status(self) -> Status:
        """Last known status, at once."""
        return self._supervised.life.status

    def scan(self, *, feeder: bool = False) -> PagesScanned | NotScanned:
        """Scan what lies on the glass, or all that lies in the feeder; blocks until done."""
        work = _Work(feeder, Future(), threading.Event())
        with self._gate:
            self._asked.append(work)  # first, so that whoever cancels finds every order that is taken
        try:
            return work.outcome.result() if self._orders.place(work) else NotScanned(self._away())
        finally:
            with self._gate:
                self._asked.remove(work)

    def cancel(self) -> None:
        """End a running scan; pages that are whole by then are handed over with it."""
        with self._gate:
            for work in self._asked:
                work.cancelled.set()

    def bind(self, pages: tuple[Page, ...]) -> Document:
        """Put pages together in this order as one PDF."""
        return bind(pages)

    def close(self) -> None:
        """End what runs, give thread and files back; idempotent."""
        self._supervised.life.stopping.set()
        self._orders.end()
        self.cancel()
        self._supervised.close()

    def _opened(self) -> ScannerPort:
        return ScannerPort(self._address, place_of(self._address))

    def _away(self) -> Status:
        known = self.status()
        return known if not known.usable else Status(StatusWord.OFFLINE, "the scanner is not open yet")

    def _serve(self, port: Any, life: Life) -> None:
        port.find()
        status = CLOSED
        life.report(port.look.status())
        self._orders.open()
        try:
            while not life.stopping.is_set():
                self._turn(port, life)
        except TransportLost as problem:
            status = Status(StatusWord.OFFLINE, str(problem))
            raise
        finally:
            self._orders.shut(lambda work: work.outcome.set_result(NotScanned(status)))

    def _turn(self, port: ScannerPort, life: Life) -> None:
        try:
            work = self._orders.next(self._options.poll_s)
        except queue.Empty:
            life.report(port.look.status())
            return
        if work is None:
            return
        # A loss seen only after the last page has its outcome already.
        with answering(work.outcome, lambda reason: NotScanned(Status(StatusWord.OFFLINE, reason))), port.scanning:
            self._scan(port, life, work)

    def _scan(self, port: ScannerPort, life: Life, work: _Work) -> None:
        """Scan, hand the outcome over, and tell the status; a loss in the middle does not lose pages."""
        before = port.look.status()
        if not before.usable:
            life.report(before)
            work.outcome.set_result(NotScanned(before))
            return
        life.report(SCANNING)
        outcome = self._outcome(port, work)
        trouble = outcome.status if isinstance(outcome, NotScanned) else None
        try:
            after = port.look.status()
        except TransportLost as problem:
            if trouble is not None:
                outcome = NotScanned(Status(StatusWord.OFFLINE, str(problem)), outcome.pages)
            work.outcome.set_result(outcome)
            raise
        life.report(after)
        work.outcome.set_result(outcome)

    def _outcome(self, port: ScannerPort, work: _Work) -> PagesScanned | NotScanned:
        options, feeder = self._options, work.feeder
        wanted = Wanted(
            feeder, options.duplex and feeder, options.dpi, options.colour, options.width_mm, options.height_mm
        )
        arguments = arguments_for(wanted, port.allowed())
        if isinstance(arguments, Refusal):
            return NotScanned(Status(StatusWord.FAULT, arguments.reason))
        running = port.sane.begin(arguments, options.most_pages if feeder else 1)
        taken = _Taken(arguments.dpi)
        try:
            for news in running.news(work.cancelled, options.page_limit_s):
                self._take(news, taken)
                if not taken.spoilt.usable:
                    break
        finally:
            code = running.end()
        return self._ended(work, running, code, taken)

    def _take(self, news: object, taken: _Taken) -> None:
        if isinstance(news, Rounded) and news.option == "resolution":
            taken.dpi = round(news.to)
            if news.to < LEAST_DPI:
                said = f"the scanner does {news.to:g} dpi, {LEAST_DPI} are needed: take another scanner"
                taken.spoilt = Status(StatusWord.FAULT, said)
        if not isinstance(news, Path):
            return
        scanned = page_of(news, taken.dpi, self._options.jpeg_quality)
        news.unlink(missing_ok=True)
        if scanned is None:
            taken.spoilt = Status(StatusWord.FAULT, "a page came damaged: scan it again")
        elif self._options.drop_blank and scanned.ink_mm2 < self._options.blank_mm2:
            taken.blank += 1
        else:
            taken.pages.append(scanned.page)

    def _ended(self, work: _Work, running: Running, code: int, taken: _Taken) -> PagesScanned | NotScanned:
        pages, whole = tuple(taken.pages), len(taken.pages) + taken.blank
        log.info("scan ended", device=self.name, status=code, pages=len(pages), blank=taken.blank)
        if not taken.spoilt.usable:
            return NotScanned(taken.spoilt, pages)
        if work.cancelled.is_set():
            return NotScanned(CLOSED if self._supervised.life.stopping.is_set() else CANCELLED, pages)
        if running.timed_out:
            said = f"no page in {self._options.page_limit_s:g} s: look at the scanner, then scan again"
            return NotScanned(Status(StatusWord.FAULT, said), pages)
        if code == 0 or (code == NO_DOCUMENTS and whole):
            return PagesScanned(pages, taken.blank)
        return NotScanned(trouble_of(code), pages)


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> SanePageScanner:
    """Open a scanner; it reconnects by itself until closed."""
    del row
    return SanePageScanner(opening, options)
