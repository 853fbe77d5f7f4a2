"""Settings of one A4 printer."""

from typing import Annotated

import msgspec
from msgspec import Meta


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """[devices.page_printer.options] How a document is printed, and how long it may take."""

    duplex: bool = False
    """Both sides, bound at the long edge."""
    media: Annotated[str, Meta(pattern=r"[a-z0-9][a-z0-9_.-]{0,60}")] = "iso_a4_210x297mm"
    """Paper by its name in PWG 5101.1."""
    tray: Annotated[str, Meta(pattern=r"|[a-z][a-z0-9_.-]{0,60}")] = ""
    """Tray by its keyword, e.g. tray-1 or manual; empty lets the printer choose."""
    job_limit_s: Annotated[float, Meta(gt=0, le=1800)] = 120.0
    """Seconds until a job that is not out is cancelled."""
    poll_s: Annotated[float, Meta(gt=0, le=2)] = 0.8
    """Seconds between two looks at an idle printer."""
    user: Annotated[str, Meta(pattern=r"[A-Za-z0-9_.-]{1,60}")] = "hallfloor"
    """Whose jobs they are, for the queue's list and its permission to cancel."""
    simulated_sheet_s: Annotated[float, Meta(ge=0, le=60)] = 1.0
    """Of the simulated printer only: how long a sheet takes."""
