"""The clerk's hardware caller (物理呼叫器)."""

from enum import StrEnum
from typing import Protocol

import msgspec

from hall.domain.ids import CounterId, DeviceName
from hall.ports.status import Device


class CallerIntent(StrEnum):
    """What a key means in the hall's language."""

    CALL_NEXT = "call_next"
    RECALL = "recall"
    INVITE = "invite"
    CANCEL = "cancel"
    PAUSE = "pause"
    TRANSFER = "transfer"
    NO_SHOW = "no_show"
    PARK = "park"
    RESUME = "resume"


class CallerPressed(msgspec.Struct, frozen=True, tag="caller_pressed"):
    """A clerk pressed a key; retries are already folded and acknowledged."""

    device: DeviceName
    counter: CounterId
    intent: CallerIntent


class CallerPad(Device, Protocol):
    """One pad at one counter, with a display of three digits waiting and three digits ticket."""

    def show(self, waiting: int | None, ticket: int | None) -> None:
        """Show 0..999; None leaves that half unchanged."""

    def beep(self) -> None: ...
