"""What a hall feels and switches: door contacts, temperatures, panic buttons, guidance lamps."""

from typing import Protocol

import msgspec

from hall.domain.ids import DeviceName
from hall.ports.status import Device


class ContactChanged(msgspec.Struct, frozen=True, tag="contact_changed"):
    """A named contact (``door``, ``panic``) is closed (True) or open, after its debounce time. First state included."""

    device: DeviceName
    contact: str
    closed: bool


class Measured(msgspec.Struct, frozen=True, tag="measured"):
    """A named value changed by more than its step, e.g. ``temperature`` in degrees Celsius."""

    device: DeviceName
    quantity: str
    value: float


class Inputs(Device, Protocol):
    """Emits the events above by itself."""

    def switch(self, lamp: str, on: bool) -> None:
        """Switch a named output; set again by itself after a reconnect."""
