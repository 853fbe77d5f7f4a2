"""Papers before the camera: order, taken again, doubtful, lost camera; sealed, released with the case, or dropped."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hall.ports.status import Status, StatusWord
from hall.wire import commands as cmd
from hall.wire.replies import RefusalCode, Refused
from kiosk.flow.causes import DocumentKept, Photographed, Touch
from kiosk.flow.models import CaptureModel, ConfirmModel, Word
from kiosk.flow.state import Place
from tests.support.papers import PaperRig
from tests.unit.kiosk.test_paper import attendant

pytestmark = pytest.mark.usefixtures("qapp")  # signatures and sheets are drawn


@pytest.fixture
def rig(tmp_path: Path) -> PaperRig:
    return PaperRig(tmp_path / "k").begin()


@pytest.fixture
def at_camera(rig: PaperRig) -> PaperRig:
    rig.touch(Touch.FLOW, "papers")
    assert rig.place is Place.CAPTURE
    return rig


def digests(rig: PaperRig) -> list[str]:
    return [sha256(jpeg).hexdigest() for jpeg in rig.camera.papers]


def test_pages_become_one_sealed_document_whose_digest_the_form_names(at_camera: PaperRig) -> None:
    rig, pages = at_camera, digests(at_camera)
    rig.touch(Touch.SHOOT).touch(Touch.SHOOT)
    assert (rig.screen.pages, rig.screen.can_go) == (tuple(pages[:2]), True)
    rig.touch(Touch.NEXT)
    document = rig.camera.bound[0]
    assert document.pages == tuple(pages[:2])
    assert rig.shell.state.session.answers["lease"] == document.sha256
    assert rig.documents() == [(document.sha256, "held")]
    assert isinstance(rig.screen, ConfirmModel)
    assert rig.screen.rows[-1].value == Word("confirm.pages", {"n": "2"})


def test_the_preview_runs_only_on_its_screen_and_is_never_kept(at_camera: PaperRig) -> None:
    rig = at_camera
    rig.camera.look(b"one")
    assert rig.glass.previews == [b"one"]
    rig.touch(Touch.SHOOT).touch(Touch.NEXT)
    assert not rig.camera.live
    rig.touch(Touch.BACK)
    assert rig.camera.live
    rig.touch(Touch.LEAVE)
    assert (rig.camera.live, rig.glass.previews, rig.glass.pictures) == (False, [], {})


def test_the_cameras_button_takes_a_page(at_camera: PaperRig) -> None:
    at_camera.camera.press()
    assert len(at_camera.screen.pages) == 1


def test_taken_again_stands_behind_the_first_until_that_is_removed(at_camera: PaperRig) -> None:
    rig, (first, second, again, *_) = at_camera, digests(at_camera)
    rig.touch(Touch.SHOOT).touch(Touch.SHOOT).touch(Touch.PICK, "0").touch(Touch.SHOOT)
    assert rig.screen.pages == (first, again, second)
    assert (rig.screen.can_go, rig.screen.problem) == (False, Word("capture.too_many"))
    rig.touch(Touch.NEXT)
    assert rig.place is Place.CAPTURE
    rig.touch(Touch.PICK, "0").touch(Touch.REMOVE).touch(Touch.NEXT)
    assert rig.camera.bound[0].pages == (again, second)


def test_a_page_without_an_edge_is_kept_only_if_the_citizen_says_so(at_camera: PaperRig) -> None:
    rig, (first, second, *_) = at_camera, digests(at_camera)
    rig.camera.found = False
    rig.touch(Touch.SHOOT)
    assert (rig.screen.doubtful, rig.screen.pages, rig.screen.can_go) == (first, (), False)
    assert rig.screen.problem == Word("capture.no_edge")
    rig.camera.found = True
    rig.touch(Touch.SHOOT)
    assert (rig.screen.doubtful, rig.screen.pages) == ("", (second,))
    rig.camera.found = False
    rig.touch(Touch.SHOOT).touch(Touch.KEEP_PAGE)
    assert len(rig.screen.pages) == 2


def test_there_is_an_end_to_the_pages(at_camera: PaperRig) -> None:
    for _ in range(12):
        at_camera.touch(Touch.SHOOT)
    assert len(at_camera.screen.pages) == 7
    assert not at_camera.screen.can_shoot


def test_the_same_picture_twice_is_one_page(at_camera: PaperRig) -> None:
    at_camera.camera.papers = at_camera.camera.papers[:1]
    at_camera.touch(Touch.SHOOT).touch(Touch.SHOOT)
    assert len(at_camera.screen.pages) == 1
    assert at_camera.screen.problem == Word("capture.same")


def test_a_camera_lost_in_the_middle_is_told_and_comes_back(at_camera: PaperRig) -> None:
    rig = at_camera
    rig.touch(Touch.SHOOT)
    rig.camera.become(StatusWord.OFFLINE)
    assert (rig.screen.camera_ok, rig.screen.can_shoot, rig.screen.can_go) == (False, False, True)
    rig.touch(Touch.SHOOT)
    assert len(rig.screen.pages) == 1
    rig.camera.become(StatusWord.READY)
    rig.camera.fails = StatusWord.FAULT
    rig.touch(Touch.SHOOT)
    assert rig.screen.problem == Word("capture.not_taken")
    assert not rig.screen.camera_ok


def test_without_a_camera_the_flow_is_grey(rig: PaperRig) -> None:
    rig.camera.become(StatusWord.OFFLINE)
    rig.touch(Touch.FLOW, "papers")
    assert rig.place is Place.MESSAGE
    assert rig.shell.state.note.text == Word("needs.camera.broken")


def test_pages_changed_after_going_back_replace_the_document(at_camera: PaperRig) -> None:
    rig = at_camera
    rig.touch(Touch.SHOOT).touch(Touch.NEXT).touch(Touch.BACK).touch(Touch.SHOOT).touch(Touch.NEXT)
    assert rig.documents() == [(rig.camera.bound[1].sha256, "held")]
    assert list(rig.shell.state.session.documents) == [rig.camera.bound[1].sha256]


def test_who_leaves_takes_the_papers_along(at_camera: PaperRig) -> None:
    at_camera.touch(Touch.SHOOT).touch(Touch.NEXT)
    assert at_camera.documents() != []
    at_camera.touch(Touch.LEAVE)
    assert at_camera.documents() == []


def test_papers_wait_for_the_code_under_which_a_session_was_put_away(at_camera: PaperRig) -> None:
    rig = at_camera
    rig.touch(Touch.SHOOT).touch(Touch.NEXT).touch(Touch.TAKE_CODE)
    assert [state for _, state in rig.documents()] == ["held"]
    assert rig.glass.pictures == {}
    code = rig.screen.given
    rig.touch(Touch.NEXT).touch(Touch.ENTER_CODE).type(code).touch(Touch.NEXT)
    assert rig.place is Place.CONFIRM
    rig.touch(Touch.NEXT)
    rig.sign()
    assert {state for _, state in rig.documents()} == {"waiting"}


def test_the_case_comes_after_its_documents_are_on_their_way(rig: PaperRig) -> None:
    rig.to_sign().sign()
    assert [state for _, state in rig.documents()] == ["waiting", "waiting"]
    assert len(rig.link.of(cmd.SubmitCase)) == 1


def test_a_case_is_not_submitted_without_its_documents(rig: PaperRig) -> None:
    rig.to_sign()
    rig.store._connection.execute("DELETE FROM documents")
    rig.sign()
    assert rig.place is Place.MESSAGE
    assert rig.shell.state.note.text == Word("document.gone")
    assert rig.link.of(cmd.SubmitCase) == []


def test_documents_of_a_refused_case_are_deleted(rig: PaperRig) -> None:
    rig.hub.special[cmd.SubmitCase] = lambda command: Refused(command.key, RefusalCode.UNKNOWN_ITEM)
    rig.to_sign().sign()
    assert rig.place is Place.MESSAGE
    assert rig.documents() == []


def test_too_large_is_said_while_the_citizen_is_there(tmp_path: Path) -> None:
    rig = PaperRig(tmp_path / "k")
    rig.largest = 100
    rig.begin().touch(Touch.FLOW, "papers").touch(Touch.SHOOT).touch(Touch.NEXT)
    assert (rig.place, rig.screen.problem) == (Place.CAPTURE, Word("document.too_large"))
    assert rig.documents() == []


def test_nothing_is_kept_while_the_hubs_key_is_not_known(at_camera: PaperRig) -> None:
    rig = at_camera
    view = msgspec.structs.replace(rig.shell.state.view, hub_key=b"")
    rig.shell.state = msgspec.structs.replace(rig.shell.state, view=view)
    rig.touch(Touch.SHOOT).touch(Touch.NEXT)
    assert (rig.place, rig.screen.problem) == (Place.CAPTURE, Word("document.no_key"))


class Slow:
    """A door to slow work that opens when told."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Any, Any]] = []

    def __call__(self, _name: str, work: Any, then: Any, _failed: Any) -> None:
        self.waiting.append((work, then))

    def open(self) -> None:
        waiting, self.waiting = self.waiting, []
        for work, then in waiting:
            then(work())


