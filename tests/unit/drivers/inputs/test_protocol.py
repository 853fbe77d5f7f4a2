"""Frames of boards: published bytes, any split, any garbage, and answers that fit no question."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.inputs.protocol import (
    Answer,
    Bits,
    Ch340Decoder,
    Done,
    Frame,
    MbapDecoder,
    Noise,
    Read,
    Refused,
    Request,
    RtuDecoder,
    SetCoil,
    Words,
    answer_to,
    as_signed,
    bits_pdu,
    ch340,
    mbap,
    refusal_pdu,
    request_in,
    request_pdu,
    rtu,
    words_pdu,
)

INPUTS = Read("inputs", 0, 8)
PUBLISHED = [
    (SetCoil(0, on=True), "01050000FF008C3A"),
    (SetCoil(0, on=False), "010500000000CDCA"),
    (INPUTS, "01020000000879CC"),
]
TABLES = st.sampled_from(["coils", "inputs", "registers", "input_registers"])
REQUESTS = st.one_of(
    st.builds(SetCoil, st.integers(0, 0xFFFF), st.booleans()),
    st.builds(Read, TABLES, st.integers(0, 0xFF00), st.integers(1, 100)),
)
ANSWERS = st.one_of(
    st.lists(st.booleans(), min_size=1, max_size=64).map(lambda bits: bits_pdu("inputs", bits)),
    st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=20).map(lambda words: words_pdu("registers", words)),
    st.integers(1, 11).map(lambda code: refusal_pdu(2, code)),
)


def pieces(raw: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(raw), *(cut % (len(raw) + 1) for cut in cuts)})
    return [raw[first:last] for first, last in pairwise(places)]


@pytest.mark.parametrize(("request_", "raw"), PUBLISHED)
def test_requests_are_the_published_bytes(request_: Request, raw: str) -> None:
    assert rtu(1, request_pdu(request_)).hex().upper() == raw


@given(REQUESTS)
def test_a_board_understands_what_a_host_asks(request_: Request) -> None:
    (frame,) = RtuDecoder(from_host=True).feed(rtu(7, request_pdu(request_)))
    assert isinstance(frame, Frame)
    assert frame.unit == 7
    assert request_in(frame.pdu) == request_


@given(st.lists(st.tuples(st.integers(1, 247), ANSWERS), min_size=1, max_size=5), st.lists(st.integers(0, 400)))
def test_rtu_answers_survive_any_split(answers: list[tuple[int, bytes]], cuts: list[int]) -> None:
    decoder, found = RtuDecoder(from_host=False), []
    for piece in pieces(b"".join(rtu(unit, pdu) for unit, pdu in answers), cuts):
        found += decoder.feed(piece)
    assert [(one.unit, one.pdu) for one in found if isinstance(one, Frame)] == answers
    assert decoder.reset() == b""


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), ANSWERS), min_size=1, max_size=5), st.lists(st.integers(0, 400)))
def test_tcp_answers_survive_any_split(answers: list[tuple[int, bytes]], cuts: list[int]) -> None:
    decoder, found = MbapDecoder(), []
    for piece in pieces(b"".join(mbap(1, pdu, number) for number, pdu in answers), cuts):
        found += decoder.feed(piece)
    assert [(one.transaction, one.pdu) for one in found if isinstance(one, Frame)] == answers


@given(st.lists(st.binary(max_size=80), max_size=20), st.booleans())
def test_garbage_never_raises_nor_grows_and_a_fresh_start_understands(chunks: list[bytes], tcp: bool) -> None:
    decoder = MbapDecoder() if tcp else RtuDecoder(from_host=False)
    for chunk in chunks:
        for event in decoder.feed(chunk):
            if isinstance(event, Frame):
                answer_to(INPUTS, event.pdu)
                request_in(event.pdu)
    assert len(decoder.reset()) <= 260
    good = mbap(1, bits_pdu("inputs", [True]), 9) if tcp else rtu(1, bits_pdu("inputs", [True]))
    assert isinstance(decoder.feed(good)[-1], Frame)


def test_noise_in_front_of_a_frame_is_one_piece_and_a_false_check_is_none() -> None:
    raw = rtu(1, bits_pdu("inputs", [True] * 8))
    noise, frame = RtuDecoder(from_host=False).feed(b"\x55\xaa\x77" + raw)
    assert noise == Noise("no function that a board knows", 3)
    assert isinstance(frame, Frame)
    assert not any(isinstance(one, Frame) for one in RtuDecoder(from_host=False).feed(raw[:-1] + b"\0"))


@pytest.mark.parametrize(
    ("pdu", "answer"),
    [
        (bits_pdu("inputs", [True] + [False] * 7), Bits((True,) + (False,) * 7)),
        (refusal_pdu(2, 2), Refused(2)),
        (refusal_pdu(1, 2), None),
        (bits_pdu("coils", [True] * 8), None),
        (bits_pdu("inputs", [True] * 16), None),
        (words_pdu("registers", [1]), None),
        (b"\x02", None),
        (b"\x02\x09\x01", None),
    ],
)
def test_only_what_fits_the_question_is_an_answer(pdu: bytes, answer: Answer | None) -> None:
    assert answer_to(INPUTS, pdu) == answer


def test_a_switched_coil_is_confirmed_by_the_same_frame_alone() -> None:
    wanted = SetCoil(3, on=True)
    assert answer_to(wanted, request_pdu(wanted)) == Done(3, on=True)
    assert answer_to(wanted, request_pdu(SetCoil(3, on=False))) is None
    assert answer_to(wanted, request_pdu(SetCoil(4, on=True))) is None


def test_registers_may_be_below_zero() -> None:
    assert answer_to(Read("registers", 0, 1), words_pdu("registers", [0xFFF6])) == Words((0xFFF6,))
    assert [as_signed(word) for word in (0xFFF6, 0x8000, 0x7FFF, 0)] == [-10, -32768, 32767, 0]


def test_a_refusal_is_said_in_words() -> None:
    assert Refused(2).text == "it has no such channel or register"
    assert Refused(99).text == "unknown reason"


def test_ch340_frames_are_the_published_ones() -> None:
    assert ch340(1, on=True).hex().upper() == "A00101A2"
    assert ch340(1, on=False).hex().upper() == "A00100A1"


@given(st.lists(st.tuples(st.integers(1, 8), st.booleans()), min_size=1, max_size=9), st.binary(max_size=3))
def test_a_ch340_relay_finds_its_orders_behind_noise(orders: list[tuple[int, bool]], noise: bytes) -> None:
    decoder, found = Ch340Decoder(), []
    quiet = bytes(byte & 0x7F for byte in noise)
    for byte in quiet + b"".join(ch340(channel, on) for channel, on in orders):
        found += decoder.feed(bytes((byte,)))
    assert found == orders
