"""The rescue as a whole: copy, salvage, ask, send, account."""

import shutil
from pathlib import Path
from typing import NamedTuple

import apsw

from config.linking import STORE_FILE
from field.rescue.account import MISSING, NOTE, REFUSED, UNKNOWN, WAITING, Line, lines_of, missing
from field.rescue.disk import DiskCopy
from field.rescue.salvage import Salvage, salvage
from field.rescue.upload import PATIENCE_S, Target, carry_up, known_numbers
from hall.store.trouble import StoreTrouble
from hall.wire.enrolment import UnitSeries

UNSETTLED = frozenset({WAITING, REFUSED, MISSING, UNKNOWN})
WORK = "rescue"
"""Folder in the spare's state folder, with what was copied; gone when everything is sent."""


class Rescued(NamedTuple):
    """What became of everything. `trouble`: why nothing could be done at all."""

    lines: tuple[Line, ...]
    trouble: str = ""

    @property
    def settled(self) -> bool:
        """Whether nothing is lost, refused or left to send."""
        return not self.trouble and not any(line.state in UNSETTLED for line in self.lines)


def rescue(target: Target, copy: DiskCopy, work: Path, patience_s: float = PATIENCE_S) -> Rescued:
    """Send what a copied disk holds and account for it; the copy stays while something waits, or was refused."""
    found = salvage(copy, work / f"pieced-together-{STORE_FILE}")
    if isinstance(found, str):
        return Rescued((), f"{found}; the copy is kept in {work}")
    try:
        rescued = _sent(target, found, patience_s)
    finally:
        found.store.close()
    if not rescued.trouble and not any(line.state in (WAITING, REFUSED) for line in rescued.lines):
        shutil.rmtree(work)
    return rescued


def without_disk(target: Target) -> Rescued:
    """Name what the hub's own log shows to be missing, where there is no disk to read."""
    hub = known_numbers(target)
    if isinstance(hub, str):
        return Rescued((), hub)
    lost = Line(
        UNKNOWN, "no disk was read", "what the dead unit had not sent is unknown; find the disk and run this again"
    )
    return Rescued((lost, *_missing_of(hub, None)))


def _sent(target: Target, found: Salvage, patience_s: float) -> Rescued:
    before = known_numbers(target)
    if isinstance(before, str):
        return Rescued((), before)
    sent = carry_up(target, found.store, patience_s)
    if isinstance(sent, StoreTrouble):
        return Rescued((), str(sent))
    after = known_numbers(target)
    lines = [Line(NOTE, "the disk", note) for note in found.notes]
    lines += lines_of(sent, before)
    lines += _documents(found)
    if not found.whole:
        lines += _missing_of(before if isinstance(after, str) else after, found._replace(record=sent.record))
    return Rescued(tuple(lines), sent.trouble if not sent.outbox else "")


def _missing_of(hub: UnitSeries, found: Salvage | None) -> list[Line]:
    """Only the last machine's numbers: of those before it this was asked when they were replaced."""
    if not hub.former:
        return []
    if found is None:
        return list(missing(hub.former[-1], None, hub))
    return list(missing(hub.former[-1], found.record, hub, found.fragments, found.last))


def _documents(found: Salvage) -> list[Line]:
    """Say how many sealed documents the hub does not have yet; a store of before documents has none."""
    path = found.store.path
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        rows = list(connection.execute("SELECT state, count(*) FROM documents WHERE state != 'sent' GROUP BY state"))
    except apsw.SQLError:
        return []
    finally:
        connection.close()
    return [_documents_line(str(state), int(count)) for state, count in rows]


def _documents_line(state: str, count: int) -> Line:
    what = f"{count} sealed documents"
    if state == "held":
        return Line(NOTE, what, "of sessions that nobody finished; they belong to no case and are not sent")
    if state == "waiting":
        return Line(WAITING, what, "not taken by the hub yet; run this again")
    return Line(REFUSED, what, "the hub would not have them; the copy is kept")
