"""Each line of the step's table of failures, and what the unit does alone."""

import pytest
from msgspec.structs import replace

from hall.domain.ids import CounterId, ItemCode, TicketNumber, TicketUid
from hall.domain.rating import NotRatedReason, RatingLevel
from hall.store.record import Rank
from hall.sync import inputs as io
from hall.sync import link
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.replies import Done, RefusalCode, Refused
from hall.wire.view import CounterState
from tests.support.views import waiting
from tests.unit.hall.sync.hub_double import HUB_TIME, Bench, copied, day_view, event, issue, issued, key

SERVING = {
    "state": CounterState.SERVING,
    "ticket": TicketUid("t1"),
    "number": TicketNumber("A001"),
    "since": HUB_TIME - 60_000,
}
ONE = CounterId("1")


def offline_ticket(bench: Bench) -> TicketUid:
    reply = bench.replies()[-1].reply
    assert isinstance(reply, Done)
    assert reply.ticket is not None
    return reply.ticket.uid


def test_the_key_is_on_disk_before_the_first_send() -> None:
    bench = Bench().connect()
    outputs = bench.submit(issue("k1"))
    assert isinstance(outputs[0], io.Store)
    assert key("k1") in bench.disk.outbox
    assert [command.key for command in bench.sent] == ["k1"]


def test_nothing_is_sent_before_the_hub_was_looked_at() -> None:
    bench = Bench()
    bench.feed(io.Started())
    bench.submit(issue("k1"))
    assert bench.sent == []
    bench.feed(io.ViewFetched(day_view()))
    assert [command.key for command in bench.sent] == ["k1"]


def test_an_answer_is_told_once_and_stays_known() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    for _ in range(3):
        bench.feed(io.Answered(key("k1"), issued("k1")))
    assert [told.offline for told in bench.replies()] == [False]
    assert bench.disk.outbox == {}
    bench.submit(issue("k1"))
    assert [told.reply for told in bench.replies()] == [issued("k1"), issued("k1")]
    assert len(bench.sent) == 1


def test_commands_go_one_by_one_in_order() -> None:
    bench = Bench().connect()
    names = ["k1", "k2", "k3"]
    for name in names:
        bench.submit(issue(name))
    assert len(bench.sent) == 1
    for name in names:
        bench.feed(io.Answered(key(name), issued(name)))
    assert [command.key for command in bench.sent] == names


@pytest.mark.parametrize(
    "failure",
    [io.Failure.REFUSED_CONNECTION, io.Failure.TIMEOUT, io.Failure.SERVER_ERROR, io.Failure.MALFORMED_REPLY],
)
def test_a_failed_send_is_repeated_with_the_same_key_after_a_look(failure: io.Failure) -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.feed(io.Failed(key("k1"), failure))
    assert bench.of(io.FetchView) == []
    assert bench.of(io.Wait)[0].ms <= 200
    bench.feed(io.Tick(), 200)
    assert bench.of(io.FetchView)
    bench.feed(io.ViewFetched(day_view()))
    assert [command.key for command in bench.sent] == ["k1", "k1"]


def test_a_hub_that_cannot_store_is_a_hub_that_is_away() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    for _ in range(8):
        bench.feed(io.Answered(key("k1"), Refused(key("k1"), RefusalCode.STORE_FAILED)), 500)
        bench.feed(io.Tick(), 2_000)
        bench.feed(io.ViewFetched(day_view()))
        if bench.step.away:
            break
    assert bench.step.away
    assert bench.replies()[0].offline


@pytest.mark.parametrize("code", [RefusalCode.FORBIDDEN, RefusalCode.QUOTA_FULL, RefusalCode.TOO_LARGE])
def test_a_refusal_is_an_answer(code: RefusalCode) -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.feed(io.Answered(key("k1"), Refused(key("k1"), code)))
    assert bench.replies()[0].reply == Refused(key("k1"), code)
    assert bench.disk.outbox == {}


def test_an_expired_bearer_is_renewed_and_the_key_sent_again() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.feed(io.Failed(key("k1"), io.Failure.UNAUTHORISED))
    assert bench.of(io.Renew)
    bench.feed(io.Renewed())
    bench.feed(io.ViewFetched(day_view()))
    assert [command.key for command in bench.sent] == ["k1", "k1"]


def test_a_unit_that_is_not_enrolled_keeps_its_outbox() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.feed(io.Failed(key("k1"), io.Failure.UNAUTHORISED))
    bench.feed(io.Renewed(io.Failure.UNAUTHORISED))
    bench.feed(io.Tick(), 4_000)
    assert link.HubAway("not_enrolled") in bench.told
    assert bench.disk.outbox