def test_a_page_that_comes_after_its_citizen_left_is_nobodys(at_camera: PaperRig) -> None:
    rig, slow = at_camera, Slow()
    rig.shell._run_slow = slow
    rig.touch(Touch.SHOOT)
    assert rig.screen.busy
    rig.touch(Touch.SHOOT)
    assert len(slow.waiting) == 1
    rig.touch(Touch.LEAVE).touch(Touch.FLOW, "papers")
    slow.open()
    assert (rig.screen.pages, rig.glass.pictures, rig.screen.busy) == ((), {}, False)


def test_a_document_made_after_its_citizen_left_is_deleted(at_camera: PaperRig) -> None:
    rig, slow = at_camera, Slow()
    rig.touch(Touch.SHOOT)
    rig.shell._run_slow = slow
    rig.touch(Touch.NEXT).touch(Touch.LEAVE)
    slow.open()
    slow.open()
    assert rig.documents() == []


def test_answers_to_steps_left_meanwhile_do_nothing(at_camera: PaperRig) -> None:
    rig = at_camera
    rig.touch(Touch.SHOOT).touch(Touch.NEXT)
    kept = rig.documents()
    rig.shell.take(Photographed("old", "ref"))
    rig.shell.take(DocumentKept("old", kept[0][0], 1))
    assert rig.documents() == kept


def test_a_page_printed_on_no_log_and_in_no_repr(at_camera: PaperRig) -> None:
    at_camera.touch(Touch.SHOOT)
    assert isinstance(at_camera.screen, CaptureModel)
    assert str(at_camera.screen.pages[0]) not in repr(at_camera.shell.state.session)


def test_status_of_the_camera_is_its_need(rig: PaperRig) -> None:
    assert rig.shell.state.devices["camera"] == Status(StatusWord.READY)


def test_the_attendant_reads_what_the_hub_does_not_have_yet(rig: PaperRig) -> None:
    assert attendant(rig).screen.documents is None
    rig.touch(Touch.NEXT)
    rig.to_sign().sign().touch(Touch.NEXT)
    assert attendant(rig).screen.documents == Word("staff.documents", {"n": "2", "minutes": "0", "refused": "0"})
    rig.touch(Touch.NEXT)
    rig.store.documents.refused(rig.documents()[0][0], "too_large", 1)
    assert attendant(rig).screen.documents == Word(
        "staff.documents_refused", {"n": "1", "minutes": "0", "refused": "1"}
    )
