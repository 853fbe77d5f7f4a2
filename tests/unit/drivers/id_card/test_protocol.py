"""SDT frames: open vectors both ways, any split, any garbage, every status word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.id_card.protocol import (
    LONGEST_LENGTH,
    STATUS_WORDS,
    Blocks,
    Command,
    Damaged,
    Reaction,
    Reply,
    ReplyDecoder,
    Request,
    RequestDecoder,
    blocks,
    meaning_of,
    reply,
    sam_id,
    sam_id_bytes,
    to_reports,
)
from tests.support.mutate import mutated
from tests.support.vectors import vector_bytes, vectors

REQUESTS = vectors("idcard", "id.req.")
REPLIES = [vector for vector in vectors("idcard", "id.r") if vector["direction"] == "reader->host"]
WHOLE = [vector for vector in REPLIES if vector["id"] != "id.rsp.bad_checksum"]


@pytest.mark.parametrize("vector", REQUESTS, ids=lambda vector: vector["id"])
def test_requests_both_ways(vector):
    raw, means = bytes.fromhex(vector["hex"]), vector["decodes_to"]
    request = Request(bytes.fromhex(means["cmd"] + means["para"]))
    assert request.command is not None
    assert request.to_bytes() == raw
    assert RequestDecoder().feed(raw) == [request]


@pytest.mark.parametrize("vector", WHOLE, ids=lambda vector: vector["id"])
def test_replies_both_ways(vector):
    raw, means = bytes.fromhex(vector["hex"]), vector["decodes_to"]
    (found,) = ReplyDecoder().feed(raw)
    assert isinstance(found, Reply)
    assert found.to_bytes() == raw
    if "sw" in means:
        assert f"{found.sw1:02X}{found.sw2:02X}{found.sw3:02X}" == means["sw"]
        assert found.sw3 in STATUS_WORDS
    if "data" in means:
        assert found.data.hex().upper() == means["data"]


def test_a_wrong_checksum_is_rejected():
    assert ReplyDecoder().feed(vector_bytes("id.rsp.bad_checksum")) == [Damaged(4)]


def test_two_aa_and_junk_are_enough():
    assert ReplyDecoder().feed(vector_bytes("id.noise.two_aa")) == [reply(0x80)]


def test_hid_reports():
    frame = vector_bytes("id.req.find")
    assert to_reports(frame) == [vector_bytes("id.hid.req.find")]
    long = vector_bytes("id.read.citizen1")
    decoder = ReplyDecoder()
    found = [event for report in to_reports(long) for event in decoder.feed(report)]
    assert [event.to_bytes() for event in found] == [long]
    assert RequestDecoder().feed(b"".join(to_reports(frame)) * 2) == [Request(Command.FIND.value)] * 2


def test_the_filler_frame_hides_no_reply():
    decoder = ReplyDecoder()
    filler = bytes.fromhex("AAAAAA96690005050505")
    found = decoder.feed(filler + reply(0x9F, bytes(4)).to_bytes())
    assert found[-1] == reply(0x9F, bytes(4))


@pytest.mark.parametrize("length", [0, 3, LONGEST_LENGTH + 1, 0xFFFF])
def test_an_impossible_length_is_not_waited_for(length):
    decoder = ReplyDecoder()
    good = reply(0x90).to_bytes()
    assert decoder.feed(b"\xaa\xaa\xaa\x96\x69" + length.to_bytes(2, "big") + good) == [reply(0x90)]


def test_every_status_word_has_its_reaction():
    expected = {
        Reaction.GO_ON: {0x90, 0x9F},
        Reaction.NO_CARD: {0x80, 0x81},
        Reaction.RESEND: {0x10, 0x11},
        Reaction.RESET: {0x24, 0x47},
        Reaction.PLACE_AGAIN: {0x31, 0x32, 0x33, 0x41},
        Reaction.WRONG_CARD: {0x40},
        Reaction.NOT_THERE: {0x91},
        Reaction.REFUSED: {0x21},
        Reaction.DEVICE_FAULT: {0x23, 0x60, 0x66},
    }
    assert {word: meaning.reaction for word, meaning in STATUS_WORDS.items()} == {
        word: reaction for reaction, words in expected.items() for word in words
    }
    assert meaning_of(0xEE).reaction is Reaction.PLACE_AGAIN


@pytest.mark.parametrize("finger", [0, 0x200, 0x400])
def test_blocks_by_their_inner_lengths(finger):
    parts = Blocks(bytes(256), bytes(1024), bytes(finger))
    whole = reply(0x90, parts.to_bytes(fingerprint=True))
    assert len(whole.to_bytes()) == 1297 + finger
    assert blocks(whole.data, fingerprint=True) == parts
    assert blocks(whole.data[:-1], fingerprint=True) is None
    assert blocks(b"", fingerprint=True) is None
    assert len(reply(0x90, parts.to_bytes()).to_bytes()) == 1295


def test_sam_number():
    text = "05.01-20260101-0000000001-0000000068"
    assert sam_id(sam_id_bytes(text)) == text
    assert sam_id(b"short") is None
    with pytest.raises(ValueError, match="SAM"):
        sam_id_bytes("x")


def test_personal_bytes_do_not_show():
    secret = "11010519491231002X".encode("utf-16-le")
    assert "1101" not in repr(reply(0x90, secret)).replace("000090", "")
    assert repr(Blocks(secret, b"")) == "Blocks(sealed)"


FRAMES = st.lists(st.builds(reply, st.sampled_from(sorted(STATUS_WORDS)), st.binary(max_size=60)), max_size=5)


@given(FRAMES, st.lists(st.integers(0, 400), max_size=8))
def test_round_trip_in_any_split(frames, cuts):
    raw = b"".join(frame.to_bytes() for frame in frames)
    decoder, found = ReplyDecoder(), []
    borders = [0, *sorted(at for at in cuts if at < len(raw)), len(raw)]
    for number in range(len(borders) - 1):
        found += decoder.feed(raw[borders[number] : borders[number + 1]])
    assert found == frames
    assert decoder.pending == 0


@given(st.binary(max_size=300))
def test_a_good_frame_after_any_garbage_is_found(garbage):
    decoder = ReplyDecoder()
    decoder.feed(garbage)
    good = reply(0x9F, bytes(4))
    found = decoder.feed(bytes(LONGEST_LENGTH + 8) + good.to_bytes())
    assert found[-1] == good


def test_a_megabyte_of_damage():
    golden = [bytes.fromhex(vector["hex"]) for vector in [*REPLIES, *REQUESTS]]
    for decoder in (ReplyDecoder(), RequestDecoder()):
        whole = 0
        for piece in mutated(golden, 1_000_000, seed=450):
            whole += sum(not isinstance(event, Damaged) for event in decoder.feed(piece))
            assert decoder.pending <= LONGEST_LENGTH + 6
        assert whole > 1_000
        decoder.clear()
        assert decoder.feed(vector_bytes("id.rsp.find_ok"))
