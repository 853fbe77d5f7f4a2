"""What stays free on the hub's disk: numbers and calls go on when papers and reports cannot be kept any more.

The hourly copy stops earlier (`copying.RESERVE`), since it can be made up for.
"""

import shutil
from pathlib import Path

RESERVE = 250_000_000
"""Bytes for the log, by far more than a hall writes in a month."""


def fits(folder: Path, size: int) -> bool:
    """Whether so many bytes may be kept in this folder without touching the log's reserve."""
    return shutil.disk_usage(folder).free - size >= RESERVE
