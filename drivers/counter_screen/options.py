"""Settings of a strip."""

from typing import Annotated

import msgspec
from msgspec import Meta

from drivers.by_hour import ByHour, problem_of
from hall.ports.counter_screen import ScreenState

BRIGHTEST = 15

Byte = Annotated[int, Meta(ge=0, le=255)]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of one strip; what a model does not have is ignored by it."""

    address: Annotated[int, Meta(ge=0, le=0xFFFF)] = 1
    """Controller or strip address."""
    baud: int = 0
    """Speed; 0 takes the model's, and where a model has two, tries both."""
    line: Annotated[str, Meta(pattern="^([78][NEO][12])?$")] = ""
    """Data bits, parity and stop bits, e.g. ``7E2`` as some AlphaSign displays want; empty takes the model's."""
    width: Annotated[int, Meta(ge=8, le=4096)] = 128
    """Pixels."""
    height: Annotated[int, Meta(ge=8, le=512)] = 32
    """Pixels."""
    area: Annotated[int, Meta(ge=0, le=7)] = 0
    """Dynamic area that is ours (ONBON)."""
    brightness: Annotated[int, Meta(ge=-1, le=15)] = -1
    """0..15, set after opening; -1 leaves it alone or to `brightness_by_hour` (ONBON)."""
    brightness_by_hour: ByHour = ()
    """From which hour on which brightness, e.g. ``[[7, 12], [18, 5]]``; empty leaves it alone (ONBON)."""
    set_clock: bool = False
    """Set the controller's clock after opening (ONBON)."""
    dark_states: tuple[ScreenState, ...] = ()
    """States in which the panel is switched off (ONBON)."""
    colours: dict[ScreenState, Annotated[int, Meta(ge=1, le=7)]] = {}
    """Colour of the text by state, 1..7 (ONBON panels with colours)."""
    refresh_s: Annotated[int, Meta(ge=-1, le=3600)] = -1
    """Show the same content again after this long; 0 never, -1 the model's own rule."""
    composite: bool = False
    """The strip is one line of a composite screen (shapes A and D)."""
    fields: dict[str, int | str] = {}
    """Further fields of a profile's frame, e.g. ``register = 112``."""

    def __post_init__(self) -> None:
        """Refuse a table that cannot hold."""
        if problem := problem_of(self.brightness_by_hour, 0, BRIGHTEST):
            raise ValueError(f"brightness_by_hour: {problem}")
