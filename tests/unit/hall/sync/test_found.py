"""What the simulation found in the unit's step, each kept as the shortest way to it."""

import pytest

from hall.domain.ids import CounterId, TicketNumber, TicketUid
from hall.domain.rating import RatingLevel
from hall.sync import inputs as io
from hall.sync import link
from hall.wire import commands as cmd
from hall.wire.replies import Done, RefusalCode, Refused
from hall.wire.view import CounterState
from tests.unit.hall.sync.hub_double import HUB_TIME, Bench, copied, day_view, event, issue, issued, key

ONE = CounterId("1")
SERVING = {
    "state": CounterState.SERVING,
    "ticket": TicketUid("t1"),
    "number": TicketNumber("A001"),
    "since": HUB_TIME - 60_000,
}


def test_a_finish_that_the_hub_confirms_after_all_is_not_reported_beside() -> None:
    bench = Bench(series="").connect(day_view(counter=SERVING))
    bench.submit(cmd.FinishService(key=key("f1"), counter=ONE))
    bench.silence()
    assert [type(one.command) for one in bench.disk.outbox.values()] == [cmd.FinishService, cmd.ReportService]
    bench.come_back()
    bench.feed(io.Answered(key("f1"), Done(key("f1"), 12, HUB_TIME, rating=key("f1"))))  # type: ignore[arg-type]
    assert bench.disk.outbox == {}


def test_a_finish_told_alone_and_refused_by_the_hub_is_reported_with_its_rating() -> None:
    """Simulation seed 1049: parked at the hub, still shown as seated; the service was over, and nobody ever heard."""
    bench = Bench(series="").connect(day_view(counter=SERVING))
    bench.submit(cmd.FinishService(key=key("f1"), counter=ONE))
    bench.silence()
    told = bench.replies()[-1].reply
    assert isinstance(told, Done)
    assert told.rating is not None
    bench.come_back()
    bench.feed(io.Answered(key("f1"), Refused(key("f1"), RefusalCode.COUNTER_IDLE)))
    bench.come_back(day_view(seq=11))
    report = bench.sent[-1]
    assert isinstance(report, cmd.ReportService)
    assert (report.ticket, report.counter) == ("t1", ONE)
    hub_name = Done(report.key, 13, HUB_TIME, rating=report.key)  # type: ignore[arg-type]
    bench.feed(io.Answered(report.key, hub_name))
    bench.submit(cmd.Rate(key=key("r1"), rating=told.rating, level=RatingLevel.SATISFIED))
    rate = bench.sent[-1]
    assert isinstance(rate, cmd.Rate)
    assert str(rate.rating) == report.key
    assert [one.key for one in bench.replies()].count(key("f1")) == 1


@pytest.mark.parametrize("command", [cmd.FinishService, cmd.StartService])
def test_alone_nobody_is_served_by_a_view_behind_the_hubs_replies(command: type[cmd.AnyCommand]) -> None:
    """Simulation seeds 1049 and 100704: parked or sent on at the hub, still shown as seated, then finished alone."""
    bench = Bench(series="").connect(day_view(counter=SERVING))
    bench.submit(cmd.ParkTicket(key=key("p1"), counter=ONE))
    bench.feed(io.Answered(key("p1"), Done(key("p1"), 11, HUB_TIME)))
    assert bench.step.behind
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.silence()
    bench.submit(command(key=key("f1"), counter=ONE))  # type: ignore[call-arg]  # both take a counter
    refused = bench.replies()[-1].reply
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.HUB_AWAY
    bench.come_back(day_view(seq=11))
    assert not bench.step.behind


def test_a_hub_of_a_higher_epoch_owes_nothing_of_the_old_log() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.feed(io.Answered(key("k1"), issued("k1", seq=50)))
    assert bench.step.behind
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.come_back(day_view(seq=20, epoch=2))
    assert not bench.step.behind


def test_what_was_told_is_not_told_again_after_a_failed_store() -> None:
    """Simulation seed 12: the lobby would have announced a call twice."""
    bench = Bench().connect()
    bench.feed(io.StreamEvent(event(11)))
    bench.step.step(io.Submit(issue("k1")), bench.now)
    assert bench.disk.cursor == 10, "the copy on disk is older than what was told"
    bench.step.reload(copied(bench.disk), io.Submit(issue("k1")), bench.now)
    bench.come_back(day_view(seq=11))
    [opened] = bench.of(io.OpenStream)
    assert opened.after == 11
    bench.feed(io.StreamEvent(event(11)))
    assert [one.event.seq for one in bench.told if isinstance(one, link.HubEvent)] == [11]


def test_a_unit_alone_with_nothing_to_send_looks_whether_the_hub_is_back() -> None:
    """Simulation seed 40002: the last command was refused in the very step in which the view had come."""
    bench = Bench(series="").connect()
    bench.submit(cmd.CallNext(key=key("k1"), counter=ONE))
    bench.feed(io.Failed(key("k1"), io.Failure.TIMEOUT), 2_500)
    bench.feed(io.Tick(), 300)
    bench.feed(io.ViewFetched(day_view()), 1_000)
    assert bench.step.away
    assert bench.disk.outbox == {}
    looks = bench.of(io.FetchView) or [one for one in bench.feed(io.Tick(), 2_000) if isinstance(one, io.FetchView)]
    assert looks
    bench.feed(io.ViewFetched(day_view()))
    assert not bench.step.away


def test_the_last_event_of_the_day_lost_on_the_way_is_seen_by_the_heartbeat() -> None:
    """Simulation seed 200826: nothing came after it, so no gap showed, and the unit was behind all evening."""
    bench = Bench().connect()
    bench.feed(io.StreamHead(11))
    assert bench.of(io.CloseStream) == [], "it may be on its way"
    assert bench.of(io.Wait) == [io.Wait(2_000)]
    bench.feed(io.Tick(), 2_000)
    assert bench.of(io.CloseStream)
    assert bench.of(io.FetchView)
    bench.feed(io.ViewFetched(day_view(seq=11)))
    assert bench.of(io.OpenStream) == [io.OpenStream(10)]
    bench.feed(io.StreamEvent(event(11)))
    assert bench.disk.cursor <= bench.step.record.cursor == 11


def test_a_heartbeat_that_tells_nothing_new_disturbs_nobody() -> None:
    bench = Bench().connect()
    bench.feed(io.StreamHead(10))
    assert not bench.outputs


def test_a_heartbeat_of_a_stream_that_was_left_promises_nothing() -> None:
    bench = Bench().connect()
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.feed(io.StreamHead(99))
    assert not bench.step.behind
