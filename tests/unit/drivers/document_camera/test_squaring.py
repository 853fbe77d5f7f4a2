"""Pages come out in their true shape, level, whole, and with the resolution that their shape tells."""

import cv2
import numpy
import pytest

from drivers.document_camera.finding import find_page
from drivers.document_camera.papers import FIELD_MM, Scene, corners_of, draw
from drivers.document_camera.squaring import Squared, leftover_angle, quarter_turned, shape, squared
from drivers.document_camera.taking import encoded, page_of, preview_of

SIZE = (1296, 972)
TRUE_DPI = SIZE[0] / FIELD_MM * 25.4


def taken(scene: Scene) -> Squared:
    picture, _ = draw(scene)
    corners = find_page(picture)
    assert corners is not None
    return squared(picture, corners)


@pytest.mark.parametrize(("tilt", "across"), [(0, 0), (18, 0), (0, -18), (15, 12), (-20, -9)])
def test_the_shape_follows_from_the_perspective(tilt: float, across: float) -> None:
    scene = Scene(*SIZE, sheet="a5", tilt=tilt, across=across)
    assert shape(corners_of(scene), SIZE) == pytest.approx(148 / 210, rel=0.03)


def test_a_card_and_a_sheet_tell_their_resolution() -> None:
    card, sheet = taken(Scene(*SIZE, sheet="card", angle=12)), taken(Scene(*SIZE, angle=1))
    assert card.dpi == pytest.approx(TRUE_DPI, rel=0.03)
    assert sheet.dpi == pytest.approx(TRUE_DPI, rel=0.03)
    height, width = card.picture.shape[:2]
    assert width / height == pytest.approx(85.60 / 53.98, rel=0.02)


def test_a_strip_of_paper_tells_no_resolution() -> None:
    picture = numpy.full((972, 1296, 3), 40, numpy.uint8)
    picture[200:800, 500:700] = 240
    corners = find_page(picture)
    assert corners is not None
    assert squared(picture, corners).dpi == 0


@pytest.mark.parametrize("slant", [-2.0, 1.2])
def test_print_that_stands_askew_on_its_paper_is_made_level(slant: float) -> None:
    scene = Scene(*SIZE, slant=slant)
    picture, corners = draw(scene)
    flat = cv2.getPerspectiveTransform(
        corners.astype(numpy.float32), numpy.float32([[0, 0], [400, 0], [400, 566], [0, 566]])
    )
    before = leftover_angle(cv2.warpPerspective(picture, flat, (400, 566)))
    assert before == pytest.approx(slant, abs=0.3)
    page = taken(scene).picture
    assert leftover_angle(cv2.resize(page, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)) == 0.0
    assert min(page[row, column].min() for row in (3, -4) for column in (3, -4)) > 200, "the table shows beside it"


def test_a_blank_sheet_and_a_photo_are_not_turned() -> None:
    assert leftover_angle(numpy.full((500, 360, 3), 240, numpy.uint8)) == 0.0
    blurred = cv2.GaussianBlur(numpy.random.default_rng(1).integers(0, 255, (500, 360, 3), numpy.uint8), (0, 0), 9)
    assert leftover_angle(blurred) == 0.0


@pytest.mark.parametrize(("degrees", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_quarter_turns_are_clockwise(degrees: int, corner: tuple[int, int]) -> None:
    picture = numpy.zeros((3, 5, 3), numpy.uint8)
    picture[0, 0] = 255
    turned = quarter_turned(picture, degrees)
    assert turned.shape[:2] == ((3, 5) if degrees % 180 == 0 else (5, 3))
    assert turned[corner].tolist() == [255, 255, 255]


def test_a_page_keeps_the_colour_of_a_thin_red_line() -> None:
    picture = numpy.full((64, 64, 3), 255, numpy.uint8)
    picture[32, :] = (0, 0, 220)
    back = cv2.imdecode(numpy.frombuffer(encoded(picture, 85), numpy.uint8), cv2.IMREAD_COLOR)
    blue, _, red = back[32, 5].astype(int)
    assert red - blue > 150, "at half the colour resolution it would be half as red"


def test_without_a_paper_the_picture_stays_whole_and_is_only_turned_as_mounted() -> None:
    picture = numpy.full((48, 64, 3), 90, numpy.uint8)
    made = page_of(picture, 85, 90, "")
    assert (made.width, made.height, made.dpi, made.found) == (48, 64, 0, False)
    assert preview_of(picture, 0).startswith(b"\xff\xd8\xff")
