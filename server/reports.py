"""Readiness reports of units, kept beside the hub's state: ``reports/<unit>/<date>-<time>.pdf``, by the hub's clock.

Not in the log: a report holds pictures, is made by the dozen while a hall is fitted out, and only the newest of a
unit matters. Files are private to the hub's user.
"""

import errno
import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from server.store.durable import write_whole
from server.store.room import fits

KEPT = 20
"""Reports of one unit; the oldest goes."""
LARGEST = 8_000_000
"""Bytes of one report."""
PDF = b"%PDF-"
_NAME = re.compile(r"\d{8}-\d{6}-\d{3}\.pdf")
"""Ours; what somebody else put there is left alone."""
_UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class ReportLine(msgspec.Struct, frozen=True):
    """One stored report. `at` is hub ms; `name` is the file below the hub's ``reports`` folder."""

    unit: str
    at: int
    bytes: int
    name: str


class Reports:
    """The folder."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "reports"

    def keep(self, unit: str, content: bytes, now: int) -> ReportLine | str:
        """Store a report, whole or not at all. A text says why not.

        Raises:
            OSError: the disk refuses, or is nearly full.

        """
        if not _UNIT.fullmatch(unit):
            return f"{unit!r} is no unit's name"
        if not content.startswith(PDF):
            return "this is no PDF document"
        if len(content) > LARGEST:
            return f"{len(content)} bytes are more than the {LARGEST} that a report may have"
        place = self.folder / unit
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not fits(place, len(content)):
            raise OSError(errno.ENOSPC, "the disk is nearly full")
        path = place / f"{datetime.fromtimestamp(now / 1000, UTC):%Y%m%d-%H%M%S}-{now % 1000:03d}.pdf"
        write_whole(path, content)
        for old in _ours(place, "*.pdf")[:-KEPT]:
            old.unlink(missing_ok=True)
        return _line(unit, path)

    def all(self) -> list[ReportLine]:
        """Return every report, by unit, oldest first."""
        return [_line(path.parent.name, path) for path in _ours(self.folder, "*/*.pdf")]


def _ours(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if _NAME.fullmatch(path.name))


def _line(unit: str, path: Path) -> ReportLine:
    stem, _, ms = path.stem.rpartition("-")
    at = datetime.strptime(stem, "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    return ReportLine(unit, int(at.timestamp()) * 1000 + int(ms), path.stat().st_size, f"{unit}/{path.name}")
