"""The bus's rules in virtual time, and bus and pads together."""

from itertools import count

import pytest

from drivers.ff68.bus import Bus, BusRules, Key, Remark, Window
from drivers.ff68.driver import KEYS, LEVELS, Options
from drivers.ff68.protocol import Frame, open_evaluation, set_stars, show
from drivers.ff68.simulator import SimulatedFf68Line
from drivers.invitation import Grade
from hall.domain.ids import CounterId, RatingUid
from hall.domain.rating import RatingLevel
from hall.ports.caller_pad import CallerIntent

WINDOWS = (Window("1", 1, 1), Window("2", 2, 2))
RULES = BusRules(WINDOWS, KEYS, {int(raw): level for raw, level in LEVELS.items()})
ONE, TWO = CounterId("1"), CounterId("2")
CALL_NEXT = Frame(1, 1, b"\x0c")
RATING = RatingUid("r-1")


def grade(address: int, raw: int) -> bytes:
    return Frame(address, 0x11, bytes((raw,))).to_bytes()


@pytest.fixture
def bus() -> Bus:
    return Bus(RULES)


def test_a_key_is_answered_before_it_is_told_and_after_the_gap(bus: Bus) -> None:
    assert bus.receive(CALL_NEXT.to_bytes(), 1.0) == [Key(ONE, CallerIntent.CALL_NEXT)]
    assert bus.outgoing(1.001) == b""
    due = bus.next_due()
    assert due is not None
    assert due == pytest.approx(1.0 + RULES.gap_s)
    assert bus.outgoing(due) == CALL_NEXT.to_bytes()


def test_a_retry_is_answered_again_and_told_once(bus: Bus) -> None:
    bus.receive(CALL_NEXT.to_bytes(), 1.0)
    bus.outgoing(1.01)
    assert bus.receive(CALL_NEXT.to_bytes(), 1.4) == []
    assert bus.outgoing(1.41) == CALL_NEXT.to_bytes()
    assert bus.receive(CALL_NEXT.to_bytes(), 2.0) == [Key(ONE, CallerIntent.CALL_NEXT)]


def test_the_echo_of_an_answer_is_no_key(bus: Bus) -> None:
    bus.receive(CALL_NEXT.to_bytes(), 1.0)
    echo = bus.outgoing(1.01)
    assert bus.receive(echo, 1.03) == []
    assert bus.outgoing(1.2) == b"", "an echo must not be answered"


@pytest.mark.parametrize("frame", [show(1, 3, None), Frame(1, 3), Frame(1, 1, bytes(4))])
def test_a_frame_of_a_length_that_no_pad_sends_is_not_answered(bus: Bus, frame: Frame) -> None:
    assert bus.receive(frame.to_bytes() + CALL_NEXT.to_bytes(), 1.0) == [Key(ONE, CallerIntent.CALL_NEXT)]
    assert bus.outgoing(1.1) == CALL_NEXT.to_bytes()
    assert bus.outgoing(1.2) == b""


def test_stars_are_told_whenever_the_line_is_opened() -> None:
    bus = Bus(RULES._replace(windows=(Window("1", 1, 1, stars=5), Window("2", 2), Window("3", 3, 3))))
    for moment in (0.0, 10.0):
        assert bus.outgoing(moment) == set_stars(1, 5).to_bytes()
        assert bus.outgoing(moment + 5) == b""
        bus.reopened()


def test_a_grade_outside_an_invitation_is_answered_and_dropped(bus: Bus) -> None:
    assert bus.receive(grade(1, 0), 1.0) == []
    assert bus.outgoing(1.1) == Frame(1, 1, b"\x00").to_bytes()


def test_the_first_press_of_an_invitation_counts(bus: Bus) -> None:
    bus.invite(ONE, RATING)
    assert bus.outgoing(0.0) == open_evaluation(1).to_bytes()
    assert bus.receive(grade(1, 4), 1.0) == [Grade(ONE, RATING, RatingLevel.VERY_DISSATISFIED)]
    assert bus.receive(grade(1, 0), 5.0) == []


def test_by_option_the_last_press_counts_when_it_has_settled() -> None:
    bus = Bus(RULES._replace(last_press_counts=True))
    bus.invite(ONE, RATING)
    bus.receive(grade(1, 4), 1.0)
    bus.receive(grade(1, 0), 2.0)
    assert bus.tick(3.9) == []
    assert bus.tick(4.0) == [Grade(ONE, RATING, RatingLevel.VERY_SATISFIED)]
    bus.invite(ONE, RATING)
    bus.receive(grade(1, 1), 5.0)
    assert bus.end_invitation(ONE) == [Grade(ONE, RATING, RatingLevel.SATISFIED)]


