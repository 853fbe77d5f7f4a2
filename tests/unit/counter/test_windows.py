"""Pads of a shared bus: keys become commands, silence becomes not rated."""

from typing import Any

from counter.flow.intents import Tick
from counter.flow.outputs import PadBeep, PadDigits, PadEnd, PadInvite, Submit
from counter.flow.windows import Windows
from hall.domain.ids import CounterId, DeviceName, RatingUid, TicketNumber, TicketUid
from hall.domain.rating import NotRatedReason, RatingLevel
from hall.domain.ticket import TicketState
from hall.ports.caller_pad import CallerIntent, CallerPressed
from hall.ports.rating_pad import RatingPressed
from hall.sync.link import Replied, ViewChanged
from hall.wire.commands import CallNext, Command, Pause, Rate, ResumeTicket, Unpause
from hall.wire.events import Rated, RatingInvited
from hall.wire.replies import RefusalCode, Refused
from hall.wire.view import CounterState
from tests.support.views import NOW_MS, Keys, hall, waiting
from tests.unit.counter.test_desk import event

BUS = DeviceName("bus")
ONE = CounterId("1")


def windows() -> Windows:
    return Windows([ONE, CounterId("2")], 60, Keys())


def commands(outputs: list[Any]) -> list[Command]:
    return [one.command for one in outputs if isinstance(one, Submit)]


def pressed(intent: CallerIntent) -> CallerPressed:
    return CallerPressed(BUS, ONE, intent)


def test_a_key_becomes_the_command_of_its_window() -> None:
    (command,) = commands(windows().step(pressed(CallerIntent.CALL_NEXT), NOW_MS))
    assert isinstance(command, CallNext)
    assert command.counter == "1"


def test_a_refused_key_beeps_at_its_window() -> None:
    pads = windows()
    (command,) = commands(pads.step(pressed(CallerIntent.CALL_NEXT), NOW_MS))
    assert pads.step(Replied(command.key, Refused(command.key, RefusalCode.NOBODY_WAITING)), NOW_MS) == [PadBeep("1")]


def test_an_invitation_opens_the_evaluator_and_the_answer_ends_it() -> None:
    pads, rating = windows(), RatingUid("r")
    assert pads.step(event(RatingInvited(rating, ONE)), NOW_MS) == [PadInvite("1", rating)]
    (command,) = commands(pads.step(RatingPressed(BUS, ONE, rating, RatingLevel.DISSATISFIED), NOW_MS))
    assert isinstance(command, Rate)
    assert command.level is RatingLevel.DISSATISFIED
    assert pads.step(event(Rated(rating, RatingLevel.DISSATISFIED)), NOW_MS) == [PadEnd("1")]


def test_an_invitation_of_a_foreign_counter_is_not_ours() -> None:
    assert windows().step(event(RatingInvited(RatingUid("r"), CounterId("9"))), NOW_MS) == []


def test_silence_is_told_once_as_not_rated() -> None:
    pads, rating = windows(), RatingUid("r")
    pads.step(event(RatingInvited(rating, ONE)), NOW_MS)
    assert commands(pads.step(Tick(), NOW_MS + 59_999)) == []
    (command,) = commands(pads.step(Tick(), NOW_MS + 60_000))
    assert isinstance(command, Rate)
    assert command.not_rated is NotRatedReason.TIMED_OUT
    assert commands(pads.step(Tick(), NOW_MS + 61_000)) == []


def test_the_pause_key_pauses_and_comes_back() -> None:
    pads = windows()
    pads.step(ViewChanged(hall()), NOW_MS)
    assert isinstance(commands(pads.step(pressed(CallerIntent.PAUSE), NOW_MS))[0], Pause)
    pads.step(ViewChanged(hall(state=CounterState.PAUSED)), NOW_MS)
    assert isinstance(commands(pads.step(pressed(CallerIntent.PAUSE), NOW_MS))[0], Unpause)


def test_the_resume_key_takes_the_parked_visitor_of_this_window() -> None:
    pads = windows()
    parked = waiting("A001", state=TicketState.PARKED, counter=ONE)
    pads.step(ViewChanged(hall(parked)), NOW_MS)
    (command,) = commands(pads.step(pressed(CallerIntent.RESUME), NOW_MS))
    assert isinstance(command, ResumeTicket)
    assert command.ticket == "A001"
    assert windows().step(pressed(CallerIntent.RESUME), NOW_MS) == [PadBeep("1")]


def test_digits_are_sent_only_when_they_change() -> None:
    pads = windows()
    calling = hall(waiting("A001"), state=CounterState.CALLING, number=TicketNumber("A1023"), ticket=TicketUid("x"))
    assert PadDigits("1", 1, 23) in pads.step(ViewChanged(calling), NOW_MS)
    assert pads.step(ViewChanged(calling), NOW_MS) == []
