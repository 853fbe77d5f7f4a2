"""Which events reach the voice queue."""

from counter.lobby.flow.calls import Caller
from counter.lobby.flow.voice_queue import VoiceQueue
from counter.lobby.flow.voices import Range
from hall.domain.ids import CounterId, TicketUid
from hall.wire.events import DayOpened, ServiceStarted, TicketNoShow
from tests.support.lobby import called, happened, view


def caller(*zones: str) -> Caller:
    made = Caller(VoiceQueue(), Range(frozenset(zones)))
    made.hear(view(), 0.0)
    return made


def said(made: Caller) -> None:
    made.queue, saying = made.queue.next(0.0)
    assert saying is not None
    made.queue = made.queue.done()


def test_a_fresh_call_is_spoken_and_a_replay_is_not() -> None:
    made = caller()
    made.hear(happened(called("A1"), fresh=False), 0.0)
    assert made.queue.waiting == ()
    made.hear(happened(called("A1")), 7.0)
    assert [(one.number, one.at) for one in made.queue.waiting] == [("A1", 7.0)]


def test_other_zones_are_silent() -> None:
    made = caller("B")
    made.hear(happened(called("A1", zone="A")), 0.0)
    made.hear(happened(called("E1", "3", zone="B")), 0.0)
    assert [one.number for one in made.queue.waiting] == ["E1"]


def test_service_and_no_show_end_recalls() -> None:
    for end in (ServiceStarted(TicketUid("A1"), CounterId("1")), TicketNoShow(TicketUid("A1"), CounterId("1"))):
        made = caller()
        made.hear(happened(called("A1")), 0.0)
        said(made)
        made.hear(happened(called("A1", calls=2)), 1.0)
        assert made.queue.waiting
        made.hear(happened(end), 2.0)
        assert made.queue.waiting == ()


def test_a_counter_without_a_number_is_said_by_name() -> None:
    made = caller()
    made.hear(happened(called("E1", "vip")), 0.0)
    (one,) = made.queue.waiting
    assert (one.spoken_counter("zh"), one.spoken_counter("en")) == ("绿色通道", "Priority desk")


def test_a_new_day_empties_the_queue() -> None:
    made = caller()
    made.hear(happened(called("A1")), 0.0)
    made.hear(happened(DayOpened("2026-11-22")), 1.0)
    assert made.queue.waiting == ()
