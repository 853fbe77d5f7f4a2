"""A clerk's day at one counter, as the pure desk sees it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.flow.actions import F_KEYS, WITH_HUB, WITHOUT_HUB, Action, allowed
from counter.flow.desk import RATING_GRACE_S, Desk
from counter.flow.intents import Press, RegisterCase, SendOn, ServeOfflineSlip, SessionOpened, SignInWith, Tick
from counter.flow.outputs import OpenSession, ShowStrip, Submit
from hall.domain.ids import ClerkId, CounterId, ItemCode, RatingUid, TicketNumber, TicketUid, UnitId
from hall.domain.rating import NotRatedReason, RatingLevel
from hall.ports.counter_screen import ScreenState
from hall.sync.link import HubAway, HubBack, HubEvent, Replied, ViewChanged
from hall.wire.actor import Actor, Role
from hall.wire.commands import CallNext, Command, FinishService, Rate, ReportService, SignIn, SubmitCase
from hall.wire.events import AnyBody, Event, Rated, RatingInvited
from hall.wire.replies import Done, RefusalCode, Refused
from hall.wire.view import CounterState
from tests.support.views import HOUSING, NOW_MS, SOCIAL, Keys, hall, waiting

RATING_S = 60
ACTOR = Actor(UnitId("hub"), Role.HUB)


def event(body: AnyBody, at: int = NOW_MS) -> HubEvent:
    kind = str(body.__struct_config__.tag)
    return HubEvent(Event(1, kind, "demo", 1, 1, "u", at, ACTOR, body), fresh=True)


def desk_with(*tickets: Any, **counter: Any) -> Desk:
    desk = Desk(CounterId("1"), RATING_S, Keys())
    desk.step(ViewChanged(hall(*tickets, clerk=ClerkId("chen"), **counter)), NOW_MS)
    desk.step(SessionOpened(ClerkId("chen")), NOW_MS)
    return desk


def submitted(outputs: list[Any]) -> list[Command]:
    return [one.command for one in outputs if isinstance(one, Submit)]


def test_a_pin_is_checked_first_and_then_the_counter_is_opened() -> None:
    desk = Desk(CounterId("1"), RATING_S, Keys())
    desk.step(ViewChanged(hall(state=CounterState.NOT_SIGNED_IN)), NOW_MS)
    assert desk.model(NOW_MS).enabled == {Action.SIGN_IN}
    asked = desk.step(SignInWith(ClerkId("chen"), "4711"), NOW_MS)
    assert OpenSession(ClerkId("chen"), "4711") in asked
    assert "4711" not in repr(asked)
    (command,) = submitted(desk.step(SessionOpened(ClerkId("chen")), NOW_MS))
    assert isinstance(command, SignIn)


def test_a_view_older_than_the_sign_in_does_not_sign_the_clerk_out_again() -> None:
    desk = Desk(CounterId("1"), RATING_S, Keys())
    desk.step(ViewChanged(hall(state=CounterState.NOT_SIGNED_IN)), NOW_MS)
    (command,) = submitted(desk.step(SessionOpened(ClerkId("chen")), NOW_MS))
    desk.step(Replied(command.key, Done(command.key, 9, NOW_MS)), NOW_MS)
    desk.step(ViewChanged(hall(state=CounterState.NOT_SIGNED_IN)), NOW_MS)
    assert desk.model(NOW_MS).clerk == "chen"
    signed_out = msgspec.structs.replace(hall(state=CounterState.NOT_SIGNED_IN), seq=10)
    desk.step(ViewChanged(signed_out), NOW_MS)
    assert desk.model(NOW_MS).clerk is None


def test_call_next_is_sent_and_its_key_is_pending_until_the_reply() -> None:
    desk = desk_with(waiting("A001"))
    (command,) = submitted(desk.step(Press("call_next"), NOW_MS))
    assert isinstance(command, CallNext)
    before = desk.model(NOW_MS).pending
    desk.step(Replied(command.key, Done(command.key, 2, NOW_MS)), NOW_MS)
    assert desk.model(NOW_MS).pending == before - 1


def test_a_refusal_becomes_words_for_the_clerk() -> None:
    desk = desk_with()
    (command,) = submitted(desk.step(Press("call_next"), NOW_MS))
    desk.step(Replied(command.key, Refused(command.key, RefusalCode.COUNTER_BUSY)), NOW_MS)
    message = desk.model(NOW_MS).message
    assert message is not None
    assert message.word == "refusal.counter_busy"
    assert message.trouble


def test_a_button_that_does_not_fit_the_state_sends_nothing() -> None:
    desk = desk_with()
    assert submitted(desk.step(Press("finish"), NOW_MS)) == []
    assert desk.model(NOW_MS).message is not None


def test_the_list_shows_only_what_this_counter_may_call_earliest_first() -> None:
    late, early = waiting("A002", arrived_at=NOW_MS), waiting("A001", arrived_at=NOW_MS - 16 * 60_000)
    other = waiting("B001", HOUSING)
    sent_to_2 = waiting("A009", counter=CounterId("2"))
    rows = desk_with(late, other, early, sent_to_2).model(NOW_MS).waiting
    assert [row.number for row in rows] == ["A001", "A002"]
    assert [row.level for row in rows] == ["notice", "ok"]


def test_a_company_runner_registers_twelve_cases_on_one_ticket() -> None:
    runner = waiting("A003", cases=12)
    desk = desk_with(runner, state=CounterState.SERVING, ticket=TicketUid("A003"), number=TicketNumber("A003"))
    for _ in range(12):
        (command,) = submitted(desk.step(RegisterCase(SOCIAL.code), NOW_MS))
        assert isinstance(command, SubmitCase)
        assert command.ticket == "A003"


def test_a_transfer_needs_a_visitor() -> None:
    assert submitted(desk_with().step(SendOn(item=HOUSING.code), NOW_MS)) == []


def test_the_strip_follows_the_counter_and_is_told_once() -> None:
    desk = desk_with()
    calling = hall(state=CounterState.CALLING, number=TicketNumber("A023"), ticket=TicketUid("t"))
    told = desk.step(ViewChanged(calling), NOW_MS)
    assert ShowStrip(ScreenState.CALLING, "A023") in told
    assert not [one for one in desk.step(ViewChanged(calling), NOW_MS) if isinstance(one, ShowStrip)]


def test_silence_is_not_rated_and_only_said_once_by_the_desk() -> None:
    desk = desk_with()
    desk.step(event(RatingInvited(RatingUid("r"), CounterId("1"))), NOW_MS)
    assert desk.model(NOW_MS).rating_left_s == RATING_S
    late = NOW_MS + (RATING_S + RATING_GRACE_S) * 1000
    assert submitted(desk.step(Tick(), late - 1)) == []
    (command,) = submitted(desk.step(Tick(), late))
    assert isinstance(command, Rate)
    assert command.not_rated is NotRatedReason.TIMED_OUT
    assert command.level is None
    assert submitted(desk.step(Tick(), late + 1000)) == []


def test_a_given_rating_ends_the_invitation() -> None:
    desk = desk_with()
    desk.step(event(RatingInvited(RatingUid("r"), CounterId("1"))), NOW_MS)
    desk.step(event(Rated(RatingUid("r"), RatingLevel.SATISFIED)), NOW_MS)
    assert desk.model(NOW_MS).rating_left_s is None
    assert desk.model(NOW_MS).rated == 1


def test_without_the_hub_the_desk_finishes_its_visitor_but_calls_nobody() -> None:
    desk = desk_with(state=CounterState.SERVING, ticket=TicketUid("t"), number=TicketNumber("A001"))
    desk.step(HubAway("no answer"), NOW_MS)
    assert desk.model(NOW_MS).enabled == {Action.FINISH}
    assert submitted(desk.step(Press("call_next"), NOW_MS)) == []
    (command,) = submitted(desk.step(Press("finish"), NOW_MS))
    assert isinstance(command, FinishService)


def test_an_offline_slip_is_served_and_reported_with_its_age() -> None:
    desk = desk_with()
    desk.step(HubAway("no answer"), NOW_MS)
    desk.step(ServeOfflineSlip(TicketNumber("A-C07")), NOW_MS)
    assert desk.model(NOW_MS).state is CounterState.SERVING
    (report,) = submitted(desk.step(Press("finish"), NOW_MS + 90_000))
    assert isinstance(report, ReportService)
    assert (report.number, report.started_age_ms) == ("A-C07", 90_000)


def test_a_number_that_the_hub_gave_out_is_not_served_as_an_offline_slip() -> None:
    desk = desk_with()
    desk.step(HubAway("no answer"), NOW_MS)
    desk.step(ServeOfflineSlip(TicketNumber("A023")), NOW_MS)
    model = desk.model(NOW_MS)
    assert model.state is CounterState.FREE
    assert model.message is not None
    assert model.message.word == "slip_not_own"


def test_the_hub_coming_back_in_mid_service_loses_no_slip() -> None:
    desk = desk_with()
    desk.step(HubAway("no answer"), NOW_MS)
    desk.step(ServeOfflineSlip(TicketNumber("A-C07")), NOW_MS)
    (report,) = submitted(desk.step(HubBack(), NOW_MS + 5000))
    assert isinstance(report, ReportService)


def test_every_state_has_its_buttons_and_every_key_its_action() -> None:
    assert set(WITH_HUB) == set(CounterState)
    assert set(F_KEYS.values()) <= set(Action)
    for state in CounterState:
        assert Action.CALL_NEXT not in allowed(state, away=True)
    assert all(set(actions) <= set(Action) for actions in WITHOUT_HUB.values())


@given(st.lists(st.sampled_from([Press(action.value) for action in Action] + [HubAway("x"), HubBack(), Tick()])))
def test_no_order_of_presses_breaks_the_desk_or_calls_without_the_hub(presses: list[Any]) -> None:
    desk = desk_with(waiting("A001"))
    away = False
    for press in presses:
        away = isinstance(press, HubAway) or (away and not isinstance(press, HubBack))
        commands = submitted(desk.step(press, NOW_MS))
        assert not (away and any(isinstance(one, CallNext) for one in commands))


def test_an_item_code_is_what_a_case_is_registered_under() -> None:
    desk = desk_with(state=CounterState.SERVING, ticket=TicketUid("t"), number=TicketNumber("A001"))
    (command,) = submitted(desk.step(RegisterCase(ItemCode("housing")), NOW_MS))
    assert isinstance(command, SubmitCase)
    assert command.item == "housing"


def test_a_value_that_is_no_input_is_a_bug_and_raises() -> None:
    with pytest.raises(TypeError):
        desk_with().step(object(), NOW_MS)


def test_a_press_names_the_visitor_whom_the_clerk_sees() -> None:
    serving = desk_with(state=CounterState.SERVING, ticket=TicketUid("t"), number=TicketNumber("A001"))
    (finish,) = submitted(serving.step(Press("finish"), NOW_MS))
    (call,) = submitted(desk_with().step(Press("call_next"), NOW_MS))
    assert isinstance(finish, FinishService)
    assert isinstance(call, CallNext)
    assert (finish.seen, call.seen) == ("t", "")


def answered_ahead_of_the_view(seq: int = 5) -> Desk:
    """Return a desk whose view does not know yet what the answer to its last press told."""
    desk = desk_with(waiting("A001"))
    (call,) = submitted(desk.step(Press("call_next"), NOW_MS))
    desk.step(Replied(call.key, Done(call.key, seq, NOW_MS)), NOW_MS)
    return desk


def test_no_button_acts_on_the_view_of_before_the_last_answer() -> None:
    desk = answered_ahead_of_the_view()
    assert desk.model(NOW_MS).enabled == frozenset()
    assert submitted(desk.step(Press("call_next"), NOW_MS)) == []
    calling = hall(clerk=ClerkId("chen"), state=CounterState.CALLING, ticket=TicketUid("t"), number=TicketNumber("A1"))
    desk.step(ViewChanged(msgspec.structs.replace(calling, seq=4)), NOW_MS)
    assert desk.model(NOW_MS).enabled == frozenset()
    desk.step(ViewChanged(msgspec.structs.replace(calling, seq=5)), NOW_MS)
    assert desk.model(NOW_MS).enabled == frozenset(allowed(CounterState.CALLING, away=False))
    (recall,) = submitted(desk.step(Press("recall"), NOW_MS))
    assert getattr(recall, "seen", None) == "t"


def test_a_hub_that_goes_or_is_replaced_leaves_no_desk_grey() -> None:
    serving = hall(clerk=ClerkId("chen"), state=CounterState.SERVING, ticket=TicketUid("t"), number=TicketNumber("A1"))
    desk = answered_ahead_of_the_view()
    desk.step(ViewChanged(msgspec.structs.replace(serving, epoch=2)), NOW_MS)
    assert Action.FINISH in desk.model(NOW_MS).enabled
    desk = answered_ahead_of_the_view()
    desk.step(ViewChanged(serving), NOW_MS)
    desk.step(HubAway("no answer"), NOW_MS)
    assert desk.model(NOW_MS).enabled == {Action.FINISH}
    desk.step(HubBack(), NOW_MS)
    assert Action.FINISH in desk.model(NOW_MS).enabled
