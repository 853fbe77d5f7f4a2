"""Proofs on A4: printed once, a slip instead only where surely nothing came out, staff where nobody knows."""

from pathlib import Path

import pytest

from hall.ports.page_printer import SheetsNotPrinted
from hall.ports.status import Status, StatusWord
from hall.wire import commands as cmd
from kiosk.flow.causes import SheetsEnded, Touch
from kiosk.flow.models import NumberModel, TakeSlip, Word
from kiosk.flow.printing import SHEETS_SILENT_S
from kiosk.flow.state import Place
from tests.support.papers import PaperRig

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def rig(tmp_path: Path) -> PaperRig:
    return PaperRig(tmp_path / "k").begin()


def acts(rig: PaperRig) -> list[tuple[str, str]]:
    return [(report.device, report.act) for report in rig.link.of(cmd.ReportDevice)]


def test_a_proof_on_a4(rig: PaperRig) -> None:
    rig.to_sign().sign()
    ((pdf, title),) = rig.sheets.jobs
    assert pdf.startswith(b"%PDF")
    assert title == "proof BJ-2026-000001"
    assert rig.screen == TakeSlip("sheets", number="BJ-2026-000001")
    assert rig.printer.slips == []
    rig.wait(19)
    assert rig.place in (Place.HOME, Place.TAKE_CARD)


@pytest.mark.parametrize("word", [StatusWord.JAMMED, StatusWord.NO_PAPER, StatusWord.OFFLINE])
def test_surely_nothing_came_out_so_a_slip_does(rig: PaperRig, word: StatusWord) -> None:
    rig.sheets.outcome = SheetsNotPrinted(Status(word))
    rig.to_sign().sign()
    assert [slip.kind for slip in rig.printer.slips] == ["proof"]
    assert rig.screen.kind == "proof"
    assert acts(rig) == [("page_printer", "attendant_called")]


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (SheetsNotPrinted(Status(StatusWord.JAMMED), 1, partial=True), "partial"),
        (SheetsNotPrinted(Status(StatusWord.UNKNOWN), 1), "unknown"),
        (SheetsNotPrinted(Status(StatusWord.UNKNOWN), 1, partial=True), "unknown"),
        (SheetsNotPrinted(Status(StatusWord.OFFLINE), 1, partial=True), "unknown"),
    ],
)
def test_what_may_lie_in_the_tray_is_not_printed_again(rig: PaperRig, outcome: SheetsNotPrinted, why: str) -> None:
    rig.sheets.outcome = outcome
    rig.to_sign().sign()
    assert isinstance(rig.screen, NumberModel)
    assert (rig.screen.text, rig.screen.reprint) == (Word(f"number.sheets_{why}"), False)
    assert (rig.screen.number, rig.screen.qr != "") == ("BJ-2026-000001", True)
    rig.touch(Touch.REPRINT)
    assert (len(rig.sheets.jobs), rig.printer.slips) == (1, [])
    assert acts(rig) == [("page_printer", "attendant_called")]
    rig.touch(Touch.NEXT)
    assert rig.place is Place.HOME


def test_a_driver_that_raises_leaves_the_outcome_open(rig: PaperRig) -> None:
    def run(name: str, work: object, then: object, failed: object) -> None:
        if name == "print sheets":
            failed(RuntimeError("bug"))  # type: ignore[operator]  # the test's own callable
        else:
            then(work())  # type: ignore[operator]  # the same

    rig.shell._run_slow = run
    rig.to_sign().sign()
    assert rig.screen.text == Word("number.sheets_unknown")


def test_a_printer_that_never_answers_leaves_it_open_and_its_late_answer_does_nothing(rig: PaperRig) -> None:
    rig.shell._run_slow = lambda name, work, then, failed: None if name == "print sheets" else then(work())
    rig.to_sign().sign()
    rig.wait(SHEETS_SILENT_S - 1)
    assert rig.place is Place.PRINTING
    rig.wait(2)
    assert rig.screen.text == Word("number.sheets_unknown")
    rig.shell.take(SheetsEnded(1, SheetsNotPrinted(Status(StatusWord.FAULT))))
    assert rig.printer.slips == []


def test_without_a4_printer_and_slip_the_counter_hands_it_out(tmp_path: Path) -> None:
    rig = PaperRig(tmp_path / "k", needs=("camera", "a4")).begin()
    rig.to_sign()
    rig.sheets.outcome = SheetsNotPrinted(Status(StatusWord.OFFLINE))
    rig.sign()
    assert rig.screen.text == Word("number.sheets_failed")
    assert rig.printer.slips == []


def test_need_a4_greys_the_flow(tmp_path: Path) -> None:
    rig = PaperRig(tmp_path / "k", needs=("camera", "a4")).begin()
    rig.sheets.become(StatusWord.OFFLINE)
    rig.touch(Touch.FLOW, "papers")
    assert rig.shell.state.note.text == Word("needs.a4.broken")


def test_a_flow_that_needs_only_the_slip_takes_a4_where_it_can(tmp_path: Path) -> None:
    rig = PaperRig(tmp_path / "k", needs=("camera", "slip")).begin()
    rig.to_sign().sign()
    assert len(rig.sheets.jobs) == 1
    again = PaperRig(tmp_path / "l", needs=("camera", "slip")).begin()
    again.sheets.become(StatusWord.OFFLINE)
    again.to_sign().sign()
    assert ([slip.kind for slip in again.printer.slips], again.sheets.jobs) == (["proof"], [])
