"""From state to screen: one function a place. Nothing is decided here, and nothing leaves unmasked."""

from collections.abc import Callable
from typing import Any

from config.flow import AnyStep, Ask, Capture, Checklist, Flow, Form, Identify, Notice, Print, Rate, Scan, Sign, Submit
from hall.domain.ticket import Priority
from hall.wire.case_query import receipt_qr
from hall.wire.view import HallView, ItemView
from hall.words.mask import mask_name
from hall.words.slips import clock, ticket_qr
from kiosk.flow import (
    attendant,
    forms,
    home,
    identify,
    idle,
    needs,
    papers,
    printing,
    queue,
    signing,
    submitting,
    walk,
)
from kiosk.flow import models as m
from kiosk.flow.models import Row, Text, Tile, Word
from kiosk.flow.state import Place, Session, Settings, State, current_step
from kiosk.flow.turn import Turn

ITEMS_A_PAGE = 6
ELDER_A_PAGE = 4


def view_of(settings: Settings, state: State, now: float) -> m.View:
    """Return everything on the glass."""
    turn = Turn(settings, state, now)
    flow = settings.flows.get(state.session.flow) if state.session else None
    shown = _milestones(flow, state.session)
    at = current_step(settings, state.session)
    return m.View(
        screen=_SCREENS[state.place](turn),
        names=state.view.names if state.view else {},
        language=state.language,
        theme=state.theme,
        elder=state.elder,
        low=state.low,
        away=state.away,
        steps=tuple(step.title for step in shown) if state.place in IN_FLOW and len(shown) > 2 else (),
        step=shown.index(at) if at in shown else 0,
        back=state.place in IN_FLOW or state.place in (Place.CODE_ENTRY, Place.PIN, Place.STAFF_CARD),
        leave=state.session is not None and state.place not in NO_WAY_OUT,
        keep=bool(flow and flow.resumable and state.place in MAY_KEEP),
        countdown=idle.countdown(state, settings.times.idle_s, settings.times.countdown_s, now),
        take_card=state.place is Place.TAKE_CARD,
        help=now < state.help_until,
    )


def _milestones(flow: Flow | None, session: Session | None) -> list[AnyStep]:
    """Return the steps worth a dot: those that apply and that the citizen does something in."""
    if flow is None or session is None:
        return []
    quiet = (Submit, Print, Rate)
    return [step for step in flow.steps if not isinstance(step, quiet) and walk.applies(step, session.answers)]


MAY_KEEP = frozenset(
    {
        Place.IDENTIFY,
        Place.ASK,
        Place.SCAN,
        Place.FORM,
        Place.CAPTURE,
        Place.CHECKLIST,
        Place.CONFIRM,
        Place.SIGN,
    }
)
NO_WAY_OUT = idle.BUSY | idle.OWN_TIME | {Place.MESSAGE, Place.CODE_GIVEN, Place.ITEM, Place.CODE_ENTRY}
"""Places whose own buttons lead home, or where the kiosk works."""
IN_FLOW = MAY_KEEP | {Place.NOTICE, Place.ITEM, Place.NO_PAPER}


