"""The composed lobby without cables: what an event does to screen, strip and hub."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from structlog.testing import capture_logs

from config.unit import DeviceStanza, Face, Identity, LobbyOptions, UnitConfig
from counter.lobby.app import Lobby
from hall.domain.ids import CommandKey, DeviceName
from hall.ports.counter_screen import ScreenContent
from hall.ports.status import Status, StatusChanged, StatusWord
from hall.wire.commands import Command, ReportDevice
from tests.support.lobby import called, happened, line, view


class Strip:
    def __init__(self) -> None:
        self.shown: list[ScreenContent] = []

    def show(self, content: ScreenContent) -> None:
        self.shown.append(content)


class Link:
    def __init__(self) -> None:
        self.sent: list[Command] = []

    def new_key(self) -> CommandKey:
        return CommandKey(f"k{len(self.sent)}")

    def submit(self, command: Command) -> None:
        self.sent.append(command)


@pytest.fixture
def lobby(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lobby:
    unit = Identity("lobby-1", "lobby", "http://127.0.0.1:9", str(tmp_path))
    made = Lobby(UnitConfig(unit, face=Face(diagonal_in=55, width_px=960, height_px=540)), "lobby.toml")
    qtbot.addWidget(made.screen)
    made.screen.show()
    monkeypatch.setattr(made, "_link", Link())
    monkeypatch.setattr(made, "_strips", [Strip()])
    return made


def test_the_strip_gets_each_new_call_once(qtbot: QtBot, lobby: Lobby) -> None:
    (strip,) = lobby._strips
    assert isinstance(strip, Strip)
    lobby.bridge.put(view(line(9, "A023", "3")))
    lobby.bridge.put(happened(called("A023", "3")))
    lobby.bridge.put(view(line(10, "A024", "1"), line(9, "A023", "3")))
    qtbot.waitUntil(lambda: len(strip.shown) == 2)
    assert [content.text for content in strip.shown] == ["请A023号到3号窗口", "请A024号到1号窗口"]
    assert lobby.screen.newest.accessibleName() == "A024 1号窗口"


def test_a_device_status_is_told_to_the_hub(qtbot: QtBot, lobby: Lobby) -> None:
    link = lobby._link
    assert isinstance(link, Link)
    lobby.bridge.put(StatusChanged(DeviceName("speaker"), Status(StatusWord.OFFLINE, "no audio device")))
    qtbot.waitUntil(lambda: bool(link.sent))
    (told,) = link.sent
    assert isinstance(told, ReportDevice)
    assert (told.unit, told.device, told.status) == ("lobby-1", "speaker", "offline")


def test_without_enrolment_it_opens_its_screen_and_stays_offline(lobby: Lobby) -> None:
    lobby.open()
    lobby.close()
    assert lobby.screen.notices.offline


def test_a_zone_that_the_hall_does_not_have_is_told_once(qtbot: QtBot, tmp_path: Path) -> None:
    unit = Identity("lobby-1", "lobby", "http://127.0.0.1:9", str(tmp_path))
    made = Lobby(UnitConfig(unit, lobby=LobbyOptions(zones=("east", "wset"))), "lobby.toml")
    qtbot.addWidget(made.screen)
    hall = view(zones={"east": {"en": "East"}, "west": {"en": "West"}})
    with capture_logs() as logs:
        made.bridge.put(hall)
        made.bridge.put(hall)
        qtbot.waitUntil(lambda: bool(logs))
    assert [(entry["zone"], entry["did_you_mean"]) for entry in logs] == [("wset", "west")]


def test_voices_of_other_zones_have_their_own_queue(qtbot: QtBot, tmp_path: Path) -> None:
    unit = Identity("lobby-1", "lobby", "http://127.0.0.1:9", str(tmp_path))
    stanzas = {name: DeviceStanza("voice", "sound-card", f"sound-file:{tmp_path}/{name}") for name in ("east", "west")}
    options = LobbyOptions(voices={"east": ("A",), "west": ("B",)})
    made = Lobby(UnitConfig(unit, lobby=options, devices=stanzas), "lobby.toml")
    qtbot.addWidget(made.screen)
    made.open()
    made._hear(happened(called("A023", "3", zone="B")))
    heard = [len(one.caller.queue.waiting) + len(one.caller.queue.saying) for one in made._speaking]
    made.close()
    assert heard == [0, 1]
