"""The copy of a dead disk: found, read only, and never stopped by what the disk cannot give."""

import os
from pathlib import Path

import msgspec
import pytest

from field.rescue.disk import BLOCK, DiskCopy, Owner, copy_disk, owner, state_folder
from hall.wire.enrolment import Enrolled


def test_the_folder_itself_or_the_only_one_below_a_whole_disk(tmp_path: Path) -> None:
    kiosk = tmp_path / "var/lib/hall-kiosk"
    kiosk.mkdir(parents=True)
    assert "no unit.db" in str(state_folder(tmp_path))
    (kiosk / "unit.db").touch()
    assert state_folder(kiosk) == kiosk
    assert state_folder(tmp_path) == kiosk
    counter = tmp_path / "var/lib/hall-counter/3"
    counter.mkdir(parents=True)
    (counter / "unit.db").touch()
    assert "several units lived here" in str(state_folder(tmp_path))
    assert "no such folder" in str(state_folder(tmp_path / "none"))


def test_whose_disk_it_is(tmp_path: Path) -> None:
    assert owner(tmp_path) is None
    enrolled = Enrolled(unit="kiosk-c", kind="kiosk", hall="demo", hub_key=b"")
    (tmp_path / "enrolled.json").write_bytes(msgspec.json.encode(enrolled))
    assert owner(tmp_path) == Owner("kiosk-c", "demo")
    (tmp_path / "enrolled.json").write_bytes(b"\0" * 40)
    assert owner(tmp_path) is None


def test_everything_but_the_shared_memory_is_copied_for_the_owner_only(tmp_path: Path) -> None:
    dead, work = tmp_path / "dead", tmp_path / "work"
    dead.mkdir()
    for name in ("unit.db", "unit.db-wal", "unit.db-shm", "unit.db.v1.bak", "unit.key"):
        (dead / name).write_bytes(name.encode())
    work.mkdir()
    (work / "unit.db-wal").write_bytes(b"of an earlier try")
    copy = copy_disk(dead, work)
    assert isinstance(copy, DiskCopy)
    assert [path.name for path in copy.files] == ["unit.db", "unit.db-wal", "unit.db.v1.bak"]
    assert (work / "unit.db-wal").read_bytes() == b"unit.db-wal"
    assert {path.stat().st_mode & 0o777 for path in copy.files} == {0o600}
    assert copy.notes == ()


def test_blocks_that_the_disk_will_not_give_become_zeros_and_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "unit.db").write_bytes(b"x" * (3 * BLOCK + 10))
    plain = os.pread

    def failing(handle: int, size: int, start: int) -> bytes:
        if start == BLOCK:
            raise OSError(5, "Input/output error")
        return plain(handle, size, start)

    monkeypatch.setattr(os, "pread", failing)
    copy = copy_disk(tmp_path, tmp_path / "work")
    assert isinstance(copy, DiskCopy)
    content = copy.files[0].read_bytes()
    assert content == b"x" * BLOCK + bytes(BLOCK) + b"x" * (BLOCK + 10)
    assert copy.notes == (f"unit.db: {BLOCK} bytes are unreadable on the disk",)
