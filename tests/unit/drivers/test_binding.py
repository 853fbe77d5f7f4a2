"""Pages become one PDF, the same bytes each time, with the JPEGs in it untouched and in order."""

import io
from hashlib import sha256

import numpy
import pikepdf
import pytest
from PIL import Image

from drivers.binding import LONG_SIDE_POINTS, NotBound, bind, size_points
from hall.domain.document import Page


def page(seed: int, width: int = 120, height: int = 170, dpi: int = 0, grey: bool = False) -> Page:
    noise = numpy.random.default_rng(seed).integers(0, 255, (height, width, 3), numpy.uint8)
    kept = io.BytesIO()
    Image.fromarray(noise).convert("L" if grey else "RGB").save(kept, "JPEG", quality=80)
    return Page(kept.getvalue(), width, height, dpi)


def test_each_jpeg_stands_in_the_pdf_byte_for_byte_and_in_order() -> None:
    pages = (page(1), page(2, grey=True), page(3, 300, 200))
    document = bind(pages)
    assert document.pages == tuple(sha256(one.jpeg).hexdigest() for one in pages)
    places = [document.pdf.find(one.jpeg) for one in pages]
    assert min(places) > 0
    assert places == sorted(places)
    with pikepdf.open(io.BytesIO(document.pdf)) as pdf:
        pictures = [one.obj.Resources.XObject for one in pdf.pages]
        raw = [next(iter(picture.values())).read_raw_bytes() for picture in (dict(one) for one in pictures)]
    assert raw == [one.jpeg for one in pages]


def test_the_same_pages_give_the_same_bytes_and_another_order_gives_others() -> None:
    one, two = page(1), page(2)
    assert bind((one, two)).sha256 == bind((one, two)).sha256
    assert bind((one, two)).sha256 != bind((two, one)).sha256
    assert b"/CreationDate" not in bind((one,)).pdf
    assert b"img2pdf" not in bind((one,)).pdf


def test_binding_again_leaves_the_pages_and_the_first_document_alone() -> None:
    one, again = page(1), page(2)
    first = bind((one,))
    kept = first.pdf
    bind((one, again))
    assert (first.pdf, first.pages) == (kept, (one.sha256,))


def test_a_known_resolution_is_a_true_size_and_an_unknown_one_is_as_long_as_a4() -> None:
    assert size_points(page(1, 300, 150, dpi=300)) == (72.0, 36.0)
    assert size_points(page(1, 100, 200)) == pytest.approx((LONG_SIDE_POINTS / 2, LONG_SIDE_POINTS))
    with pikepdf.open(io.BytesIO(bind((page(1, 300, 150, dpi=300), page(2, 100, 200))).pdf)) as pdf:
        boxes = [[float(edge) for edge in one.mediabox] for one in pdf.pages]
    assert boxes[0] == pytest.approx([0, 0, 72, 36])
    assert boxes[1] == pytest.approx([0, 0, LONG_SIDE_POINTS / 2, LONG_SIDE_POINTS], abs=0.01)


@pytest.mark.parametrize(
    ("pages", "says"),
    [((), "no pages"), ((Page(b"GIF89a", 1, 1),), "page 1"), ((Page(b"\xff\xd8\xff\xe0broken", 9, 9),), "JPEG")],
)
def test_what_is_no_page_is_refused_in_words(pages: tuple[Page, ...], says: str) -> None:
    with pytest.raises(NotBound, match=says):
        bind(pages)
