"""What printers say of themselves, in the hall's words: printer-state-reasons, and how a job ended. Pure.

A reason is a keyword with -error, -warning or -report behind it; without one it counts as an error (RFC 8011, 5.4.12).
A warning does not stop the printer (one of two trays is empty): it is told, and work may still be given.
"""

from drivers.page_printer.protocol import Group, JobState, PrinterState, number, words
from hall.ports.status import Status, StatusWord

_CLOSE = "close the doors and covers of the printer"
_TRAY = "put paper into the tray"
_CARTRIDGE = "change the cartridge"
REASONS: tuple[tuple[str, StatusWord, str], ...] = (
    ("door-open", StatusWord.COVER_OPEN, _CLOSE),
    ("cover-open", StatusWord.COVER_OPEN, _CLOSE),
    ("interlock-open", StatusWord.COVER_OPEN, _CLOSE),
    ("media-jam", StatusWord.JAMMED, "paper is stuck: open the printer and take it out"),
    ("media-empty", StatusWord.NO_PAPER, _TRAY),
    ("media-needed", StatusWord.NO_PAPER, _TRAY),
    ("input-tray-missing", StatusWord.NO_PAPER, "put the tray back in"),
    ("output-area-full", StatusWord.NOT_TAKEN, "take the printed sheets out"),
    ("toner-empty", StatusWord.FAULT, f"the toner is used up: {_CARTRIDGE}"),
    ("marker-supply-empty", StatusWord.FAULT, f"ink or toner is used up: {_CARTRIDGE}"),
    ("marker-waste-full", StatusWord.FAULT, "the waste box is full: change it"),
    ("opc-life-over", StatusWord.FAULT, "the drum is worn out: change it"),
    ("fuser-over-temp", StatusWord.FAULT, "the fuser is too hot: let the printer cool down"),
    ("spool-area-full", StatusWord.FAULT, "the printer's memory is full: cancel other jobs"),
    ("cups-missing-filter", StatusWord.FAULT, "CUPS lacks a filter for this printer: install its driver"),
    ("cups-insecure-filter", StatusWord.FAULT, "CUPS refuses a filter with wrong rights: see its error log"),
    ("offline", StatusWord.OFFLINE, "CUPS does not reach the printer: check its power and cable"),
    ("shutdown", StatusWord.OFFLINE, "the printer is switched off: switch it on"),
    ("timed-out", StatusWord.OFFLINE, "CUPS does not reach the printer: check its power and cable"),
    ("paused", StatusWord.OFFLINE, "it is stopped: start it at its panel, or cupsenable the queue"),
    ("moving-to-paused", StatusWord.OFFLINE, "somebody is stopping it: start it at its panel, or cupsenable the queue"),
    ("connecting-to-device", StatusWord.BUSY, "CUPS is reaching for the printer: check power and cable if it stays"),
    ("media-low", StatusWord.PAPER_LOW, "the tray is nearly empty: put paper in"),
    ("toner-low", StatusWord.READY, "toner is low: have a cartridge ready"),
    ("marker-supply-low", StatusWord.READY, "ink or toner is low: have a cartridge ready"),
    ("marker-waste-almost-full", StatusWord.READY, "the waste box is nearly full: have one ready"),
    ("opc-near-eol", StatusWord.READY, "the drum is nearly worn out: have one ready"),
)
"""Keywords of RFC 8011, PWG 5100.9 and of CUPS, the worst first."""
_SEVERITIES = ("-error", "-warning", "-report")
_MEANT_AS_REPORT = ("offline", "connecting-to-device")
"""CUPS's backends say these two with -report, and mean them."""


def status_of(printer: Group) -> Status:
    """Read printer-state, printer-state-reasons and whether it accepts jobs."""
    state = number(printer, "printer-state")
    stopped = state == PrinterState.STOPPED
    told = [_split(word) for word in words(printer, "printer-state-reasons")]
    for keyword, word, reason in REASONS:
        for said, severity in told:
            if said != keyword or (severity == "-report" and said not in _MEANT_AS_REPORT):
                continue
            if severity == "-warning" and not stopped and word not in (StatusWord.OFFLINE, StatusWord.BUSY):
                return Status(StatusWord.READY if word is StatusWord.READY else StatusWord.PAPER_LOW, reason)
            return _busy_with(state, Status(word, reason))
    if printer.get("printer-is-accepting-jobs") and printer["printer-is-accepting-jobs"].values[0] is False:
        return Status(StatusWord.OFFLINE, "it takes no jobs: cupsaccept the queue")
    if stopped:
        return Status(StatusWord.FAULT, "the printer has stopped: look at its display")
    if state == PrinterState.PROCESSING:
        return Status(StatusWord.BUSY, "printing")
    if state == PrinterState.IDLE:
        return Status(StatusWord.READY)
    return Status(StatusWord.UNKNOWN, "the printer does not tell its state")


def _busy_with(state: int, status: Status) -> Status:
    """A healthy printer that prints is busy, whatever is running low."""
    if status.word is StatusWord.READY and state == PrinterState.PROCESSING:
        return Status(StatusWord.BUSY, status.reason)
    return status


def _split(word: str) -> tuple[str, str]:
    for severity in _SEVERITIES:
        if word.endswith(severity):
            return word.removesuffix(severity), severity
    return word, "-error"


def sheets_of(job: Group) -> int:
    """Return how many sheets are out, as far as the printer counts; sides where it counts only those."""
    return max(0, number(job, "job-media-sheets-completed") or number(job, "job-impressions-completed"))


def why_not(job: Group) -> Status:
    """Say why a job ended without being completed."""
    reasons = ", ".join(word for word in words(job, "job-state-reasons") if word != "none")[:120]
    if number(job, "job-state") == JobState.CANCELED:
        why = reasons or "no reason told"
        return Status(StatusWord.FAULT, f"the job was cancelled at the printer ({why}): print it again if it is wanted")
    return Status(StatusWord.FAULT, f"the printer gave the job up ({reasons or 'no reason told'}): print it again")
