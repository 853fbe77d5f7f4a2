"""A case's papers at the desk: asked for by number, listed, one read at a time. No Qt, no link.

    closed -> asking -> listed -> fetching -> reading -> closed

Every answer that is not what was asked last is dropped. What was read is in memory only while it is shown: closing the
folder, another paper, and the clerk's leaving let go of it.
"""

from enum import StrEnum
from typing import Any

import msgspec

from hall.domain.ids import CaseNumber
from hall.sync.link import Answered
from hall.wire.case_documents import DocumentLine

OK = 200
WORDS = {0: "papers_away", 403: "papers_not_yours", 404: "papers_not_yours"}
"""What a refusal is called on the screen, by status; else that the hub could not."""


class OpenFolder(msgspec.Struct, frozen=True):
    """The clerk asks for the papers of a case."""

    case: CaseNumber


class OpenPaper(msgspec.Struct, frozen=True):
    """The clerk opens one of them, by its place in the list from 0."""

    place: int


class CloseFolder(msgspec.Struct, frozen=True):
    """The clerk is done."""


FolderIntent = OpenFolder | OpenPaper | CloseFolder


class Phase(StrEnum):
    """What the screen shows."""

    CLOSED = "closed"
    ASKING = "asking"
    LISTED = "listed"
    READING = "reading"
    TROUBLE = "trouble"


class FolderModel(msgspec.Struct, frozen=True):
    """What the screen draws."""

    phase: Phase = Phase.CLOSED
    case: CaseNumber = CaseNumber("")
    lines: tuple[DocumentLine, ...] = ()
    place: int = 0
    content: Any = None
    """Of the paper that is read: bytes of a PDF, or a signature's JSON as plain values."""
    word: str = ""
    """Of trouble."""

    def __repr__(self) -> str:
        return f"FolderModel({self.phase}, {len(self.lines)} papers)"


class Folder:
    """Feed it intents and answers; `model` is what to draw, and the path returned is what to ask the hub."""

    def __init__(self) -> None:
        self.model = FolderModel()

    def step(self, said: FolderIntent | Answered) -> str | None:
        """Take an intent, or the answer to the path that was asked last. Return what to ask now."""
        match said:
            case OpenFolder(case=case):
                self.model = FolderModel(Phase.ASKING, case)
                return _path(case)
            case OpenPaper(place=place) if self.model.phase is Phase.LISTED and place < len(self.model.lines):
                self.model = msgspec.structs.replace(self.model, phase=Phase.ASKING, place=place)
                return f"{_path(self.model.case)}/{self.model.lines[place].sha256}"
            case CloseFolder():
                self.model = FolderModel()
            case Answered() if self.model.phase is Phase.ASKING:
                self.model = self._read(said) if self.model.lines else self._listed(said)
        return None

    def _listed(self, answer: Answered) -> FolderModel:
        if answer.status != OK:
            return self._trouble(answer)
        try:
            lines = msgspec.convert(answer.body, tuple[DocumentLine, ...])
        except msgspec.ValidationError:
            return FolderModel(Phase.TROUBLE, self.model.case, word="papers_away")
        if not lines:
            return FolderModel(Phase.TROUBLE, self.model.case, word="papers_none")
        return FolderModel(Phase.LISTED, self.model.case, lines)

    def _read(self, answer: Answered) -> FolderModel:
        if answer.status != OK:
            return self._trouble(answer)
        return msgspec.structs.replace(self.model, phase=Phase.READING, content=answer.body)

    def _trouble(self, answer: Answered) -> FolderModel:
        return FolderModel(Phase.TROUBLE, self.model.case, word=WORDS.get(answer.status, "papers_away"))


def _path(case: CaseNumber) -> str:
    # A number is typed by hand: what cannot stand in one must not become another path.
    return f"/v1/cases/{''.join(one for one in case.strip().upper() if one.isalnum() or one in '-_')}/documents"
