"""Sealed documents: held, released all or none, sent and forgotten, refused and kept; there after a power cut."""

from pathlib import Path

import apsw
import pytest

from hall.store import migrations
from hall.store.documents import HELD_MS, SENT_MS, Backlog, Waiting
from hall.store.trouble import StoreFault, StoreTrouble
from hall.store.unit_store import UnitStore, open_store

NOW = 1_795_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> UnitStore:
    opened = open_store(tmp_path / "unit.db")
    assert isinstance(opened, UnitStore)
    return opened


def rows(store: UnitStore) -> list[tuple[str, str, bytes]]:
    found = store._connection.execute("SELECT sha256, state, sealed FROM documents ORDER BY ord")
    return [(str(sha256), str(state), bytes(sealed)) for sha256, state, sealed in found]


def test_a_held_document_is_nobodys_business_until_its_case_is_submitted(store: UnitStore) -> None:
    shelf, woken = store.documents, []
    shelf.listen(lambda: woken.append(True))
    assert shelf.hold("a1", b"sealed", NOW) is None
    assert (shelf.next(NOW), shelf.backlog(), woken) == (None, Backlog(), [])
    assert shelf.release(("a1",), NOW + 5) is True
    assert shelf.next(NOW) == Waiting("a1", b"sealed")
    assert (shelf.backlog(), woken) == (Backlog(waiting=1, oldest_ms=NOW + 5), [True])


def test_released_is_all_or_none(store: UnitStore) -> None:
    shelf = store.documents
    shelf.hold("a1", b"one", NOW)
    assert shelf.release(("a1", "b2"), NOW) is False
    assert shelf.next(NOW) is None


def test_what_was_released_is_there_after_a_power_cut(store: UnitStore, tmp_path: Path) -> None:
    store.documents.hold("a1", b"one", NOW)
    store.documents.release(("a1",), NOW)
    # Nothing is closed: what a second look sees is what the disk has.
    copy = tmp_path / "after.db"
    assert store.copy_to(copy) is None
    again = open_store(copy)
    assert isinstance(again, UnitStore)
    assert again.documents.next(NOW) == Waiting("a1", b"one")


def test_sent_bytes_are_gone_but_the_case_may_be_submitted_again(store: UnitStore) -> None:
    shelf = store.documents
    shelf.hold("a1", b"one", NOW)
    shelf.release(("a1",), NOW)
    shelf.sent("a1", NOW)
    assert rows(store) == [("a1", "sent", b"")]
    assert shelf.release(("a1",), NOW) is True
    assert (shelf.next(NOW), shelf.backlog()) == (None, Backlog())
    shelf.next(NOW + SENT_MS)
    assert rows(store) == []


def test_a_refused_one_is_kept_and_lets_the_others_go_on(store: UnitStore) -> None:
    shelf = store.documents
    for name in ("a1", "b2"):
        shelf.hold(name, name.encode(), NOW)
    shelf.release(("a1", "b2"), NOW)
    shelf.refused("a1", "too_large", NOW)
    assert shelf.next(NOW) == Waiting("b2", b"b2")
    assert shelf.backlog() == Backlog(waiting=1, oldest_ms=NOW, refused=1)
    shelf.drop(("a1",))
    assert rows(store)[0] == ("a1", "refused", b"a1")


def test_dropped_and_expired_ones_are_deleted(store: UnitStore) -> None:
    shelf = store.documents
    for name in ("a1", "b2"):
        shelf.hold(name, b"x", NOW)
    shelf.drop(("a1",))
    assert [name for name, _, _ in rows(store)] == ["b2"]
    shelf.next(NOW + HELD_MS)
    assert rows(store) == []


def test_the_same_document_held_again_lives_longer(store: UnitStore) -> None:
    shelf = store.documents
    shelf.hold("a1", b"one", NOW)
    shelf.hold("a1", b"two", NOW + HELD_MS)
    shelf.next(NOW + HELD_MS)
    assert rows(store) == [("a1", "held", b"two")]


def test_a_store_that_cannot_write_says_so(store: UnitStore) -> None:
    store._connection.execute("PRAGMA query_only = ON")
    trouble = store.documents.hold("a1", b"one", NOW)
    assert isinstance(trouble, StoreTrouble)
    assert trouble.fault is StoreFault.READ_ONLY


def test_a_file_of_the_version_before_is_moved_on_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "unit.db"
    old = apsw.Connection(str(path))
    assert migrations.migrate(old, path, migrations.STEPS[:2])
    old.execute("INSERT INTO drafts (name, expires_ms, sealed) VALUES ('live', 9, x'01')")
    old.close()
    store = open_store(path)
    assert isinstance(store, UnitStore)
    assert store.documents.hold("a1", b"one", NOW) is None
    assert store.draft("live", 0) == b"\x01"
    assert path.with_name("unit.db.v2.bak").exists()
