"""The A4 printer (激光打印机) behind a print queue."""

from typing import Protocol

import msgspec

from hall.ports.status import Device, Status


class SheetsPrinted(msgspec.Struct, frozen=True, tag="sheets_printed"):
    """The printer itself reported the job as completed. `job` is the queue's own id."""

    job: int
    sheets: int = 0
    """Pages that the printer counted; 0 where it does not count."""


class SheetsNotPrinted(msgspec.Struct, frozen=True, tag="sheets_not_printed"):
    """The job failed, was cancelled, or did not end in time (then it was cancelled). `partial`: some sheets are out."""

    status: Status
    job: int = 0
    partial: bool = False


class PagePrinter(Device, Protocol):
    """Prints whole documents. `print` blocks until the job has ended: never call it on a screen."""

    def print(self, pdf: bytes, title: str) -> SheetsPrinted | SheetsNotPrinted:
        """Print a PDF once. `title` is the job's name in the queue: no personal data."""
