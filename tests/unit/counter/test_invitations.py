"""Open invitations: after a restart, by a wrong clock, in a row, and without the hub."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from counter.flow.desk import RATING_GRACE_S, Desk
from counter.flow.intents import ClockMoved, Press, Tick
from counter.flow.invitations import Invitation, Invitations
from counter.flow.outputs import Output, PadEnd, PadInvite, Submit
from counter.flow.windows import Windows
from hall.domain.ids import CounterId, DeviceName, RatingUid, TicketNumber, TicketUid
from hall.domain.rating import NotRatedReason, RatingLevel
from hall.ports.rating_pad import RatingPressed
from hall.sync.link import HubAway, Replied, ViewChanged
from hall.wire.commands import Rate
from hall.wire.events import NotRated, RatingInvited
from hall.wire.replies import Done, RefusalCode, Refused
from hall.wire.view import CounterState, HallView, OpenRating
from tests.support.views import NOW_MS, Keys, hall
from tests.unit.counter.test_desk import RATING_S, desk_with, event, submitted

ONE, TWO = CounterId("1"), CounterId("2")
R, S = RatingUid("r"), RatingUid("s")
LIMIT_MS = RATING_S * 1000
HOUR_MS = 3_600_000


def asking(*ratings: OpenRating, at: int = NOW_MS) -> HallView:
    return msgspec.structs.replace(hall(), ratings=ratings, at=at)


def pads() -> Windows:
    return Windows([ONE, TWO], RATING_S, Keys())


def silences(outputs: list[Output]) -> list[RatingUid]:
    rates = [one.command for one in outputs if isinstance(one, Submit) and isinstance(one.command, Rate)]
    assert all(rate.not_rated is NotRatedReason.TIMED_OUT for rate in rates)
    return [rate.rating for rate in rates]


def test_a_restarted_unit_asks_on_for_the_time_that_is_left() -> None:
    windows = pads()
    first = windows.step(ViewChanged(asking(OpenRating(R, ONE, NOW_MS - 50_000))), NOW_MS)
    assert PadInvite(ONE, R) in first
    assert PadInvite(ONE, R) not in windows.step(ViewChanged(asking(OpenRating(R, ONE, NOW_MS - 50_000))), NOW_MS)
    assert silences(windows.step(Tick(), NOW_MS + 9_999)) == []
    assert silences(windows.step(Tick(), NOW_MS + 10_000)) == [R]


def test_the_desk_of_a_restarted_counter_shows_it_too() -> None:
    desk = desk_with()
    desk.step(ViewChanged(asking(OpenRating(R, ONE, NOW_MS), OpenRating(S, TWO, NOW_MS))), NOW_MS)
    assert desk.model(NOW_MS).rating_left_s == RATING_S
    later = NOW_MS + LIMIT_MS + RATING_GRACE_S * 1000
    assert silences(desk.step(Tick(), later)) == [R]


def test_a_clock_an_hour_off_ends_nothing_early() -> None:
    for wrong in (NOW_MS - HOUR_MS, NOW_MS + HOUR_MS):
        windows = pads()
        windows.step(event(RatingInvited(R, ONE), at=NOW_MS), wrong)
        windows.step(ViewChanged(asking(OpenRating(R, ONE, NOW_MS), OpenRating(S, TWO, NOW_MS))), wrong)
        assert silences(windows.step(Tick(), wrong + LIMIT_MS - 1)) == []
        assert silences(windows.step(Tick(), wrong + LIMIT_MS)) == [R, S]


def test_a_corrected_clock_ends_nothing_early_and_nothing_late() -> None:
    for by in (-HOUR_MS, HOUR_MS):
        for part in (pads(), Desk(ONE, RATING_S - RATING_GRACE_S, Keys())):
            part.step(event(RatingInvited(R, ONE)), NOW_MS)
            part.step(ClockMoved(by), NOW_MS + by)
            assert silences(part.step(Tick(), NOW_MS + by + LIMIT_MS - 1)) == []
            assert silences(part.step(Tick(), NOW_MS + by + LIMIT_MS)) == [R]


def test_silence_is_told_for_each_of_two_in_a_row_and_the_pad_does_not_go_back() -> None:
    windows = pads()
    windows.step(event(RatingInvited(R, ONE)), NOW_MS)
    assert windows.step(event(RatingInvited(S, ONE)), NOW_MS + 20_000) == [PadInvite(ONE, S)]
    assert windows.step(event(NotRated(S, NotRatedReason.DECLINED)), NOW_MS + 30_000) == [PadEnd(ONE)]
    late = windows.step(Tick(), NOW_MS + LIMIT_MS)
    assert silences(late) == [R]
    assert PadEnd(ONE) not in late


def test_a_view_that_still_lists_a_silent_one_does_not_ask_again() -> None:
    windows = pads()
    view = asking(OpenRating(R, ONE, NOW_MS))
    windows.step(ViewChanged(view), NOW_MS)
    windows.step(Tick(), NOW_MS + LIMIT_MS)
    assert PadInvite(ONE, R) not in windows.step(ViewChanged(view), NOW_MS + LIMIT_MS)
    assert silences(windows.step(Tick(), NOW_MS + 9 * LIMIT_MS)) == []


def test_what_the_hall_ended_closes_the_pad() -> None:
    windows = pads()
    windows.step(ViewChanged(asking(OpenRating(R, ONE, NOW_MS))), NOW_MS)
    assert PadEnd(ONE) in windows.step(ViewChanged(asking()), NOW_MS)


def test_without_the_hub_the_finished_visitor_is_asked_all_the_same() -> None:
    desk = desk_with(state=CounterState.SERVING, ticket=TicketUid("t"), number=TicketNumber("A001"))
    desk.step(HubAway("no answer"), NOW_MS)
    (finish,) = submitted(desk.step(Press("finish"), NOW_MS))
    outputs = desk.step(Replied(finish.key, Done(finish.key, 0, NOW_MS, rating=R), offline=True), NOW_MS)
    assert PadInvite(ONE, R) in outputs
    assert desk.model(NOW_MS).rating_left_s == RATING_S
    desk.step(ViewChanged(asking()), NOW_MS)
    pressed = RatingPressed(DeviceName("bus"), ONE, R, RatingLevel.SATISFIED)
    assert PadEnd(ONE) in desk.step(pressed, NOW_MS)
    assert desk.model(NOW_MS).rating_left_s is None


def test_silence_without_the_hub_closes_the_pad_and_is_told() -> None:
    desk = desk_with(state=CounterState.SERVING, ticket=TicketUid("t"), number=TicketNumber("A001"))
    (finish,) = submitted(desk.step(Press("finish"), NOW_MS))
    desk.step(Replied(finish.key, Done(finish.key, 0, NOW_MS, rating=R), offline=True), NOW_MS)
    late = desk.step(Tick(), NOW_MS + LIMIT_MS + RATING_GRACE_S * 1000)
    assert PadEnd(ONE) in late
    assert silences(late) == [R]


def test_an_answer_that_was_faster_than_the_word_of_silence_is_no_trouble() -> None:
    desk = desk_with()
    desk.step(event(RatingInvited(R, ONE)), NOW_MS)
    (rate,) = submitted(desk.step(Tick(), NOW_MS + LIMIT_MS + RATING_GRACE_S * 1000))
    desk.step(Replied(rate.key, Refused(rate.key, RefusalCode.ALREADY_RATED)), NOW_MS)
    message = desk.model(NOW_MS).message
    assert message is None or not message.trouble


@given(st.lists(st.tuples(st.sampled_from("osfe"), st.integers(0, 3), st.integers(0, 40_000)), max_size=30))
def test_every_one_that_was_opened_ends_exactly_once(moves: list[tuple[str, int, int]]) -> None:
    book, now = Invitations((ONE,), LIMIT_MS), 0
    opened, ended = 0, 0
    for what, which, passed in moves:
        now += passed
        rating = RatingUid(str(which))
        if what == "o":
            opened += book.open(Invitation(rating, ONE, now))
        elif what == "s":
            ended += len(book.end_silent(now))
        elif what == "f":
            came, gone = book.follow(asking(OpenRating(rating, ONE, now), at=now), now)
            opened, ended = opened + len(came), ended + len(gone)
        else:
            ended += book.end(rating) is not None
    ended += len(book.end_silent(now + LIMIT_MS))
    assert opened == ended
    assert book.newest(ONE) is None
