"""Slips: print, confirm, take; and what happens when nothing comes out. No number is lost, none prints twice."""

import msgspec

from config.flow import Checklist, Print
from hall.domain.slip import Slip
from hall.domain.ticket import Ticket
from hall.ports.page_printer import SheetsNotPrinted, SheetsPrinted
from hall.ports.status import StatusWord
from hall.ports.ticket_printer import NotPrinted, Printed
from hall.wire.case_query import receipt_qr
from hall.words import slips
from hall.words.mask import mask_name
from kiosk.flow import forms, needs, queue
from kiosk.flow.causes import PrintEnded, SheetsEnded
from kiosk.flow.effects import Print as PrintSlip
from kiosk.flow.effects import PrintSheets
from kiosk.flow.models import Word
from kiosk.flow.state import Job, Place
from kiosk.flow.turn import Turn

PRINTER_SILENT_S = 120.0
"""A printer that says nothing for so long has failed (a raster slip at 9600 baud takes 72 s)."""
SHEETS_SILENT_S = 300.0
"""The same for whole sheets, which wait in a queue; the port cancels a job long before."""
TAKE_S = 6.0
SHEETS_FACTOR = 3
"""Sheets come out of another slot, after a warming-up, and are gathered."""


def start(turn: Turn) -> None:
    """Enter a print step: print, or show on the screen what cannot be printed."""
    step = turn.step
    assert isinstance(step, Print)
    if step.paper == "a4":
        _start_sheets(turn, step.slip)
    elif needs.printer_trouble(turn.settings, turn.state) is not None:
        _not_out(turn, step.slip)
    elif step.slip == "ticket":
        ticket(turn, again=turn.session.asked == "reprint")
    else:
        _send(turn, step.slip, _slip(turn, step.slip, again=False))


def _start_sheets(turn: Turn, kind: str) -> None:
    if not needs.works(turn.settings, turn.state, "a4"):
        _without_sheets(turn, kind)
        return
    number = turn.state.jobs + 1
    slip = _slip(turn, kind, again=False)
    turn.set(jobs=number)
    turn.write(job=Job(number, slip, kind, sheets=True))
    turn.go(Place.PRINTING)
    turn.emit(PrintSheets(number, slip, f"{kind} {turn.session.case or turn.settings.unit}"))


def sheets_ended(turn: Turn, cause: SheetsEnded) -> None:
    """The A4 printer is done. Only where surely nothing came out is a slip printed instead."""
    job = turn.session.job
    if job is None or job.id != cause.job or not job.sheets:
        return
    match cause.outcome:
        case SheetsPrinted():
            _out(turn, job)
        case SheetsNotPrinted(status=status, partial=partial):
            turn.set(devices={**turn.state.devices, "a4": status})
            # A printer that was lost in the middle cannot tell whether what it took came out.
            silent = status.word in (StatusWord.UNKNOWN, StatusWord.OFFLINE)
            if partial or status.word is StatusWord.UNKNOWN:
                _uncertain(turn, "unknown" if silent else "partial")
            else:
                turn.report("attendant_called", status.word, "a4")
                _without_sheets(turn, job.kind)
        case None:
            _uncertain(turn, "unknown")


def _uncertain(turn: Turn, why: str) -> None:
    """Sheets may lie in the tray: say so and call staff; nothing comes out a second time by itself."""
    turn.report("attendant_called", StatusWord.FAULT, "a4")
    turn.write(job=None, sheets=why)
    turn.go(Place.NUMBER)


def _without_sheets(turn: Turn, kind: str) -> None:
    """No sheet came out: the slip instead where the flow has one, else the counter."""
    turn.write(job=None)
    flow = turn.settings.flows[turn.session.flow]
    if "slip" in flow.needs and needs.printer_trouble(turn.settings, turn.state) is None:
        _send(turn, kind, _slip(turn, kind, again=False))
    elif kind == "progress":
        turn.say(Word("needs.title"), Word("needs.a4.broken"), icon="printer")
    else:
        turn.write(sheets="failed")
        turn.go(Place.NUMBER)


def ticket(turn: Turn, again: bool) -> None:
    """Print the session's ticket; a reprint is marked, whoever counted it."""
    held = turn.session.ticket
    assert held is not None
    if again and held.reprints == 0:
        held = msgspec.structs.replace(held, reprints=1)
        turn.write(ticket=held)
    if needs.printer_trouble(turn.settings, turn.state) is not None:
        _not_out(turn, "ticket")
        return
    _send(turn, "ticket", ticket_slip(turn, held), held, again)


def case_again(turn: Turn) -> None:
    """Print the receipt or proof again after a jam, marked 补打."""
    step = turn.step
    if isinstance(step, Print) and step.slip != "ticket":
        _send(turn, step.slip, _slip(turn, step.slip, again=True), again=True)


def _send(turn: Turn, kind: str, slip: Slip, held: Ticket | None = None, again: bool = False) -> None:
    number = turn.state.jobs + 1
    turn.set(jobs=number)
    turn.write(job=Job(number, slip, kind, held, again))
    turn.go(Place.PRINTING)
    turn.emit(PrintSlip(number, slip, held.uid if held else None))


def ended(turn: Turn, cause: PrintEnded) -> None:
    """The printer is done with the slip that the citizen waits for; late outcomes of others are ignored."""
    job = turn.session.job
    if job is None or job.id != cause.job:
        return
    match cause.outcome:
        case Printed():
            _out(turn, job)
        case NotPrinted(status=status, partial=partial):
            turn.set(devices={**turn.state.devices, "slip": status})
            turn.write(jam=partial or status.word is StatusWord.JAMMED)
            turn.report("attendant_called", status.word)
            _not_out(turn, job.kind)


