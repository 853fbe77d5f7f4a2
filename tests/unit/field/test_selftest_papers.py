"""What the self-test asks of a document camera and of the person, and what it says of the answers."""

from typing import Any, cast

import pytest

from field.examine import exercise
from field.examine.exercise import EXERCISES, WAITS
from field.examine.opened import Opened
from hall.domain.document import Page
from hall.domain.ids import DeviceName
from hall.ports.document_camera import PageNotTaken, PageTaken, Preview
from hall.ports.status import Status, StatusWord

PAPER = PageTaken(Page(b"\xff\xd8\xff" + bytes(2000), 1654, 2339, 200), found=True)
WHOLE = PageTaken(Page(b"\xff\xd8\xff" + bytes(2000), 2592, 1944), found=False)
FROZEN = PageNotTaken(Status(StatusWord.FAULT, "frozen; pull the plug"))


class Camera:
    """Gives prepared answers, the last one again and again, and a live picture when asked to."""

    def __init__(self, *outcomes: PageTaken | PageNotTaken, live: bool = True) -> None:
        self.events: list[Any] = []
        self.device = self
        self._outcomes, self._live = list(outcomes), live
        self.shows: list[bool] = []

    def preview(self, on: bool) -> None:
        self.shows.append(on)
        if on and self._live:
            self.events.append(Preview(DeviceName("camera"), b"\xff\xd8\xff"))

    def take_page(self) -> PageTaken | PageNotTaken:
        return self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]


def asked(camera: Camera) -> Opened:
    return cast(Opened, camera)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exercise, "PERSON_S", 0.05)


def test_a_page_is_told_by_its_size_and_whether_a_paper_was_found() -> None:
    done = EXERCISES["document_camera"](asked(Camera(PAPER)))
    assert done.ok
    assert done.says == "page of 1654x2339 at 200 dpi, 2 kB; a paper was found"
    assert "lamp" in done.look
    assert "the whole picture is kept" in EXERCISES["document_camera"](asked(Camera(WHOLE))).says


def test_no_page_is_told_with_its_reason() -> None:
    done = EXERCISES["document_camera"](asked(Camera(FROZEN)))
    assert (done.ok, done.says) == (False, "no page: fault: frozen; pull the plug")


def test_the_person_has_time_to_lay_a_sheet_which_must_be_found() -> None:
    camera = Camera(WHOLE, FROZEN, PAPER)
    done = WAITS["document_camera"].act(asked(camera))
    assert done.ok
    assert "1654x2339" in done.says
    assert camera.shows == [True, False]


@pytest.mark.parametrize(
    ("camera", "says"),
    [
        (Camera(WHOLE), "no paper was found"),
        (Camera(PAPER, live=False), "no live picture came"),
        (Camera(FROZEN), "no page: fault: frozen; pull the plug"),
    ],
)
def test_what_a_person_cannot_make_good_is_a_failure(camera: Camera, says: str) -> None:
    done = WAITS["document_camera"].act(asked(camera))
    assert (done.ok, done.says) == (False, says)
