"""The QR and barcode scanner (扫码器): serial, HID keyboard wedge, or camera."""

from typing import Protocol

import msgspec

from hall.domain.ids import DeviceName
from hall.ports.status import Device


class CodeScanned(msgspec.Struct, frozen=True, tag="code_scanned"):
    """A code was read. Its text may be personal data: never log it."""

    device: DeviceName
    text: str
    symbology: str = ""

    def __repr__(self) -> str:
        return f"CodeScanned(device={self.device!r}, {len(self.text)} characters)"


class CodeRejected(msgspec.Struct, frozen=True, tag="code_rejected"):
    """Something was read that no flow may see (too long, control characters, unknown encoding)."""

    device: DeviceName
    reason: str


class CodeScanner(Device, Protocol):
    """Emits the events above. `trigger(True)` switches light and reading on where the model can."""

    def trigger(self, on: bool) -> None: ...
