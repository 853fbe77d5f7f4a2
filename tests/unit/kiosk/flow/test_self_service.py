"""A residence proof from card to rating; guardian, proxy, crash, resume code, and what greys it out."""

import msgspec
import pytest

from hall.domain.ids import CaseNumber
from hall.domain.rating import NotRatedReason, RatingLevel
from hall.ports.status import Status, StatusWord
from hall.ports.ticket_printer import NotPrinted
from hall.sync.link import HubAway, ViewChanged
from hall.wire import commands as cmd
from hall.wire.replies import Done
from kiosk.flow.causes import DraftFound, Touch
from kiosk.flow.models import ConfirmModel, NumberModel, Word
from kiosk.flow.state import Place, Relation
from tests.support.fake_devices import card
from tests.support.kiosk import Rig
from tests.support.views import NOW_MS

CHILD = "110101198808080028"
pytestmark = pytest.mark.usefixtures("qapp")  # a signature is drawn


def to_form(rig: Rig, relation: str = "self") -> Rig:
    rig.touch(Touch.FLOW, "residence-proof").touch(Touch.NEXT).touch(Touch.ANSWER, relation)
    rig.reader.lay(card())
    return rig


def fill(rig: Rig) -> Rig:
    rig.touch(Touch.FIELD, "since").type("2015").touch(Touch.FIELD, "phone").type("13800138000")
    return rig.touch(Touch.FIELD, "purpose").touch(Touch.ANSWER, "school").touch(Touch.NEXT)


def to_confirm(rig: Rig) -> Rig:
    return fill(to_form(rig)).touch(Touch.TICK, "0").touch(Touch.TICK, "1").touch(Touch.NEXT)


def test_from_notice_to_rating(rig: Rig) -> None:
    to_confirm(rig)
    assert isinstance(rig.screen, ConfirmModel)
    values = [row.value for row in rig.screen.rows]
    assert values[:2] == ["张**", "110***********0017"]
    assert "138****8000" in values
    rig.touch(Touch.NEXT).sign()
    assert [slip.kind for slip in rig.printer.slips] == ["receipt", "proof"]
    proof = " ".join(getattr(line, "value", "") for line in rig.printer.slips[1].lines)
    assert "滨江区柳林村8号" in proof
    assert "子女入学" in proof
    assert "8000" not in proof
    case = rig.link.of(cmd.SubmitCase)[0]
    assert (case.item, case.sealed_form is not None, case.sealed_person is not None) == ("residence-proof", True, True)
    rig.touch(Touch.NEXT)
    assert rig.place is Place.RATE
    rig.touch(Touch.RATE, "4")
    rated = rig.link.of(cmd.Rate)
    assert [(r.rating, r.level, r.not_rated) for r in rated] == [(case.key, RatingLevel.DISSATISFIED, None)]
    rig.wait(5)
    assert rig.place is Place.TAKE_CARD
    rig.reader.lift()
    assert rig.place is Place.HOME


def test_silence_is_not_rated(rig: Rig) -> None:
    to_confirm(rig).touch(Touch.NEXT).sign().touch(Touch.NEXT)
    rig.wait(61)
    assert [r.not_rated for r in rig.link.of(cmd.Rate)] == [NotRatedReason.TIMED_OUT]
    assert [r.level for r in rig.link.of(cmd.Rate)] == [None]


def test_leaving_the_rating_is_declined(rig: Rig) -> None:
    to_confirm(rig).touch(Touch.NEXT).sign().touch(Touch.NEXT).touch(Touch.LEAVE)
    assert [r.not_rated for r in rig.link.of(cmd.Rate)] == [NotRatedReason.DECLINED]


def test_before_the_hub_was_ever_seen_nothing_begins_that_must_be_sealed(rig: Rig) -> None:
    rig.shell.take(ViewChanged(msgspec.structs.replace(rig.shell.state.view, hub_key=b"")))
    rig.touch(Touch.FLOW, "residence-proof")
    assert (rig.place, rig.shell.state.note.text) == (Place.MESSAGE, Word("document.no_key"))


def test_wrong_fields_are_pointed_at(rig: Rig) -> None:
    to_form(rig).touch(Touch.FIELD, "phone").type("123").touch(Touch.NEXT)
    problems = {field.name: field.problem for field in rig.screen.fields if field.problem}
    assert problems == {"since": Word("form.missing"), "phone": Word("form.wrong"), "purpose": Word("form.missing")}
    assert rig.place is Place.FORM


