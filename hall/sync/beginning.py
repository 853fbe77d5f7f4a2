"""What a start changes on the unit's own disk: the boot is noted, and what only the ended process could use goes.

A number that the ended process asked for is nobody's: its face is gone, so it is taken out of the outbox, and the hub
is told to void what it may have made of it. That holds if the disk is full at the start, too: else the queued command
leaves later, and the hub keeps a number that nobody holds (simulation seed 1021).
"""

from collections.abc import Callable
from itertools import count

from hall.domain.ids import CommandKey
from hall.store.record import Boot, BootSeen, Change, Dropped, Pending, Queued, Rank, Stamp, UnitRecord
from hall.sync.alone import KEPT_AFTER_RESTART
from hall.wire import commands as cmd


class Beginning:
    """The start, for as long as the unit's own disk has not taken it.

    Every step asks `owed` before it does anything else. So a process sends, decides and submits nothing before its
    start is stored, and what it gives up cannot have been answered to it, nor printed by it.
    """

    def __init__(self) -> None:
        self._last: int | None = None
        """Highest order number of the ended process; what has a higher one is wanted by this process."""

    def changes(self, record: UnitRecord, now: Stamp, new_key: Callable[[], CommandKey]) -> list[Change]:
        """Return what a process that started with this record has to store, or still has to."""
        if self._last is None:
            self._last = record.order
        changes: list[Change] = []
        if now.boot not in record.boots:
            order = 1 + max((boot.order for boot in record.boots.values()), default=0)
            changes.append(BootSeen(Boot(boot=now.boot, order=order, last_ms=now.ms)))
        orders = count(record.next_order())
        for pending in self._left_over(record):
            if isinstance(pending.command, cmd.IssueTicket):
                abandon = cmd.AbandonTicket(key=new_key(), issue_key=pending.command.key, reason="kiosk_restarted")
                changes.append(Queued(Pending(next(orders), Rank.ABANDON, abandon, now, told=True)))
            changes.append(Dropped(pending.command.key))
        return changes

    def owed(self, record: UnitRecord, boot: str) -> bool:
        """Say whether the process has started and this record, read back from the disk, does not show it."""
        return self._last is not None and (boot not in record.boots or bool(self._left_over(record)))

    def _left_over(self, record: UnitRecord) -> list[Pending]:
        """Return what the ended process waited for, in order, and nothing else can use."""
        last = 0 if self._last is None else self._last
        useless = (
            one
            for one in record.outbox.values()
            if one.order <= last and not one.told and type(one.command) not in KEPT_AFTER_RESTART
        )
        return sorted(useless, key=lambda one: one.order)
