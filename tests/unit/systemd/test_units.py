"""Unit files are what systemd accepts, name programs that exist, and do what the watchdogs of the programs expect."""

import argparse
import shutil
import tomllib
from pathlib import Path

import pytest

from config.commandline import parse
from config.ending import AGAIN, FAILED
from field.commands import guard
from hall.wire.seal import new_private_key
from server.auth.keys import HALL_KEY, load_hall_key
from tests.unit.systemd.reading import (
    PROGRAMS,
    ROOT,
    UNITS,
    USER_UNITS,
    VARIANTS,
    analyze,
    commands,
    copied,
    needs_analyze,
    values,
)

SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
FACES = [path for path in UNITS if path.name in ("hall-kiosk.service", "hall-counter@.service", "hall-lobby.service")]
BEATING = [path for path in UNITS if path.name != "hall-session.service"]
OWN = [path for path in [*UNITS, *USER_UNITS] if path.name != "hall-session.service"]


def _instance(path: Path) -> Path:
    """Return the name under which a template is checked."""
    return path.with_name(path.name.replace("@.", "@one."))


@needs_analyze
@pytest.mark.parametrize("name", [path.name for path in UNITS])
def test_systemd_accepts_the_unit(tmp_path: Path, name: str) -> None:
    done = analyze("verify", "--man=no", _instance(copied(tmp_path) / name))
    assert (done.returncode, done.stderr) == (0, "")


@needs_analyze
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_systemd_accepts_the_unit_with_each_variant(tmp_path: Path, variant: Path) -> None:
    units = copied(tmp_path)
    drop_in = units / variant.parent.name
    drop_in.mkdir()
    shutil.copy(units / "variants" / variant.parent.name / variant.name, drop_in)
    done = analyze("verify", "--man=no", units / variant.parent.name.removesuffix(".d"))
    assert (done.returncode, done.stderr) == (0, "")


@needs_analyze
@pytest.mark.parametrize(
    ("good", "bad"), [("WatchdogSec=20", "WatchdogSecs=20"), ("DevicePolicy=closed", "DevicePolicy=shut")]
)
def test_a_slip_of_the_pen_is_noticed(tmp_path: Path, good: str, bad: str) -> None:
    unit = copied(tmp_path) / "hall-kiosk.service"
    text = unit.read_text()
    assert good in text
    unit.write_text(text.replace(good, bad))
    done = analyze("verify", "--man=no", unit)
    assert bad.partition("=")[0] in done.stderr or bad.partition("=")[2] in done.stderr


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_a_unit_starts_one_of_the_programs_with_arguments_it_takes(path: Path) -> None:
    program, *arguments = values(path, "ExecStart")[0].split()
    assert program.removeprefix(PROGRAMS) in SCRIPTS
    if path.name == "hall-server.service":
        return  # its parser has no door for tests; tests/unit/docs runs the program itself
    if path.name == "hall-guard.service":
        parser = argparse.ArgumentParser()
        guard.add(parser.add_subparsers())
        assert parser.parse_args(arguments).run is guard.run
        return
    given = parse(Path(program).name, [one.replace("%i", "3") for one in arguments])
    assert given.command == "run"
    assert given.headless == ("headless" in path.name)
    assert given.remote_control is None


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_a_wrong_configuration_is_not_started_again_and_nothing_else_stops_a_unit(path: Path) -> None:
    assert values(path, "RestartPreventExitStatus") == [str(FAILED)]
    assert str(AGAIN) not in values(path, "SuccessExitStatus"), "what may pass is tried again"
    assert values(path, "Restart") == ["on-failure" if "user" in path.parts else "always"]
    assert values(path, "StartLimitIntervalSec") == ["0"]


@pytest.mark.parametrize(
    "path", [path for path in UNITS if path.name != "hall-session.service"], ids=lambda path: path.name
)
def test_programs_that_beat_are_watched(path: Path) -> None:
    assert values(path, "Type") == ["notify"]
    assert values(path, "NotifyAccess") == ["main"]
    assert 10 <= int(values(path, "WatchdogSec")[0]) <= 30


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_no_core_dump_holds_what_people_typed(path: Path) -> None:
    assert values(path, "LimitCORE") == ["0"]


def test_no_unit_is_a_demo() -> None:
    for path in [*UNITS, *USER_UNITS]:
        for command in commands(path):
            assert "--remote-control" not in command
            assert "--demo" not in command


def test_the_draft_key_outlives_a_crash_of_the_kiosk_and_no_power_cut() -> None:
    path = ROOT / "systemd/hall-kiosk.service"
    assert values(path, "RuntimeDirectory") == ["hall-kiosk"]
    assert values(path, "RuntimeDirectoryPreserve") == ["restart"]
    assert "XDG_RUNTIME_DIR=/run/hall-kiosk" in " ".join(values(path, "Environment"))


def test_every_face_may_draw_and_only_on_the_session_that_is_there() -> None:
    for path in FACES:
        environment = " ".join(values(path, "Environment"))
        assert "XAUTHORITY=/run/hall-session/xauthority" in environment
        assert values(path, "BindReadOnlyPaths") == ["-/tmp/.X11-unix"]
        assert values(path, "Wants") == ["hall-session.service"]


def test_the_hub_takes_the_halls_key_from_the_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert values(ROOT / "systemd/hall-server.service", "LoadCredential") == [HALL_KEY]
    key = new_private_key()
    (tmp_path / HALL_KEY).write_bytes(key)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    state = tmp_path / "state"
    state.mkdir()
    assert load_hall_key(state).private == key
    assert list(state.iterdir()) == []


def test_no_unit_can_be_started_by_a_wish_that_systemd_drops_for_lack_of_rights() -> None:
    """SecureBits needs a right that is gone once the user has changed; the unit would end before its program begins."""
    for path in UNITS:
        assert values(path, "SecureBits") == []