def test_card_fields_cannot_be_typed_over(rig: Rig) -> None:
    to_form(rig).touch(Touch.FIELD, "name").type("9")
    assert rig.shell.state.session.answers["name"] == "张三丰"


def test_required_lines_must_be_ticked(rig: Rig) -> None:
    fill(to_form(rig)).touch(Touch.TICK, "0").touch(Touch.NEXT)
    assert rig.screen.problem == Word("checklist.required")
    assert rig.link.of(cmd.SubmitCase) == []


def test_proxy_needs_another_persons_card(rig: Rig) -> None:
    to_form(rig, "proxy")
    assert rig.screen.prompt == Word("identify.principal")
    rig.reader.lay(card())
    assert rig.screen.problem == Word("identify.same_card")
    rig.reader.lay(card("李四", CHILD, "柳林村9号"))
    session = rig.shell.state.session
    assert (rig.place, session.relation) == (Place.FORM, Relation.PROXY)
    assert session.answers["name"] == "李四"


def test_guardian_types_the_childs_number_which_is_checked(rig: Rig) -> None:
    to_form(rig, "guardian").touch(Touch.NEXT).type("110101198808080029").touch(Touch.NEXT)
    assert rig.screen.problem == Word("form.number")
    for _ in range(18):
        rig.touch(Touch.KEY, "erase")
    rig.type(CHILD).touch(Touch.NEXT)
    session = rig.shell.state.session
    assert rig.place is Place.FORM
    assert (session.principal.number, session.principal.evidence.value) == (CHILD, "typed")
    assert session.answers["address"] == "滨江区柳林村8号"


def test_without_paper_the_flow_is_grey_before_it_starts(rig: Rig) -> None:
    rig.printer.become(StatusWord.NO_PAPER)
    tile = next(tile for tile in rig.screen.flows if tile.value == "residence-proof")
    assert tile.why == Word("needs.slip.no_paper")
    rig.touch(Touch.FLOW, "residence-proof")
    assert rig.place is Place.MESSAGE
    assert rig.shell.state.session is None


def test_paper_out_in_the_middle_is_found_before_the_case_is_submitted(rig: Rig) -> None:
    to_confirm(rig)
    rig.printer.become(StatusWord.NO_PAPER)
    rig.touch(Touch.NEXT).sign()
    assert rig.place is Place.MESSAGE
    assert rig.link.of(cmd.SubmitCase) == []
    rig.printer.become(StatusWord.READY)
    rig.touch(Touch.RETRY)
    assert [slip.kind for slip in rig.printer.slips] == ["receipt", "proof"]


def test_jam_after_submission_shows_number_and_code_and_prints_again(rig: Rig) -> None:
    to_confirm(rig)
    rig.printer.outcome = NotPrinted(Status(StatusWord.JAMMED), partial=True)
    rig.touch(Touch.NEXT).sign()
    assert isinstance(rig.screen, NumberModel)
    assert rig.screen.number == "BJ-2026-000001"
    assert rig.screen.qr == "HC1:BJ-2026-000001:K7M2Q9"
    rig.printer.outcome = None
    rig.printer.become(StatusWord.READY)
    rig.touch(Touch.REPRINT)
    assert [slip.kind for slip in rig.printer.slips] == ["receipt", "proof"]
    assert any("补打" in getattr(line, "text", "") for line in rig.printer.slips[0].lines)
    assert len(rig.link.of(cmd.SubmitCase)) == 1


def test_without_the_hub_the_case_gets_a_provisional_number(rig: Rig) -> None:
    rig.link.say(HubAway("timeout"))
    rig.link.away = True
    rig.hub.special[cmd.SubmitCase] = lambda c: Done(c.key, 0, NOW_MS, case=CaseNumber("P-C-0001"))
    to_confirm(rig).touch(Touch.NEXT).sign()
    texts = [getattr(line, "text", "") for line in rig.printer.slips[0].lines]
    assert any("临时受理号" in text for text in texts)
    rig.touch(Touch.NEXT).touch(Touch.RATE, "1")
    assert rig.link.of(cmd.Rate)[0].rating == rig.link.of(cmd.SubmitCase)[0].key


