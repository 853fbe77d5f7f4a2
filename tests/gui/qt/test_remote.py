"""Remote control: real clicks, clear refusals, demo only."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QImage, QKeySequence, QShortcut
from PyQt6.QtNetwork import QLocalSocket
from PyQt6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from hall.qt.remote import RemoteControl, RemoteControlRefused, require_demo


class Page(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.resize(400, 300)
        self.pressed: list[str] = []
        for place, name in enumerate(("free", "covered", "disabled", "hidden")):
            button = QPushButton(name, self)
            button.setObjectName(name)
            button.setGeometry(10, 10 + 50 * place, 100, 40)
            button.clicked.connect(lambda _on, name=name: self.pressed.append(name))
        self.button("disabled").setEnabled(False)
        self.button("hidden").hide()
        cover = QLabel("cover", self)
        cover.setObjectName("cover")
        cover.setGeometry(0, 55, 150, 50)
        self.field = QLineEdit(self)
        self.field.setObjectName("field")
        self.field.setGeometry(200, 10, 150, 40)
        QShortcut(QKeySequence("F2"), self).activated.connect(lambda: self.pressed.append("F2"))

    def button(self, name: str) -> QPushButton:
        found = self.findChild(QPushButton, name)
        assert found is not None
        return found


Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    made = Page()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def ask(qtbot: QtBot, tmp_path: Path, page: Page) -> Iterator[Ask]:
    assert page is not None
    remote = RemoteControl(tmp_path / "r.sock", demo=True)
    socket = QLocalSocket()
    socket.connectToServer(str(tmp_path / "r.sock"))

    def send(do: str, **arguments: Any) -> dict[str, Any]:
        socket.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
        qtbot.waitUntil(socket.canReadLine, timeout=8000)
        answer: dict[str, Any] = json.loads(socket.readLine().data())
        return answer

    yield send
    socket.abort()
    remote.close()


def test_a_production_unit_refuses_it(tmp_path: Path) -> None:
    with pytest.raises(RemoteControlRefused, match=r"unit\.demo = true"):
        require_demo(False)
    with pytest.raises(RemoteControlRefused):
        RemoteControl(tmp_path / "r.sock", demo=False)
    assert not (tmp_path / "r.sock").exists()


def test_the_socket_is_private_and_goes_with_the_server(tmp_path: Path, page: Page) -> None:
    assert page is not None
    remote = RemoteControl(tmp_path / "r.sock", demo=True)
    assert (tmp_path / "r.sock").stat().st_mode & 0o077 == 0
    remote.close()
    assert not (tmp_path / "r.sock").exists()


def test_a_tap_is_a_real_click(page: Page, ask: Ask) -> None:
    assert ask("tap", name="free") == {"ok": True}
    assert page.pressed == ["free"]


def test_a_stroke_is_pressed_moved_and_lifted(page: Page, ask: Ask) -> None:
    assert ask("draw", name="free", points=[[0.2, 0.5], [0.5, 0.5], [0.8, 0.5]]) == {"ok": True}
    assert page.pressed == ["free"]
    assert not ask("draw", name="free", points=[])["ok"]
    assert "is hidden" in ask("draw", name="hidden", points=[[0.1, 0.1]])["error"]


@pytest.mark.parametrize(
    ("name", "why"),
    [("disabled", "is disabled"), ("hidden", "is hidden"), ("covered", "covered by 'cover'"), ("no", "does not exist")],
)
def test_what_a_finger_cannot_press_is_refused(page: Page, ask: Ask, name: str, why: str) -> None:
    answer = ask("tap", name=name)
    assert not answer["ok"]
    assert why in answer["error"]
    assert page.pressed == []


def test_typing_goes_into_the_field_named_or_focused(page: Page, ask: Ask) -> None:
    assert ask("type", name="field", keys="35x")["ok"]
    assert ask("type", keys="7")["ok"]
    assert page.field.text() == "35x7"
    assert ask("type", name="field", keys="张三")["ok"]
    assert page.field.text() == "35x7张三"


def test_function_keys_reach_shortcuts(page: Page, ask: Ask) -> None:
    assert ask("press", key="F2")["ok"]
    assert page.pressed == ["F2"]
    assert "no key" in ask("press", key="Nonsense+")["error"]


def test_the_list_tells_what_is_visible(ask: Ask) -> None:
    widgets = {widget["name"]: widget for widget in ask("list")["widgets"]}
    assert "hidden" not in widgets
    assert widgets["free"]["text"] == "free"
    assert (widgets["free"]["x"], widgets["free"]["y"], widgets["free"]["width"]) == (10, 10, 100)
    assert not widgets["disabled"]["enabled"]


def test_a_picture_is_saved(ask: Ask, tmp_path: Path) -> None:
    answer = ask("grab", path=str(tmp_path / "new" / "page.png"))
    assert (answer["width"], answer["height"]) == (400, 300)
    assert QImage(str(tmp_path / "new" / "page.png")).width() == 400


def test_waiting_ends_when_the_text_comes(page: Page, ask: Ask) -> None:
    button = page.button("hidden")
    QTimer.singleShot(30, lambda: (button.setText("A023"), button.show()))
    assert ask("wait", name="hidden", text=r"^A\d{3}$") == {"ok": True, "text": "A023"}


def test_waiting_in_vain_says_what_was_seen(ask: Ask) -> None:
    answer = ask("wait", name="free", text="gone", timeout_s=0.05)
    assert not answer["ok"]
    assert "shows 'free'" in answer["error"]
    assert "is not visible" in ask("wait", name="nobody", timeout_s=0.05)["error"]


@pytest.mark.parametrize("do", ["dance", ""])
def test_an_unknown_act_is_refused(ask: Ask, do: str) -> None:
    assert "known: tap" in ask(do)["error"]


def test_bad_requests_are_refused_and_the_line_lives_on(ask: Ask) -> None:
    assert "bad request" in ask("tap")["error"]
    assert "bad request" in ask("wait", name="free", text="(")["error"]
    assert ask("list")["ok"]
