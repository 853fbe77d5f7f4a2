"""What differs between ID-card readers, as data: one row of `models.toml`."""

from typing import Any

import msgspec


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model."""

    title: str
    maker: str
    source: str
    """Where the facts come from."""
    baud: int = 115200
    finds_again: bool = False
    """A card that stays after a good reading is found again (9F). Most answer 80 until it is lifted, and are asked for
    the appended address to tell staying from lifted."""
    find_s: float = 0.15
    """The reader's own time to look for a card, as the simulator plays it; `read_s` the same for a reading."""
    read_s: float = 0.6
    usb: tuple[str, ...] = ()
    """VID:PID pairs seen; endpoints are read from the descriptors."""
    hid: tuple[str, ...] = ()
    """VID:PID pairs seen that speak by 64-byte HID reports."""


def model_of(row: dict[str, Any]) -> Model:
    """Read a row of `models.toml`.

    Raises:
        msgspec.ValidationError: the row has an unknown key or a wrong value.

    """
    return msgspec.convert(row, Model)
