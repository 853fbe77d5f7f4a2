"""A start that the unit's own disk does not take is tried again before anything else: simulation seed 1021.

A kiosk died with an unanswered issue in its outbox and came back to a full disk. What it could not give up was sent
later, and the hub kept a number that nobody held.
"""

from hypothesis import given
from hypothesis import strategies as st

from hall.store.record import Rank, UnitRecord
from hall.sync import inputs as io
from hall.sync import link
from hall.wire import commands as cmd
from hall.wire.replies import Done, RefusalCode, Refused
from tests.unit.hall.sync.hub_double import HUB_TIME, Bench, copied, day_view, full_disk, issue, issued, key


def left_over() -> UnitRecord:
    """A kiosk's disk after its process died between storing an issue and hearing of it."""
    bench = Bench().connect()
    bench.submit(issue("k1"))
    assert bench.disk.outbox[key("k1")].sent
    return bench.disk


def back_on_a_full_disk() -> Bench:
    bench = Bench(left_over(), boot="boot-2")
    full_disk(bench, io.Started())
    assert [type(one.command) for one in bench.disk.outbox.values()] == [cmd.IssueTicket]
    return bench


def abandoned(bench: Bench) -> list[str]:
    """Which issues the disk says are given up."""
    commands = (one.command for one in bench.disk.outbox.values())
    return [str(one.issue_key) for one in commands if isinstance(one, cmd.AbandonTicket)]


def test_the_issue_is_given_up_once_the_disk_writes_and_never_sent() -> None:
    bench = back_on_a_full_disk()
    full_disk(bench, io.Tick(), 2_000)
    bench.feed(io.Tick(), 2_000)
    assert abandoned(bench) == ["k1"]
    assert key("k1") not in bench.disk.outbox
    bench.feed(io.ViewFetched(day_view()))
    [sent] = bench.sent
    assert isinstance(sent, cmd.AbandonTicket)
    assert (sent.issue_key, sent.reason) == ("k1", "kiosk_restarted")


def test_the_next_visitors_issue_is_stored_behind_it_and_stays() -> None:
    bench = back_on_a_full_disk()
    bench.submit(issue("k2"))
    assert abandoned(bench) == ["k1"]
    bench.feed(io.Tick(), 2_000)
    bench.feed(io.ViewFetched(day_view()))
    first = bench.sent[-1]
    bench.feed(io.Answered(first.key, Done(first.key, 11, HUB_TIME)))
    bench.feed(io.Answered(key("k2"), issued("k2")))
    assert [type(one) for one in bench.sent] == [cmd.AbandonTicket, cmd.IssueTicket]
    assert [one.reply for one in bench.replies()] == [issued("k2")]
    assert bench.disk.outbox == {}
    assert [given.ticket.uid for given in bench.disk.given.values()] == ["k2"]


def test_a_face_that_asks_again_with_the_same_key_has_its_answer() -> None:
    bench = back_on_a_full_disk()
    bench.submit(issue("k1"))
    bench.feed(io.Tick(), 2_000)
    bench.feed(io.ViewFetched(day_view()))
    first = bench.sent[-1]
    assert isinstance(first, cmd.AbandonTicket)
    bench.feed(io.Answered(first.key, Done(first.key, 11, HUB_TIME)))
    abandoned_key = Refused(key("k1"), RefusalCode.WRONG_STATE)
    bench.feed(io.Answered(key("k1"), abandoned_key))
    assert [one.reply for one in bench.replies()] == [abandoned_key]


def test_a_unit_that_goes_on_alone_gives_no_number_to_somebody_who_has_left() -> None:
    bench = back_on_a_full_disk()
    bench.feed(io.Tick(), 100_000)
    assert any(isinstance(one, link.HubAway) for one in bench.told)
    assert bench.disk.given == {}
    assert abandoned(bench) == ["k1"]


def test_the_boot_is_noted_late_so_that_ages_can_be_counted() -> None:
    bench = back_on_a_full_disk()
    bench.feed(io.Tick(), 2_000)
    bench.feed(io.ViewFetched(day_view()))
    assert bench.disk.boots["boot-2"].order > bench.disk.boots["boot-1"].order
    assert bench.disk.boots["boot-2"].hub_offset_ms is not None


def test_a_start_that_is_stored_is_not_repeated() -> None:
    bench = Bench(left_over(), boot="boot-2")
    bench.feed(io.Started())
    before = copied(bench.disk)
    bench.feed(io.Tick(), 2_000)
    assert bench.disk == before


@given(steps=st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 5_000)), max_size=12))
def test_whenever_the_disk_writes_it_is_given_up_exactly_once(steps: list[tuple[bool, bool, int]]) -> None:
    """Each step is a tick or a new issue, to a disk that takes it or not; then the hub is back."""
    bench = back_on_a_full_disk()
    for number, (submits, writes, later) in enumerate(steps):
        wanted: io.Input = io.Submit(issue(f"n{number}")) if submits else io.Tick()
        bench.now += later
        outputs = bench.step.step(wanted, bench.now)
        if isinstance(outputs[0], io.Store) and not writes:
            bench.step.reload(copied(bench.disk), wanted, bench.now)
        else:
            bench.keep(outputs)
    bench.come_back()
    bench.come_back()
    first = next(one for one in bench.disk.outbox.values() if one.rank == Rank.ABANDON)
    assert abandoned(bench).count("k1") == 1
    assert key("k1") not in bench.disk.outbox
    assert key("k1") not in [one.key for one in bench.sent]
    assert bench.sent[0].key == first.command.key
