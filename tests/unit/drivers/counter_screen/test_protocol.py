"""ONBON frames against the open vectors, any split, any garbage."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.counter_screen.protocol import (
    HOST,
    LARGEST_BODY,
    NACK,
    PING,
    Area,
    BadPacket,
    Decoder,
    Packet,
    answer_to,
    area_text,
    request,
    set_clock,
    show_area,
    text_bytes,
)
from drivers.counter_screen.vocabulary import decode, encode
from tests.support.mutate import mutated
from tests.support.vectors import vector_bytes, vectors

VECTORS = vectors("led", "led.bx5")
packets = st.builds(
    Packet,
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFF),
    st.tuples(st.integers(0, 255), st.integers(0, 255)),
    st.binary(max_size=300),
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_vector_decodes_to_its_facts_and_encodes_from_them(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["hex"])
    (found,) = decode(raw)
    facts = {name: value for name, value in vector["decodes_to"].items() if name != "meaning"}
    assert facts.items() <= found.items()
    again = encode(found)
    assert again.lstrip(b"\xa5") == raw.lstrip(b"\xa5")  # replies carry nine A5


def test_a_call_is_built_as_in_the_vector() -> None:
    area = Area(text_bytes("请A023号到3号窗口"), 128, 32)
    assert show_area(3, area).to_bytes() == vector_bytes("led.bx5.dyn_call")
    assert request(1, PING).to_bytes() == vector_bytes("led.bx5.ping")


@given(st.lists(packets, max_size=4), st.data())
def test_any_split_gives_the_same_packets(sent: list[Packet], data: st.DataObject) -> None:
    raw = b"\x00\x13".join(packet.to_bytes() for packet in sent)
    decoder, found = Decoder(), []
    while raw:
        count = data.draw(st.integers(1, len(raw)))
        found += decoder.feed(raw[:count])
        raw = raw[count:]
    assert found == sent


@given(st.binary(max_size=2000), packets)
def test_after_any_garbage_the_next_frame_is_found(garbage: bytes, packet: Packet) -> None:
    decoder = Decoder()
    decoder.feed(garbage)
    assert decoder.feed(packet.to_bytes())[-1] == packet


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"\xa5\x01\xa6\x07\x5a", "illegal escape"),
        (b"\xa5\x01\x02\x5a", "too short"),
        (b"\xa5" + bytes(LARGEST_BODY + 1), "longer than a controller's buffer"),
        (vector_bytes("led.bx5.ping")[:-4] + b"\x00\x00\x5a", "length"),
        (vector_bytes("led.bx5.ping")[:-3] + b"\x00\x00\x5a", "checksum"),
        (vector_bytes("led.bx5.ping")[:-1] + b"\xa5", "cut by the next frame"),
    ],
)
def test_what_is_no_frame_is_named(raw: bytes, error: str) -> None:
    (found,) = Decoder().feed(raw)
    assert isinstance(found, BadPacket)
    assert found.error == error


def test_an_unchecked_frame_is_accepted() -> None:
    raw = vector_bytes("led.bx5.ping")[:-3] + b"\xff\xff\x5a"
    assert Decoder().feed(raw) == [request(1, PING)]


def test_a_megabyte_of_damaged_frames_keeps_the_decoder_small() -> None:
    decoder, good = Decoder(), 0
    for piece in mutated([bytes.fromhex(vector["hex"]) for vector in VECTORS], 1_000_000, seed=5):
        good += sum(isinstance(event, Packet) for event in decoder.feed(piece))
        assert decoder.size <= LARGEST_BODY
    assert good > 5_000


def test_text_is_cut_between_characters_and_can_carry_no_command() -> None:
    assert text_bytes("号A", limit=2) == "号".encode("gbk")
    assert text_bytes("A号", limit=2) == b"A"
    assert text_bytes("\\C1\n\x00龘𠮷") == b"\\\\C1" + "龘".encode("gbk") + b"?"


def test_an_area_reads_back() -> None:
    packet = show_area(1, Area("三号".encode("gbk"), 64, 16))
    assert area_text(packet.data) == "三号".encode("gbk")
    assert area_text(b"\x01\x00\x00") is None
    assert area_text(b"\x01\x00\x00\x00\x00") is None


def test_clock_is_binary_coded_decimal() -> None:
    packet = set_clock(1, datetime(2026, 11, 21, 20, 5, 9))
    assert packet.data == bytes.fromhex("010800" + "2620112120050906")


def test_an_answer_goes_back_to_the_asker() -> None:
    answer = answer_to(request(3, PING), 3, error=5)
    assert (answer.destination, answer.source, answer.command, answer.error) == (HOST, 3, NACK, 5)
