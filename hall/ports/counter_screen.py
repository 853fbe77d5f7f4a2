"""The LED strip over a counter (窗口屏)."""

from enum import StrEnum
from typing import Protocol

import msgspec

from hall.ports.status import Device, Status


class ScreenState(StrEnum):
    """What a counter is doing, as the strip tells it."""

    NOT_SIGNED_IN = "not_signed_in"
    IDLE = "idle"
    CALLING = "calling"
    SERVING = "serving"
    PAUSED = "paused"
    CLOSED = "closed"


class ScreenContent(msgspec.Struct, frozen=True):
    """The state and the text to be seen, already worded and masked (e.g. ``请A023号到3号窗口``)."""

    state: ScreenState
    text: str


class Shown(msgspec.Struct, frozen=True, tag="shown"):
    """The strip has it. `acknowledged` is False on models that never answer."""

    acknowledged: bool


class NotShown(msgspec.Struct, frozen=True, tag="not_shown"):
    """The strip does not show it."""

    status: Status


class CounterScreen(Device, Protocol):
    """Shows the newest content given; older unsent ones are dropped. Never blocks: results come as status."""

    def show(self, content: ScreenContent) -> None: ...