def _home(turn: Turn) -> m.Home:
    state, view = turn.state, turn.state.view
    items = _item_tiles(turn)
    size = ELDER_A_PAGE if state.elder else ITEMS_A_PAGE
    pages = max(1, -(-len(items) // size))
    page = min(state.home_page, pages - 1)
    person = state.session.person if state.session else None
    return m.Home(
        items=items[page * size : (page + 1) * size],
        flows=_flow_tiles(turn),
        waiting=queue.waiting(view) if view else 0,
        counters_open=queue.open_counters(view) if view else 0,
        counters=len(view.counters) if view else 0,
        estimate_min=_mean_estimate(view) if view else 0,
        page=page,
        pages=pages,
        holder=mask_name(person.name) if person else "",
        resume=any(flow.resumable for flow in turn.settings.flows.values()),
        notices=view.notices if view else (),
    )


def _mean_estimate(view: HallView) -> int:
    found = [queue.estimate_min(view, item.code) for item in view.items]
    return max(found, default=0)


def _item_tiles(turn: Turn) -> tuple[Tile, ...]:
    view = turn.state.view
    flow = home.number_flow(turn.settings)
    if view is None or flow is None:
        return ()
    return tuple(_item_tile(turn, view, item) for item in queue.offered(view, turn.settings.items))


def _item_tile(turn: Turn, view: HallView, item: ItemView) -> Tile:
    if not queue.open_now(view, item, turn.state.hall_minute):
        closed = Word("home.closed", {"hours": queue.hours(item)})
        return Tile(item.code, item.names, item.icon, badge=Word("home.closed_now"), closed=closed)
    badge = Word("home.waiting", {"n": str(queue.waiting(view, item.code))})
    return Tile(item.code, item.names, item.icon, badge=badge)


def _flow_tiles(turn: Turn) -> tuple[Tile, ...]:
    flow_of_numbers = home.number_flow(turn.settings)
    return tuple(
        Tile(
            flow.code,
            flow.title,
            flow.icon,
            subtitle=flow.subtitle or None,
            why=needs.lacking(turn.settings, turn.state, flow),
        )
        for flow in turn.settings.flows.values()
        if flow is not flow_of_numbers
    )


def _notice(turn: Turn) -> m.NoticeModel:
    step = turn.step
    assert isinstance(step, Notice)
    return m.NoticeModel(step.title, step.text)


def _identify(turn: Turn) -> m.Screen:
    step, session = turn.step, turn.session
    assert isinstance(step, Identify)
    if identify.asks_relation(turn):
        return m.AskModel(Word("identify.relation"), identify.relation_tiles(step))
    return m.IdentifyModel(
        title=step.title,
        prompt=identify.prompt(session.person is not None, session.relation),
        problem=session.problem,
        skip=step.optional,
        can_type=identify.can_type(turn),
        typing=session.typing,
        typed=session.typed,
        reader_ok=needs.works(turn.settings, turn.state, "id_card"),
    )


def _ask(turn: Turn) -> m.AskModel:
    step = turn.step
    assert isinstance(step, Ask)
    if step.choices_from:
        tiles = _item_tiles(turn)
    else:
        tiles = tuple(Tile(choice.value, choice.words, choice.icon) for choice in step.choices)
    size = ELDER_A_PAGE if turn.state.elder else ITEMS_A_PAGE + 2
    pages = max(1, -(-len(tiles) // size))
    page = min(turn.session.page, pages - 1)
    return m.AskModel(step.title, tiles[page * size : (page + 1) * size], page, pages)


def _item(turn: Turn) -> m.Screen:
    view, session = turn.state.view, turn.session
    item = queue.item_of(view, session.answers.get("item", ""))
    if view is None or item is None:
        return m.Message(Word("refusal.title"), Word("refusal.unknown_item", {"hours": ""}), "unknown_item")
    flow = turn.settings.flows[session.flow]
    return m.ItemModel(
        names=item.names,
        icon=item.icon,
        ahead=queue.waiting(view, item.code),
        estimate_min=queue.estimate_min(view, item.code),
        counters=tuple(str(counter.id) for counter in queue.serving(view, item.code)),
        hours=queue.hours(item),
        holder=mask_name(session.person.name) if session.person else "",
        card=needs.works(turn.settings, turn.state, "id_card"),
        priority=any(isinstance(step, Ask) and step.field == "priority" for step in flow.steps),
        no_paper=needs.printer_trouble(turn.settings, turn.state) is not None,
    )


def _scan(turn: Turn) -> m.ScanModel:
    step = turn.step
    assert isinstance(step, Scan)
    ok = needs.works(turn.settings, turn.state, "scanner")
    return m.ScanModel(step.title, turn.session.typed, step.or_type, ok, turn.session.problem)


def _form(turn: Turn) -> m.FormModel:
    step = turn.step
    assert isinstance(step, Form)
    return m.FormModel(step.title, forms.view(step, turn.session), turn.session.field)


def _capture(turn: Turn) -> m.CaptureModel:
    step = turn.step
    assert isinstance(step, Capture)
    session, there = turn.session, papers.taken(turn)
    return m.CaptureModel(
        step.title,
        there,
        step.pages,
        chosen=there.index(session.chosen) if session.chosen in there else -1,
        doubtful=session.doubtful,
        problem=_capture_problem(turn, len(there) > step.pages),
        camera_ok=papers.camera_works(turn),
        busy=bool(session.question),
        can_shoot=papers.camera_works(turn) and not papers.full(turn) and not session.question,
        can_go=papers.complete(turn) and not session.question,
    )


def _capture_problem(turn: Turn, too_many: bool) -> Text | None:
    if turn.session.problem is not None:
        return turn.session.problem
    return Word("capture.too_many") if too_many else None


def _sign(turn: Turn) -> m.SignModel:
    step, session = turn.step, turn.session
    assert isinstance(step, Sign)
    return m.SignModel(
        step.title,
        step.text,
        session.strokes,
        signing.signature_of(session.strokes).aspect,
        pad="pad" in turn.settings.present and needs.works(turn.settings, turn.state, "pad"),
        problem=session.problem,
        busy=bool(session.question),
    )


def _checklist(turn: Turn) -> m.ChecklistModel:
    step = turn.step
    assert isinstance(step, Checklist)
    return m.ChecklistModel(step.title, step.lines, turn.session.ticked, step.required, turn.session.problem)


def _confirm(turn: Turn) -> m.ConfirmModel:
    step = turn.step
    return m.ConfirmModel(step.title if step else {}, forms.rows(turn.settings, turn.session))


def _working(turn: Turn) -> m.Working:
    key = "working.away" if turn.state.away else "working.wait"
    return m.Working(Word(key), slow=submitting.waited(turn))


def _printing(turn: Turn) -> m.Working:
    job = turn.session.job
    return m.Working(Word(f"printing.{job.kind if job else 'ticket'}"), printing=True)


def _no_paper(turn: Turn) -> m.Message:
    why = needs.printer_trouble(turn.settings, turn.state) or Word("needs.slip.broken")
    return m.Message(why, Word("no_paper.offer"), "no_paper", icon="printer", good=True)


def _take(turn: Turn) -> m.TakeSlip:
    session = turn.session
    job = session.job
    kind = "reprint" if job is not None and job.reprint else (job.kind if job is not None else "ticket")
    if job is not None and job.sheets:
        kind = "sheets"
    if job is None or job.ticket is None:
        return m.TakeSlip(kind, number=str(session.case or ""))
    return m.TakeSlip(kind, job.ticket.number, _ticket_rows(turn), offline=job.ticket.offline)


def _ticket_rows(turn: Turn) -> tuple[Row, ...]:
    ticket, view = turn.session.ticket, turn.state.view
    if ticket is None or view is None:
        return ()
    item = queue.item_of(view, ticket.item)
    comma = turn.settings.words.in_language(turn.state.language)("list.comma")
    counters = comma.join(str(counter.id) for counter in queue.serving(view, ticket.item))
    rows = [Row(Word("row.item"), item.names if item else ""), Row(Word("row.counters"), counters)]
    if ticket.offline:
        return (*rows, Row(Word("row.fallback"), str(ticket.fallback_counter or counters)))
    if turn.session.asked == "issue":
        rows.append(Row(Word("row.ahead"), Word("home.people", {"n": str(turn.session.ahead)})))
    if ticket.priority is not Priority.NORMAL:
        rows.append(Row(Word("row.priority"), Word(f"priority.{ticket.priority.value}")))
    return tuple(rows)


def _number(turn: Turn) -> m.NumberModel:
    session, ticket = turn.session, turn.session.ticket
    again = needs.printer_trouble(turn.settings, turn.state) is None
    seconds = idle.number_left(turn)
    if ticket is None:
        again = again and not session.sheets
        text = Word(f"number.sheets_{session.sheets}") if session.sheets else Word("number.case")
        text = Word("number.case_jam") if session.jam and not session.sheets else text
        qr = receipt_qr(str(session.case), session.case_code) if session.case_code else ""
        code = (Row(Word("row.code"), session.case_code),) if session.case_code else ()
        return m.NumberModel(str(session.case or ""), qr, text, seconds, True, again, session.jam, code)
    text = Word("number.jam" if session.jam else "number.note")
    rows = _ticket_rows(turn)
    return m.NumberModel(ticket.number, ticket_qr(ticket), text, seconds, False, again, session.jam, rows)


def _progress(turn: Turn) -> m.ProgressModel:
    status = turn.session.progress
    assert status is not None
    item = queue.item_of(turn.state.view, status.item)
    rows = [Row(Word("row.case"), status.case), Row(Word("row.item"), item.names if item else status.item)]
    if status.ticket_number:
        rows.append(Row(Word("row.ticket"), status.ticket_number))
    if status.counter:
        rows.append(Row(Word("row.counter"), status.counter))
    heading = _zone(turn)
    rows += [Row(Word(f"case.step.{step.step}"), heading(step.at)) for step in status.steps]
    steps = turn.settings.flows[turn.session.flow].steps
    prints = any(isinstance(step, Print) for step in steps[turn.session.at :])
    can = prints and needs.printer_trouble(turn.settings, turn.state) is None
    return m.ProgressModel(Word("query.title"), status.status, tuple(rows), can)


def _zone(turn: Turn) -> Callable[[int], str]:
    made = printing.heading(turn)
    return lambda at: clock(made, at)


def _rate(turn: Turn) -> m.RateModel:
    return m.RateModel(turn.step.title if turn.step else Word("rate.title"))


def _message(turn: Turn) -> m.Message:
    note = turn.state.note
    if note is None:
        return m.Message(Word("error.unexpected"), Word("error.unexpected_hint"))
    return m.Message(note.title, note.text, note.code, note.icon, note.number, note.reprint, note.retry)


def _pin(turn: Turn) -> m.PinModel:
    staff = attendant.staff(turn)
    problem: Text | None = Word(staff.problem, {"hours": ""}) if staff.problem else None
    dots, card = len(staff.pin), attendant.takes_card(turn)
    return m.PinModel(staff.clerk, dots, staff.on_pin, problem, bool(staff.question), card)


def _staff_card(turn: Turn) -> m.StaffCardModel:
    staff = attendant.staff(turn)
    return m.StaffCardModel(Word(staff.problem) if staff.problem else None, bool(staff.question))


def _attendant(turn: Turn) -> m.AttendantModel:
    rows = tuple(
        Row(Word(f"need.{need}"), Word(f"status.{status.word.value}")) for need, status in turn.state.devices.items()
    )
    done = attendant.staff(turn).done
    hidden = "in_service" if not turn.state.out_of_service else "out_of_service"
    acts = tuple(
        Tile(act, Word(f"act.{act}"), ACT_ICONS[act], why=_why_not(turn, act))
        for act in attendant.acts(turn)
        if act != hidden
    )
    ends = turn.state.paper_ends
    paper = Word("staff.paper_ends", {"time": ends}) if ends else None
    return m.AttendantModel(rows, acts, Word(f"act.{done}.done") if done else None, paper, _backlog(turn))


def _backlog(turn: Turn) -> Text | None:
    seen = turn.state.backlog
    if seen is None:
        return None
    counts = {"n": str(seen.waiting), "minutes": str(seen.oldest_min), "refused": str(seen.refused)}
    return Word("staff.documents_refused" if seen.refused else "staff.documents", counts)


def _why_not(turn: Turn, act: str) -> Text | None:
    return Word("act.nothing_to_reprint") if act == "reprint" and turn.state.last_ticket is None else None


ACT_ICONS = {
    "roll_changed": "refresh",
    "jam_cleared": "tool",
    "test_line": "printer",
    "reprint": "repeat",
    "out_of_service": "player-pause",
    "in_service": "player-play",
    "technician": "settings",
    "my_card": "credit-card",
}


def _code_given(turn: Turn) -> m.CodeModel:
    return m.CodeModel(given=turn.session.typed, busy=not turn.session.typed)


def _code_entry(turn: Turn) -> m.CodeModel:
    session: Session = turn.session
    return m.CodeModel(typed=session.typed, problem=session.problem, busy=bool(session.question))


_SCREENS: dict[Place, Callable[[Turn], Any]] = {
    Place.HOME: _home,
    Place.NOTICE: _notice,
    Place.IDENTIFY: _identify,
    Place.ASK: _ask,
    Place.ITEM: _item,
    Place.SCAN: _scan,
    Place.FORM: _form,
    Place.CAPTURE: _capture,
    Place.SIGN: _sign,
    Place.CHECKLIST: _checklist,
    Place.CONFIRM: _confirm,
    Place.CHECKING: _working,
    Place.NO_PAPER: _no_paper,
    Place.WAITING: _working,
    Place.PRINTING: _printing,
    Place.TAKE: _take,
    Place.NUMBER: _number,
    Place.PROGRESS: _progress,
    Place.RATE: _rate,
    Place.THANKS: lambda _turn: m.Message(Word("thanks.title"), Word("thanks.text"), icon="heart-handshake", good=True),
    Place.MESSAGE: _message,
    Place.CODE_GIVEN: _code_given,
    Place.CODE_ENTRY: _code_entry,
    Place.TAKE_CARD: lambda _turn: m.Message(Word("take_card.title"), Word("take_card.text"), icon="id"),
    Place.PIN: _pin,
    Place.ATTENDANT: _attendant,
    Place.STAFF_CARD: _staff_card,
    Place.TECHNICIAN: lambda _turn: m.Working(Word("technician.at_work")),
    Place.OUT_OF_SERVICE: lambda _turn: m.OutOfService(),
}
"""One screen for each place; a test walks all of them."""
