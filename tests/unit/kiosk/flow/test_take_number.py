"""Taking a number: printer first, confirm after the slip, nothing lost and nothing twice."""

import msgspec
import pytest

from hall.domain.ticket import Priority, token_mark
from hall.ports.status import Status, StatusWord
from hall.ports.ticket_printer import NotPrinted, Printed
from hall.sync.link import HubAway, Replied, ViewChanged
from hall.wire import commands as cmd
from hall.wire.replies import Done, RefusalCode, Refused
from kiosk.flow import effects as e
from kiosk.flow.causes import HallSeen, PrintEnded, Tick, Touch, Touched, UnprintedFound
from kiosk.flow.engine import step
from kiosk.flow.models import ItemModel, NumberModel, TakeSlip, Word
from kiosk.flow.state import Place, State
from tests.support.fake_devices import card
from tests.support.kiosk import Rig, settings, view
from tests.support.views import NOW_MS, waiting

JAM = NotPrinted(Status(StatusWord.JAMMED), partial=True)


def take(rig: Rig) -> Rig:
    return rig.touch(Touch.ITEM, "social").touch(Touch.CHANNEL, "normal")


def test_detail_tells_people_ahead_estimate_counters(rig: Rig) -> None:
    rig.touch(Touch.ITEM, "social")
    assert isinstance(rig.screen, ItemModel)
    assert (rig.screen.ahead, rig.screen.estimate_min, rig.screen.counters) == (1, 5, ("1",))
    assert rig.link.submitted == []


def test_slip_is_printed_confirmed_and_to_be_taken(rig: Rig) -> None:
    take(rig)
    assert [slip.kind for slip in rig.printer.slips] == ["ticket"]
    confirm = rig.link.of(cmd.ConfirmTicket)
    assert [(c.ticket, c.printed) for c in confirm] == [(rig.link.of(cmd.IssueTicket)[0].key, True)]
    assert isinstance(rig.screen, TakeSlip)
    assert rig.screen.number == "A023"
    rig.wait(7)
    assert rig.place is Place.HOME
    assert rig.link.of(cmd.AbandonTicket) == []


def test_printer_is_asked_before_a_number_is_spent() -> None:
    now, config = 10.0, settings()
    state, _ = step(config, State(), HallSeen(view()), now)
    state, _ = step(config, state, Touched(Touch.ITEM, "social"), now)
    state, effects = step(config, state, Touched(Touch.CHANNEL, "normal"), now)
    assert [type(x) for x in effects if isinstance(x, e.CheckPrinter | e.Submit)] == [e.CheckPrinter]
    assert state.place is Place.CHECKING


def test_silent_printer_check_goes_by_the_last_status() -> None:
    now, config = 10.0, settings()
    state, _ = step(config, State(), HallSeen(view()), now)
    state, _ = step(config, state, Touched(Touch.ITEM, "social"), now)
    state, _ = step(config, state, Touched(Touch.CHANNEL, "normal"), now)
    state, effects = step(config, state, Tick(), now + 2)
    assert effects == ()
    _, effects = step(config, state, Tick(), now + 3.5)
    assert any(isinstance(x, e.Submit) and isinstance(x.command, cmd.IssueTicket) for x in effects)


def test_card_at_the_detail_takes_the_number_with_the_person_sealed(rig: Rig) -> None:
    rig.touch(Touch.ITEM, "social")
    rig.reader.lay(card())
    issue = rig.link.of(cmd.IssueTicket)[0]
    assert issue.sealed_person is not None
    assert b"110101" not in issue.sealed_person


def test_card_at_home_is_kept_for_the_number(rig: Rig) -> None:
    rig.reader.lay(card())
    assert rig.screen.holder == "张**"
    take(rig)
    assert rig.link.of(cmd.IssueTicket)[0].sealed_person is not None


def test_priority_is_asked_and_sent(rig: Rig) -> None:
    rig.touch(Touch.ITEM, "social").touch(Touch.CHANNEL, "priority").touch(Touch.ANSWER, "infant")
    assert rig.link.of(cmd.IssueTicket)[0].priority is Priority.INFANT


def test_optional_card_may_be_left_out(rig: Rig) -> None:
    rig.touch(Touch.ITEM, "social").touch(Touch.CHANNEL, "card")
    assert rig.place is Place.IDENTIFY
    rig.touch(Touch.SKIP)
    assert rig.link.of(cmd.IssueTicket)[0].sealed_person is None


