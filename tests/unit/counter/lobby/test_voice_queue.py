"""The voice queue: one at a time, shortened by load, no first call unspoken."""

from hypothesis import given
from hypothesis import strategies as st

from counter.lobby.flow.voice_queue import Saying, VoiceQueue, Waiting, manner
from hall.domain.ids import CounterId, TicketNumber, TicketUid


def call(number: str, counter: str = "1", at: float = 0.0) -> Waiting:
    return Waiting(TicketUid(number), TicketNumber(number), CounterId(counter), at)


def said(queue: VoiceQueue, now: float = 0.0) -> tuple[VoiceQueue, Saying]:
    queue, saying = queue.next(now)
    assert saying is not None
    return queue, saying


def numbers(saying: Saying) -> list[str]:
    return [one.number for one in saying.calls]


def after(*calls: Waiting) -> VoiceQueue:
    """Return a queue that said these, one after the other."""
    queue = VoiceQueue()
    for one in calls:
        queue = said(queue.called(one))[0].done()
    return queue


def test_a_single_call_is_said_twice_with_a_chime() -> None:
    _, saying = said(VoiceQueue().called(call("A023", "3")))
    assert saying.announcement.texts == (("zh", "请A零二三号，到三号窗口。"),)
    assert (saying.announcement.repeats, saying.announcement.chime) == (2, True)


def test_languages_follow_one_another() -> None:
    _, saying = said(VoiceQueue(languages=("zh", "en")).called(call("A023", "3")))
    assert [language for language, _ in saying.announcement.texts] == ["zh", "en"]


def test_strictly_one_at_a_time() -> None:
    queue, _ = said(VoiceQueue().called(call("A1")).called(call("A2")))
    assert queue.next(0.0)[1] is None
    assert numbers(said(queue.done())[1]) == ["A2"]


def test_it_shortens_by_load() -> None:
    ways = [manner(n) for n in (1, 2, 3, 4, 5)]
    assert [way.repeats for way in ways] == [2, 1, 1, 1, 1]
    assert [way.chime for way in ways] == [True, True, False, False, False]
    assert [way.joined for way in ways] == [1, 1, 1, 1, 4]


def test_a_busy_minute_counts_like_waiting_calls() -> None:
    """Each call finds an empty queue, but the third of one minute is said once, and a call after a pause twice."""
    queue, repeats = VoiceQueue(), []
    for number, at in (("A1", 0.0), ("A2", 20.0), ("A3", 40.0), ("A4", 110.0)):
        queue, saying = said(queue.called(call(number, at=at)), at)
        queue = queue.done()
        repeats.append(saying.announcement.repeats)
    assert repeats == [2, 2, 1, 2]


def test_a_rush_joins_calls() -> None:
    queue = VoiceQueue()
    for n in range(6):
        queue = queue.called(call(f"A{n}", str(n + 1)))
    queue, saying = said(queue)
    assert numbers(saying) == ["A0", "A1", "A2", "A3"]
    assert numbers(said(queue.done())[1]) == ["A4"]


def test_a_recall_goes_first_but_not_twice_in_a_row() -> None:
    queue = after(call("A1"), call("A2"))
    queue = queue.called(call("B1")).called(call("A1")).called(call("A2")).called(call("B2"))
    order = []
    for _ in range(4):
        queue, saying = said(queue)
        order.append((numbers(saying), saying.recall))
        queue = queue.done()
    assert order == [(["A1"], True), (["B1"], False), (["A2"], True), (["B2"], False)]


def test_a_recall_says_so() -> None:
    _, saying = said(after(call("A1")).called(call("A1")))
    assert saying.announcement.texts[0][1].startswith("再次呼叫")


def test_a_stale_recall_is_dropped_and_a_stale_first_call_is_not() -> None:
    queue = after(call("A1")).called(call("A1", at=0.0)).called(call("B1", at=0.0))
    queue, saying = said(queue, now=90.1)
    assert numbers(saying) == ["B1"]
    assert queue.dropped == 1
    assert queue.waiting == ()


def test_a_recall_of_a_call_still_waiting_is_not_said_twice() -> None:
    queue, _ = said(VoiceQueue().called(call("A1")))
    queue = queue.called(call("A2")).called(call("A2"))
    assert [one.number for one in queue.waiting] == ["A2"]


def test_a_visitor_sent_on_is_called_to_the_new_counter_only() -> None:
    queue, _ = said(VoiceQueue().called(call("B1")))
    queue = queue.called(call("A1", "1")).called(call("A1", "2"))
    assert [one.counter for one in queue.waiting] == ["2"]


def test_who_came_is_not_recalled() -> None:
    assert after(call("A1")).called(call("A1")).came(TicketUid("A1")).waiting == ()


def test_a_call_that_nobody_could_say_is_tried_again_until_the_visitor_came() -> None:
    queue = said(VoiceQueue().called(call("A1")))[0].not_said()
    again, saying = said(queue)
    assert numbers(saying) == ["A1"]
    assert not saying.recall
    assert again.not_said().came(TicketUid("A1")).waiting == ()


def test_a_new_day_forgets() -> None:
    queue = after(call("A1")).called(call("B1")).new_day()
    assert queue.waiting == ()
    assert not queue.is_recall(call("A1"))


calls = st.builds(call, st.sampled_from(["A1", "A2", "A3", "B1", "B2"]), st.sampled_from(["1", "2"]))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("call"), calls),
        st.tuples(st.just("came"), calls),
        st.tuples(st.just("next"), st.floats(0, 200)),
        st.tuples(st.just("done"), st.none()),
    ),
    max_size=60,
)


@given(steps)
def test_no_first_call_is_left_unspoken_and_never_two_at_once(given_steps: list[tuple[str, object]]) -> None:
    """A first call ends spoken, or replaced by a newer call of the same ticket to another counter."""
    queue, now, speaking = VoiceQueue(), 0.0, False
    newest: dict[TicketUid, Waiting] = {}
    spoken: set[object] = set()
    for what, value in given_steps:
        if what == "call":
            assert isinstance(value, Waiting)
            one = value._replace(at=now)
            newest[one.ticket] = one
            queue = queue.called(one)
        elif what == "came":
            assert isinstance(value, Waiting)
            queue = queue.came(value.ticket)
        elif what == "done":
            queue, speaking = queue.done(), False
        else:
            assert isinstance(value, float)
            now += value
            queue, saying = queue.next(now)
            assert not (saying is not None and speaking)
            if saying is not None:
                speaking = True
                spoken |= {one.key for one in saying.calls}
                assert len({one.ticket for one in saying.calls}) == len(saying.calls)
    queue = queue.done()
    for _ in range(len(queue.waiting) + 1):
        queue, saying = queue.next(now)
        if saying is not None:
            spoken |= {one.key for one in saying.calls}
            queue = queue.done()
    assert queue.waiting == ()
    assert {one.key for one in newest.values()} <= spoken
