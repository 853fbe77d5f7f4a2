"""The document camera (高拍仪): papers photographed, squared up and put together."""

from typing import Protocol

import msgspec

from hall.domain.document import Document, Page
from hall.domain.ids import DeviceName
from hall.ports.status import Device, Status


class PageTaken(msgspec.Struct, frozen=True, tag="page_taken"):
    """One paper, squared up and upright. `found` is False where no edge was seen and the whole picture was kept."""

    page: Page
    found: bool


class PageNotTaken(msgspec.Struct, frozen=True, tag="page_not_taken"):
    """No usable picture; the status says why (no camera, frozen, too dark)."""

    status: Status


class Preview(msgspec.Struct, frozen=True, tag="preview"):
    """A small live picture (JPEG), at most some ten a second, only while previews are on. Never kept."""

    device: DeviceName
    jpeg: bytes

    def __repr__(self) -> str:
        return f"Preview(device={self.device!r}, {len(self.jpeg)} bytes)"


class ShutterPressed(msgspec.Struct, frozen=True, tag="shutter_pressed"):
    """Somebody pressed the camera's own button."""

    device: DeviceName


class DocumentCamera(Device, Protocol):
    """Takes pages one by one. `take_page` and `bind` block for up to some seconds: never call them on a screen."""

    def preview(self, on: bool) -> None:
        """Emit `Preview` events, or stop."""

    def take_page(self) -> PageTaken | PageNotTaken:
        """Photograph what lies there now, at the sensor's best size."""

    def bind(self, pages: tuple[Page, ...]) -> Document:
        """Put pages together in this order as one PDF. Pages stay as they are."""
