"""Papers and signatures by real touches on the real window: pictures shown, ink drawn, wiped; every look fits."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hall.ports.page_printer import SheetsNotPrinted
from hall.ports.status import Status, StatusWord
from hall.qt.look import Look
from hall.qt.theme import Theme
from hall.qt.tokens import tokens
from hall.words.catalogue import Words
from kiosk.flow.causes import Touch
from kiosk.screens.papers import CapturePage, Picture
from kiosk.screens.sign import InkField
from kiosk.screens.window import KioskWindow
from tests.gui.kiosk.test_kiosk_screens import Hand, _check_labels, _check_targets, _dress, _settle, find, tap, text
from tests.support.fake_paper_devices import jpeg_of
from tests.support.papers import NAME, PaperRig

_fingers: Any = QTest


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[KioskWindow]:
    look = Look(tokens(27, 1080, 1920), Words("zh", "common", "kiosk", "slip"))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme(application, look)
    made = KioskWindow(look, Hand())
    qtbot.addWidget(made)
    made.resize(1080, 1920)
    made.show()
    yield made
    application.setStyleSheet("")
    theme.setParent(None)


def rig_on(window: KioskWindow, folder: Path) -> PaperRig:
    rig = PaperRig(folder, window)
    window._emit.now = rig  # type: ignore[attr-defined]  # the test's hand
    return rig.begin()


@pytest.fixture
def rig(window: KioskWindow, tmp_path: Path) -> PaperRig:
    return rig_on(window, tmp_path / "k")


def darkest(widget: QWidget, left: float, top: float) -> int:
    """Return how dark a spot of a widget is: 0 black."""
    image: QImage = widget.grab().toImage()
    at = QPoint(int(image.width() * left), int(image.height() * top))
    near = (image.pixelColor(at + QPoint(dx, dy)).lightness() for dx in range(-9, 10) for dy in range(-9, 10))
    return min(near)


def sign_with_a_finger() -> None:
    field = find("ink")
    assert isinstance(field, InkField)
    paper = field._paper()
    spots = [QPoint(int(paper.x() + x * paper.width()), int(paper.y() + y * paper.width())) for x, y in NAME]
    _fingers.mousePress(field, Qt.MouseButton.LeftButton, pos=spots[0])
    for spot in spots[1:]:
        _fingers.mouseMove(field, spot)
    _fingers.mouseRelease(field, Qt.MouseButton.LeftButton, pos=spots[-1])


def test_a_case_with_papers_and_a_signature_by_touch(rig: PaperRig) -> None:
    tap("flow_papers")
    rig.camera.look(jpeg_of("live", 640, 480, "mat"))
    picture = find("picture")
    assert isinstance(picture, Picture)
    assert len(picture.shown) == 1
    tap("shoot")
    tap("shoot")
    assert find("page_1") is not None
    tap("next")
    assert text("row_0") == "2 页"
    tap("next")
    sign_with_a_finger()
    tap("next")
    assert len(rig.sheets.jobs) == 1
    assert text("title") == "请取走打印好的材料"
    assert [state for _, state in rig.documents()] == ["waiting", "waiting"]


def test_retake_and_remove_by_touch(rig: PaperRig) -> None:
    tap("flow_papers")
    tap("shoot")
    tap("page_0")
    rig.camera.look(jpeg_of("live"))
    picture = find("picture")
    assert isinstance(picture, Picture)
    assert len(picture.shown) == 2, "the page and what lies there now"
    tap("shoot")
    assert find("page_1") is not None
    tap("page_0")
    tap("remove")
    assert find("page_1") is None
    rig.camera.found = False
    tap("shoot")
    assert "深色垫板" in text("problem")
    tap("keep_page")
    assert find("page_1") is not None


def test_a_new_live_picture_comes_in_place(rig: PaperRig) -> None:
    tap("flow_papers")
    before = find("picture")
    for shade in ("mat", "white"):
        rig.camera.look(jpeg_of("x", 64, 48, shade))
    assert find("picture") is before
    assert isinstance(before, Picture)
    assert before.grab().toImage().pixelColor(before.width() // 2, before.height() * 3 // 4).lightness() > 200


def test_pictures_and_ink_are_wiped_with_the_session(rig: PaperRig, window: KioskWindow) -> None:
    tap("flow_papers")
    rig.camera.look(jpeg_of("live"))
    tap("shoot")
    assert isinstance(window.page, CapturePage)
    pictures = window.page.pictures
    ref = rig.screen.pages[0]
    assert not pictures.page(ref).isNull()
    tap("leave")
    assert (pictures.live.isNull(), pictures.page(ref).isNull()) == (True, True)
    window.show_preview(jpeg_of("late"))
    assert pictures.live.isNull()
    tap("flow_papers")
    assert find("page_0") is None


def test_the_pads_ink_appears_while_it_is_drawn(rig: PaperRig, window: KioskWindow) -> None:
    rig.to_sign()
    field = find("ink")
    assert isinstance(field, InkField)
    rig.pad.draw((0.2, 0.2), (0.8, 0.2), lift=False)
    paper = field._paper()
    across, down = (paper.x() + paper.width() / 2) / field.width(), (paper.y() + 0.2 * paper.width()) / field.height()
    assert darkest(field, across, down) < 90
    rig.pad.press("clear")
    rig.touch(Touch.LEAVE)
    assert find("ink") is None


def test_ink_too_short_is_pointed_out_and_the_field_stays(rig: PaperRig) -> None:
    rig.to_sign()
    field = find("ink")
    assert field is not None
    _fingers.mouseClick(field, Qt.MouseButton.LeftButton)
    tap("next")
    assert text("problem") == "请写下您的姓名"
    assert find("ink") is field


WALKS: dict[str, Callable[[PaperRig], object]] = {
    "capture": lambda rig: _look(rig.touch(Touch.FLOW, "papers")),
    "capture_pages": lambda rig: _look(rig.touch(Touch.FLOW, "papers").touch(Touch.SHOOT).touch(Touch.SHOOT)),
    "capture_chosen": lambda rig: _shoot(rig, 3).touch(Touch.PICK, "1"),
    "capture_full": lambda rig: _look(_shoot(rig, 7)),
    "capture_doubtful": lambda rig: _doubtful(rig),
    "capture_lost": lambda rig: (_shoot(rig, 1), rig.camera.become(StatusWord.OFFLINE)),
    "confirm": lambda rig: _shoot(rig, 1).touch(Touch.NEXT),
    "sign": lambda rig: rig.to_sign(),
    "signed": lambda rig: rig.to_sign().pad.draw(*NAME),
    "sign_short": lambda rig: rig.to_sign().touch(Touch.NEXT),
    "take_sheets": lambda rig: rig.to_sign().sign(),
    "sheets_unknown": lambda rig: _sheets(rig, SheetsNotPrinted(Status(StatusWord.UNKNOWN))),
    "sheets_partial": lambda rig: _sheets(rig, SheetsNotPrinted(Status(StatusWord.JAMMED), partial=True)),
    "sheets_failed": lambda rig: _failed(rig),
}


def _look(rig: Any) -> PaperRig:
    assert isinstance(rig, PaperRig)
    rig.camera.look(jpeg_of("RESIDENCE LEASE\n\nlive", 1280, 960, "mat"))
    return rig


def _shoot(rig: PaperRig, pages: int) -> PaperRig:
    rig.touch(Touch.FLOW, "papers")
    for _ in range(pages):
        rig.touch(Touch.SHOOT)
    return rig


def _doubtful(rig: PaperRig) -> None:
    rig.camera.found = False
    _shoot(rig, 1)


def _sheets(rig: PaperRig, outcome: SheetsNotPrinted) -> None:
    rig.sheets.outcome = outcome
    rig.to_sign().sign()


def _failed(rig: PaperRig) -> None:
    flow = msgspec.structs.replace(rig.shell.settings.flows["papers"], needs=("camera", "a4"))
    rig.shell.settings.flows["papers"] = flow
    _sheets(rig, SheetsNotPrinted(Status(StatusWord.OFFLINE)))


@pytest.mark.parametrize("look", ["zh", "en", "elder", "elder en", "contrast"])
def test_every_paper_screen_fits(window: KioskWindow, look: str, tmp_path: Path) -> None:
    for name, walk in WALKS.items():
        fresh = rig_on(window, tmp_path / name)
        _dress(fresh, look)
        walk(fresh)
        _settle()
        assert (window.width(), window.height()) == (1080, 1920)
        _check_targets(window, f"{look}/{name}")
        _check_labels(window, f"{look}/{name}")
