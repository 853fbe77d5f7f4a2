"""A dead unit's store, made by the real store and the real step of a unit without its hub."""

from pathlib import Path

from hall.store.record import Change, UnitRecord
from hall.store.unit_store import UnitStore, open_store
from hall.sync import inputs as io
from hall.wire import commands as cmd
from tests.unit.hall.sync.hub_double import Bench, day_view, issue, key

LETTER = "C"


def alone(numbers: int, *, unconfirmed: bool = False) -> Bench:
    """A kiosk that lost its hub and gave out so many numbers, the last one perhaps never confirmed."""
    bench = Bench(series=LETTER).connect(day_view())
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.feed(io.ViewFailed(io.Failure.TIMEOUT), 4_000)
    bench.feed(io.Tick(), 4_000)
    for number in range(1, numbers + 1):
        bench.submit(issue(f"k{number}"))
        reply = bench.replies()[-1].reply
        ticket = getattr(reply, "ticket", None)
        assert ticket is not None, reply
        if number < numbers or not unconfirmed:
            bench.submit(cmd.ConfirmTicket(key=key(f"c{number}"), ticket=ticket.uid))
    return bench


def changes_of(bench: Bench) -> list[Change]:
    """Everything that the bench's disk holds, as the changes that make it."""
    from hall.store import record as r

    disk = bench.disk
    assert disk.view is not None
    return [
        *(r.BootSeen(boot) for boot in disk.boots.values()),
        r.ViewKept(disk.view, disk.cursor),
        r.SeriesMoved(disk.series_day, disk.series_last),
        *(r.TicketGiven(given) for given in disk.given.values()),
        *(r.Queued(pending) for pending in disk.outbox.values()),
    ]


def dead_disk(folder: Path, numbers: int, *, unconfirmed: bool = False) -> UnitRecord:
    """Write the store of such a kiosk below `folder`; return what it remembers."""
    bench = alone(numbers, unconfirmed=unconfirmed)
    store = open_store(folder / "unit.db")
    assert isinstance(store, UnitStore)
    for change in changes_of(bench):
        assert store.write([change]) is None
    record = store.load()
    assert isinstance(record, UnitRecord)
    store.close()
    return record
