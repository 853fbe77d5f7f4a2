"""A full disk of the unit must not make unhappened what has happened: simulation seed 1002 (a slip never called)."""

from hall.domain.ids import RatingUid, TicketUid
from hall.domain.rating import RatingLevel
from hall.sync import inputs as io
from hall.sync import link
from hall.sync.unstored import Unstored
from hall.wire import commands as cmd
from hall.wire.replies import Done, Refused
from tests.unit.hall.sync.hub_double import Bench, day_view, full_disk, issue, issued, key

CONFIRM = cmd.ConfirmTicket(key=key("c1"), ticket=TicketUid("k1"))


def numbered() -> Bench:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.feed(io.Answered(key("k1"), issued("k1")))
    return bench


def test_a_confirm_waits_for_the_disk_and_is_answered_then() -> None:
    bench = numbered()
    told = [one for one in full_disk(bench, io.Submit(CONFIRM)) if isinstance(one, io.Tell)]
    assert told == []
    full_disk(bench, io.Tick(), 5_000)
    assert key("c1") not in bench.disk.outbox
    bench.feed(io.Tick(), 5_000)
    assert bench.disk.outbox[key("c1")].command == CONFIRM
    assert not bench.disk.unprinted()


def test_what_a_person_can_do_again_is_refused_loudly() -> None:
    bench = numbered()
    outputs = full_disk(bench, io.Submit(issue("k2")))
    [refused] = [one.event.reply for one in outputs if isinstance(one, io.Tell) and hasattr(one.event, "reply")]
    assert isinstance(refused, Refused)
    bench.feed(io.Tick(), 5_000)
    assert key("k2") not in bench.disk.outbox


def test_it_is_not_submitted_twice_once_it_is_stored() -> None:
    bench = numbered()
    full_disk(bench, io.Submit(CONFIRM))
    bench.feed(io.Tick(), 5_000)
    before = bench.disk.outbox[key("c1")].order
    bench.feed(io.Tick(), 5_000)
    assert bench.disk.outbox[key("c1")].order == before


def test_everything_kept_in_mind_keeps_its_order() -> None:
    unstored = Unstored()
    rate = cmd.Rate(key=key("r1"), rating=RatingUid("x"), level=RatingLevel.SATISFIED)
    assert unstored.failed(io.Submit(CONFIRM))
    assert unstored.next_try() == [CONFIRM]
    assert unstored.failed(io.Submit(rate))
    assert unstored.failed(io.Submit(rate))
    assert unstored.next_try() == [CONFIRM, rate]
    unstored.stored()
    assert not unstored.failed(io.Tick())
    assert len(unstored) == 0


def contact_told(bench: Bench) -> list[type[link.LinkEvent]]:
    return [type(one) for one in bench.told if isinstance(one, link.HubAway | link.HubBack)]


def test_that_the_hub_is_away_is_told_and_decided_once_the_disk_writes() -> None:
    """Simulation seed 5017: away in a step of which the disk kept nothing; neither face nor visitor heard of it."""
    bench = Bench().connect()
    bench.submit(issue("k1"))
    full_disk(bench, io.Failed(key("k1"), io.Failure.TIMEOUT), 3_001)
    assert not bench.step.away
    bench.feed(io.Tick(), 2_000)
    assert contact_told(bench) == [link.HubAway]
    [told] = bench.replies()
    assert told.offline
    assert isinstance(told.reply, Done)


def test_that_the_hub_is_back_is_told_once_the_disk_writes() -> None:
    bench = Bench().connect()
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.silence()
    bench.feed(io.Tick(), 2_000)
    full_disk(bench, io.ViewFetched(day_view(seq=11)))
    assert bench.step.away
    bench.come_back(day_view(seq=11))
    assert contact_told(bench) == [link.HubAway, link.HubBack]
