"""Camera, signature pad and A4 printer at a kiosk: carries out what the engine wants of them.

Pictures lie in this process's memory only, until the citizen takes them away or the session ends; what becomes a
document is sealed to the hub off the GUI thread and held in the unit's store. An answer of slow work that comes after
its session ended is thrown away, and so is what it made.
"""

import time
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import structlog

from hall.domain.document import Page
from hall.domain.ids import DeviceName
from hall.domain.signature import Point
from hall.ports.document_camera import DocumentCamera, PageNotTaken, PageTaken, Preview, ShutterPressed
from hall.ports.page_printer import PagePrinter, SheetsNotPrinted
from hall.ports.signature_pad import PadKey, PenDown, PenMoved, PenUp, SignaturePad, StrokeLost
from hall.ports.smart_card import IcCardPresented, IcCardRemoved, IcCardUnreadable, SmartCardReader
from hall.ports.status import Status, StatusWord
from hall.store.trouble import StoreTrouble
from kiosk.flow import causes as c
from kiosk.flow import effects as e
from kiosk.flow.signing import SignedSheet
from kiosk.flow.staff_card import number_of_ic
from kiosk.flow.state import Sealer

if TYPE_CHECKING:
    # It brings SQLite, which the first frame does not wait for.
    from hall.store.documents import Backlog, DocumentShelf

RunSlow = Callable[[str, Callable[[], Any], Callable[[Any], None], Callable[[Exception], None]], None]
"""(name, work, what to do with the result, what to do if it raised)"""
LARGEST = 16_000_000
"""Bytes of a document, unless the unit's file says otherwise; the hub's own limit is above it."""
STROKE_POINTS = 5_000
"""A pen that lies on the pad writes no longer stroke than this."""
FAULT = Status(StatusWord.FAULT)

log = structlog.get_logger("kiosk.papers")


class PaperGlass(Protocol):
    """What papers need of the window. All of it is wiped with the session."""

    def show_preview(self, jpeg: bytes) -> None:
        """Show what lies before the camera now."""

    def keep_picture(self, ref: str, jpeg: bytes) -> None:
        """Keep a page's picture for its place on the glass."""

    def show_pen(self, points: tuple[Point, ...]) -> None:
        """Show the stroke that is being drawn on the pad; an empty one ends it."""


class PaperMachines:
    """The opened devices for papers, each None where this kiosk has none."""

    def __init__(self) -> None:
        self.camera: DocumentCamera | None = None
        self.pad: SignaturePad | None = None
        self.printer: PagePrinter | None = None
        self.ic_reader: SmartCardReader | None = None

    def use(self, kind: str, device: Any) -> None:
        """Take a device that was opened."""
        match kind:
            case "document_camera":
                self.camera = device
            case "signature_pad":
                self.pad = device
            case "page_printer":
                self.printer = device
            case "smart_card":
                self.ic_reader = device


class _Held(msgspec.Struct, frozen=True):
    """What became of a document: its digest, or why there is none."""

    sha256: str = ""
    pages: int = 0
    reason: str = ""


