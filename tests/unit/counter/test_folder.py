"""A case's papers at the desk: one answer a question, trouble in words, nothing kept after the close."""

import pytest

from counter.flow.folder import CloseFolder, Folder, FolderModel, OpenFolder, OpenPaper, Phase
from hall.domain.ids import CaseNumber
from hall.sync.link import Answered
from tests.unit.counter.papers import CASE, LINES, listed


def test_listed_then_read_then_forgotten() -> None:
    folder = Folder()
    assert folder.step(OpenFolder(CaseNumber(f" {CASE.lower()} "))) == f"/v1/cases/{CASE}/documents"
    assert folder.step(listed()) is None
    assert (folder.model.phase, [line.field for line in folder.model.lines]) == (Phase.LISTED, ["lease", "hand"])
    assert folder.step(OpenPaper(1)) == f"/v1/cases/{CASE}/documents/{LINES[1].sha256}"
    folder.step(Answered("q", 200, b"%PDF-1.4 lease"))
    assert (folder.model.phase, folder.model.place, folder.model.content) == (Phase.READING, 1, b"%PDF-1.4 lease")
    assert "lease" not in repr(folder.model)
    folder.step(CloseFolder())
    assert folder.model == FolderModel()


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Answered("q", 404), "papers_not_yours"),
        (Answered("q", 403), "papers_not_yours"),
        (Answered("q", 0, "timeout"), "papers_away"),
        (Answered("q", 503), "papers_away"),
        (Answered("q", 200, {"not": "a list"}), "papers_away"),
        (Answered("q", 200, []), "papers_none"),
    ],
)
def test_trouble_is_a_word(answer: Answered, word: str) -> None:
    folder = Folder()
    folder.step(OpenFolder(CASE))
    folder.step(answer)
    assert (folder.model.phase, folder.model.word) == (Phase.TROUBLE, word)


def test_what_does_not_fit_is_dropped() -> None:
    folder = Folder()
    assert folder.step(OpenPaper(0)) is None
    folder.step(listed())
    assert folder.model == FolderModel()
    folder.step(OpenFolder(CASE))
    folder.step(listed())
    assert folder.step(OpenPaper(2)) is None
    assert folder.model.phase is Phase.LISTED


def test_a_typed_number_cannot_name_another_path() -> None:
    assert Folder().step(OpenFolder(CaseNumber("../units?x#"))) == "/v1/cases/UNITSX/documents"
