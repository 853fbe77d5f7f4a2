"""Settings of one document camera."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[devices.document_camera.options] Zero or empty means: what the camera itself can do best."""

    width: Annotated[int, Meta(ge=0, le=16384)] = 0
    """Widest picture to ask for, in pixels; 0 takes the sensor's largest."""
    height: Annotated[int, Meta(ge=0, le=16384)] = 0
    """Highest picture to ask for, the same way."""
    quality: Annotated[int, Meta(ge=40, le=100)] = 85
    """Of the pages' JPEGs."""
    mat: Literal["", "dark", "light"] = ""
    """What lies under the paper, where the mat's own edges are in the picture: ``dark`` or ``light``."""
    rotate: Literal[0, 90, 180, 270] = 0
    """Degrees by which pages and previews are turned clockwise, for a camera that is mounted the other way round."""
    shutter: str = ""
    """The camera's own button where it is an input device: ``evdev:/dev/input/by-path/...``; empty for none."""
