import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.code_scanner.protocol import (
    DIALECTS,
    LONGEST,
    LONGEST_ANSWER,
    SUFFIXES,
    TOO_LONG,
    Answer,
    Decoder,
    RawCode,
    Spoiled,
)
from drivers.code_scanner.text import decoded
from tests.support.vectors import vector_bytes, vectors

CODES = [vector for vector in vectors("scanner") if vector["id"].startswith("scan.com.")]
any_dialect = pytest.mark.parametrize("dialect", DIALECTS)


@pytest.mark.parametrize("vector", CODES, ids=lambda vector: vector["id"])
def test_codes_of_the_vectors(vector):
    (code,) = Decoder().feed(bytes.fromhex(vector["hex"]))
    means = vector["decodes_to"]
    text = decoded(code.data)
    if "gs1" in means:
        assert [" ".join(item) for item in text.items] == means["gs1"]
        assert text.symbology == "GS1 DataMatrix"
    else:
        assert text.text == means["text"]
    if "suffix" in means:
        assert code.suffix == means["suffix"]
    if "encoding" in means:
        assert text.encoding == {"gbk": "gb18030"}.get(means["encoding"], means["encoding"])


def test_newland_answer_of_the_manual():
    (answer,) = Decoder("newland").feed(vector_bytes("scan.nl.set_rsp"))
    assert answer.statuses == (6, 6, 6)


def test_gm65_answer_is_told_from_codes_around_it():
    stream = b"A023" + vector_bytes("scan.gm.rsp_ok") + b"A024\r"
    assert Decoder("gm65").feed(stream) == [RawCode(b"A023"), Answer((0,), b"\x00"), RawCode(b"A024")]


def test_honeywell_answers():
    stream = b"SUFBK2990D\x06.A023\rNONSENSE\x05!"
    assert Decoder("honeywell").feed(stream) == [
        Answer((6,), b"SUFBK2990D"),
        RawCode(b"A023"),
        Answer((5,), b"NONSENSE"),
    ]


def test_a_broken_answer_spoils_what_follows_up_to_the_suffix():
    broken = bytearray(vector_bytes("scan.gm.rsp_ok"))
    broken[-1] ^= 1
    decoder = Decoder("gm65")
    assert decoder.feed(bytes(broken) + b"A023\rA024\r") == [Spoiled("broken answer"), RawCode(b"A024")]


def test_two_codes_in_one_read_and_one_in_two():
    decoder = Decoder()
    assert decoder.feed(b"A023\r\nA02") == [RawCode(b"A023")]
    assert decoder.partial
    assert decoder.feed(b"4\r") == [RawCode(b"A024")]
    assert decoder.feed(b"\n\r\n") == []


def test_a_code_without_suffix_ends_when_the_line_is_quiet():
    decoder = Decoder()
    assert decoder.feed(b"A023") == []
    assert decoder.idle() == [RawCode(b"A023")]
    assert decoder.idle() == []


def test_a_cut_code_is_no_code_when_the_suffix_is_known():
    decoder = Decoder(suffix="crlf")
    decoder.feed(b"A02")
    assert decoder.idle() == [Spoiled("the code was cut off")]
    assert decoder.feed(b"line\rline\r\n") == [RawCode(b"line\rline")]


def test_a_code_without_end_is_bounded_and_told_once():
    decoder = Decoder()
    events = [event for _ in range(10) for event in decoder.feed(b"x" * 1000)]
    assert events == [TOO_LONG]
    assert len(decoder._buffer) <= LONGEST
    assert decoder.feed(b"\rA023\r") == [RawCode(b"A023")]
    assert Decoder().feed(b"x" * 9000 + b"\rA023\r") == [TOO_LONG, RawCode(b"A023")]


PIECES = st.sampled_from(
    [
        b"A023",
        b"\r",
        b"\n",
        b"\t",
        "政务".encode(),
        "政务".encode("gbk"),
        b"\x06",
        b".",
        b"!",
        b"\x02",
        b"\x00",
        b"\x01",
        b"\x03",
        vector_bytes("scan.gm.rsp_ok"),
        vector_bytes("scan.nl.set_rsp"),
        b"CODE\x06.",
        b"]C1",
        b"\x1d",
    ]
)


@any_dialect
@pytest.mark.parametrize("suffix", SUFFIXES)
@given(pieces=st.lists(PIECES, max_size=20), cuts=st.lists(st.integers(0, 200), max_size=8))
@settings(max_examples=25)
def test_any_split_gives_the_same(dialect, suffix, pieces, cuts):
    stream = b"".join(pieces)
    places = sorted({min(cut, len(stream)) for cut in cuts})
    decoder, whole = Decoder(dialect, suffix), Decoder(dialect, suffix)
    found = []
    for start, end in zip([0, *places], [*places, len(stream)], strict=True):
        found += decoder.feed(stream[start:end])
    assert found + decoder.idle() == whole.feed(stream) + whole.idle()


@any_dialect
@given(garbage=st.lists(st.binary(max_size=400), max_size=20))
@settings(max_examples=50)
def test_garbage_never_raises_and_after_quiet_all_is_well(dialect, garbage):
    decoder = Decoder(dialect)
    for chunk in garbage:
        decoder.feed(chunk)
        assert len(decoder._buffer) <= LONGEST + 1
    decoder.idle()
    assert decoder.feed(b"A023\r") == [RawCode(b"A023")]


@any_dialect
@given(noise=st.binary(max_size=600).map(lambda noise: noise.translate(None, b"\r\n\t")))
@settings(max_examples=50)
def test_noise_without_a_suffix_costs_one_code_or_ends_with_the_quiet(dialect, noise):
    quiet = Decoder(dialect)
    quiet.feed(noise)
    quiet.idle()
    assert quiet.feed(b"A023\r") == [RawCode(b"A023")]
    busy = Decoder(dialect)
    stream = noise + b"A023\rA024\r" + b"A025\r" * (LONGEST_ANSWER // 5 + 1 if dialect in ("newland", "gm65") else 0)
    assert busy.feed(stream)[-1] in (RawCode(b"A024"), RawCode(b"A025"))


@any_dialect
def test_a_megabyte_of_damaged_codes(dialect):
    dice = random.Random(65)
    golden = b"".join(bytes.fromhex(vector["hex"]) for vector in CODES) + vector_bytes("scan.gm.rsp_ok") + b"A023\r"
    decoder, fed, whole = Decoder(dialect), 0, 0
    while fed < 1_000_000:
        damaged = bytearray(golden)
        for _ in range(dice.randrange(3)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        whole += decoder.feed(bytes(damaged)).count(RawCode(b"11010519491231002X"))
        fed += len(damaged)
        assert len(decoder._buffer) <= LONGEST + 1
    assert whole > fed / len(golden) * 0.6
