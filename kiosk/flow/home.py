"""The first screen: items, flows, a card laid on the reader, a slip held to the scanner, a crash to mend."""

import re

from config.flow import Ask, Flow
from hall.domain.ticket import token_mark
from hall.ports.status import Status, StatusWord
from hall.wire.case_query import read_receipt_qr
from kiosk.flow import drafts, identify, needs, printing, queue, submitting, walk
from kiosk.flow.causes import CardRead, CodeRead, DraftFound, UnprintedFound
from kiosk.flow.effects import DropDraft
from kiosk.flow.models import Word
from kiosk.flow.state import Place, Session, Settings
from kiosk.flow.turn import Turn

_TICKET = re.compile(r"HT1:([0-9A-Z-]{2,12}):([0-9A-Za-z_-]{1,64})")


def number_flow(settings: Settings) -> Flow | None:
    """Return the flow whose first question is the hall's items: it lives on the home screen."""
    for flow in settings.flows.values():
        if flow.steps and isinstance(flow.steps[0], Ask) and flow.steps[0].choices_from == "items":
            return flow
    return None


def item(turn: Turn, code: str) -> None:
    """An item was touched: its detail; of a closed one, when it is open."""
    flow, view = number_flow(turn.settings), turn.state.view
    touched = queue.item_of(view, code)
    if flow is None or view is None or touched is None:
        return
    if not queue.open_now(view, touched, turn.state.hall_minute):
        hours = {"hours": queue.hours(touched)}
        turn.say(touched.names, Word("refusal.closed_item", hours), code="closed_item", icon="clock")
        return
    walk.begin(turn, flow.code)
    if turn.state.place is Place.MESSAGE:
        return
    first = flow.steps[0]
    assert isinstance(first, Ask)
    turn.answer(**{first.field: code})
    turn.write(at=0)
    turn.go(Place.ITEM)
    turn.moves = False


def flow(turn: Turn, code: str) -> None:
    """A self-service flow was touched."""
    if code in turn.settings.flows:
        walk.begin(turn, code)


def card(turn: Turn, cause: CardRead) -> None:
    """A card on the reader: go on where a crash broke off, or keep the holder for what comes next."""
    if turn.state.recovered and _resume_by_card(turn, cause):
        return
    identify.take_card(turn, cause)


def _resume_by_card(turn: Turn, cause: CardRead) -> bool:
    found = drafts.unpack(turn.state.recovered)
    if found is None or found.person is None or found.person.number != cause.card.number:
        return False
    turn.set(recovered=b"", session=found)
    walk.enter(turn)
    return True


def code(turn: Turn, cause: CodeRead) -> None:
    """A slip before the scanner: a receipt asks about its case, a ticket tells how many are before it."""
    receipt = read_receipt_qr(cause.text)
    if receipt is not None:
        ask_by_receipt(turn, cause.text.strip())
        return
    found = _TICKET.fullmatch(cause.text.strip())
    view = turn.state.view
    live = next((t for t in view.tickets if t.number == found[1]), None) if found and view else None
    if found is None:
        turn.say(Word("scan.unknown"), Word("scan.unknown_hint"), icon="scan")
    elif live is not None and live.mark != token_mark(found[1], found[2]):
        turn.say(Word("scan.ticket_old"), Word("scan.ticket_old_hint"), icon="ticket", number=found[1])
    elif live is None or view is None:
        turn.say(Word("scan.ticket_over"), Word("scan.ticket_over_hint"), icon="ticket", number=found[1])
    else:
        before = sum(1 for t in view.tickets if t.item == live.item and t.arrived_at < live.arrived_at)
        turn.say(Word("scan.ticket"), Word("scan.ticket_ahead", {"n": str(before)}), icon="ticket", number=found[1])


def ask_by_receipt(turn: Turn, text: str) -> None:
    """Open the case query with number and code from the receipt's QR."""
    flow_code = next((f.code for f in turn.settings.flows.values() if walk.queries(f)), "")
    if not flow_code:
        turn.say(Word("scan.unknown"), Word("scan.unknown_hint"), icon="scan")
        return
    why = needs.lacking(turn.settings, turn.state, turn.settings.flows[flow_code])
    if why is not None:
        turn.say(Word("needs.title"), why, icon="alert-triangle")
        return
    at = walk.query_step(turn.settings.flows[flow_code])
    turn.set(session=Session(flow=flow_code, at=at, answers={"receipt": text}))
    submitting.start(turn)


def page(turn: Turn, value: str) -> None:
    """Turn the page of the items."""
    turn.set(home_page=max(0, turn.state.home_page + (1 if value == "next" else -1)))


def draft_found(turn: Turn, cause: DraftFound) -> None:
    """Keep a crashed session's draft for its card, for a short time only."""
    limit = turn.settings.times.resume_after_crash_s
    if cause.age_s >= limit:
        turn.emit(DropDraft())
        return
    turn.set(recovered=cause.draft, recovered_until=turn.now + limit - cause.age_s)


def unprinted_found(turn: Turn, cause: UnprintedFound) -> None:
    """A number without a slip: print it while its owner may still stand here, else void it."""
    if cause.age_s >= turn.settings.times.resume_after_crash_s:
        turn.abandon(cause.ticket.uid, "kiosk_restarted")
    else:
        turn.set(unprinted=(*turn.state.unprinted, cause.ticket))


def mend(turn: Turn) -> None:
    """At rest on the home screen: forget an old draft, print what a crash left unprinted."""
    if turn.state.recovered and turn.now >= turn.state.recovered_until:
        turn.set(recovered=b"")
        turn.emit(DropDraft())
    if turn.state.unprinted and turn.state.session is None and _printer_known(turn):
        _print_left(turn)


def _printer_known(turn: Turn) -> bool:
    """The printer has said how it is; a cold start takes a moment."""
    status = turn.state.devices.get("slip", Status(StatusWord.UNKNOWN))
    return status.word is not StatusWord.UNKNOWN or turn.now - turn.state.since >= submitting.SLOW_S


def _print_left(turn: Turn) -> None:
    ticket, *rest = turn.state.unprinted
    turn.set(unprinted=tuple(rest), session=Session(ticket=ticket, open_ticket=True))
    # Whether the paper came out is not known: the mark 补打 tells staff that there may be two.
    printing.ticket(turn, again=True)