class PaperDesk:
    """Pages of the present session and what is done with them. All methods run on the GUI thread."""

    def __init__(self, glass: PaperGlass, seal: Sealer, run_slow: RunSlow, take: Callable[[c.Cause], None]) -> None:
        self._glass, self._seal, self._run_slow, self._take = glass, seal, run_slow, take
        self._machines = PaperMachines()
        self._shelf: DocumentShelf | None = None
        self._largest = LARGEST
        self._pages: dict[str, Page] = {}
        self._stroke: list[Point] = []
        self._session = 0
        self.acts: dict[type, Callable[[Any], None]] = {
            e.Preview: self._preview,
            e.Shoot: self._shoot,
            e.DropPages: self._drop_pages,
            e.BindPages: self._bind,
            e.Collect: self._collect,
            e.KeepSignature: self._keep_signature,
            e.ReleaseDocuments: self._release,
            e.DropDocuments: lambda wanted: self._drop(wanted.refs),
            e.PrintSheets: self._print,
        }

    def attach(self, machines: PaperMachines, shelf: "DocumentShelf | None", largest: int) -> None:
        """Take the devices, and where documents are kept."""
        self._machines, self._shelf, self._largest = machines, shelf, largest

    def watch(self, on: bool) -> None:
        """Let the IC card reader look for cards, to say that the other card is wanted."""
        if self._machines.ic_reader is not None:
            self._machines.ic_reader.watch(on)

    def wipe(self) -> None:
        """The citizen left: forget every picture, and what slow work still brings."""
        self._session += 1
        self._pages.clear()
        self._stroke.clear()

    def cause_of(self, event: object) -> tuple[bool, c.Cause | None]:
        """Return whether an event is of these devices, and what it means to the engine, if anything."""
        match event:
            case Preview(jpeg=jpeg):
                self._glass.show_preview(jpeg)
                return True, None
            case ShutterPressed():
                return True, c.Touched(c.Touch.SHOOT)
            case PenDown() | PenMoved() | PenUp():
                return True, self._pen(event)
            case StrokeLost():
                self._stroke.clear()
                self._glass.show_pen(())
                return True, None
            case PadKey(key=key):
                return True, c.PadPressed(key)
            case IcCardPresented():
                return True, c.IcCardSeen(number_of_ic(event), readable=True)
            case IcCardUnreadable():
                return True, c.IcCardSeen()
            case IcCardRemoved():
                return True, c.IcCardGone()
            case _:
                return False, None

    # Pages

    def _preview(self, wanted: e.Preview) -> None:
        if self._machines.camera is not None:
            self._machines.camera.preview(wanted.on)

    def _shoot(self, wanted: e.Shoot) -> None:
        camera, session = self._machines.camera, self._session
        failed = c.NotPhotographed(wanted.question, FAULT)
        if camera is None:
            self._take(c.NotPhotographed(wanted.question, Status(StatusWord.OFFLINE)))
            return

        def then(outcome: PageTaken | PageNotTaken) -> None:
            if session == self._session:
                self._took(wanted.question, outcome)

        self._run_slow("take page", camera.take_page, then, lambda _bug: self._take(failed))

    def _took(self, question: str, outcome: PageTaken | PageNotTaken) -> None:
        if isinstance(outcome, PageNotTaken):
            self._take(c.NotPhotographed(question, outcome.status))
            return
        ref = outcome.page.sha256
        self._pages[ref] = outcome.page
        self._glass.keep_picture(ref, outcome.page.jpeg)
        self._take(c.Photographed(question, ref, outcome.found))

    def _drop_pages(self, wanted: e.DropPages) -> None:
        for ref in wanted.refs:
            self._pages.pop(ref, None)

    def _bind(self, wanted: e.BindPages) -> None:
        camera = self._machines.camera
        pages = tuple(self._pages[ref] for ref in wanted.refs if ref in self._pages)
        if camera is None or len(pages) != len(wanted.refs):
            self._take(c.DocumentKept(wanted.question, reason="gone"))
            return

        def work() -> _Held:
            document = camera.bind(pages)
            return self._hold(document.pdf, len(pages), wanted.hub_key)

        self._keep("bind pages", wanted.question, work)

    # Signatures

    def _collect(self, wanted: e.Collect) -> None:
        self._stroke.clear()
        if self._machines.pad is not None:
            self._machines.pad.collect(wanted.on)

    def _pen(self, event: PenDown | PenMoved | PenUp) -> c.Cause | None:
        if isinstance(event, PenUp):
            stroke, self._stroke = tuple(self._stroke), []
            self._glass.show_pen(())
            return c.Inked(stroke) if stroke else None
        if isinstance(event, PenDown):
            self._stroke = []
        if len(self._stroke) < STROKE_POINTS:
            self._stroke.append(event.point)
        self._glass.show_pen(tuple(self._stroke))
        return None

    def _keep_signature(self, wanted: e.KeepSignature) -> None:
        sheet: SignedSheet = wanted.sheet

        def work() -> _Held:
            # Imported here: drawing is Qt's, and only a kiosk where somebody signs needs it.
            from hall.qt.ink import png_of

            drawn = msgspec.structs.replace(sheet, png=png_of(sheet.signature))
            return self._hold(msgspec.json.encode(drawn), 0, wanted.hub_key)

        self._keep("keep signature", wanted.question, work)

    # Documents

    def _hold(self, plain: bytes, pages: int, hub_key: bytes) -> _Held:
        """Seal and store; runs off the GUI thread."""
        if len(plain) > self._largest:
            log.warning("document too large", size=len(plain), largest=self._largest)
            return _Held(reason="too_large")
        if self._shelf is None:
            return _Held(reason="not_kept")
        digest = sha256(plain).hexdigest()
        trouble = self._shelf.hold(digest, self._seal(hub_key, plain), now_ms())
        if trouble is not None:
            log.error("document not kept", trouble=str(trouble))
            return _Held(reason="not_kept")
        return _Held(digest, pages)

    def _keep(self, name: str, question: str, work: Callable[[], _Held]) -> None:
        session = self._session

        def then(held: _Held) -> None:
            if session == self._session:
                self._take(c.DocumentKept(question, held.sha256, held.pages, held.reason))
            elif held.sha256:
                self._drop((held.sha256,))

        self._run_slow(name, work, then, lambda _bug: self._take(c.DocumentKept(question, reason="not_kept")))

    def _release(self, wanted: e.ReleaseDocuments) -> None:
        shelf = self._shelf
        if shelf is None:
            self._take(c.DocumentsReleased(wanted.key, "not_kept"))
            return

        def then(released: bool | StoreTrouble) -> None:
            reason = "not_kept" if isinstance(released, StoreTrouble) else "" if released else "gone"
            self._take(c.DocumentsReleased(wanted.key, reason))

        failed = c.DocumentsReleased(wanted.key, "not_kept")
        work = lambda: shelf.release(wanted.refs, now_ms())  # noqa: E731  # read as one of three arguments
        self._run_slow("release documents", work, then, lambda _bug: self._take(failed))

    def _drop(self, refs: tuple[str, ...]) -> None:
        shelf = self._shelf
        if shelf is not None:
            self._run_slow("drop documents", lambda: shelf.drop(refs), lambda _done: None, lambda _bug: None)

    def tell_backlog(self) -> None:
        """Look what the hub does not have yet; the answer is a cause."""
        shelf = self._shelf
        if shelf is not None:
            self._run_slow("look for documents", shelf.backlog, self._backlog, lambda _bug: None)

    def _backlog(self, found: "Backlog | StoreTrouble") -> None:
        if isinstance(found, StoreTrouble):
            return
        minutes = max(0, now_ms() - found.oldest_ms) // 60_000 if found.waiting else 0
        self._take(c.BacklogSeen(found.waiting, minutes, found.refused))

    # Sheets

    def _print(self, wanted: e.PrintSheets) -> None:
        printer = self._machines.printer
        if printer is None:
            offline = Status(StatusWord.OFFLINE)
            self._take(c.SheetsEnded(wanted.job, SheetsNotPrinted(offline)))
            return

        def work() -> Any:
            from hall.qt.sheets import pdf_of

            return printer.print(pdf_of(wanted.slip), wanted.title)

        self._run_slow(
            "print sheets",
            work,
            lambda outcome: self._take(c.SheetsEnded(wanted.job, outcome)),
            # It raised somewhere: nobody knows whether sheets came out.
            lambda _bug: self._take(c.SheetsEnded(wanted.job, None)),
        )


def now_ms() -> int:
    """Return the unit's wall clock, for ages and for what expires; no rule of the hall uses it."""
    return time.time_ns() // 1_000_000


def device_of(kinds: dict[str, str], kind: str) -> DeviceName:
    """Return the configured name of a family's device, or the family's own where there is none."""
    return DeviceName(kinds.get(kind, kind))
