"""Uploads that a damaged store lost are made again from the slips; a sound store has none such."""

from hall.domain.ids import CommandKey
from hall.store.record import Queued, Rank, UnitRecord
from hall.sync import inputs as io
from hall.sync.alone import lost_uploads
from hall.wire import commands as cmd
from hall.wire.replies import Done
from tests.unit.hall.sync.hub_double import Bench, issue, key


def new_key() -> CommandKey:
    return CommandKey("made-anew")


def with_slips() -> UnitRecord:
    """One slip printed and confirmed, one only numbered."""
    bench = Bench().connect()
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.feed(io.ViewFailed(io.Failure.TIMEOUT), 4_000)
    bench.feed(io.Tick(), 4_000)
    for name in ("k1", "k2"):
        bench.submit(issue(name))
    reply = bench.replies()[0].reply
    assert isinstance(reply, Done)
    assert reply.ticket is not None
    bench.submit(cmd.ConfirmTicket(key=key("c1"), ticket=reply.ticket.uid))
    return bench.disk


def test_a_sound_store_lost_none() -> None:
    assert lost_uploads(with_slips(), new_key) == []


def test_a_printed_slip_without_its_upload_gets_one_and_no_other_does() -> None:
    record = with_slips()
    (before,) = [one for one in record.outbox.values() if one.rank == Rank.UPLOAD]
    assert isinstance(before.command, cmd.UploadOffline)
    record.outbox.clear()
    (change,) = lost_uploads(record, new_key)
    assert isinstance(change, Queued)
    made = change.pending
    assert isinstance(made.command, cmd.UploadOffline)
    assert (made.command.key, made.rank, made.told, made.stamp) == ("made-anew", Rank.UPLOAD, True, before.stamp)
    assert made.command.tickets == before.command.tickets
    assert made.order > before.order
