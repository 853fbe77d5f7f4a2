"""FF 68 frames against the open vectors, any split, any garbage."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.ff68.protocol import LONGEST, BadFrame, Decoder, Frame, acknowledgement, key_of
from drivers.ff68.vocabulary import decode, encode
from tests.support.mutate import mutated
from tests.support.vectors import vector_bytes, vectors

VECTORS = [*vectors("caller"), *vectors("evaluator", "eval.ff68")]
GOOD = [vector for vector in VECTORS if "error" not in vector["decodes_to"]]
PROSE = ("meaning", "note", "kind")
frames = st.builds(
    Frame, st.integers(0, 255), st.integers(0, 255), st.binary(max_size=LONGEST - 2)
)  # fmt: skip


def facts(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in PROSE}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_vector_decodes_to_its_facts(vector: dict[str, Any]) -> None:
    (found,) = decode(bytes.fromhex(vector["hex"]), vector["direction"])
    assert facts(vector["decodes_to"]).items() <= found.items()


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["id"])
def test_what_decoding_says_encodes_to_the_same_bytes(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["hex"])
    (found,) = decode(raw, vector["direction"])
    assert encode(found, vector["direction"]) == raw


@pytest.mark.parametrize("number", ["0", "1", "2"][:2])
def test_the_acknowledgement_of_a_result_is_the_vector(number: str) -> None:
    (result,) = Decoder().feed(vector_bytes(f"eval.ff68.result{number}"))
    assert isinstance(result, Frame)
    assert acknowledgement(result).to_bytes() == vector_bytes(f"eval.ff68.ack{number}")


def test_the_acknowledgement_of_a_key_is_the_key() -> None:
    (key,) = Decoder().feed(vector_bytes("caller.key.0C"))
    assert isinstance(key, Frame)
    assert acknowledgement(key).to_bytes() == vector_bytes("caller.host.ack_call")


def test_the_confirm_key_is_named_with_its_digit() -> None:
    assert key_of(Frame(1, 1, b"\x06\x0f")) == "060F"
    assert key_of(Frame(1, 1, b"\x0c")) == "0C"
    assert key_of(Frame(1, 1)) == ""


@given(st.lists(frames, max_size=5), st.data())
def test_any_split_gives_the_same_frames(sent: list[Frame], data: st.DataObject) -> None:
    raw = b"\xff\xff".join(frame.to_bytes() for frame in sent)
    decoder, found = Decoder(), []
    while raw:
        count = data.draw(st.integers(1, len(raw)))
        found += decoder.feed(raw[:count])
        raw = raw[count:]
    assert found == sent


@given(st.binary(max_size=300), frames)
def test_after_any_garbage_and_a_silence_the_next_frame_is_found(garbage: bytes, frame: Frame) -> None:
    decoder = Decoder()
    decoder.feed(garbage)
    decoder.flush()
    assert decoder.feed(frame.to_bytes())[-1] == frame


def test_a_good_frame_inside_a_broken_one_is_found() -> None:
    good = vector_bytes("caller.key.0C")
    found = Decoder().feed(b"\xff\x68\x0a\x0a\x68" + good)
    assert found == []  # it may still be the broken frame's data
    decoder = Decoder()
    events = decoder.feed(b"\xff\x68\x0a\x0a\x68" + good + good)
    assert [event for event in events if isinstance(event, Frame)] == [Frame(1, 1, b"\x0c")] * 2
    assert any(isinstance(event, BadFrame) for event in events)


def test_a_megabyte_of_damaged_frames_keeps_the_decoder_small() -> None:
    golden = [bytes.fromhex(vector["hex"]) for vector in GOOD]
    decoder, good = Decoder(), 0
    for piece in mutated(golden, 1_000_000, seed=68):
        good += sum(isinstance(event, Frame) for event in decoder.feed(piece))
        assert len(decoder._unread) <= LONGEST + 7
    assert good > 30_000
    decoder.flush()
    assert decoder.feed(golden[0])[-1] == Frame(1, 1, b"\x0c")


def test_encode_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match="key is missing"):
        encode({"addr": 1}, "caller->host")
    with pytest.raises(ValueError, match="key is missing"):
        encode({"addr": 1}, "north")
    assert decode(b"", "caller->host") == [{"error": "no frame"}]
    assert decode(b"\xff\x68\x03", "caller->host")[-1] == {"error": "unfinished frame"}
