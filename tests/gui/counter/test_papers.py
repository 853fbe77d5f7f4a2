"""Papers of a case over the desk: asked for by number, chosen, turned, closed."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PyQt6.QtCore import QBuffer, QIODevice, QMarginsF, Qt
from PyQt6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PyQt6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from counter.flow.folder import CloseFolder, FolderModel, OpenFolder, OpenPaper, Phase
from counter.flow.intents import Press
from tests.gui.counter.test_window import At
from tests.unit.counter.papers import CASE, LINES

LISTED = FolderModel(Phase.LISTED, CASE, LINES)


def pdf(path: Path, pages: int) -> bytes:
    writer = QPdfWriter(str(path))
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter(writer)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.fillRect(0, 0, writer.width(), writer.height() // (page + 2), Qt.GlobalColor.red)
    painter.end()
    return path.read_bytes()


def signature() -> dict[str, str]:
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    picture = QImage(40, 20, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.black)
    picture.save(kept, "PNG")
    return {"png": bytes(kept.data().toBase64().data()).decode()}


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[At]:
    at = At(qtbot, "en")
    at.sign_in()
    yield at
    at.window.close()


def shown(desk: At) -> QImage:
    page = desk.find("reader.page")
    assert isinstance(page, QLabel)
    return page.pixmap().toImage()


def title(desk: At) -> str:
    return str(desk.find("reader.title").property("text"))


def test_a_number_is_asked_for_and_a_paper_chosen(desk: At) -> None:
    desk.click("papers")
    field = desk.find("chooser.text")
    assert isinstance(field, QLineEdit)
    desk.bot.keyClicks(field, CASE)
    desk.click("chooser.go")
    desk.window.render_folder(FolderModel(Phase.ASKING, CASE))
    desk.window.render_folder(LISTED)
    desk.bot.waitUntil(lambda: desk.find("chooser.1").isVisible())
    desk.click("chooser.1")
    assert desk.intents == [OpenFolder(CASE), OpenPaper(1)]


@pytest.mark.parametrize("phase", [Phase.ASKING, Phase.LISTED, Phase.TROUBLE])
def test_cancel_closes_the_folder_and_only_the_folder(desk: At, phase: Phase) -> None:
    desk.window.render_folder(FolderModel(phase, CASE, LINES, word="papers_none"))
    desk.click("chooser.cancel")
    assert desk.intents == [CloseFolder()]
    desk.window.render_folder(FolderModel())
    desk.click("papers")
    desk.click("chooser.cancel")
    assert desk.intents == [CloseFolder()], "there is no folder to close"


def test_pages_are_drawn_and_turned_and_gone_after_the_close(desk: At, tmp_path: Path) -> None:
    desk.window.render_folder(LISTED)
    reading = msgspec.structs.replace(LISTED, phase=Phase.READING, content=pdf(tmp_path / "two.pdf", 2))
    desk.window.render_folder(reading)
    first = shown(desk)
    assert title(desk).endswith("1/2")
    assert first.width() > 600
    assert first.height() == pytest.approx(first.width() * 297 / 210, rel=0.01)
    below_half = (first.width() // 2, first.height() * 45 // 100)
    assert first.pixelColor(*below_half).name() == "#ff0000"
    assert not desk.find("reader.before").isEnabled()
    desk.click("reader.after")
    assert title(desk).endswith("2/2")
    assert shown(desk).pixelColor(*below_half).name() != "#ff0000"
    assert not desk.find("reader.after").isEnabled()
    desk.bot.keyClick(desk.window, Qt.Key.Key_F2)
    assert Press("call_next") not in desk.intents
    desk.click("reader.close")
    assert desk.intents == [CloseFolder()]
    desk.window.render_folder(FolderModel())
    assert not desk.find("reader").isVisible()
    assert shown(desk).isNull()


def test_a_signature_is_a_picture(desk: At) -> None:
    desk.window.render_folder(msgspec.structs.replace(LISTED, phase=Phase.READING, place=1, content=signature()))
    assert (shown(desk).width(), shown(desk).height()) == (40, 20)


@pytest.mark.parametrize("content", [b"%PDF-1.4 broken", b"", None, {"png": "?"}, {"png": "AAAA"}, {"png": 3}, []])
def test_what_cannot_be_drawn_is_said(desk: At, content: object) -> None:
    desk.window.render_folder(msgspec.structs.replace(LISTED, phase=Phase.READING, content=content))
    assert title(desk).endswith("cannot be shown")
    assert not desk.find("reader.after").isEnabled()


def test_an_alarm_stays_in_sight_over_a_paper(desk: At) -> None:
    desk.window.render_folder(msgspec.structs.replace(LISTED, phase=Phase.READING, content=b""))
    reader = desk.find("reader")
    assert reader.mapTo(desk.window, reader.rect().topLeft()).y() > 0
