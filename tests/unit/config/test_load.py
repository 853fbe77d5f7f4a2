"""Wrong configuration names the file, the key and what to write instead."""

from pathlib import Path

import pytest

from config.flow import Flow
from config.hall import HallConfig
from config.load import ConfigError, check, load
from config.unit import UnitConfig

UNIT = """
[unit]
name = "kiosk-c"
kind = "kiosk"
hub_url = "https://127.0.0.1:8443"
state_dir = "/tmp/x"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "unit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_small_file_is_enough_and_the_rest_has_defaults(tmp_path: Path) -> None:
    unit = load(written(tmp_path, UNIT), UnitConfig)
    assert unit.unit.name == "kiosk-c"
    assert unit.times.hub_away_s == 3.0
    assert unit.unit.demo is False


def test_an_unknown_key_is_named_with_the_nearest_known_one(tmp_path: Path) -> None:
    path = written(tmp_path, UNIT + "[times]\nidel_s = 5\n")
    with pytest.raises(ConfigError) as caught:
        load(path, UnitConfig)
    assert str(path) in str(caught.value)
    assert "'times.idel_s'" in str(caught.value)
    assert "'idle_s'" in str(caught.value)


def test_an_unknown_key_inside_a_list_of_tagged_steps_has_its_index() -> None:
    step = {"step": "scan", "id": "s", "title": {"zh": "扫", "en": "scan"}, "feld": "x"}
    flow = {"code": "a", "title": {}, "icon": "x", "steps": [step]}
    with pytest.raises(ConfigError, match=r"steps\[0\]\.feld.*'field'"):
        check(flow, Flow, "f.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[unit]\nname = 3\n", "missing|str"),
        ("[unit\n", "not valid TOML"),
        (UNIT + "[times]\nidle_s = 0\n", "idle_s"),
        (UNIT + "[times]\nidle_s = 'long'\n", "idle_s"),
    ],
)
def test_wrong_values_are_told_with_their_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        load(written(tmp_path, text), UnitConfig)


def test_a_missing_file_says_what_to_check(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="check the path"):
        load(tmp_path / "none.toml", UnitConfig)


def test_a_prefix_must_be_one_capital_letter() -> None:
    hall = {
        "hub": {"hall": "h", "names": {"zh": "厅"}, "state_dir": "/tmp"},
        "items": [{"code": "a", "prefix": "AB", "names": {"zh": "甲"}}],
        "counters": [],
    }
    with pytest.raises(ConfigError, match="prefix"):
        check(hall, HallConfig, "hall.toml")
