"""A unit on another panel than its file says: one line, for the doctor and for check-config."""

from pathlib import Path

import pytest

import config.commandline
import field.examine.panel
from config.load import load
from config.panel import Panel
from config.unit import UnitConfig
from field.commands.doctor import examined
from field.examine.finding import Colour
from field.examine.panel import examine_panel

SMALL = Panel("HDMI-A-1", 1280, 800, 217, 136)


def kiosk(folder: Path) -> Path:
    made = folder / "kiosk.toml"
    made.write_text(
        '[unit]\nkind = "kiosk"\nname = "kiosk-c"\nhub_url = "https://127.0.0.1:1"\n'
        f'state_dir = "{folder}/state"\n\n[face]\ndiagonal_in = 27\nfull_screen = true\n',
        encoding="utf-8",
    )
    return made


def test_the_doctor_says_it_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kiosk(tmp_path)
    monkeypatch.setattr(field.examine.panel, "plugged", lambda: (SMALL,))
    (found,) = [finding for finding in examined(path) if finding.about.endswith("screen")]
    assert found.colour is Colour.AMBER
    assert "1280x800, 10.1 in" in found.says
    assert "27.0 in" in found.says
    assert "\n" not in found.says


def test_a_panel_that_agrees_is_no_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load(kiosk(tmp_path), UnitConfig)
    monkeypatch.setattr(field.examine.panel, "plugged", lambda: (Panel("DP-1", 1920, 1080, 598, 336),))
    assert examine_panel(config) == []


def test_the_kiosks_own_check_config_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from config.commandline import finish, parse
    from config.devices import Known

    none = Known((), lambda _kind: (), lambda _kind: UnitConfig)
    monkeypatch.setattr(config.commandline, "plugged", lambda: (SMALL,))
    given = parse("hall-kiosk", ["--config", str(kiosk(tmp_path)), "check-config"])
    assert finish(given, "kiosk", lambda: none) == 0
    told = capsys.readouterr()
    assert "good" in told.out
    assert told.err.count("\n") == 1
    assert "1280x800" in told.err
