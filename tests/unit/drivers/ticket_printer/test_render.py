"""The picture shows what the bytes say: its QR code can be scanned, its size is the paper's."""

import zxingcpp

from drivers.ticket_printer.layout import job_bytes
from drivers.ticket_printer.render import main, render
from hall.domain.slip import Align, Slip, Text
from tests.unit.drivers.ticket_printer.slips import TICKET, black, row


def test_codes_of_the_picture_can_be_scanned():
    for name in ("epson-tm-t88", "xprinter-xp-58", "snbc-btp-m300", "generic-no-status"):
        picture = render(job_bytes(TICKET, row(name)), row(name))
        texts = {code.text for code in zxingcpp.read_barcodes(picture)}
        assert texts == {"https://hall.example.cn/t/A023?k=9f3c7d", "A0230007"}


def test_width_is_the_paper_and_ink_is_where_the_text_is():
    model = row()
    left, right = (
        render(job_bytes(Slip("x", (Text("A", align),)), model), model).convert("L")
        for align in (Align.LEFT, Align.RIGHT)
    )
    assert left.width == 576 + 2 * 32 + 2 * 28
    dark = [image.point([255 if value < 80 else 0 for value in range(256)]).getbbox() for image in (left, right)]
    assert dark[0][2] < left.width // 4
    assert dark[1][0] > left.width * 3 // 4


def test_a_drawn_line_is_shown():
    model = row()
    picture = render(job_bytes(Slip("x", (Text("䶮䶮", Align.CENTRE),)), model, black), model).convert("L")
    box = picture.point([255 if value < 80 else 0 for value in range(256)]).getbbox()
    assert (box[2] - box[0], box[3] - box[1]) == (48, 24)


def test_command_line(tmp_path):
    (tmp_path / "a.bin").write_bytes(job_bytes(TICKET, row()))
    assert main([str(tmp_path / "a.bin"), str(tmp_path / "a.png")]) == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
