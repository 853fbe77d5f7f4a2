"""Commands to the printer: open vectors both ways, round trips, damage, and python-escpos as a second opinion."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.ticket_printer import commands as esc
from drivers.ticket_printer.protocol import Command, CommandParser, RealTimeScanner, chars, cut, fixed, to_bytes
from tests.support.mutate import mutated
from tests.support.vectors import vector_bytes, vectors

TO_PRINTER = [vector for vector in vectors("escpos") if vector["direction"] == "host->printer"]

MADE = {
    "escpos.dle_eot1": [fixed("real_time_status", 1)],
    "escpos.dle_eot2": [fixed("real_time_status", 2)],
    "escpos.dle_eot3": [fixed("real_time_status", 3)],
    "escpos.dle_eot4": [fixed("real_time_status", 4)],
    "escpos.custom20.req": [fixed("real_time_status", 20)],
    "escpos.dle_enq2": [fixed("real_time_recover", 2)],
    "escpos.asb.enable": [fixed("asb", 15)],
    "escpos.asb.disable": [fixed("asb", 0)],
    "escpos.gs_r1.req": [fixed("status_request", 1)],
    "escpos.init": [fixed("init")],
    "escpos.cut_partial": [cut(1)],
    "escpos.cut_feed": [cut(66)],
    "escpos.kanji_on": [fixed("chinese_on")],
    "escpos.kanji_off": [fixed("chinese_off")],
    "escpos.buzzer": [fixed("buzzer", 3, 2)],
    "escpos.raster8x2": [esc.raster(1, 2, b"\xaa\x55")],
    "escpos.code128": esc.code128("A0230007"),
    "escpos.qr": esc.qr(b"https://example.cn/t/A023", 6),
    "escpos.utf8_mode": [
        fixed("init"), fixed("chinese_on"), fixed("code_page", 1), chars("请A023号".encode()), fixed("line_feed"),
    ],
    "escpos.gbk_mode": [
        fixed("init"), fixed("chinese_on"), fixed("code_page", 0), chars("请A023号".encode("gbk")), fixed("line_feed"),
    ],
    "escpos.ticket_cn": [
        fixed("init"), fixed("chinese_on"), fixed("align", 1), fixed("size", 0x11), chars(b"A023"), fixed("size", 0),
        fixed("line_feed"), chars("前面等候5人".encode("gb18030")), fixed("line_feed"), cut(66),
    ],
}  # fmt: skip


@pytest.mark.parametrize("vector", TO_PRINTER, ids=lambda vector: vector["id"])
def test_vectors_in_both_directions(vector):
    raw = bytes.fromhex(vector["hex"])
    assert to_bytes(MADE[vector["id"]]) == raw
    assert CommandParser().feed(raw) == MADE[vector["id"]]


BYTE = st.integers(0, 255)
FIXED = st.sampled_from(sorted(set(esc.FIXED))).flatmap(
    lambda name: st.lists(BYTE, min_size=esc.FIXED[name][1], max_size=esc.FIXED[name][1]).map(
        lambda numbers: fixed(name, *numbers)
    )
)
COMMAND = st.one_of(
    FIXED,
    st.builds(lambda mode, feed: cut(mode, feed), st.sampled_from([0, 1, 48, 49, 65, 66]), BYTE),
    st.builds(lambda rows: esc.raster(2, len(rows), b"".join(rows)), st.lists(st.binary(min_size=2, max_size=2))),
    st.builds(lambda data: esc.barcode(73, data), st.binary(max_size=255)),
    st.lists(st.binary(max_size=80), min_size=1, max_size=1).map(lambda data: Command("qr_store", (), data[0])),
    st.just(Command("qr_print")),
    st.integers(1, 16).map(lambda module: Command("qr_module", (module,))),
)


@given(st.lists(COMMAND, max_size=12), st.lists(st.integers(0, 400), max_size=6))
def test_round_trip_in_any_split(commands, cuts):
    raw = to_bytes(commands)
    parser, found = CommandParser(), []
    borders = sorted({0, len(raw), *(at for at in cuts if at < len(raw))})
    for start, end in pairwise(borders):
        found += parser.feed(raw[start:end])
    assert found == commands
    assert not parser.inside_command


@given(st.binary(max_size=400), st.integers(0, 400))
def test_garbage_loses_and_invents_no_byte(raw, at):
    whole, split = CommandParser(), CommandParser()
    found = whole.feed(raw)
    assert raw.startswith(to_bytes(found))
    assert to_bytes(split.feed(raw[:at]) + split.feed(raw[at:])) == to_bytes(found)


def test_an_unbelievable_picture_is_not_waited_for():
    parser = CommandParser()
    found = parser.feed(b"\x1dv0\x00\xff\xff\xff\xffHello\n")
    assert not parser.inside_command
    assert [command.data for command in found if command.name == "chars"][-1] == b"\xff\xff\xff\xffHello"


def test_a_megabyte_of_damage():
    golden = [bytes.fromhex(vector["hex"]) for vector in TO_PRINTER]
    parser, whole = CommandParser(), 0
    for piece in mutated(golden, 1_000_000, seed=7):
        whole += len(parser.feed(piece))
        assert len(parser._buffer) <= esc.LARGEST_DATA + 8
    assert whole > 5_000
    parser.clear()
    assert parser.feed(vector_bytes("escpos.ticket_cn")) == MADE["escpos.ticket_cn"]


def test_real_time_commands_are_found_inside_a_picture():
    scanner = RealTimeScanner()
    picture = esc.raster(3, 1, b"\x10\x04\x01").to_bytes()
    assert scanner.feed(picture[:-2]) + scanner.feed(picture[-2:]) == [fixed("real_time_status", 1)]


def test_wrong_numbers_are_refused():
    with pytest.raises(ValueError, match="one byte"):
        fixed("align", 256)
    with pytest.raises(ValueError, match="width times height"):
        esc.raster(1, 2, b"\0")


def test_python_escpos_speaks_the_same():
    from escpos.printer import Dummy

    other = Dummy()
    other.qr("https://example.cn/t/A023", native=True, size=6, ec=1)
    names = [command.name for command in CommandParser().feed(other.output)]
    assert [name for name in names if name.startswith("qr")] == [command.name for command in MADE["escpos.qr"]]
    other.clear()
    other.set(align="center", bold=True, custom_size=True, width=2, height=2)
    other.cut(feed=False)  # with feed it depends on the list of printers, of which only the first one loaded counts
    parsed = CommandParser().feed(other.output)
    assert fixed("align", 1) in parsed
    assert fixed("size", 0x11) in parsed
    assert any(command.name == "cut" for command in parsed)
    assert not any(command.name == "unknown" for command in parsed)
