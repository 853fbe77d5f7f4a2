"""Strokes out of records: whole, in the pad's widths, the first finger's alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import catalog
from drivers.input_records import EV_ABS, EV_KEY, EV_SYN, SYN_DROPPED, Record
from drivers.signature_pad.model import assumed_axes, decoder_of, field_in
from drivers.signature_pad.options import Options
from drivers.signature_pad.protocol import (
    ABS_MT_SLOT,
    ABS_MT_TRACKING_ID,
    ABS_MT_X,
    ABS_MT_Y,
    ABS_PRESSURE,
    ABS_X,
    ABS_Y,
    BTN_STYLUS,
    BTN_TOOL_RUBBER,
    BTN_TOUCH,
    ROTATIONS,
    Axis,
    Down,
    Key,
    Lifted,
    Lost,
    Moved,
    PenDecoder,
    PenEvent,
    field_of,
    turned,
)
from drivers.signature_pad.scribble import scribble
from drivers.signature_pad.simulator import SimulatedSignaturePad
from hall.domain.signature import Point
from tests.support.mutate import mutated

Rec = tuple[int, int, int]
MODELS = sorted(catalog.models("signature_pad"))
SQUARE = field_of(Axis(0, 1000), Axis(0, 500), Axis(0, 100))


def decoder() -> PenDecoder:
    assert SQUARE is not None
    return PenDecoder(SQUARE, frozenset((BTN_TOUCH,)), {256: "confirm"})


def frame(*records: Rec, at_ms: int = 0) -> bytes:
    return b"".join(Record(at_ms, *item).to_bytes() for item in (*records, (EV_SYN, 0, 0)))


def touch(on: bool = True) -> Rec:
    return (EV_KEY, BTN_TOUCH, int(on))


def at(x: int, y: int) -> tuple[Rec, Rec]:
    return (EV_ABS, ABS_X, x), (EV_ABS, ABS_Y, y)


def of(model: str, options: Options) -> tuple[SimulatedSignaturePad, PenDecoder]:
    row = catalog.model("signature_pad", model)
    field = field_in(assumed_axes(row, options), row, options)
    assert field is not None
    return SimulatedSignaturePad(row, options), decoder_of(field, row, options)


def drawn(pad: SimulatedSignaturePad) -> bytes:
    said = b""
    while (due := pad.next_due()) is not None:
        said += pad.outgoing(due)
    return said


def strokes(events: list[PenEvent]) -> list[list[Point]]:
    found: list[list[Point]] = []
    for event in events:
        if isinstance(event, Down):
            found.append([event.point])
        elif isinstance(event, Moved):
            found[-1].append(event.point)
    return found


@given(
    model=st.sampled_from(MODELS), rotation=st.sampled_from(ROTATIONS), seed=st.integers(0, 99), size=st.integers(1, 99)
)
def test_what_is_drawn_arrives_however_the_pad_is_turned(model: str, rotation: int, seed: int, size: int) -> None:
    pad, pen = of(model, Options(rotation=rotation))
    pad.do("sign", {"strokes": 2, "seed": seed}, 100.0)
    raw = drawn(pad)
    events = [event for start in range(0, len(raw), size) for event in pen.feed(raw[start : start + size])]
    wanted = scribble(seed, 2, pad.field().aspect)
    found = strokes(events)
    assert [len(stroke) for stroke in found] == [len(stroke) for stroke in wanted]
    assert sum(isinstance(event, Lifted) for event in events) == 2
    for stroke, meant in zip(found, wanted, strict=True):
        for point, other in zip(stroke, meant, strict=True):
            assert abs(point.x - other.x) < 0.001
            assert abs(point.y - other.y) < 0.001
            assert abs(point.at_ms - other.at_ms) <= 1
    times = [point.at_ms for stroke in found for point in stroke]
    assert times[0] == 0
    assert all(earlier <= later for earlier, later in pairwise(times))


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(ROTATIONS))
def test_turning_back_is_the_same_place(right: float, down: float, degrees: int) -> None:
    there = turned(*turned(right, down, degrees), -degrees % 360)
    assert there == pytest.approx((right, down))


def test_a_pad_turned_by_a_quarter_is_upright() -> None:
    field = field_of(Axis(0, 100), Axis(0, 50), None, rotation=90)
    assert field is not None
    assert field.aspect == 2
    assert field.point((0, 0, 0), 0) == Point(1, 0, 1.0, 0)
    assert field.point((100, 50, 0), 0) == Point(0, 2, 1.0, 0)


def test_the_resolution_gives_the_shape_unless_it_is_said() -> None:
    square = field_of(Axis(0, 1000, 10), Axis(0, 1000, 20), None)
    said = field_of(Axis(0, 1000), Axis(0, 1000), None, aspect=0.75)
    assert square is not None
    assert said is not None
    assert (square.aspect, said.aspect) == (0.5, 0.75)
    assert field_of(Axis(0, 0), Axis(0, 1000), None) is None


def test_a_hovering_pen_a_button_of_it_and_its_other_end_draw_nothing() -> None:
    pen = decoder()
    assert pen.feed(frame(*at(1, 1)) + frame((EV_KEY, BTN_STYLUS, 1), *at(2, 2))) == []
    assert pen.feed(frame((EV_KEY, BTN_TOOL_RUBBER, 1), touch(), *at(3, 3)) + frame(touch(False))) == []


def test_an_axis_that_does_not_change_is_remembered_and_pressure_is_a_share() -> None:
    pen = decoder()
    events = pen.feed(frame(touch(), *at(0, 500), (EV_ABS, ABS_PRESSURE, 50)) + frame((EV_ABS, ABS_X, 2000), at_ms=7))
    assert events == [Down(Point(0.0, 0.5, 0.5, 0)), Moved(Point(1.0, 0.5, 0.5, 7))]
    assert pen.feed(frame() + frame(touch(False))) == [Lifted()]


def test_a_dropped_stroke_is_lost_and_its_rest_is_not_drawn() -> None:
    pen = decoder()
    pen.feed(frame(touch(), *at(1, 1)))
    assert pen.feed(Record(0, EV_SYN, SYN_DROPPED, 0).to_bytes()) == [Lost()]
    assert pen.feed(frame(touch(), *at(5, 5))) == [], "up to the next report everything is stale"
    assert pen.feed(frame(*at(6, 6)) + frame(touch(False))) == []
    assert pen.feed(frame(touch(), *at(7, 7))) == [Down(Point(0.007, 0.007, 0.0, 0))]


def test_a_second_finger_never_draws_and_never_takes_over() -> None:
    pen = decoder()
    slot = [(EV_ABS, ABS_MT_SLOT, number) for number in range(2)]
    first = frame(slot[0], (EV_ABS, ABS_MT_TRACKING_ID, 9), (EV_ABS, ABS_MT_X, 100), (EV_ABS, ABS_MT_Y, 100), touch())
    second = frame(slot[1], (EV_ABS, ABS_MT_TRACKING_ID, 10), (EV_ABS, ABS_MT_X, 900), (EV_ABS, ABS_MT_Y, 400))
    assert [type(event) for event in pen.feed(first)] == [Down]
    assert pen.feed(second) == []
    assert pen.feed(frame(slot[0], (EV_ABS, ABS_MT_TRACKING_ID, -1), *at(900, 400))) == [Lifted()]
    assert pen.feed(frame(slot[1], (EV_ABS, ABS_MT_X, 800), *at(800, 400))) == []
    again = frame(slot[0], (EV_ABS, ABS_MT_TRACKING_ID, 11), (EV_ABS, ABS_MT_X, 10), (EV_ABS, ABS_MT_Y, 10))
    assert [type(event) for event in pen.feed(again)] == [Down]


def test_the_same_place_again_in_a_slot_is_known_though_the_kernel_is_silent() -> None:
    pen = decoder()
    place = (EV_ABS, ABS_MT_X, 100), (EV_ABS, ABS_MT_Y, 100)
    pen.feed(frame((EV_ABS, ABS_MT_TRACKING_ID, 1), *place) + frame((EV_ABS, ABS_MT_TRACKING_ID, -1)))
    again = pen.feed(frame((EV_ABS, ABS_MT_TRACKING_ID, 2), (EV_ABS, ABS_MT_Y, 200)))
    assert again == [Down(Point(0.1, 0.2, 0.0, 0))]


def test_what_the_kernel_said_before_is_known() -> None:
    field = field_of(Axis(0, 100, 0, 50), Axis(0, 100, 0, 25), None)
    assert field is not None
    pen = PenDecoder(field, frozenset((BTN_TOUCH,)), {})
    assert pen.feed(frame(touch())) == [Down(Point(0.5, 0.25))]


def test_a_finger_replaced_within_one_frame_is_a_new_stroke() -> None:
    pen = decoder()
    place = (EV_ABS, ABS_MT_X, 100), (EV_ABS, ABS_MT_Y, 100)
    pen.feed(frame((EV_ABS, ABS_MT_TRACKING_ID, 1), *place))
    assert [type(event) for event in pen.feed(frame((EV_ABS, ABS_MT_TRACKING_ID, 2), *place))] == [Lifted, Down]


def test_keys_of_the_pad_are_told_once_and_others_not() -> None:
    raw = frame((EV_KEY, 256, 1)) + frame((EV_KEY, 256, 2)) + frame((EV_KEY, 256, 0)) + frame((EV_KEY, 30, 1))
    assert decoder().feed(raw) == [Key("confirm")]


def test_a_new_signature_counts_from_its_own_first_point_and_ignores_the_touch_before() -> None:
    pen = decoder()
    pen.feed(frame(touch(), *at(1, 1), at_ms=1000))
    pen.begin()
    assert pen.feed(frame(*at(2, 2), at_ms=1500) + frame(touch(False), at_ms=1600)) == []
    assert pen.feed(frame(touch(), *at(3, 3), at_ms=2000)) == [Down(Point(0.003, 0.003, 0.0, 0))]


def test_a_clock_that_is_set_back_does_not_run_backwards() -> None:
    pen = decoder()
    pen.feed(frame(touch(), *at(1, 1), at_ms=5000) + frame(*at(2, 2), at_ms=5010))
    assert pen.feed(frame(*at(3, 3), at_ms=100)) == [Moved(Point(0.003, 0.003, 0.0, 10))]


@pytest.mark.parametrize("model", MODELS)
def test_damage_is_survived_and_a_stroke_behind_it_is_understood(model: str) -> None:
    pad, pen = of(model, Options())
    pad.do("sign", {"strokes": 1}, 0.0)
    golden = drawn(pad)
    for piece in mutated([golden[start : start + 240] for start in range(0, len(golden), 240)], 300_000, seed=9):
        for event in pen.feed(piece[: len(piece) // 24 * 24]):
            if isinstance(event, Down | Moved):
                assert 0 <= event.point.x <= 1
                assert 0 <= event.point.y <= pad.field().aspect
    pen.feed(Record(0, EV_SYN, SYN_DROPPED, 0).to_bytes() + frame())
    pad.do("sign", {"strokes": 1}, 0.0)
    assert [len(stroke) for stroke in strokes(pen.feed(drawn(pad)))] == [60]


@given(st.binary(max_size=600), st.integers(1, 50))
def test_any_bytes_are_survived_in_any_split_alike(raw: bytes, size: int) -> None:
    whole, split = decoder(), decoder()
    pieces = [event for start in range(0, len(raw), size) for event in split.feed(raw[start : start + size])]
    assert whole.feed(raw) == pieces
