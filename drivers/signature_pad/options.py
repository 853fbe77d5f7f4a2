"""Settings of one signature pad."""

from typing import Annotated

import msgspec
from msgspec import Meta


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[devices.signature_pad.options] Empty or zero means the device's or the model's own."""

    rotation: Annotated[int, Meta(ge=0, le=270, multiple_of=90)] = 0
    """How far the pad is turned clockwise as the citizen sees it, in degrees."""
    aspect: Annotated[float, Meta(ge=0, le=4)] = 0
    """Height by width of the unturned writing field; 0 takes it from the device's resolution."""
    x_max: Annotated[int, Meta(ge=0)] = 0
    """Largest x where the device cannot be asked (behind a FIFO)."""
    y_max: Annotated[int, Meta(ge=0)] = 0
    pressure_max: Annotated[int, Meta(ge=0)] = 0
    keys: dict[str, str] = {}
    """Code of the pad's own key (``256``) to ``confirm``, ``clear``, ``cancel``, or nothing to ignore it."""