def test_an_ended_invitation_takes_no_grade(bus: Bus) -> None:
    bus.invite(ONE, RATING)
    assert bus.end_invitation(ONE) == []
    assert bus.receive(grade(1, 0), 1.0) == []


def test_unknown_keys_and_addresses_are_remarked_once(bus: Bus) -> None:
    odd, stranger = Frame(1, 1, b"\x7f"), Frame(9, 1, b"\x0c")
    assert "7F is not in the key map" in str(bus.receive(odd.to_bytes(), 1.0))
    assert bus.outgoing(1.1) == odd.to_bytes()
    assert bus.receive(odd.to_bytes(), 9.0) == []
    assert "address 9" in str(bus.receive(stranger.to_bytes(), 10.0))
    bus.outgoing(10.5)
    assert bus.outgoing(11.0) == b"", "another owner's pad is not ours to answer"


def test_noise_alone_is_remarked(bus: Bus) -> None:
    (remark,) = bus.receive(b"\x00" * 100, 1.0)
    assert isinstance(remark, Remark)
    assert "swap A and B" in remark.text


def test_the_newest_number_waits_and_the_other_half_is_kept(bus: Bus) -> None:
    bus.show(ONE, 17, None)
    bus.show(ONE, None, 23)
    bus.show(ONE, 16, None)
    sent = [bus.outgoing(float(moment)) for moment in range(3)]
    assert sent == [show(1, 16, None).to_bytes(), show(1, None, 23).to_bytes(), b""]


def test_nothing_is_sent_into_a_frame_that_comes_in(bus: Bus) -> None:
    bus.beep(ONE)
    bus.receive(CALL_NEXT.to_bytes()[:6], 1.0)
    assert bus.outgoing(1.02) == b""
    bus.receive(CALL_NEXT.to_bytes()[6:], 1.021)
    assert bus.outgoing(1.03) == CALL_NEXT.to_bytes()


def test_a_cut_frame_is_given_up_and_a_frame_inside_found(bus: Bus) -> None:
    assert bus.receive(b"\xff\x68\x10\x10\x68" + CALL_NEXT.to_bytes(), 1.0) == []
    assert bus.next_due() == pytest.approx(1.05)
    assert bus.tick(1.06) == [Key(ONE, CallerIntent.CALL_NEXT)]


def test_after_a_loss_open_evaluations_are_opened_again(bus: Bus) -> None:
    bus.invite(TWO, RATING)
    bus.outgoing(0.0)
    bus.reopened()
    assert bus.outgoing(1.0) == open_evaluation(2).to_bytes()


@pytest.mark.parametrize("control", ["plain", "echo", "collide"])
def test_bus_and_pads_agree_whatever_the_line_does(control: str) -> None:
    bus, line = Bus(RULES), SimulatedFf68Line(Options(windows=WINDOWS))
    if control != "plain":
        line.do(control, {}, 0.0)
    line.do("press", {"counter": "1", "key": "call_next"}, 0.0)
    line.do("press", {"counter": "2", "key": "060F"}, 0.0)
    bus.invite(TWO, RATING)
    line.do("rate", {"counter": "2", "level": 2}, 0.0)
    bus.show(ONE, 8, 105)
    told: list[object] = []
    for step in count():
        now = step * 0.005
        if data := line.outgoing(now):
            told += bus.receive(data, now)
        told += bus.tick(now)
        if raw := bus.outgoing(now):
            line.receive(raw, now)
        if now > 3:
            break
    state = line.state()
    assert sorted(map(str, told)) == sorted(
        map(
            str,
            [
                Key(ONE, CallerIntent.CALL_NEXT),
                Key(TWO, CallerIntent.NO_SHOW),
                Grade(TWO, RATING, RatingLevel.SATISFIED),
            ],
        )
    )
    assert state["callers"]["1"]["ticket"] == "105"
    assert state["callers"]["1"]["waiting"] == "008"
    assert state["evaluators"]["2"]["openings"] == 1
    assert all(pad["acknowledged"] == 1 for pad in state["callers"].values())


def test_a_pad_that_nobody_answers_gives_up() -> None:
    line, sent = SimulatedFf68Line(Options(windows=WINDOWS)), 0
    line.do("press", {"address": 1, "key": "0C"}, 0.0)
    while (due := line.next_due()) is not None:
        sent += bool(line.outgoing(due))
    assert sent == 5
    assert line.state()["callers"]["1"]["given_up"] == 1
