"""Devices for papers in memory: document camera with real JPEGs, signature pad, A4 printer, IC card reader."""

from collections.abc import Callable

from drivers.binding import bind
from hall.domain.document import Document, Page
from hall.domain.signature import Point
from hall.ports.document_camera import PageNotTaken, PageTaken, Preview, ShutterPressed
from hall.ports.page_printer import SheetsNotPrinted, SheetsPrinted
from hall.ports.signature_pad import PadKey, PenDown, PenMoved, PenUp
from hall.ports.smart_card import IcCardPresented
from hall.ports.status import Status, StatusWord
from tests.support.fake_devices import FakeDevice


def jpeg_of(words: str, width: int = 620, height: int = 877, ground: str = "white") -> bytes:
    """Draw a paper and return it as a JPEG, as a camera would."""
    import cv2
    import numpy as np

    shade = {"white": 245, "mat": 60}[ground]
    picture = np.full((height, width, 3), shade, np.uint8)
    ink = (30, 30, 30) if ground == "white" else (220, 220, 220)
    for line, text in enumerate(words.split("\n")):
        place = (width // 12, height // 8 + line * height // 14)
        cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, width / 700, ink, 2)
    done, coded = cv2.imencode(".jpg", picture)
    assert done
    return bytes(coded)


class FakeCamera(FakeDevice):
    """Takes the papers of `papers` one after the other, the last again and again; `found` is what it says of edges."""

    def __init__(self, name: str, emit: Callable[[object], None], papers: list[bytes]) -> None:
        super().__init__(name, emit)
        self.papers = papers
        self.found = True
        self.live = False
        self.fails: StatusWord | None = None
        self.bound: list[Document] = []

    def preview(self, on: bool) -> None:
        self.live = on

    def look(self, jpeg: bytes) -> None:
        """Show a live picture, if anybody looks."""
        if self.live:
            self.emit(Preview(self.name, jpeg))

    def press(self) -> None:
        """Press the camera's own button."""
        self.emit(ShutterPressed(self.name))

    def take_page(self) -> PageTaken | PageNotTaken:
        if self.fails is not None:
            return PageNotTaken(Status(self.fails))
        jpeg = self.papers.pop(0) if len(self.papers) > 1 else self.papers[0]
        return PageTaken(Page(jpeg, 620, 877), self.found)

    def bind(self, pages: tuple[Page, ...]) -> Document:
        self.bound.append(bind(pages))
        return self.bound[-1]


class FakePad(FakeDevice):
    """A signature pad that is only heard while it collects."""

    def __init__(self, name: str, emit: Callable[[object], None]) -> None:
        super().__init__(name, emit)
        self.collecting = False

    def collect(self, on: bool) -> None:
        self.collecting = on

    def draw(self, *points: tuple[float, float], lift: bool = True) -> None:
        """Draw one stroke."""
        if not self.collecting:
            return
        for index, (x, y) in enumerate(points):
            kind = PenMoved if index else PenDown
            self.emit(kind(self.name, Point(x, y, 0.7, index * 8)))
        if lift:
            self.emit(PenUp(self.name))

    def press(self, key: str) -> None:
        """Press one of its keys."""
        self.emit(PadKey(self.name, key))


class FakeSheets(FakeDevice):
    """An A4 printer; `outcome` is what the next jobs come to. An exception is raised."""

    def __init__(self, name: str, emit: Callable[[object], None]) -> None:
        super().__init__(name, emit)
        self.jobs: list[tuple[bytes, str]] = []
        self.outcome: SheetsPrinted | SheetsNotPrinted = SheetsPrinted(1, 1)

    def print(self, pdf: bytes, title: str) -> SheetsPrinted | SheetsNotPrinted:
        self.jobs.append((pdf, title))
        return self.outcome


class FakeIcReader(FakeDevice):
    """A reader of IC cards."""

    watching = False

    def watch(self, on: bool) -> None:
        self.watching = on

    def put_in(self) -> None:
        """Put a social-security card in."""
        if self.watching:
            self.emit(IcCardPresented(self.name, b"\x3b\x00", application="social-security", public={"name": "张三丰"}))
