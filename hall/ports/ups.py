"""The uninterruptible power supply (UPS)."""

from enum import StrEnum
from typing import Protocol

import msgspec

from hall.domain.ids import DeviceName
from hall.ports.status import Device


class Power(StrEnum):
    """Where the current comes from. LOW: the battery is nearly empty, close now."""

    MAINS = "mains"
    BATTERY = "battery"
    LOW = "low"


class PowerChanged(msgspec.Struct, frozen=True, tag="power_changed"):
    """The source of power became another one; the first one after opening included."""

    device: DeviceName
    power: Power
    charge_percent: int = -1
    """-1 where the supply does not say."""
    runtime_s: int = -1
    """How long the battery lasts as the supply estimates it; -1 where it does not say."""


class Ups(Device, Protocol):
    """Emits the event above by itself."""

    def power(self) -> PowerChanged | None:
        """Return the last known state; None before the first answer and after the supply was lost."""
