"""The shell: what comes early waits, what comes nested queues, and a printer that raises is a fault."""

from pathlib import Path

from hall.ports.id_card import CardUnreadable
from hall.ports.status import Status, StatusChanged, StatusWord
from hall.wire import commands as cmd
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.flow.state import Place
from tests.support.kiosk import Rig


def test_what_is_wanted_before_the_link_is_there_waits_for_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "k")
    rig.touch(Touch.HELP)
    assert rig.link.submitted == []
    rig.begin()
    assert [report.act for report in rig.link.of(cmd.ReportDevice)] == ["help_wanted"]
    assert rig.reader.watching


def test_unreadable_card_is_told(rig: Rig) -> None:
    rig.touch(Touch.ITEM, "social").touch(Touch.CHANNEL, "card")
    rig.shell.take(CardUnreadable(rig.reader.name, "place_again"))
    assert rig.screen.problem == Word("card.place_again")


def test_status_of_a_strange_device_is_nothing(rig: Rig) -> None:
    before = rig.shell.state
    rig.shell.take(StatusChanged("strip", Status(StatusWord.FAULT)))
    assert rig.shell.state is before


def test_printer_that_raises_is_a_fault_and_the_number_shown(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "k")

    def run(name: str, work: object, then: object, failed: object) -> None:
        if name == "print":
            failed(RuntimeError("bug"))  # type: ignore[operator]  # the test's own callable
        else:
            then(work())  # type: ignore[operator]  # the same

    rig.shell._run_slow = run
    rig.begin().touch(Touch.ITEM, "social").touch(Touch.CHANNEL, "normal")
    assert rig.place is Place.NUMBER


def test_nothing_personal_in_representations(rig: Rig) -> None:
    rig.touch(Touch.FLOW, "case-query").type("SECRET")
    assert "SECRET" not in repr(rig.shell.state.session)
