"""The hub's shelf of readiness reports: whole or not at all, bounded, and nowhere but in its folder."""

import shutil
from pathlib import Path

import pytest

from server.reports import KEPT, LARGEST, ReportLine, Reports
from server.store.room import RESERVE

NOW = 1_795_000_000_123


def test_a_report_is_kept_as_it_came(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    assert reports.all() == []
    kept = reports.keep("kiosk-c", b"%PDF-1.7 one", NOW)
    assert isinstance(kept, ReportLine)
    assert kept.at == NOW
    path = tmp_path / "reports" / kept.name
    assert path.read_bytes() == b"%PDF-1.7 one"
    assert path.stat().st_mode & 0o777 == 0o600
    assert reports.all() == [kept]


def test_the_oldest_go_and_other_units_keep_theirs(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    reports.keep("lobby", b"%PDF-", NOW)
    for number in range(KEPT + 3):
        reports.keep("kiosk-c", b"%PDF-", NOW + number * 1000)
    lines = reports.all()
    assert len(lines) == KEPT + 1
    assert min(line.at for line in lines if line.unit == "kiosk-c") == NOW + 3000


@pytest.mark.parametrize(
    ("unit", "content", "why"),
    [
        ("../kiosk", b"%PDF-", "no unit's name"),
        ("..", b"%PDF-", "no unit's name"),
        ("kiosk-c", b"PK\x03\x04", "no PDF"),
        ("kiosk-c", b"%PDF-" + bytes(LARGEST), "more than"),
    ],
)
def test_what_is_no_report_is_refused(unit: str, content: bytes, why: str, tmp_path: Path) -> None:
    said = Reports(tmp_path).keep(unit, content, NOW)
    assert isinstance(said, str)
    assert why in said
    assert list(tmp_path.rglob("*.pdf")) == []


def test_a_nearly_full_disk_belongs_to_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=RESERVE + 5))
    assert isinstance(Reports(tmp_path).keep("kiosk-c", b"%PDF-", NOW), ReportLine)
    with pytest.raises(OSError, match="nearly full"):
        Reports(tmp_path).keep("kiosk-c", b"%PDF-1", NOW + 1000)
    assert len(Reports(tmp_path).all()) == 1


def test_a_stranger_in_the_folder_is_neither_listed_nor_deleted(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    reports.keep("kiosk-c", b"%PDF-", NOW)
    stranger = tmp_path / "reports" / "kiosk-c" / "00-notes.pdf"
    stranger.write_bytes(b"mine")
    for number in range(KEPT + 1):
        reports.keep("kiosk-c", b"%PDF-", NOW + number * 1000)
    assert len(reports.all()) == KEPT
    assert stranger.exists()
