"""The copy: whole at every moment, only what is new, nothing damaged, nothing erased; and the way back from it."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from hall.domain.ids import CaseNumber, CommandKey, PersonRef
from hall.wire.commands import SubmitCase
from hall.wire.events import PersonErased
from server.hub.step import FormRow, Received, Record
from server.store import copying
from server.store.copying import CopyFailed, make_copy
from server.store.documents import Documents
from server.store.log import HubLog, LogReader, StoreFailed
from server.store.restoring import checked, restore
from tests.support.halls import HUB, KIOSK, Hall

ONE, TWO, ORPHAN = "1" * 64, "2" * 64, "3" * 64
ANN, BEN = PersonRef("p-ann"), PersonRef("p-ben")


class Place:
    """A hub's folder with two cases and three documents, and where its copy goes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.copy = folder / "state", folder / "copy"
        self.folder.mkdir()
        self.documents = Documents(self.folder / "documents")
        self.log = HubLog(self.folder / "hub.db")
        self.hall = Hall(self.log).open()
        self.pauses: list[float] = []
        for name in (ONE, TWO, ORPHAN):
            self.documents.keep(name, name.encode() * 10_000)
        self.cases = [self.case(ANN, ONE), self.case(BEN, TWO)]

    def case(self, person: PersonRef, *documents: str) -> CaseNumber:
        key = self.hall.key()
        command = SubmitCase(key=key, item="social", person=person)  # type: ignore[arg-type]  # NewType of str
        form = FormRow(key, b"sealed", documents, person)
        persist = self.hall.step.commands([Received(command, KIOSK, (), (form,))], self.hall.now)
        self.log.append(persist)
        return CaseNumber(persist.cases[0][0])

    def erase(self, person: PersonRef) -> None:
        record = Record(CommandKey("erase"), PersonErased(person), HUB)
        self.log.append(self.hall.step.commands([record], self.hall.now))

    def make(self) -> copying.Copied:
        return make_copy(self.folder / "hub.db", self.documents, self.copy, self.pauses.append)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_copy_has_every_document_and_the_next_round_only_new_ones(place: Place) -> None:
    first = place.make()
    assert (first.documents, first.deleted, first.rows) == (3, 0, place.log.last_seq())
    found = checked(place.copy)
    assert (found.rows, found.broken, found.documents, found.wrong) == (first.rows, None, 2, [])
    assert sum(place.pauses) == pytest.approx(3 * 640_000 / copying.PER_SECOND)
    place.documents.keep("4" * 64, b"new")
    assert place.make().documents == 1
    assert {path.name for path in place.copy.iterdir()} == {"hub.db", "documents"}
    place.log.close()


def test_what_was_erased_goes_and_what_was_lost_stays(place: Place) -> None:
    place.make()
    place.documents.forget(place.log.documents_of_person_alone(ANN))
    place.erase(ANN)
    (place.documents.folder / f"{TWO}.sealed").unlink()
    assert place.make().deleted == 1
    assert set(Documents(place.copy / "documents").names()) == {TWO, ORPHAN}
    assert not checked(place.copy).wrong
    place.log.close()


def test_a_paper_that_two_people_handed_in_stays_when_one_is_erased(place: Place) -> None:
    place.case(BEN, ONE)
    assert place.log.documents_of_person_alone(ANN) == []
    place.erase(ANN)
    assert place.log.names_document(ONE)
    assert set(place.log.documents_of_person_alone(BEN)) == {ONE, TWO}
    place.log.close()


def test_damage_does_not_spread_into_the_copy(place: Place) -> None:
    (place.documents.folder / f"{ONE}.sealed").write_bytes(b"rotten")
    done = place.make()
    assert (done.documents, done.altered) == (2, (ONE,))
    assert Documents(place.copy / "documents").read(ONE) is None
    wrong = checked(place.folder).wrong
    assert [(one.case, one.sha256, one.trouble) for one in wrong] == [(place.cases[0], ONE, "altered")]
    place.log.close()


def test_broken_off_the_copy_before_is_still_whole(place: Place) -> None:
    place.make()
    rows = checked(place.copy).rows
    place.documents.keep("4" * 64, b"new")
    place.case(ANN, "4" * 64)

    def ends(_seconds: float) -> None:
        raise CopyFailed("the hub ends")

    with pytest.raises(CopyFailed, match="ends"):
        make_copy(place.folder / "hub.db", place.documents, place.copy, ends)
    found = checked(place.copy)
    assert (found.rows, found.wrong) == (rows, [])
    place.log.close()


def test_a_full_disk_is_told_before_anything_is_written(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=copying.RESERVE))
    with pytest.raises(CopyFailed, match=r"hub\.copy_dir"):
        place.make()
    assert not (place.copy / "hub.db").exists()
    place.log.close()


def test_restored_it_goes_on_in_an_epoch_that_was_never_used(place: Place) -> None:
    place.make()
    last = place.log.last_seq()
    place.case(ANN, ORPHAN)
    place.log.close()
    (place.folder / "hub.db").write_bytes(b"not a database")
    (place.documents.folder / f"{ONE}.sealed").write_bytes(b"rotten")
    done = restore(place.folder, place.copy, "before")
    assert (done.rows, done.documents, done.epoch) == (last, 1, 2)
    assert [path.read_bytes() for path in done.aside] == [b"not a database"]
    assert not checked(place.folder).wrong
    assert restore(place.folder, place.copy, "again").epoch == 3
    reader = LogReader(place.folder / "hub.db")
    assert reader.verify() is None
    reader.close()


def test_without_a_copy_nothing_is_touched(place: Place, tmp_path: Path) -> None:
    place.log.close()
    before = (place.folder / "hub.db").read_bytes()
    with pytest.raises(StoreFailed, match="no copy"):
        restore(place.folder, tmp_path / "nowhere", "before")
    assert (place.folder / "hub.db").read_bytes() == before
