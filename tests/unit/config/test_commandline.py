"""The units' command line: what it reads, and what a wrong file says."""

from pathlib import Path

import pytest

from config.commandline import finish, parse
from config.devices import Known
from config.ending import FAILED
from config.unit import UnitConfig

NOTHING = Known((), lambda _: (), lambda _: UnitConfig)


def unit_file(folder: Path, kind: str = "lobby", more: str = "") -> Path:
    path = folder / "unit.toml"
    text = f'[unit]\nname = "lobby-1"\nkind = "{kind}"\nhub_url = "http://127.0.0.1:9"\nstate_dir = "{folder}/state"\n'
    path.write_text(text + more, encoding="utf-8")
    return path


def test_three_forms() -> None:
    assert parse("p", ["--config", "a.toml"]).command == "run"
    assert parse("p", ["--config", "a.toml", "--remote-control", "s"]).remote_control == Path("s")
    assert parse("p", ["--config", "a.toml", "check-config"]).command == "check-config"
    enrol = parse("p", ["--config", "a.toml", "enrol", "https://hub", "t.f"])
    assert (enrol.command, enrol.url, enrol.token) == ("enrol", "https://hub", "t.f")


def test_run_returns_the_configuration(tmp_path: Path) -> None:
    config = finish(parse("p", ["--config", str(unit_file(tmp_path))]), "lobby", lambda: NOTHING)
    assert isinstance(config, UnitConfig)
    assert config.unit.name == "lobby-1"


def test_a_file_of_another_kind_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = parse("p", ["--config", str(unit_file(tmp_path, "kiosk"))])
    assert finish(given, "lobby", lambda: NOTHING) == FAILED
    assert "unit.kind is 'kiosk'" in capsys.readouterr().err


def test_check_config_names_the_device(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = '[devices.voice]\nkind = "voice"\nmodel = "x"\naddress = "serial:/x"\n'
    given = parse("p", ["--config", str(unit_file(tmp_path, more=more)), "check-config"])
    assert finish(given, "lobby", lambda: NOTHING) == FAILED
    assert "devices.voice.kind" in capsys.readouterr().err


def test_check_config_of_a_good_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = parse("p", ["--config", str(unit_file(tmp_path)), "check-config"])
    assert finish(given, "lobby", lambda: NOTHING) == 0
    assert "good, 0 devices" in capsys.readouterr().out


def test_enrolment_that_reaches_nobody_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Port 9 (discard) on the loopback: nobody listens, so the refusal comes at once.
    given = parse("p", ["--config", str(unit_file(tmp_path)), "enrol", "http://127.0.0.1:9", "token"])
    assert finish(given, "lobby", lambda: NOTHING) == FAILED
    assert "not enrolled: http://127.0.0.1:9" in capsys.readouterr().err
