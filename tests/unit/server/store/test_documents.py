"""The folder of documents: sums beside them, orphans go by age and name, another folder's pieces are checked."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from server.store.documents import Documents

ONE, TWO = "1" * 64, "2" * 64
DAY_MS = 86_400_000


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    documents = Documents(tmp_path / "d")
    documents.keep(ONE, b"one sealed")
    documents.keep(TWO, b"two sealed")
    return documents


def age(documents: Documents, name: str, at_s: int) -> None:
    os.utime(documents.folder / f"{name}.sealed", (at_s, at_s))


def test_what_is_wrong_is_told_apart(documents: Documents) -> None:
    assert [documents.trouble(name) for name in (ONE, TWO, "3" * 64)] == ["", "", "missing"]
    (documents.folder / f"{ONE}.sealed").write_bytes(b"one seAled")
    (documents.folder / f"{TWO}.sum").unlink()
    assert [documents.trouble(ONE), documents.trouble(TWO)] == ["altered", "altered"]


def test_only_what_is_old_and_named_by_nobody_goes(documents: Documents) -> None:
    for name in (ONE, TWO):
        age(documents, name, 1000)
    documents.keep("3" * 64, b"young")
    assert documents.forget_orphans(2_000_000, lambda name: name == ONE) == 1
    assert set(documents.names()) == {ONE, "3" * 64}
    assert sorted(path.suffix for path in documents.folder.iterdir()) == [".sealed", ".sealed", ".sum", ".sum"]


def test_brought_again_it_is_young_again(documents: Documents) -> None:
    age(documents, ONE, 1000)
    assert documents.keep(ONE, b"one sealed anew") is False
    assert documents.forget_orphans(2_000_000, lambda _name: False) == 0
    assert documents.read(ONE) == b"one sealed"


def test_pieces_with_another_digest_are_not_taken_over(documents: Documents, tmp_path: Path) -> None:
    copies = Documents(tmp_path / "copy")
    assert copies.take_over(ONE, documents.digest_of(ONE), documents.pieces(ONE, 3))
    assert not copies.take_over(TWO, documents.digest_of(TWO), [b"two seAled"])
    assert [copies.read(ONE), copies.read(TWO), copies.trouble(ONE)] == [b"one sealed", None, ""]
    assert [path for path in copies.folder.iterdir() if path.suffix == ".part"] == []


def test_an_older_programs_documents_get_their_sum_and_a_look_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / f"{ONE}.sealed").write_bytes(b"one sealed")
    (folder / f"{TWO}.x.part").write_bytes(b"under way")
    assert Documents(folder, look=True).trouble(ONE) == "altered"
    assert len(list(folder.iterdir())) == 2
    assert Documents(folder).digest_of(ONE) == sha256(b"one sealed").hexdigest()
    assert sorted(path.suffix for path in folder.iterdir()) == [".sealed", ".sum"]


def test_a_disk_that_refuses_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents, calls = Documents(tmp_path / "d"), list[int]()

    def second_fails(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", second_fails)
    with pytest.raises(OSError, match="No space"):
        documents.keep(ONE, b"one sealed")
    assert list((tmp_path / "d").iterdir()) == []
