from hall.domain.ids import RatingUid
from hall.domain.rating import NotRatedReason, RatingLevel
from hall.wire import commands as cmd
from hall.wire.replies import Done, RefusalCode
from server.hub.picture import hall_view
from tests.support.halls import HUB, Hall, at_counter

RATING_MS = 60_000


def finished(hall: Hall, counter: str = "1") -> RatingUid:
    hall.waiting()
    hall.serve(counter)
    reply = hall.at(counter, cmd.FinishService)
    assert isinstance(reply, Done)
    assert reply.rating is not None
    return reply.rating


def rate(hall: Hall, rating: RatingUid, **more: object) -> cmd.Rate:
    return cmd.Rate(key=hall.key(), rating=rating, **more)  # type: ignore[arg-type]  # test shorthand


def test_the_first_answer_wins(hall: Hall) -> None:
    rating = finished(hall)
    hall.done(rate(hall, rating, not_rated=NotRatedReason.TIMED_OUT))
    assert hall.code(rate(hall, rating, level=RatingLevel.SATISFIED)) is RefusalCode.ALREADY_RATED


def test_exactly_one_of_level_and_reason(hall: Hall) -> None:
    rating = finished(hall)
    assert hall.code(rate(hall, rating)) is RefusalCode.MALFORMED
    both = rate(hall, rating, level=RatingLevel.SATISFIED, not_rated=NotRatedReason.DECLINED)
    assert hall.code(both) is RefusalCode.MALFORMED
    assert hall.code(rate(hall, RatingUid("none"), level=RatingLevel.SATISFIED)) is RefusalCode.UNKNOWN_RATING


def test_an_open_invitation_is_answered_with_itself(hall: Hall) -> None:
    rating = finished(hall)
    reply = hall.at("1", cmd.InviteRating)
    assert isinstance(reply, Done)
    assert reply.rating == rating


def test_a_consultation_is_invited_without_a_ticket(hall: Hall) -> None:
    reply = hall.at("1", cmd.InviteRating)
    assert isinstance(reply, Done)
    assert (reply.rating, reply.ticket) == (reply.key, None)


def test_closing_the_day_ends_what_nobody_answered_in_time(hall: Hall) -> None:
    silent = finished(hall)
    hall.now += RATING_MS
    asked = finished(hall, "2")
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    assert hall.code(rate(hall, silent, level=RatingLevel.SATISFIED)) is RefusalCode.ALREADY_RATED
    hall.done(rate(hall, asked, level=RatingLevel.DISSATISFIED))
    assert [one.rating for one in hall_view(hall.step.state, 1, hall.now).ratings] == []


def test_no_invitation_stays_open_for_ever(hall: Hall) -> None:
    rating = finished(hall)
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    assert [one.rating for one in hall_view(hall.step.state, 1, hall.now).ratings] == [rating]
    hall.done(cmd.OpenDay(key=hall.key(), day="2026-11-22"), HUB)
    hall.now += RATING_MS
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    assert hall_view(hall.step.state, 1, hall.now).ratings == ()


def test_an_invitation_outlives_the_day_and_a_crash(hall: Hall) -> None:
    rating = finished(hall)
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    hall.done(cmd.OpenDay(key=hall.key(), day="2026-11-22"), HUB)
    before = hall.step.state.comparable()
    hall.crash()
    assert hall.step.state.comparable() == before
    hall.done(rate(hall, rating, level=RatingLevel.VERY_DISSATISFIED), at_counter("1"))
