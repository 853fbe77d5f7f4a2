"""Settings of one page scanner."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """[devices.page_scanner.options] What a page is asked for, and how long it may take."""

    dpi: Annotated[int, Meta(ge=300, le=600)] = 300
    """Least resolution; a device that cannot do it takes its next higher one, and none below 300 is ever used."""
    colour: Literal["colour", "gray"] = "colour"
    """Red seals need colour."""
    duplex: bool = False
    """Both sides of what lies in the feeder."""
    drop_blank: bool = True
    """Leave out pages with nothing on them; they are counted."""
    blank_mm2: Annotated[float, Meta(gt=0, le=100)] = 1.0
    """Less ink than this is a blank page, in square millimetres; a word of small print has about 10."""
    jpeg_quality: Annotated[int, Meta(ge=50, le=95)] = 85
    most_pages: Annotated[int, Meta(ge=1, le=500)] = 50
    """Of one scan; what lies in the feeder beyond stays there."""
    page_limit_s: Annotated[float, Meta(gt=1, le=300)] = 60.0
    """Seconds without a page or a step of progress after which a scan is given up; lamps warm up for half a minute."""
    width_mm: Annotated[float, Meta(ge=50, le=450)] = 210.0
    height_mm: Annotated[float, Meta(ge=50, le=900)] = 297.0
    poll_s: Annotated[float, Meta(gt=0, le=2)] = 0.8
    """Seconds between two looks at an idle scanner."""
    simulated_page_s: Annotated[float, Meta(ge=0, le=60)] = 1.0
    """Of the simulated scanner only: how long a page takes."""
