"""The very first frame of a counter is a desk to sign in at: no empty pills, fields or buttons."""

from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from config.commandline import Given
from config.unit import Identity, UnitConfig
from counter.app import _run_desk
from hall.qt.kit.status_pill import StatusPill


class FirstFrame:
    """In place of `Start`: what stands on the window when it is shown."""

    def __init__(self, _application: Any, _look: Any, window: QWidget) -> None:
        self.window = window

    def at_end(self, ending: Any) -> None:
        """Never ends."""

    def show(self, *_where: Any) -> None:
        """Show it, and read it."""
        self.window.show()
        written = [one for kind in (QLabel, QAbstractButton) for one in self.window.findChildren(kind)]
        FirstFrame.texts = [one.text() for one in written if one.isVisible()]
        FirstFrame.pills = [one.text for one in self.window.findChildren(StatusPill) if one.isVisible()]

    def first_frame(self, _then: Any) -> None:
        """Leave out what follows."""

    def run(self) -> int:
        """End at once."""
        self.window.close()
        return 0

    texts: list[str]
    pills: list[str]


def test_it_can_be_read(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hall.qt.app.Start", FirstFrame)
    unit = UnitConfig(unit=Identity("counter-3", "counter", "https://127.0.0.1:9", str(tmp_path), counter="3"))
    assert _run_desk(unit, Given(tmp_path / "counter.toml", "run")) == 0
    assert {"3", "签到", "English"} <= set(FirstFrame.texts), FirstFrame.texts
    assert FirstFrame.pills == ["未签到", "大厅主机 · 正在连接"], "nothing is claimed of a hub that was never heard of"
