"""USB sticks: found by the kernel's list, written through, and every way to fail named."""

import os
from pathlib import Path

import pytest

from field.examine.stick import onto, sticks, the_stick

MOUNTS = r"""sysfs /sys sysfs rw 0 0
/dev/sda1 {media}/usb\040one vfat rw,nosuid 0 0
/dev/sdb1 {run}/hall/STICK exfat rw 0 0
/dev/vda1 / ext4 rw 0 0
broken line
"""


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "media", tmp_path / "run"


def listed(tmp_path: Path, places: tuple[Path, Path], lines: slice = slice(None)) -> Path:
    path = tmp_path / "mounts"
    text = MOUNTS.format(media=places[0], run=places[1]).splitlines()
    path.write_text("\n".join(text[lines]), encoding="utf-8")
    return path


def test_sticks_are_what_is_mounted_below_the_places(tmp_path: Path, places: tuple[Path, Path]) -> None:
    assert sticks(places, listed(tmp_path, places)) == [places[0] / "usb one", places[1] / "hall" / "STICK"]


def test_one_stick_is_taken_none_and_two_are_said(tmp_path: Path, places: tuple[Path, Path]) -> None:
    assert the_stick(places, listed(tmp_path, places, slice(0, 2))) == places[0] / "usb one"
    assert "no USB stick is mounted" in str(the_stick(places, listed(tmp_path, places, slice(0, 1))))
    several = the_stick(places, listed(tmp_path, places))
    assert isinstance(several, str)
    assert "usb one" in several
    assert "name the right one" in several


def test_a_file_is_written_through_to_the_medium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    assert onto(tmp_path, "r.pdf", b"whole") == tmp_path / "r.pdf"
    assert (tmp_path / "r.pdf").read_bytes() == b"whole"
    assert len(synced) == 2, "the file, and the folder that names it"


def test_a_full_stick_keeps_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = onto(tmp_path, "r.pdf", b"whole")
    assert isinstance(said, str)
    assert "No space left" in said
    assert list(tmp_path.iterdir()) == []


def test_a_pulled_stick_is_said(tmp_path: Path) -> None:
    assert "is the stick in" in str(onto(tmp_path / "gone", "r.pdf", b"x"))
