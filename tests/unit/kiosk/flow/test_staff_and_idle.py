"""Idle countdown, privacy wipe, card reminder; attendant's acts."""

import pytest

from hall.ports.status import StatusWord
from hall.sync.link import Answered
from hall.wire import commands as cmd
from kiosk.flow.causes import HubGone, TechnicianLeft, Touch
from kiosk.flow.state import Place
from tests.support.fake_devices import card
from tests.support.kiosk import Rig


def countdown(rig: Rig) -> int:
    assert rig.shell.state.shown is not None
    return rig.shell.state.shown.countdown


def test_countdown_then_home_and_wiped(rig: Rig) -> None:
    rig.touch(Touch.FLOW, "residence-proof").touch(Touch.LANGUAGE, "en")
    rig.wait(59)
    assert countdown(rig) == 0
    rig.wait(1)
    assert countdown(rig) == 20
    rig.wait(20)
    assert (rig.place, rig.shell.state.session, rig.shell.state.language) == (Place.HOME, None, "zh")
    assert rig.glass.wipes == 1


@pytest.mark.parametrize("sign", ["touch", "card", "scan"])
def test_any_sign_of_life_resets_the_countdown(rig: Rig, sign: str) -> None:
    rig.touch(Touch.FLOW, "case-query")
    rig.wait(70)
    assert countdown(rig) > 0
    if sign == "touch":
        rig.touch(Touch.STAY)
    elif sign == "card":
        rig.reader.lay(card())
    else:
        rig.scanner.hold("x")
    assert countdown(rig) == 0


def test_elder_mode_has_twice_the_time(rig: Rig) -> None:
    rig.touch(Touch.ELDER).touch(Touch.FLOW, "case-query")
    rig.wait(119)
    assert (countdown(rig), rig.place) == (0, Place.SCAN)
    rig.wait(1)
    assert countdown(rig) == 40


def test_elder_home_offers_four_at_once(rig: Rig) -> None:
    rig.touch(Touch.ELDER)
    assert len(rig.screen.items) <= 4


def test_language_changed_by_a_passer_by_goes_back(rig: Rig) -> None:
    rig.touch(Touch.LANGUAGE, "en")
    rig.wait(81)
    assert rig.shell.state.language == "zh"


def test_card_left_on_the_reader_is_reminded_of(rig: Rig) -> None:
    rig.reader.lay(card())
    rig.touch(Touch.LEAVE)
    assert rig.place is Place.TAKE_CARD
    assert rig.shell.state.session is None
    assert rig.reader.watching
    rig.wait(31)
    assert rig.place is Place.HOME
    assert [r.act for r in rig.link.of(cmd.ReportDevice)] == ["card_left"]


def test_reader_looks_only_where_a_card_means_something(rig: Rig) -> None:
    assert rig.reader.watching
    rig.touch(Touch.FLOW, "residence-proof")
    assert not rig.reader.watching


def test_help_is_reported_once(rig: Rig) -> None:
    rig.touch(Touch.HELP).touch(Touch.HELP)
    assert [r.act for r in rig.link.of(cmd.ReportDevice)] == ["help_wanted"]


def sign_in(rig: Rig, role: str = "attendant") -> Rig:
    rig.touch(Touch.STAFF).type("AT01").touch(Touch.NEXT).type("4711").touch(Touch.NEXT)
    assert rig.link.sessions == [("at01", "4711")]
    rig.link.say(Answered("session-1", 200, {"role": role, "clerk": "at01"}))
    return rig


def test_attendant_changes_the_roll_in_one_touch(rig: Rig) -> None:
    rig.printer.become(StatusWord.NO_PAPER)
    sign_in(rig).touch(Touch.ACT, "roll_changed")
    assert rig.printer.recovered == 1
    assert [r.act for r in rig.link.of(cmd.ReportDevice)] == ["roll_changed"]
    assert rig.shell.state.devices["slip"].word is StatusWord.READY
    rig.touch(Touch.NEXT)
    assert (rig.place, rig.link.closed_sessions) == (Place.HOME, 1)


