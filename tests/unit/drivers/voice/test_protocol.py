import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.catalog import models
from drivers.voice.protocol import (
    Baud,
    Broken,
    Control,
    FrameDecoder,
    Reply,
    Speak,
    Store,
    command_of,
    dialect_of,
    preamble,
    replies,
    sanitised,
    split_text,
    to_bytes,
)
from tests.support.vectors import vectors

DIALECTS = {name: dialect_of(row) for name, row in models("voice").items() if "dialect" in row}
any_dialect = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
FRAMES = [vector for vector in vectors("voice") if vector["direction"] == "host->chip"]
REPLIES = [vector for vector in vectors("voice") if vector["direction"] == "chip->host"]
CHINESE = st.text(st.sampled_from("请A023号到窗口，。；abc一二三"), max_size=300)


def _dialect(vector):
    return DIALECTS["syn6288" if "6288" in vector["id"] else "syn6658"]


def _command(means):
    if means["cmd"] == "speak":
        return Speak(means["text"], means["enc"], means.get("music", 0))
    return Baud(means["value"]) if means["cmd"] == "baud" else Control(means["cmd"])


@pytest.mark.parametrize("vector", FRAMES, ids=lambda vector: vector["id"])
def test_frames_of_the_datasheets_both_ways(vector):
    dialect, data = _dialect(vector), bytes.fromhex(vector["hex"])
    command = _command(vector["decodes_to"])
    assert to_bytes(command, dialect) == data
    assert FrameDecoder(dialect).feed(data) == [command]


@pytest.mark.parametrize("vector", REPLIES, ids=lambda vector: vector["id"])
def test_replies(vector):
    names = {0x4A: "INITIALISED", 0x41: "ACCEPTED", 0x45: "REJECTED", 0x4E: "SPEAKING", 0x4F: "IDLE"}
    data = bytes.fromhex(vector["hex"])
    assert [reply.name for reply in replies(data)] == [names[byte] for byte in data]


def test_noise_between_replies_is_no_reply():
    assert replies(b"\x00\xffA\x10O") == [Reply.ACCEPTED, Reply.IDLE]


def test_only_a_chip_that_says_why_is_heard_to_say_it():
    assert replies(b"FGE") == [Reply.REJECTED]
    assert replies(b"FGE", says_why=True) == [Reply.INCOMPLETE, Reply.BAD_MARK, Reply.REJECTED]


@pytest.mark.parametrize(
    ("model", "body"),
    [
        ("syn6288", "22"),
        ("syn6288", "FF"),
        ("syn6288", "0181"),
        ("syn6658", "58"),
        ("syn6658", "0109"),
        ("syn6658", "3110"),
        ("syn6658", "31" + "00" * 258),
        ("syn6658", "3201"),
        ("syn6658", "3215"),
        ("syn6658", "321100"),
        ("xfs5152ce", "22"),
        ("xfs5152ce", "3200"),
        ("vtx316", "0106"),
    ],
)
def test_what_a_chip_has_not_is_broken(model, body):
    body = bytes.fromhex(body)
    assert isinstance(command_of(body, DIALECTS[model]), Broken)


def test_wrong_xor_is_broken_and_the_next_frame_is_read():
    dialect = DIALECTS["syn6288"]
    good = to_bytes(Control("status"), dialect)
    assert FrameDecoder(dialect).feed(good[:-1] + b"\x00" + good) == [Broken("checksum"), Control("status")]


def test_baud_command_belongs_to_the_syn6288():
    frame = bytes.fromhex("FD00023101")
    assert isinstance(FrameDecoder(DIALECTS["xfs5152ce"]).feed(frame)[0], Broken)
    assert FrameDecoder(DIALECTS["syn6658"]).feed(frame) == [Store(1, b"")]


def test_too_long_a_text_is_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="202 bytes"):
        to_bytes(Speak("请" * 101, "gbk"), DIALECTS["syn6288"])


@any_dialect
@given(data=st.data())
@settings(max_examples=40)
def test_any_split_gives_the_same_frames(dialect, data):
    encoding = dialect.pages[dialect.page]
    texts = data.draw(st.lists(CHINESE.map(lambda text: text[:90]), min_size=1, max_size=4))
    commands = [Speak(text, encoding) for text in texts] + [Control("stop")]
    stream = b"".join(to_bytes(command, dialect) for command in commands)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    decoder, found = FrameDecoder(dialect), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += decoder.feed(stream[start:end])
    assert found == commands
    assert not decoder.partial


@any_dialect
@given(garbage=st.lists(st.binary(max_size=300), max_size=10))
@settings(max_examples=40)
def test_garbage_never_raises_and_never_piles_up(dialect, garbage):
    decoder = FrameDecoder(dialect)
    for chunk in garbage:
        decoder.feed(chunk)
        assert len(decoder._buffer) <= dialect.limit + 6
    decoder.drop()
    assert decoder.feed(to_bytes(Control("stop"), dialect)) == [Control("stop")]


def test_a_megabyte_of_damaged_frames():
    dialect, dice = DIALECTS["syn6288"], random.Random(6288)
    golden = b"".join(bytes.fromhex(vector["hex"]) for vector in FRAMES if "6288" in vector["id"])
    decoder, fed, whole = FrameDecoder(dialect), 0, 0
    while fed < 1_000_000:
        damaged = bytearray(golden)
        for _ in range(dice.randrange(4)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        whole += sum(not isinstance(frame, Broken) for frame in decoder.feed(bytes(damaged)))
        fed += len(damaged)
        assert len(decoder._buffer) <= dialect.limit + 6
    frames = fed // len(golden) * len([vector for vector in FRAMES if "6288" in vector["id"]])
    assert whole > frames * 0.6  # most frames are not hit, and a hit one costs few neighbours


def test_no_marker_gets_out_of_a_text():
    assert "[" not in sanitised("张[v16]三\n[d]", "gbk")
    assert sanitised("A\U0001f600B", "gbk") == "A B"


@given(CHINESE, st.sampled_from([8, 17, 60, 200]))
def test_pieces_fit_and_lose_nothing(text, limit):
    pieces = split_text(text, "gbk", limit)
    assert all(0 < len(piece.encode("gbk")) <= limit for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


def test_a_long_text_is_cut_at_the_sentence():
    assert split_text("请到三号窗口。再到五号窗口，谢谢", "gbk", 24) == ["请到三号窗口。", "再到五号窗口，谢谢"]


@pytest.mark.parametrize(("name", "markers"), [("syn6288", "[v16][t5]"), ("syn6658", "[v10][s10]")])
def test_speed_is_another_marker_on_each_chip(name, markers):
    assert preamble(DIALECTS[name], 100, 100) == markers