def test_a_hub_of_a_lower_epoch_is_told_nothing() -> None:
    bench = Bench().connect(day_view(epoch=3))
    assert bench.disk.epoch == 3
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.submit(issue("k1"))
    bench.feed(io.Tick(), 500)
    bench.feed(io.ViewFetched(day_view(epoch=2)))
    bench.feed(io.Tick(), 4_000)
    assert bench.sent == []
    assert link.HubAway("stale_epoch") in bench.told


def test_an_event_of_a_lower_epoch_is_ignored() -> None:
    bench = Bench().connect(day_view(epoch=3))
    before = bench.step.record.view
    bench.feed(io.StreamEvent(event(11, epoch=2)))
    assert bench.step.record.view == before


def test_another_hall_is_not_spoken_to() -> None:
    bench = Bench().connect()
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.feed(io.Tick(), 500)
    bench.feed(io.ViewFetched(replace(day_view(), hall="elsewhere")))
    bench.submit(issue("k1"))
    assert bench.sent == []
    assert bench.step.contact.reason is io.Failure.WRONG_HUB


def test_an_unanswered_issue_becomes_an_own_number_and_the_phantom_is_given_up_first() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.silence()
    told = bench.replies()[0]
    assert isinstance(told.reply, Done)
    assert told.offline
    ticket = told.reply.ticket
    assert ticket is not None
    assert (ticket.number, ticket.offline, ticket.fallback_counter) == ("A-C01", True, "1")
    assert bench.disk.series_last == 1
    bench.submit(cmd.ConfirmTicket(key=key("c1"), ticket=ticket.uid))
    bench.submit(cmd.ReportDevice(key=key("d1"), unit=bench.step.options.unit, device="printer", status="ready"))  # type: ignore[arg-type]
    bench.come_back()
    while bench.step.contact.under_way is not None:
        command = bench.sent[-1]
        bench.feed(io.Answered(command.key, Done(command.key, 12, HUB_TIME)))
    kinds = [type(command) for command in bench.sent]
    assert kinds == [cmd.IssueTicket, cmd.AbandonTicket, cmd.UploadOffline, cmd.ReportDevice]
    assert bench.sent[1].issue_key == "k1"  # type: ignore[union-attr]
    assert link.HubBack() in bench.told
    assert [told.key for told in bench.replies()].count(key("d1")) == 1


def test_the_hubs_late_answer_to_what_was_given_up_is_ignored() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.silence()
    bench.feed(io.Answered(key("k1"), issued("k1")))
    assert len(bench.replies()) == 1
    assert TicketUid("k1") not in bench.disk.given


def test_an_upload_tells_its_age_at_each_send() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.silence()
    bench.submit(cmd.ConfirmTicket(key=key("c1"), ticket=offline_ticket(bench)))
    bench.come_back()
    bench.feed(io.Answered(bench.sent[-1].key, Done(bench.sent[-1].key, 12, HUB_TIME)))
    first = bench.sent[-1]
    assert isinstance(first, cmd.UploadOffline)
    bench.feed(io.Failed(first.key, io.Failure.TIMEOUT))
    bench.come_back()
    again = bench.sent[-1]
    assert isinstance(again, cmd.UploadOffline)
    assert again.key == first.key
    assert again.tickets[0].age_ms >= first.tickets[0].age_ms + 10_000


def test_numbers_go_on_after_a_crash_and_an_unprinted_one_is_found() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.silence()
    after = Bench(copied(bench.disk), boot="boot-2")
    after.feed(io.Started())
    assert [ticket.number for ticket in after.step.record.unprinted()] == ["A-C01"]
    after.submit(issue("k2"))
    after.feed(io.Tick(), 90_001)
    reply = after.replies()[-1].reply
    assert isinstance(reply, Done)
    assert reply.ticket is not None
    assert reply.ticket.number == "A-C02"


def test_an_own_ticket_that_was_not_printed_never_reaches_the_hub() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.silence()
    uid = offline_ticket(bench)
    bench.submit(cmd.AbandonTicket(key=key("a1"), issue_key=key(uid)))
    assert not any(isinstance(one.command, cmd.UploadOffline) for one in bench.disk.outbox.values())
    assert bench.disk.given[uid].void


def test_an_issue_nobody_waits_for_any_more_is_given_up_at_start() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    after = Bench(copied(bench.disk))
    after.feed(io.Started())
    [pending] = after.disk.outbox.values()
    assert isinstance(pending.command, cmd.AbandonTicket)
    assert (pending.command.issue_key, pending.rank) == ("k1", Rank.ABANDON)


