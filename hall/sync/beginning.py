"""What a start changes on the unit's own disk: the boot is noted, and what only the ended process could use goes.

A number that the ended process asked for is nobody's: its face is gone, so it is taken out of the outbox, and the hub
is told to void what it may have made of it.
"""

from collections.abc import Callable
from itertools import count

from hall.domain.ids import CommandKey
from hall.store.record import Boot, BootSeen, Change, Dropped, Pending, Queued, Rank, Stamp, UnitRecord
from hall.sync.alone import KEPT_AFTER_RESTART
from hall.wire import commands as cmd


def begun(record: UnitRecord, now: Stamp, new_key: Callable[[], CommandKey]) -> list[Change]:
    """Return what a process that starts at `now` with this record has to store."""
    changes: list[Change] = []
    if now.boot not in record.boots:
        order = 1 + max((boot.order for boot in record.boots.values()), default=0)
        changes.append(BootSeen(Boot(boot=now.boot, order=order, last_ms=now.ms)))
    orders = count(record.next_order())
    for pending in _left_over(record):
        if isinstance(pending.command, cmd.IssueTicket):
            abandon = cmd.AbandonTicket(key=new_key(), issue_key=pending.command.key, reason="kiosk_restarted")
            changes.append(Queued(Pending(next(orders), Rank.ABANDON, abandon, now, told=True)))
        changes.append(Dropped(pending.command.key))
    return changes


def _left_over(record: UnitRecord) -> list[Pending]:
    """Return what the ended process waited for, in order, and nothing else can use."""
    waiting = sorted(record.outbox.values(), key=lambda one: one.order)
    return [one for one in waiting if not one.told and type(one.command) not in KEPT_AFTER_RESTART]
