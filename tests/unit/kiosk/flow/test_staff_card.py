"""The attendant's screen by card: four touches, what it opens, what it does not, and that nothing of it is kept."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from config.flows_check import load_flows
from hall.domain.ids import DeviceName
from hall.ports.id_card import CardUnreadable
from hall.ports.smart_card import IcCardPresented, IcCardUnreadable
from hall.sync.link import Answered, Question
from hall.wire import commands as cmd
from kiosk.flow.causes import HubGone, Touch
from kiosk.flow.staff_card import number_of, number_of_ic
from kiosk.flow.state import Place
from tests.support.fake_devices import card
from tests.support.kiosk import Rig
from tests.support.papers import PaperRig

OWN = card("导办员", "110101199003070025")
BY_CARD = {"role": "attendant", "roles": ["attendant"], "clerk": "at01"}


def asked(rig: Rig, path: str) -> Question:
    question = rig.link.asked[-1]
    assert question.path == path
    return question


def lay(rig: Rig) -> Rig:
    rig.touch(Touch.STAFF)
    rig.reader.lay(OWN)
    assert asked(rig, "/v1/sessions").body["sealed_card"]
    return rig


def typed(rig: Rig, *roles: str) -> Rig:
    rig.touch(Touch.STAFF).type("AT01").touch(Touch.NEXT).type("4711").touch(Touch.NEXT)
    said = {"role": roles[0], "roles": roles, "clerk": "at01"}
    rig.link.say(Answered(f"session-{len(rig.link.sessions)}", 201, said))
    assert rig.place is Place.ATTENDANT
    return rig


def problem(rig: Rig) -> str:
    return str(rig.screen.problem.id)


def test_clock_card_act_finish_are_four_touches(rig: Rig) -> None:
    touches: tuple[Callable[[], object], ...] = (
        lambda: rig.touch(Touch.STAFF),
        lambda: (rig.reader.lay(OWN), rig.link.answer_question(201, BY_CARD), rig.reader.lift()),
        lambda: rig.touch(Touch.ACT, "roll_changed"),
        lambda: rig.touch(Touch.NEXT),
    )
    assert len(touches) <= 4
    for touch in touches:
        touch()
    assert (rig.place, rig.link.closed_sessions, rig.printer.recovered) == (Place.HOME, 1, 1)
    assert [report.act for report in rig.link.of(cmd.ReportDevice)] == ["roll_changed"]


def test_a_staff_card_left_behind_is_reminded_of(rig: Rig) -> None:
    lay(rig).link.answer_question(201, BY_CARD)
    rig.touch(Touch.NEXT)
    assert rig.place is Place.TAKE_CARD


def test_nothing_of_the_card_is_kept_or_sent_in_clear(rig: Rig) -> None:
    lay(rig)
    state = str(msgspec.to_builtins(msgspec.structs.replace(rig.shell.state, view=None)))
    said = f"{state} {asked(rig, '/v1/sessions').body} {rig.shell.state!r}"
    assert OWN.number not in said
    assert OWN.name not in said


def test_by_card_there_is_no_technicians_program_and_no_other_card(rig: Rig) -> None:
    lay(rig).link.answer_question(201, {**BY_CARD, "roles": ["technician", "attendant"]})
    assert [act.value for act in rig.screen.acts][-1] == "out_of_service"
    rig.touch(Touch.ACT, "technician").touch(Touch.ACT, "my_card")
    assert rig.place is Place.ATTENDANT


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (401, {"code": "unknown_card"}, "staff.unknown_card"),
        (429, {"code": "locked_out"}, "refusal.locked_out"),
        (403, {"code": "forbidden"}, "refusal.forbidden"),
        (0, "refused_connection", "refusal.hub_away"),
    ],
)
def test_every_refusal_has_words_and_the_pin_is_still_asked_for(rig: Rig, status: int, body: object, word: str) -> None:
    lay(rig).link.answer_question(status, body)
    assert (rig.place, problem(rig)) == (Place.PIN, word)
    assert rig.shell.settings.words(word) != word
    rig.type("at01").touch(Touch.NEXT).type("4711").touch(Touch.NEXT)
    assert rig.link.sessions == [("at01", "4711")]


def test_without_a_hub_the_card_opens_nothing_and_says_so(rig: Rig) -> None:
    rig.shell.take(HubGone())
    rig.touch(Touch.STAFF)
    rig.reader.lay(OWN)
    assert problem(rig) == "refusal.hub_away"
    assert rig.link.asked == []


def test_a_second_card_waits_for_the_answer_to_the_first(rig: Rig) -> None:
    lay(rig)
    rig.reader.lay(card())
    assert len(rig.link.asked) == 1


def test_a_card_that_cannot_be_read_is_told(rig: Rig) -> None:
    rig.touch(Touch.STAFF)
    rig.shell.take(CardUnreadable(rig.reader.name, "place_again"))
    assert problem(rig) == "card.place_again"


def test_who_typed_the_pin_may_register_the_own_card(rig: Rig) -> None:
    typed(rig, "attendant").touch(Touch.ACT, "my_card")
    assert (rig.place, rig.reader.watching) == (Place.STAFF_CARD, True)
    rig.reader.lay(OWN)
    question = asked(rig, "/v1/cards")
    assert (question.method, rig.screen.busy) == ("PUT", True)
    assert OWN.number not in str(question.body)
    rig.link.answer_question(204)
    assert (rig.place, rig.screen.done.id) == (Place.ATTENDANT, "act.my_card.done")


def test_another_persons_card_is_refused_and_one_may_go_back(rig: Rig) -> None:
    typed(rig, "attendant").touch(Touch.ACT, "my_card")
    rig.reader.lay(OWN)
    rig.link.answer_question(409, {"code": "card_taken"})
    assert (rig.place, problem(rig)) == (Place.STAFF_CARD, "staff.card_taken")
    rig.touch(Touch.BACK)
    assert (rig.place, rig.screen.done) == (Place.ATTENDANT, None)
    rig.touch(Touch.NEXT)
    assert rig.link.closed_sessions == 1


def test_a_late_answer_of_a_card_given_up_changes_nothing(rig: Rig) -> None:
    typed(rig, "attendant").touch(Touch.ACT, "my_card")
    rig.reader.lay(OWN)
    question = rig.link.asked[-1].id
    rig.touch(Touch.BACK)
    rig.link.answer_question(204, question=question)
    assert rig.screen.done is None


def test_a_technician_is_offered_no_card_and_a_kiosk_without_reader_neither(rig: Rig, tmp_path: Path) -> None:
    assert "my_card" not in [act.value for act in typed(rig, "technician").screen.acts]
    blind = Rig(tmp_path / "blind", present=frozenset({"slip"})).begin()
    blind.touch(Touch.STAFF)
    assert not blind.screen.card
    blind.touch(Touch.LEAVE)
    assert "my_card" not in [act.value for act in typed(blind, "attendant").screen.acts]


def test_nobody_registers_a_card_by_waiting_until_the_screen_goes_home(rig: Rig) -> None:
    typed(rig, "attendant").touch(Touch.ACT, "my_card")
    rig.wait(81)
    assert (rig.place, rig.link.closed_sessions) == (Place.HOME, 1)


@pytest.fixture
def paper_rig(tmp_path: Path) -> PaperRig:
    return PaperRig(tmp_path / "p", flows=load_flows(("take-number", "residence-proof"))).begin()


def test_an_ic_card_opens_the_screen_too(paper_rig: PaperRig) -> None:
    paper_rig.touch(Touch.STAFF)
    assert paper_rig.ic_reader.watching
    paper_rig.shell.take(IcCardPresented(paper_rig.ic_reader.name, b"\x3b\x00", uid=b"\x04\xa2\xb3\xc4"))
    assert "04a2b3c4" not in str(asked(paper_rig, "/v1/sessions").body)
    paper_rig.link.answer_question(201, BY_CARD)
    assert paper_rig.place is Place.ATTENDANT


def test_an_ic_card_that_is_like_all_others_opens_nothing(paper_rig: PaperRig) -> None:
    paper_rig.touch(Touch.STAFF)
    paper_rig.ic_reader.put_in()
    assert problem(paper_rig) == "staff.card_unusable"
    paper_rig.shell.take(IcCardUnreadable(paper_rig.ic_reader.name, "mute"))
    assert problem(paper_rig) == "staff.card_unusable"
    assert paper_rig.link.asked == []


def test_a_replaced_id_card_is_another_card() -> None:
    old, new = (msgspec.structs.replace(OWN, valid_from=day) for day in ("20100101", "20200101"))
    assert number_of(old) != number_of(new)
    assert number_of(msgspec.structs.replace(OWN, number="")) == ""


@pytest.mark.parametrize(
    ("uid", "public", "number"),
    [
        (b"\x04\xa2\xb3\xc4", {}, "uid:04a2b3c4"),
        (b"\x08\xa2\xb3\xc4", {}, ""),
        (b"\x08\xa2\xb3\xc4", {"card_id": "330100D156"}, "chip:330100D156"),
        (b"\x08\xa2\xb3\xc4\x01\x02\x03", {}, "uid:08a2b3c4010203"),
        (b"", {"name": "张三丰"}, ""),
    ],
)
def test_an_ic_card_is_known_by_what_is_its_own_alone(uid: bytes, public: dict[str, str], number: str) -> None:
    event = IcCardPresented(DeviceName("ic"), b"\x3b\x00", uid=uid, public=public)
    assert number_of_ic(event) == number
