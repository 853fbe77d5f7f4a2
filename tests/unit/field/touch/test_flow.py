"""The technician's screen as a pure step."""

from hypothesis import given
from hypothesis import strategies as st

from field.examine.finding import Colour
from field.touch.flow import step
from field.touch.state import (
    Answer,
    Asked,
    Cause,
    DeviceRow,
    Effect,
    Ended,
    Leave,
    Line,
    LineCame,
    Look,
    Place,
    Pleased,
    Plug,
    PluggedSeen,
    Seen,
    Send,
    State,
    Tick,
    Touch,
    Touched,
    Try,
)
from hall.ports.status import Status, StatusWord

ROW = DeviceRow("printer", "ticket_printer", "xprinter-xp-80", "serial:/dev/x", Status(StatusWord.READY))
LINE = Line(Colour.RED, "printer", "no paper", "put a new roll in")


def played(*causes: Cause, state: State | None = None) -> tuple[State, list[Effect]]:
    now, effects = state or State(devices=(ROW,)), []
    for cause in causes:
        now, wanted = step(now, cause)
        effects += wanted
    return now, effects


def test_a_device_is_chosen_tested_and_judged() -> None:
    state, effects = played(
        Touched(Touch.DEVICE, "printer"),
        Touched(Touch.TEST, "interactive"),
        LineCame(LINE),
        Asked("whole?"),
        Touched(Touch.YES),
        Ended(),
    )
    assert effects == [Try("printer", "interactive"), Answer(True)]
    assert (state.place, state.lines, state.question, state.busy) == (Place.TEST, (LINE,), "", False)


def test_nothing_else_begins_while_work_runs() -> None:
    state, effects = played(
        Touched(Touch.LOOK),
        Touched(Touch.BACK),
        Touched(Touch.DEVICE, "printer"),
        Touched(Touch.REPORT),
        Touched(Touch.LEAVE),
        Touched(Touch.TEST, "internal"),
    )
    assert effects == [Look()]
    assert (state.place, state.busy) == (Place.FINDINGS, True)


def test_what_is_plugged_in_is_looked_at_every_second_and_may_be_left() -> None:
    state, effects = played(Touched(Touch.PLUGGED), Tick(), PluggedSeen((LINE,)), Tick(), Touched(Touch.BACK))
    assert effects == [Plug(), Plug()]
    late, _ = step(state, PluggedSeen((LINE,)))
    assert late.place is Place.DEVICES
    assert late.lines == (), "what comes late does not stand on another screen"


def test_a_word_that_asks_ends_with_the_next_result() -> None:
    state, _ = played(Touched(Touch.DEVICE, "printer"), Touched(Touch.TEST, "interactive"), Pleased("lay a card on"))
    assert state.please == "lay a card on"
    assert step(state, LineCame(LINE))[0].please == ""


def test_an_answer_without_a_question_is_none() -> None:
    assert played(Touched(Touch.YES), Touched(Touch.NO))[1] == []


def test_the_report_goes_where_it_was_sent() -> None:
    assert played(Touched(Touch.SEND, "usb"), Touched(Touch.REPORT), Touched(Touch.SEND, "usb"))[1] == [Send("usb")]


def test_the_end_is_wanted_only_when_nothing_runs() -> None:
    assert played(Touched(Touch.LEAVE))[1] == [Leave()]


CAUSES = st.one_of(
    st.builds(Touched, st.sampled_from(Touch), st.sampled_from(["", "printer", "internal", "usb", "strange"])),
    st.sampled_from([Seen((ROW,)), Seen(()), LineCame(LINE), Asked("whole?"), Pleased("please"), Ended(), Tick()]),
    st.just(PluggedSeen((LINE,))),
)


@given(st.lists(CAUSES, max_size=40))
def test_whatever_is_touched_one_work_runs_at_a_time(causes: list[Cause]) -> None:
    state, running = State(devices=(ROW,)), False
    for cause in causes:
        state, effects = step(state, cause)
        running = running and not isinstance(cause, Ended)
        begun = [effect for effect in effects if isinstance(effect, Try | Look | Send)]
        assert not (running and begun)
        running = running or bool(begun)
        assert state.busy == running