def test_after_a_crash_the_same_card_goes_on_where_it_broke_off(rig: Rig, tmp_path: object) -> None:
    fill(to_form(rig))
    again = Rig(rig.drafts._folder)
    again.rows.rows.update(rig.rows.rows)
    again.begin()
    draft, age = again.drafts.recover()
    again.shell.take(DraftFound(draft, age))
    again.reader.lay(card("李四", CHILD))
    assert again.place is Place.HOME
    again.touch(Touch.LEAVE)
    again.reader.lift()
    again.reader.lay(card())
    assert again.place is Place.CHECKLIST
    assert again.shell.state.session.answers["phone"] == "13800138000"


def test_a_draft_is_forgotten_after_its_time(rig: Rig) -> None:
    fill(to_form(rig))
    draft, _ = rig.drafts.recover()
    again = Rig(rig.drafts._folder).begin()
    again.shell.take(DraftFound(draft, 119.0))
    again.wait(2)
    assert again.shell.state.recovered == b""
    assert again.drafts.recover() is None


def test_a_crash_while_submitting_sends_the_same_key(rig: Rig) -> None:
    rig.hub.special[cmd.SubmitCase] = lambda _c: None
    to_confirm(rig).touch(Touch.NEXT).sign()
    first = rig.link.of(cmd.SubmitCase)[0].key
    draft, age = rig.drafts.recover()
    again = Rig(rig.drafts._folder)
    again.shelf = rig.shelf
    again.begin()
    again.shell.take(DraftFound(draft, age))
    again.reader.lay(card())
    assert [c.key for c in again.link.of(cmd.SubmitCase)] == [first]


def test_resume_code_opens_once(rig: Rig) -> None:
    fill(to_form(rig)).touch(Touch.TAKE_CODE)
    code = rig.screen.given
    assert len(code) == 12
    rig.touch(Touch.NEXT)
    rig.reader.lift()
    assert rig.shell.state.session is None
    rig.touch(Touch.ENTER_CODE).type(code).touch(Touch.NEXT)
    assert rig.place is Place.CHECKLIST
    rig.touch(Touch.LEAVE).touch(Touch.ENTER_CODE).type(code).touch(Touch.NEXT)
    assert rig.screen.problem == Word("resume.wrong")


def test_leaving_destroys_the_draft(rig: Rig) -> None:
    fill(to_form(rig))
    assert rig.rows.rows
    rig.touch(Touch.LEAVE)
    assert rig.rows.rows == {}
    assert rig.drafts.recover() is None


def test_back_returns_to_the_step_before(rig: Rig) -> None:
    fill(to_form(rig)).touch(Touch.BACK)
    assert rig.place is Place.FORM
    rig.touch(Touch.BACK)
    assert rig.place is Place.NOTICE
    rig.touch(Touch.BACK)
    assert rig.shell.state.session is None


def test_holder_level_needs_staff(rig: Rig) -> None:
    flows = dict(rig.shell.settings.flows)
    proof = flows["residence-proof"]
    who = msgspec.structs.replace(proof.steps[1], level="holder", guardian=False, proxy=False)
    flows["residence-proof"] = msgspec.structs.replace(proof, steps=(proof.steps[0], who, *proof.steps[2:]))
    rig.shell.settings = msgspec.structs.replace(rig.shell.settings, flows=flows)
    rig.touch(Touch.FLOW, "residence-proof").touch(Touch.NEXT)
    rig.reader.lay(card())
    assert (rig.place, rig.screen.card) == (Place.PIN, False)
    rig.reader.lift()
    rig.reader.lay(card("导办员", "110101199003070025"))
    assert rig.screen.problem.id == "staff.pin_compares", "a card proves no person, staff's neither"
    assert rig.link.asked == []
    rig.type("at01").touch(Touch.NEXT).type("1234").touch(Touch.NEXT)
    from hall.sync.link import Answered

    rig.link.say(Answered("session-1", 200, {"role": "attendant", "clerk": "at01"}))
    assert rig.place is Place.FORM
    assert rig.shell.state.session.person.evidence.value == "holder"


@pytest.mark.parametrize("need", ["id_card", "scanner"])
def test_a_kiosk_without_a_device_says_which_is_missing(need: str, rig: Rig) -> None:
    rig.shell.settings = msgspec.structs.replace(rig.shell.settings, present=frozenset({"slip"}))
    rig.touch(Touch.FLOW, "residence-proof" if need == "id_card" else "case-query")
    assert (rig.place is Place.MESSAGE) == (need == "id_card")