def silent(turn: Turn) -> None:
    """The printer never answered: call staff and show the number."""
    job = turn.session.job
    waited = turn.now - turn.state.since
    if job is not None and job.sheets:
        if waited >= SHEETS_SILENT_S:
            _uncertain(turn, "unknown")
    elif job is not None and waited >= PRINTER_SILENT_S:
        turn.write(jam=True)
        turn.report("attendant_called", StatusWord.FAULT)
        _not_out(turn, job.kind)


def _out(turn: Turn, job: Job) -> None:
    turn.write(jam=False)
    if job.kind == "ticket":
        turn.confirm_ticket(printed=True)
    steps = turn.settings.flows[turn.session.flow].steps if turn.session.flow else ()
    following = turn.session.at + 1
    if following < len(steps) and isinstance(steps[following], Print) and isinstance(turn.step, Print):
        turn.onward()
    else:
        turn.go(Place.TAKE)


def _not_out(turn: Turn, kind: str) -> None:
    turn.write(job=None)
    if kind == "progress":
        turn.say(Word("needs.title"), needs.printer_trouble(turn.settings, turn.state) or Word("needs.slip.broken"))
    else:
        turn.go(Place.NUMBER)


def acknowledged(turn: Turn) -> None:
    """The citizen noted the number: it is valid without paper. No further slip is tried."""
    turn.confirm_ticket(printed=False)
    if turn.session.sheets:
        turn.write(sheets="")  # the slip printer has not failed: what comes on slips still comes
    else:
        turn.write(jam=False)
        _skip_prints(turn)
    taken(turn)


def _skip_prints(turn: Turn) -> None:
    steps = turn.settings.flows[turn.session.flow].steps if turn.session.flow else ()
    at = turn.session.at
    while at + 1 < len(steps) and isinstance(steps[at + 1], Print):
        at += 1
    turn.write(at=at)


def taken(turn: Turn) -> None:
    """The slip is in the citizen's hand: go on, or end after a reprint outside a flow's own print step."""
    turn.write(job=None)
    if isinstance(turn.step, Print):
        turn.onward()
    else:
        turn.end()


def take_over(turn: Turn) -> bool:
    """Whether the slip has lain there long enough; one that the printer still feels is waited for longer."""
    status = turn.state.devices.get("slip")
    felt = status is not None and status.word is StatusWord.NOT_TAKEN
    sheets = turn.session.job is not None and turn.session.job.sheets
    limit = TAKE_S * (2 if turn.state.elder else 1) * (SHEETS_FACTOR if sheets else 4 if felt else 1)
    return turn.now - turn.state.since >= limit


def heading(turn: Turn) -> slips.Heading:
    """Return what all slips of this hall share, in the citizen's language."""
    view = turn.state.view
    return slips.Heading(
        turn.settings.words.in_language(turn.state.language), view.names if view else {}, turn.settings.timezone
    )


def ticket_slip(turn: Turn, held: Ticket) -> Slip:
    """Lay out a ticket with what the hall's view says about the waiting."""
    view = turn.state.view
    item = queue.item_of(view, held.item)
    counters = tuple(str(c.id) for c in queue.serving(view, held.item)) if view else ()
    known = turn.session.asked == "issue" and not held.offline
    return slips.ticket_slip(
        heading(turn),
        held,
        slips.Queue(
            item=item.names if item else {},
            counters=counters,
            ahead=turn.session.ahead if known else None,
            estimate_min=-(-turn.session.estimate_s // 60) if known else None,
        ),
    )


def _slip(turn: Turn, kind: str, again: bool) -> Slip:
    if kind == "progress":
        return _progress(turn)
    facts = case_facts(turn)
    if kind == "receipt":
        return slips.receipt_slip(heading(turn), facts, again)
    rows = forms.plain_rows(turn.settings, turn.session, turn.state.language)
    return slips.proof_slip(heading(turn), facts, rows, again)


def case_facts(turn: Turn) -> slips.CaseFacts:
    """Return what a receipt says about the session's case; the applicant masked."""
    session = turn.session
    flow = turn.settings.flows[session.flow]
    item = queue.item_of(turn.state.view, flow.item)
    applicant = session.principal or session.person
    number = str(session.case or "")
    materials = tuple(
        line
        for step in flow.steps
        if isinstance(step, Checklist)
        for index, line in enumerate(step.lines)
        if index in session.ticked
    )
    return slips.CaseFacts(
        number=number,
        item=item.names if item else flow.title,
        applicant=mask_name(applicant.name) if applicant else "",
        at=session.submitted_at,
        place=heading(turn).words("slip.kiosk", name=turn.settings.unit),
        code=session.case_code,
        qr=receipt_qr(number, session.case_code) if session.case_code else "",
        materials=materials,
        provisional=session.offline,
    )


def _progress(turn: Turn) -> Slip:
    status = turn.session.progress
    assert status is not None
    words = turn.settings.words.in_language(turn.state.language)
    item = queue.item_of(turn.state.view, status.item)
    steps = [(words(f"case.step.{step.step}"), step.at) for step in status.steps]
    names = item.names if item else {"zh": status.item}
    at = max((step.at for step in status.steps), default=0)
    return slips.progress_slip(heading(turn), status.case, names, steps, at)
