"""Signatures as PNG, slips on A4: cropped to the ink; words, a code that reads, further sheets where one is full."""

import pytest
from PyQt6.QtGui import QImage
from PyQt6.QtPdf import QPdfDocument

from hall.domain.signature import Point, Signature
from hall.domain.slip import Feed, Pair, Qr, Rule, Slip, Text
from hall.qt.ink import MARGIN_PX, WIDTH_PX, png_of
from hall.qt.sheets import pdf_of


def drawn(*spots: tuple[float, float]) -> QImage:
    image = QImage.fromData(png_of(Signature((tuple(Point(x, y) for x, y in spots),), 0.45)), "PNG")
    assert not image.isNull()
    return image


def test_a_signature_is_cropped_to_its_ink() -> None:
    image = drawn((0.2, 0.1), (0.5, 0.1), (0.5, 0.3))
    assert abs(image.width() - (0.3 * WIDTH_PX + 2 * MARGIN_PX)) <= 1
    assert abs(image.height() - (0.2 * WIDTH_PX + 2 * MARGIN_PX)) <= 1
    assert image.pixelColor(image.width() // 2, MARGIN_PX).lightness() < 40
    assert image.pixelColor(MARGIN_PX // 2, image.height() // 2).lightness() == 255


def test_a_dot_leaves_ink_and_nothing_leaves_none() -> None:
    dot = drawn((0.5, 0.2))
    assert dot.pixelColor(dot.width() // 2, dot.height() // 2).lightness() < 80
    assert not QImage.fromData(png_of(Signature((), 0.45)), "PNG").isNull()


def document(slip: Slip, tmp_path_name: str) -> QPdfDocument:
    with open(tmp_path_name, "wb") as file:
        file.write(pdf_of(slip))
    made = QPdfDocument(None)
    assert made.load(tmp_path_name) is QPdfDocument.Error.None_
    return made


@pytest.mark.usefixtures("qapp")
def test_a_slip_on_a4_carries_its_words_and_its_code(tmp_path: object) -> None:
    lines = (Text("居住证明", width=2, height=2), Rule(), Pair("证明编号", "BJ-2026-000001"), Feed(2), Qr("HC1:BJ:K7"))
    found = document(Slip("proof", lines), f"{tmp_path}/one.pdf")
    assert found.pageCount() == 1
    size = found.pagePointSize(0)
    assert (round(size.width() / 72 * 25.4), round(size.height() / 72 * 25.4)) == (210, 297)
    assert "居住证明" in found.getAllText(0).text()
    assert found.metaData(QPdfDocument.MetaDataField.Title) == "proof"
    import zxingcpp

    page = found.render(0, (size * 2).toSize()).convertToFormat(QImage.Format.Format_ARGB32)
    white = QImage(page.size(), QImage.Format.Format_RGB32)
    white.fill(0xFFFFFFFF)
    from PyQt6.QtGui import QPainter

    painter = QPainter(white)
    painter.drawImage(0, 0, page)
    painter.end()
    grey = white.convertToFormat(QImage.Format.Format_Grayscale8)
    import numpy as np

    bits = grey.constBits()
    assert bits is not None
    pixels = np.frombuffer(bits.asstring(grey.sizeInBytes()), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    assert [code.text for code in zxingcpp.read_barcodes(pixels[:, : grey.width()].copy())] == ["HC1:BJ:K7"]


@pytest.mark.usefixtures("qapp")
def test_a_long_one_goes_on_to_the_next_sheet_and_loses_no_line(tmp_path: object) -> None:
    lines = tuple(Pair(f"label {n}", "value " * 20) for n in range(40))
    found = document(Slip("proof", lines), f"{tmp_path}/long.pdf")
    assert found.pageCount() > 1
    words = " ".join(found.getAllText(page).text() for page in range(found.pageCount()))
    assert (words.count("label"), words.count("value")) == (40, 800)
