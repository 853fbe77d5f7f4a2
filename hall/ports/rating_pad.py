"""The evaluator keypad (评价器)."""

from typing import Protocol

import msgspec

from hall.domain.ids import CounterId, DeviceName, RatingUid
from hall.domain.rating import RatingLevel
from hall.ports.status import Device


class RatingPressed(msgspec.Struct, frozen=True, tag="rating_pressed"):
    """The citizen pressed a level while an invitation was open."""

    device: DeviceName
    counter: CounterId
    rating: RatingUid
    level: RatingLevel


class RatingPad(Device, Protocol):
    """One pad at one counter. Presses outside an invitation are acknowledged on the wire and dropped."""

    def invite(self, rating: RatingUid) -> None: ...

    def end_invitation(self) -> None: ...
