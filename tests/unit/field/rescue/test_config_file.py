"""The spare's file gets another name and keeps everything else."""

from pathlib import Path

import pytest

from config.load import load
from config.unit import UnitConfig
from field.rescue.config_file import renamed, rewrite

FILE = """# a spare in the cupboard
[unit]
name = "kiosk-spare"   # change me
kind = "kiosk"
hub_url = 'https://old:1'
state_dir = "/var/lib/hall-kiosk"

[face]
diagonal_in = 21.5  # measured

[devices.printer]
kind = "ticket_printer"
model = "epson-tm-t88"
address = "usb:04b8:0202"
"""
WANTED = {"name": "kiosk-c", "hub_url": "https://hub:8443", "series": "C"}


def test_only_its_lines_change(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(FILE)
    path.chmod(0o640)
    assert rewrite(path, WANTED) == ""
    unit = load(path, UnitConfig).unit
    assert (unit.name, unit.hub_url, unit.series) == ("kiosk-c", "https://hub:8443", "C")
    after = path.read_text()
    assert [line for line in after.splitlines() if line not in FILE.splitlines()] == [
        'series = "C"',
        'name = "kiosk-c"   # change me',
        'hub_url = "https://hub:8443"',
    ]
    assert path.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "kiosk.toml.before").read_text() == FILE
    assert rewrite(path, WANTED) == "", "once more changes nothing"
    assert path.read_text() == after


@pytest.mark.parametrize(
    "text",
    [
        'unit = { name = "x", kind = "kiosk", hub_url = "h", state_dir = "s" }\n',
        FILE.replace('"kiosk-spare"', '"""kiosk"""'),
        FILE.replace("[face]", "[fase]"),
    ],
)
def test_a_file_of_an_unusual_form_is_left_to_a_person(text: str, tmp_path: Path) -> None:
    assert renamed(text, WANTED) is None
    path = tmp_path / "kiosk.toml"
    path.write_text(text)
    said = rewrite(path, WANTED)
    assert 'series = "C"' in said
    assert path.read_text() == text


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    assert "could not be written" in rewrite(tmp_path / "none.toml", WANTED)