def test_after_a_cold_start_the_hub_gets_longer() -> None:
    bench = Bench()
    bench.feed(io.Started())
    bench.submit(issue("k1"))
    bench.feed(io.ViewFailed(io.Failure.REFUSED_CONNECTION), 10)
    bench.feed(io.Tick(), 60_000)
    assert not bench.step.away
    bench.feed(io.Tick(), 31_000)
    assert bench.step.away
    assert bench.replies()[0].reply == Refused(
        key("k1"), RefusalCode.HUB_AWAY, "this unit has no own series, or never saw its hub"
    )


def test_alone_a_counter_finishes_and_rates_and_reports_it_once() -> None:
    bench = Bench(series="").connect(day_view(counter=SERVING, tickets=(waiting("t1", counter=ONE),)))
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.silence()
    bench.submit(cmd.FinishService(key=key("f1"), counter=ONE))
    reply = bench.replies()[-1].reply
    assert isinstance(reply, Done)
    assert reply.rating is not None
    assert bench.step.record.view is not None
    assert bench.step.record.view.counters[0].state is CounterState.FREE
    bench.submit(cmd.Rate(key=key("r1"), rating=reply.rating, level=RatingLevel.SATISFIED))
    [pending] = bench.disk.outbox.values()
    report = pending.command
    assert isinstance(report, cmd.ReportService)
    assert (report.ticket, report.rating) == ("t1", RatingLevel.SATISFIED)
    bench.come_back(day_view(counter=SERVING))
    assert bench.step.record.view.counters[0].state is CounterState.FREE
    sent = bench.sent[-1]
    assert isinstance(sent, cmd.ReportService)
    assert sent.ended_age_ms is not None
    assert sent.started_age_ms >= sent.ended_age_ms + 60_000


def test_a_rating_after_the_report_left_goes_under_the_hubs_name() -> None:
    bench = Bench(series="").connect(day_view(counter=SERVING))
    bench.submit(cmd.FinishService(key=key("f1"), counter=ONE))
    bench.silence()
    reply = bench.replies()[-1].reply
    assert isinstance(reply, Done)
    assert reply.rating is not None
    bench.come_back()
    bench.feed(io.Answered(key("f1"), Done(key("f1"), 12, HUB_TIME, rating=key("f1"))))  # type: ignore[arg-type]
    bench.submit(cmd.Rate(key=key("r1"), rating=reply.rating, not_rated=NotRatedReason.TIMED_OUT))
    rate = bench.sent[-1]
    assert isinstance(rate, cmd.Rate)
    assert rate.rating == "f1"
    assert [told.key for told in bench.replies()].count(key("f1")) == 1


@pytest.mark.parametrize(
    "command",
    [
        cmd.CallNext(key=key("k"), counter=ONE),
        cmd.RecallTicket(key=key("k"), counter=ONE),
        cmd.TransferTicket(key=key("k"), counter=ONE, item=ItemCode("social")),
        cmd.CloseDay(key=key("k")),
    ],
)
def test_what_needs_the_hub_is_refused_alone_and_does_not_happen_later(command: cmd.AnyCommand) -> None:
    bench = Bench(series="").connect()
    bench.submit(command)
    bench.silence()
    assert bench.replies()[-1].reply == Refused(key("k"), RefusalCode.HUB_AWAY, "needs the hub")
    assert bench.disk.outbox == {}


def test_alone_only_its_own_hub_number_or_an_offline_slip_is_served() -> None:
    lines = (waiting("A005"), waiting("A-C07"))
    bench = Bench(series="").connect(day_view(tickets=lines))
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.silence()
    for name, line in zip(("k1", "k2"), lines, strict=True):
        report = cmd.ReportService(
            key=key(name), counter=ONE, ticket=line.uid, number=line.number, started_age_ms=9, ended_age_ms=0
        )
        bench.submit(report)
    refused, taken = (told.reply for told in bench.replies())
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.NOT_YOURS
    assert isinstance(taken, Done)
    assert list(bench.disk.outbox) == ["k2"]


def test_a_case_has_its_provisional_number_before_the_hub_hears_of_it() -> None:
    bench = Bench().connect()
    bench.submit(cmd.SubmitCase(key=key("s1"), item=ItemCode("social")))
    sent = bench.sent[0]
    assert isinstance(sent, cmd.SubmitCase)
    assert sent.provisional is not None
    bench.silence()
    reply = bench.replies()[0].reply
    assert isinstance(reply, Done)
    assert reply.case == sent.provisional
    assert bench.disk.outbox[key("s1")].told


