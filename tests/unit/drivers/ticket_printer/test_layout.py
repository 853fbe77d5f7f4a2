"""What goes to the paper: native wherever the font can, dots only for the line that needs them, 800 bytes a ticket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import catalog
from drivers.ticket_printer.layout import MISSING_GLYPH, job_bytes, lay_out, text_width, wrapped
from drivers.ticket_printer.model import model_of
from drivers.ticket_printer.paper import QrBlock, RasterBlock, TextLine, as_text, blocks_of
from drivers.ticket_printer.protocol import CommandParser, RealTimeScanner
from hall.domain.slip import Align, Barcode, Feed, Pair, Qr, Rule, Slip, Text
from hall.ports.ticket_printer import Bitmap
from tests.unit.drivers.ticket_printer.slips import TICKET, black, row

MODELS = sorted(catalog.models("ticket_printer"))


def printed(slip: Slip, name: str = "epson-tm-t88", draw=None) -> list:
    return blocks_of(CommandParser().feed(job_bytes(slip, row(name), draw)), row(name))


@pytest.mark.parametrize("name", MODELS)
def test_every_model_prints_the_whole_ticket(name):
    text = "\n".join(as_text(block) for block in printed(TICKET, name))
    for words in ("样例市政务服务中心", "A023", "社会保障卡申领", "2026-11-21 09:41", "扫码查看排队进度"):
        assert words in text
    if row(name).native_qr:
        assert "https://hall.example.cn/t/A023?k=9f3c7d" in text


@pytest.mark.parametrize("name", [name for name in MODELS if row(name).native_qr])
def test_a_usual_ticket_is_at_most_800_bytes(name):
    assert len(job_bytes(TICKET, row(name))) <= 800


@pytest.mark.parametrize("name", [name for name in MODELS if not row(name).native_qr])
def test_a_ticket_with_its_codes_as_dots_stays_small(name):
    """Half the size that the paper shows, without the white around it: 472 bytes of QR instead of 1562."""
    assert len(job_bytes(TICKET, row(name))) <= (900 if row(name).native_barcode else 1250)
    (qr, *_rest) = [block for block in printed(TICKET, name) if isinstance(block, RasterBlock)]
    assert (qr.wide, qr.high, qr.bitmap.height) == (2, 2, 2 * 29)


def test_a_barcode_too_wide_to_be_doubled_is_still_whole():
    (bars,) = [block for block in printed(Slip("x", (Barcode("ABCDEFGHIJKLMNOP"),)), "generic-no-status")
               if isinstance(block, RasterBlock)]  # fmt: skip
    assert (bars.wide, bars.high) == (1, 2)
    assert 192 < bars.bitmap.width <= 384


def test_a_pair_stands_at_both_edges():
    (line,) = [block for block in printed(Slip("x", (Pair("前面等候", "5 人"),))) if isinstance(block, TextLine)]
    assert line.text.startswith("前面等候 ")
    assert line.text.endswith(" 5 人")
    assert text_width(line.text) == 48


def test_a_pair_that_is_too_long_takes_lines_of_its_own():
    slip = Slip("x", (Pair("一个很长的标签" * 3, "一个同样很长的内容" * 3),))
    lines = [block for block in printed(slip, "xprinter-xp-58") if isinstance(block, TextLine)]
    assert [line.align for line in lines] == [0, 0, 2, 2]


def test_only_the_line_with_a_rare_name_is_drawn():
    slip = Slip("x", (Text("姓名"), Text("刘䶮𬭸", width=2, height=2), Text("谢谢")))
    blocks = printed(slip, draw=black)
    assert [type(block) for block in blocks[:3]] == [TextLine, RasterBlock, TextLine]
    assert blocks[1].bitmap.width == 3 * 2 * 24
    assert blocks[1].bitmap.height == 48


def test_without_a_painter_a_rare_character_becomes_a_mark():
    assert printed(Slip("x", (Text("刘䶮"),)))[0].text == "刘" + MISSING_GLYPH


def test_a_character_beyond_gb2312_is_rare_only_for_that_font():
    slip = Slip("x", (Text("朱镕基"),))
    assert isinstance(printed(slip, "generic-no-status", black)[0], RasterBlock)
    assert isinstance(printed(slip, "gprinter-gp-80", black)[0], TextLine)


@pytest.mark.parametrize("second", [0x04, 0x05, 0x14])
def test_dots_can_spell_no_command_that_is_obeyed_at_once(second):
    def spelling(text, width_dots, char_dots, bold):
        size = width_dots // 8 * char_dots
        return Bitmap(width_dots, char_dots, (bytes((0x10, second, 0x02, 0x10)) * size)[:size])

    raw = job_bytes(Slip("x", (Text("刘䶮𬭸" * 2),)), row(), spelling)
    assert bytes((0x10, second)) not in raw
    assert bytes((0x18, second, 0x02)) in raw
    assert RealTimeScanner().feed(raw) == []


def test_codes_as_dots_where_the_printer_has_none():
    blocks = printed(Slip("x", (Qr("https://example.cn", 6), Barcode("A1"))), "generic-no-status")
    pictures = [block for block in blocks if isinstance(block, RasterBlock)]
    assert len(pictures) == 2
    assert not any(isinstance(block, QrBlock) for block in blocks)


def test_a_text_can_hold_no_command():
    slip = Slip("x", (Text("a\x1bp\x00b\nc"), Pair("x\x1d", "y")))
    names = {command.name for command in CommandParser().feed(job_bytes(slip, row()))}
    assert "drawer" not in names
    assert printed(slip)[0].text == "a p b c"


def test_no_knife_means_feeding_and_no_cut_means_neither():
    assert lay_out(Slip("x", ()), row("xprinter-xp-58"))[-1].name == "feed_lines"
    assert [command.name for command in lay_out(Slip("x", (Text("a"),), cut=False), row())][-1] == "line_feed"


@given(st.text(max_size=120), st.integers(2, 60))
def test_wrapping_keeps_every_character_and_fits(text, columns):
    lines = wrapped(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line) <= columns for line in lines)


LINE = st.one_of(
    st.builds(Text, st.text(max_size=30), st.sampled_from(Align), st.integers(1, 8), st.integers(1, 8), st.booleans()),
    st.builds(Pair, st.text(max_size=20), st.text(max_size=20)),
    st.builds(Qr, st.text("abc/:1", min_size=1, max_size=40), st.integers(3, 8)),
    st.builds(Barcode, st.text("A0123", min_size=1, max_size=12)),
    st.just(Rule()),
    st.builds(Feed, st.integers(0, 5)),
)


@given(st.lists(LINE, max_size=6), st.sampled_from(MODELS))
def test_any_slip_becomes_commands_that_the_printer_knows(lines, name):
    model = model_of(catalog.model("ticket_printer", name))
    parser = CommandParser()
    commands = parser.feed(job_bytes(Slip("x", tuple(lines)), model, black))
    assert not parser.inside_command
    assert not any(command.name in ("unknown", "block") for command in commands)
