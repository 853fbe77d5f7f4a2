"""State reasons in the hall's words, and why jobs ended."""

import pytest

from drivers.page_printer.protocol import Attribute, JobState, PrinterState, Tag, of
from drivers.page_printer.states import REASONS, sheets_of, status_of, why_not
from hall.ports.status import StatusWord


def printer(state: int, *reasons: str) -> dict[str, Attribute]:
    return {"printer-state": of(Tag.ENUM, state), "printer-state-reasons": of(Tag.KEYWORD, *(reasons or ("none",)))}


@pytest.mark.parametrize(
    ("state", "reasons", "word"),
    [
        (PrinterState.IDLE, (), StatusWord.READY),
        (PrinterState.PROCESSING, (), StatusWord.BUSY),
        (PrinterState.STOPPED, (), StatusWord.FAULT),
        (PrinterState.STOPPED, ("media-empty-error",), StatusWord.NO_PAPER),
        (PrinterState.IDLE, ("media-empty",), StatusWord.NO_PAPER),
        (PrinterState.IDLE, ("media-empty-warning",), StatusWord.PAPER_LOW),
        (PrinterState.IDLE, ("media-empty-report",), StatusWord.READY),
        (PrinterState.STOPPED, ("media-empty-warning",), StatusWord.NO_PAPER),
        (PrinterState.STOPPED, ("media-empty-error", "door-open-error"), StatusWord.COVER_OPEN),
        (PrinterState.STOPPED, ("media-jam",), StatusWord.JAMMED),
        (PrinterState.IDLE, ("toner-low-report", "media-low-report"), StatusWord.READY),
        (PrinterState.IDLE, ("media-low-warning",), StatusWord.PAPER_LOW),
        (PrinterState.IDLE, ("toner-low-warning",), StatusWord.READY),
        (PrinterState.PROCESSING, ("toner-low",), StatusWord.BUSY),
        (PrinterState.STOPPED, ("toner-empty-error",), StatusWord.FAULT),
        (PrinterState.STOPPED, ("paused",), StatusWord.OFFLINE),
        (PrinterState.PROCESSING, ("offline-report",), StatusWord.OFFLINE),
        (PrinterState.PROCESSING, ("connecting-to-device",), StatusWord.BUSY),
        (PrinterState.STOPPED, ("output-area-full-error",), StatusWord.NOT_TAKEN),
        (0, (), StatusWord.UNKNOWN),
    ],
)
def test_reasons_become_words(state: int, reasons: tuple[str, ...], word: StatusWord) -> None:
    status = status_of(printer(state, *reasons))
    assert status.word is word
    assert status.reason or word is StatusWord.READY


def test_low_toner_is_told_though_the_printer_is_ready() -> None:
    assert "cartridge" in status_of(printer(PrinterState.IDLE, "toner-low-warning")).reason


def test_every_reason_says_what_to_do_in_one_line() -> None:
    for keyword, word, reason in REASONS:
        assert reason
        assert "\n" not in reason, keyword
        assert isinstance(word, StatusWord)


def test_a_queue_that_refuses_jobs_is_offline() -> None:
    refusing = {**printer(PrinterState.IDLE), "printer-is-accepting-jobs": of(Tag.BOOLEAN, False)}
    assert "cupsaccept" in status_of(refusing).reason


def test_sheets_are_counted_before_sides() -> None:
    sides = {"job-impressions-completed": of(Tag.INTEGER, 4)}
    assert sheets_of({**sides, "job-media-sheets-completed": of(Tag.INTEGER, 2)}) == 2
    assert sheets_of(sides) == 4
    assert sheets_of({}) == 0


def test_why_a_job_was_not_completed() -> None:
    job = {"job-state": of(Tag.ENUM, JobState.ABORTED), "job-state-reasons": of(Tag.KEYWORD, "document-format-error")}
    assert "document-format-error" in why_not(job).reason
    assert "cancelled" in why_not({"job-state": of(Tag.ENUM, JobState.CANCELED)}).reason
