"""The one vocabulary of device states, after XFS4IoT and UnifiedPOS."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import msgspec

from hall.domain.ids import DeviceName


class StatusWord(StrEnum):
    """A device's state in one word. UNKNOWN is for models that never answer, and is not READY."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    NO_PAPER = "no_paper"
    COVER_OPEN = "cover_open"
    JAMMED = "jammed"
    NOT_TAKEN = "not_taken"
    BUSY = "busy"
    OFFLINE = "offline"
    FAULT = "fault"
    UNKNOWN = "unknown"


USABLE = frozenset({StatusWord.READY, StatusWord.PAPER_LOW, StatusWord.BUSY, StatusWord.UNKNOWN})
"""States in which work may still be given to the device."""


class Status(msgspec.Struct, frozen=True, omit_defaults=True):
    """A state and, for the technician, the reason in one line (which port, which byte, what to do)."""

    word: StatusWord
    reason: str = ""

    @property
    def usable(self) -> bool:
        """Whether work may still be given to the device."""
        return self.word in USABLE


class StatusChanged(msgspec.Struct, frozen=True, tag="status_changed"):
    """A device's status became another one. Sent once per change, the first one after opening included."""

    device: DeviceName
    status: Status


class DeviceRemark(msgspec.Struct, frozen=True, tag="device_remark"):
    """Something odd that is no change of state: one line for the technician with the next step, nothing personal."""

    device: DeviceName
    text: str


class Device(Protocol):
    """What every opened device can do. Threads belong to the supervisor, never to the caller."""

    @property
    def name(self) -> DeviceName: ...

    def status(self) -> Status:
        """Return the last known status at once; never waits for the cable."""

    def close(self) -> None:
        """Give back threads, ports and files; idempotent."""


Emit = Callable[[object], None]
"""Where a driver puts its events; called from the supervisor's thread, must not block."""
