"""The flatbed or feeder scanner (扫描仪)."""

from typing import Protocol

import msgspec

from hall.domain.document import Document, Page
from hall.ports.status import Device, Status


class PagesScanned(msgspec.Struct, frozen=True, tag="pages_scanned"):
    """All pages that had something on them, in order; `blank` counts those left out."""

    pages: tuple[Page, ...]
    blank: int = 0


class NotScanned(msgspec.Struct, frozen=True, tag="not_scanned"):
    """It stopped; pages that were whole by then are kept, and the status says what to do (jam, cover, no paper)."""

    status: Status
    pages: tuple[Page, ...] = ()


class PageScanner(Device, Protocol):
    """Scans what lies on the glass, or all that lies in the feeder. Blocks until done: never call it on a screen."""

    def scan(self, *, feeder: bool = False) -> PagesScanned | NotScanned: ...

    def cancel(self) -> None:
        """End a running scan; `scan` returns NotScanned."""

    def bind(self, pages: tuple[Page, ...]) -> Document:
        """Put pages together in this order as one PDF."""