def test_events_are_told_in_order_and_a_doubled_one_once() -> None:
    bench = Bench().connect()
    for seq in (11, 11, 12, 11):
        bench.feed(io.StreamEvent(event(seq)))
    assert [told.event.seq for told in bench.told if isinstance(told, link.HubEvent)] == [11, 12]


def test_a_gap_is_filled_from_the_last_event_told_and_not_spoken_twice() -> None:
    bench = Bench().connect()
    bench.feed(io.StreamEvent(event(11)))
    bench.feed(io.StreamEvent(event(14)))
    assert bench.of(io.CloseStream)
    assert bench.of(io.FetchView)
    bench.feed(io.ViewFetched(day_view(seq=14)))
    assert bench.of(io.OpenStream) == [io.OpenStream(11)]
    for seq in (12, 13, 14, 15):
        bench.feed(io.StreamEvent(event(seq)))
    assert [told.event.seq for told in bench.told if isinstance(told, link.HubEvent)] == [11, 12, 13, 14, 15]
    assert bench.step.record.view is not None
    assert bench.step.record.view.seq == 15


def test_a_hub_that_cannot_go_back_so_far_is_followed_from_its_view() -> None:
    bench = Bench().connect()
    bench.feed(io.StreamLost(io.Failure.GONE))
    bench.feed(io.Tick(), 500)
    bench.feed(io.ViewFetched(day_view(seq=14)))
    assert bench.of(io.OpenStream) == [io.OpenStream(14)]


def test_old_events_of_a_replay_are_not_fresh() -> None:
    bench = Bench().connect()
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.feed(io.Tick(), 500)
    bench.feed(io.ViewFetched(day_view(seq=12)))
    bench.feed(io.StreamEvent(event(11, at=HUB_TIME - 60_000)))
    bench.feed(io.StreamEvent(event(12, at=HUB_TIME - 1_000)))
    bench.feed(io.StreamEvent(event(13, at=HUB_TIME - 90_000)))
    assert [told.fresh for told in bench.told if isinstance(told, link.HubEvent)] == [False, True, True]


def test_a_stream_behind_a_reply_is_left() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.feed(io.Answered(key("k1"), issued("k1", seq=11)))
    bench.feed(io.Tick(), 2_001)
    assert bench.of(io.FetchView)


def test_a_new_day_is_fetched_and_the_series_begins_again_only_when_it_is_safe() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.silence()
    uid = offline_ticket(bench)
    bench.submit(cmd.ConfirmTicket(key=key("c1"), ticket=uid))
    bench.come_back(replace(day_view(seq=20), day="2026-11-22"))
    assert (bench.disk.series_day, bench.disk.series_last) == ("2026-11-22", 1)
    while bench.step.contact.under_way is not None:
        bench.feed(io.Answered(bench.sent[-1].key, Done(bench.sent[-1].key, 21, HUB_TIME)))
    for seq in range(bench.step.record.cursor + 1, 22):
        bench.feed(io.StreamEvent(event(seq)))
    bench.feed(io.StreamEvent(event(22, ev.DayOpened(day="2026-11-23"))))
    assert (bench.disk.series_day, bench.disk.series_last) == ("2026-11-23", 0)


def test_uploads_wait_for_an_open_day() -> None:
    bench = Bench().connect()
    bench.submit(issue("k1"))
    bench.silence()
    bench.submit(cmd.ConfirmTicket(key=key("c1"), ticket=offline_ticket(bench)))
    bench.come_back(replace(day_view(), day=None))
    bench.feed(io.Answered(bench.sent[-1].key, Done(bench.sent[-1].key, 0, HUB_TIME)))
    assert not any(isinstance(command, cmd.UploadOffline) for command in bench.sent)
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.come_back()
    assert isinstance(bench.sent[-1], cmd.UploadOffline)


def test_a_disk_that_failed_refuses_the_submit_loudly() -> None:
    bench = Bench().connect()
    before = copied(bench.disk)
    bench.step.step(io.Submit(issue("k1")), bench.now)
    outputs = bench.step.reload(before, io.Submit(issue("k1")), bench.now)
    told = [one.event for one in outputs if isinstance(one, io.Tell)]
    assert len(told) == 1
    assert isinstance(told[0], link.Replied)
    assert isinstance(told[0].reply, Refused)
    assert told[0].reply.code is RefusalCode.STORE_FAILED
    assert bench.step.record.outbox == {}
