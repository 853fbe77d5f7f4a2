"""Drafts: the key lives in memory, the code decrypts, nothing readable lies in the store."""

from pathlib import Path

import pytest

from kiosk.drafts import TRIES, DraftBox, memory_folder
from tests.support.kiosk import MemoryRows

DRAFT = "张三丰 110101199003070017".encode()


@pytest.fixture
def rows() -> MemoryRows:
    return MemoryRows()


@pytest.fixture
def box(rows: MemoryRows, tmp_path: Path) -> DraftBox:
    return DraftBox(rows, tmp_path / "memory")


def test_recovers_with_its_age(box: DraftBox) -> None:
    box.save(DRAFT)
    found = box.recover()
    assert found is not None
    assert found[0] == DRAFT
    assert 0 <= found[1] < 60


def test_store_holds_nothing_readable(box: DraftBox, rows: MemoryRows) -> None:
    box.save(DRAFT)
    code = box.put_away(DRAFT)
    for sealed in rows.rows.values():
        assert b"110101" not in sealed
        assert "张".encode() not in sealed
        assert code.encode() not in sealed
    assert code[4:] not in "".join(rows.rows)


def test_key_gone_means_draft_gone(box: DraftBox, tmp_path: Path) -> None:
    box.save(DRAFT)
    (tmp_path / "memory" / "draft.key").unlink()
    assert box.recover() is None


def test_key_is_private(box: DraftBox, tmp_path: Path) -> None:
    box.save(DRAFT)
    assert (tmp_path / "memory" / "draft.key").stat().st_mode & 0o777 == 0o600


def test_damaged_draft_is_none(box: DraftBox, rows: MemoryRows) -> None:
    box.save(DRAFT)
    sealed = rows.rows["live"]
    rows.rows["live"] = sealed[:-1] + bytes([sealed[-1] ^ 1])
    assert box.recover() is None


def test_drop_leaves_neither_draft_nor_key(box: DraftBox, rows: MemoryRows, tmp_path: Path) -> None:
    box.save(DRAFT)
    box.drop()
    assert rows.rows == {}
    assert list((tmp_path / "memory").iterdir()) == []


def test_code_opens_once_and_a_few_wrong_ones_destroy(box: DraftBox, rows: MemoryRows) -> None:
    code = box.put_away(DRAFT)
    assert box.open_put_away(code) == DRAFT
    assert box.open_put_away(code) is None
    code = box.put_away(DRAFT)
    wrong = code[:4] + ("0" if code[4] != "0" else "1") + code[5:]
    assert [box.open_put_away(wrong) for _ in range(TRIES)] == [None] * TRIES
    assert box.open_put_away(code) is None
    assert rows.rows == {}


def test_short_code_is_wrong(box: DraftBox) -> None:
    assert box.open_put_away("123") is None


def test_memory_folder_follows_the_runtime_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert memory_folder("kiosk-c").parent == tmp_path
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert memory_folder("kiosk-c").parent == Path("/dev/shm")