def test_attendant_prints_a_test_and_the_last_slip(rig: Rig) -> None:
    rig.touch(Touch.ITEM, "social").touch(Touch.CHANNEL, "normal").touch(Touch.NEXT)
    sign_in(rig).touch(Touch.ACT, "test_line")
    rig.touch(Touch.ACT, "reprint")
    assert [slip.kind for slip in rig.printer.slips] == ["ticket", "test", "reprint"]


def test_out_of_service_and_back(rig: Rig) -> None:
    sign_in(rig).touch(Touch.ACT, "out_of_service").touch(Touch.NEXT)
    assert rig.place is Place.OUT_OF_SERVICE
    rig.touch(Touch.ITEM, "social")
    assert rig.place is Place.OUT_OF_SERVICE
    rig.touch(Touch.STAFF).type("at01").touch(Touch.NEXT).type("4711").touch(Touch.NEXT)
    rig.link.say(Answered("session-2", 200, {"role": "attendant", "clerk": "at01"}))
    rig.touch(Touch.ACT, "in_service").touch(Touch.NEXT)
    assert rig.place is Place.HOME


def test_a_clerk_without_the_role_is_refused_and_signed_out(rig: Rig) -> None:
    sign_in(rig, role="clerk")
    assert rig.place is Place.PIN
    assert rig.screen.problem.id == "refusal.forbidden"
    assert rig.link.closed_sessions == 1


def test_wrong_pin_and_no_hub_have_words(rig: Rig) -> None:
    rig.touch(Touch.STAFF).type("at01").touch(Touch.NEXT).type("1").touch(Touch.NEXT)
    rig.link.say(Answered("session-1", 401, {"code": "bad_pin"}))
    assert rig.screen.problem.id == "staff.bad_pin"
    assert rig.shell.settings.words("staff.bad_pin") == "工号或密码不对"
    rig.shell.take(HubGone())
    rig.type("1").touch(Touch.NEXT)
    assert rig.screen.problem.id == "refusal.hub_away"
    assert rig.shell.state.staff.pin == ""


def test_staff_screen_is_not_reached_from_a_citizens_session(rig: Rig) -> None:
    rig.reader.lay(card())
    rig.touch(Touch.STAFF)
    assert rig.place is Place.HOME


def technician(rig: Rig) -> Rig:
    rig.touch(Touch.STAFF).type("T1").touch(Touch.NEXT).type("4711").touch(Touch.NEXT)
    said = {"role": "attendant", "roles": ["technician", "attendant"], "clerk": "t1"}
    rig.link.say(Answered("session-1", 200, said))
    return rig


def test_a_technician_opens_the_own_program_and_the_kiosk_waits_for_its_end(rig: Rig) -> None:
    opened: list[bool] = []
    rig.shell.open_technician = lambda: opened.append(True)
    technician(rig).touch(Touch.ACT, "technician")
    assert (opened, rig.place) == ([True], Place.TECHNICIAN)
    rig.wait(3600)
    assert rig.place is Place.TECHNICIAN, "no idle time ends somebody's work"
    rig.shell.take(TechnicianLeft(ran=True))
    assert (rig.place, rig.link.closed_sessions) == (Place.HOME, 1)


def test_a_program_that_cannot_be_opened_is_told_in_words(rig: Rig) -> None:
    technician(rig).touch(Touch.ACT, "technician")
    assert rig.place is Place.MESSAGE
    assert rig.screen.code == "technician_missing"


def test_an_attendant_is_not_offered_the_technicians_program(rig: Rig) -> None:
    sign_in(rig)
    assert "technician" not in [act.value for act in rig.screen.acts]
    rig.touch(Touch.ACT, "technician")
    assert rig.place is Place.ATTENDANT