def test_no_paper_is_said_before_and_the_number_stands_on_the_screen(rig: Rig) -> None:
    rig.printer.become(StatusWord.NO_PAPER)
    take(rig)
    assert rig.place is Place.NO_PAPER
    assert rig.link.of(cmd.IssueTicket) == []
    rig.touch(Touch.NEXT)
    assert isinstance(rig.screen, NumberModel)
    assert (rig.screen.number, rig.screen.qr) == ("A023", "HT1:A023:token")
    assert rig.link.of(cmd.ConfirmTicket) == []
    rig.touch(Touch.NEXT)
    assert [c.printed for c in rig.link.of(cmd.ConfirmTicket)] == [False]
    assert rig.place is Place.HOME


def test_number_nobody_acknowledged_is_given_up_after_its_time(rig: Rig) -> None:
    rig.printer.become(StatusWord.NO_PAPER)
    take(rig).touch(Touch.NEXT)
    rig.wait(39)
    assert rig.place is Place.NUMBER
    rig.wait(2)
    assert rig.place is Place.HOME
    assert rig.link.of(cmd.ConfirmTicket) == []
    assert [a.issue_key for a in rig.link.of(cmd.AbandonTicket)] == [rig.link.of(cmd.IssueTicket)[0].key]


def test_jam_calls_staff_and_the_number_stays_valid_even_in_silence(rig: Rig) -> None:
    rig.printer.outcome = JAM
    take(rig)
    assert rig.place is Place.NUMBER
    assert rig.screen.jam
    assert [r.act for r in rig.link.of(cmd.ReportDevice)] == ["attendant_called"]
    rig.wait(41)
    assert [c.printed for c in rig.link.of(cmd.ConfirmTicket)] == [False]
    assert rig.link.of(cmd.AbandonTicket) == []


def test_after_a_jam_the_slip_comes_again_marked_and_confirmed_once(rig: Rig) -> None:
    rig.printer.outcome = JAM
    take(rig)
    assert not rig.screen.reprint
    rig.printer.outcome = None
    rig.printer.become(StatusWord.READY)
    assert rig.screen.reprint
    rig.touch(Touch.REPRINT)
    assert [slip.kind for slip in rig.printer.slips] == ["reprint"]
    assert any("补打" in getattr(line, "text", "") for line in rig.printer.slips[0].lines)
    assert rig.link.of(cmd.ReprintTicket)[0].ticket == rig.link.of(cmd.IssueTicket)[0].key
    assert len(rig.link.of(cmd.ConfirmTicket)) == 1


def test_jam_cleared_by_staff_is_found_out_by_asking_the_printer(rig: Rig) -> None:
    rig.printer.outcome = JAM
    take(rig)
    rig.wait(3)
    assert rig.printer.recovered == 0
    rig.wait(2)
    assert rig.printer.recovered == 1
    assert rig.screen.reprint


def test_staff_may_come_to_a_jam_and_the_number_stays_valid(rig: Rig) -> None:
    rig.printer.outcome = JAM
    take(rig).touch(Touch.STAFF)
    assert rig.place is Place.PIN
    assert rig.shell.state.session is None
    assert [c.printed for c in rig.link.of(cmd.ConfirmTicket)] == [False]
    assert rig.link.of(cmd.AbandonTicket) == []


def test_refused_reprint_after_a_jam_is_printed_all_the_same(rig: Rig) -> None:
    rig.printer.outcome = JAM
    rig.hub.special[cmd.ReprintTicket] = lambda c: Refused(c.key, RefusalCode.FORBIDDEN)
    take(rig)
    rig.printer.outcome = None
    rig.printer.become(StatusWord.READY)
    rig.touch(Touch.REPRINT)
    assert [slip.kind for slip in rig.printer.slips] == ["reprint"]


def test_outcome_of_another_slip_is_not_taken_for_this_one(rig: Rig) -> None:
    take(rig)
    confirms = len(rig.link.of(cmd.ConfirmTicket))
    rig.shell.take(PrintEnded(rig.shell.state.jobs, Printed(1, True)))
    rig.shell.take(PrintEnded(rig.shell.state.jobs + 5, Printed(1, True)))
    assert len(rig.link.of(cmd.ConfirmTicket)) == confirms == 1


