"""Papers of every sort are found where they lie, and what has no four edges is not."""

import numpy
import pytest

from drivers.document_camera.finding import brightness, find_page, upright
from drivers.document_camera.papers import DARK_MAT, LIGHT_DESK, Scene, bare, draw
from drivers.document_camera.taking import too_dark

SIZE = (1296, 972)
NEAR_WHITE = (224, 232, 236)


def off(scene: Scene, mat: str = "") -> float:
    """Return how far the worst corner is off, as a share of the diagonal."""
    picture, corners = draw(scene)
    found = find_page(picture, mat)
    assert found is not None, "not found"
    return float(numpy.hypot(*(found - upright(corners)).T).max() / numpy.hypot(scene.width, scene.height))


LAID = {
    "straight": Scene(*SIZE),
    "turned and tilted": Scene(*SIZE, sheet="a5", angle=25, tilt=15, across=-10),
    "card": Scene(*SIZE, sheet="card", angle=-30, shift=(0.2, -0.15)),
    "low light": Scene(*SIZE, light=0.12, noise=6),
    "shadow and slope": Scene(*SIZE, shadow=0.5, slope=0.4),
    "light desk": Scene(*SIZE, mat=LIGHT_DESK, angle=3),
    "weak edge": Scene(*SIZE, mat=NEAR_WHITE),
    "clutter on wood": Scene(*SIZE, mat=(90, 120, 150), wood=5, clutter=5, bend=0.01, angle=-2),
    "stripe beside it": Scene(*SIZE, angle=-4, tilt=4, wood=3.7, bend=0.004, slope=0.14, noise=2.5, seed=881982),
    "empty sheet": Scene(*SIZE, lines=0, angle=7),
}


@pytest.mark.parametrize("name", LAID)
def test_a_paper_is_found_within_a_hundredth_of_the_diagonal(name: str) -> None:
    assert off(LAID[name]) < 0.01


@pytest.mark.parametrize(
    "scene",
    [
        Scene(*SIZE, shift=(0.4, 0)),
        Scene(*SIZE, shift=(-0.3, 0.3), angle=5),
        Scene(*SIZE, shift=(0, -0.3), mat=LIGHT_DESK),
    ],
    ids=["right", "bottom left", "top"],
)
def test_a_paper_that_leaves_the_picture_is_not_found(scene: Scene) -> None:
    assert find_page(draw(scene)[0]) is None


@pytest.mark.parametrize("mat", [DARK_MAT, LIGHT_DESK])
def test_an_empty_table_has_no_paper(mat: tuple[int, int, int]) -> None:
    assert find_page(bare(Scene(*SIZE, mat=mat, wood=3))) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 900, 3), (40, 40, 3)])
def test_any_picture_is_survived(shape: tuple[int, int, int]) -> None:
    assert find_page(numpy.zeros(shape, numpy.uint8)) is None
    assert find_page(numpy.random.default_rng(7).integers(0, 255, shape, numpy.uint8)) is None


def test_a_mat_that_is_wholly_in_the_picture_is_no_paper_when_the_hint_says_dark() -> None:
    import cv2

    picture = numpy.full((972, 1296, 3), 180, numpy.uint8)
    cv2.rectangle(picture, (120, 80), (1180, 900), (45, 45, 45), -1)
    cv2.rectangle(picture, (400, 200), (900, 800), (240, 240, 240), -1)
    assert find_page(picture)[:, 0].min() == pytest.approx(120, abs=4)  # type: ignore[index]  # found by construction
    assert find_page(picture, "dark")[:, 0].min() == pytest.approx(400, abs=4)  # type: ignore[index]  # as above


@pytest.mark.parametrize("angle", [0, 44, -44])
def test_corners_begin_at_the_top_left_however_the_paper_lies(angle: float) -> None:
    laid = draw(Scene(*SIZE, sheet="card", angle=angle))[1]
    for turned in range(4):
        assert numpy.allclose(upright(numpy.roll(laid, turned, 0)), laid)


def test_darkness_is_told_from_a_card_on_a_black_mat() -> None:
    assert too_dark(draw(Scene(*SIZE, light=0.02))[0])
    assert not too_dark(draw(Scene(*SIZE, sheet="card", mat=(20, 20, 20)))[0])
    assert brightness(numpy.full((20, 20, 3), 100, numpy.uint8)) == 100