def test_second_number_shows_the_one_held_and_reprints_it(rig: Rig) -> None:
    rig.hub.special[cmd.IssueTicket] = lambda c: Refused(
        c.key, RefusalCode.SECOND_NUMBER, ticket=msgspec.structs.replace(rig.hub.ticket(c), number="A007")
    )
    rig.touch(Touch.ITEM, "social")
    rig.reader.lay(card())
    assert rig.place is Place.MESSAGE
    assert (rig.screen.number, rig.screen.reprint) == ("A007", True)
    rig.touch(Touch.REPRINT)
    assert [slip.kind for slip in rig.printer.slips] == ["reprint"]
    assert rig.link.of(cmd.ConfirmTicket) == []


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_refusal_has_words(code: RefusalCode, rig: Rig) -> None:
    rig.hub.special[cmd.IssueTicket] = lambda c: Refused(c.key, code)
    take(rig)
    text = rig.screen.text
    assert isinstance(text, Word)
    for language in ("zh", "en"):
        assert text.id in rig.shell.settings.words.in_language(language)


def test_offline_number_tells_the_counter(rig: Rig) -> None:
    rig.link.say(HubAway("timeout"))
    rig.link.away = True

    def alone(command: cmd.IssueTicket) -> Done:
        ticket = msgspec.structs.replace(rig.hub.ticket(command), number="A-C07", offline=True)
        return Done(command.key, 0, NOW_MS, ticket=ticket)

    rig.hub.special[cmd.IssueTicket] = alone
    take(rig)
    assert rig.screen.number == "A-C07"
    assert rig.screen.offline
    assert any("1号窗口" in getattr(line, "text", "") for line in rig.printer.slips[0].lines)


def test_leaving_a_slow_hub_gives_the_number_up_and_ignores_the_late_answer(rig: Rig) -> None:
    rig.hub.special[cmd.IssueTicket] = lambda _c: None
    take(rig).touch(Touch.LEAVE)
    assert rig.place is Place.WAITING
    rig.wait(9).touch(Touch.LEAVE)
    issue = rig.link.of(cmd.IssueTicket)[0]
    assert [a.issue_key for a in rig.link.of(cmd.AbandonTicket)] == [issue.key]
    rig.link.say(Replied(issue.key, Done(issue.key, 1, NOW_MS, ticket=rig.hub.ticket(issue))))
    assert rig.place is Place.HOME
    assert rig.printer.slips == []


def test_unprinted_number_after_a_crash_is_printed_marked(rig: Rig) -> None:
    lost = rig.hub.ticket(cmd.IssueTicket(key="old", item="social"))
    rig.shell.take(UnprintedFound(lost, 20.0))
    rig.wait(1)
    assert [slip.kind for slip in rig.printer.slips] == ["reprint"]
    assert [c.ticket for c in rig.link.of(cmd.ConfirmTicket)] == ["old"]


def test_old_unprinted_number_is_void(rig: Rig) -> None:
    rig.shell.take(UnprintedFound(rig.hub.ticket(cmd.IssueTicket(key="old", item="social")), 3600.0))
    rig.wait(2)
    assert [a.issue_key for a in rig.link.of(cmd.AbandonTicket)] == ["old"]
    assert rig.printer.slips == []


def test_ticket_held_to_the_scanner_tells_how_many_are_before_it(rig: Rig) -> None:
    rig.shell.take(ViewChanged(view(waiting("A001", mark=token_mark("A001", "secret")))))
    rig.scanner.hold("HT1:A001:secret")
    assert (rig.screen.number, rig.screen.text) == ("A001", Word("scan.ticket_ahead", {"n": "0"}))


def test_the_old_slip_of_a_reprinted_ticket_is_told_to_be_void(rig: Rig) -> None:
    rig.shell.take(ViewChanged(view(waiting("A001", mark=token_mark("A001", "newer")))))
    rig.scanner.hold("HT1:A001:secret")
    assert rig.screen.title == Word("scan.ticket_old")


def test_silent_printer_is_given_up_and_the_number_shown(rig: Rig) -> None:
    rig.shell._act[e.Print] = lambda _wanted: None
    take(rig)
    rig.wait(119)
    assert rig.place is Place.PRINTING
    rig.wait(2)
    assert rig.place is Place.NUMBER


def test_waiting_counts_stand_on_the_tiles(rig: Rig) -> None:
    assert rig.screen.items[0].badge == Word("home.waiting", {"n": "1"})
    rig.shell.take(HallSeen(view(waiting("A001"), waiting("A002"))))
    assert rig.screen.items[0].badge == Word("home.waiting", {"n": "2"})
