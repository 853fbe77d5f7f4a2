"""Giving work to the hub: number, case, reprint, query. The printer is asked before a number is spent."""

from typing import Any

import msgspec

from config.flow import Print, Submit
from hall.domain.ids import CommandKey, ItemCode, RatingUid, TicketUid
from hall.domain.person import Person
from hall.domain.ticket import Priority
from hall.wire.case_query import CaseQuery
from hall.wire.commands import Command, IssueTicket, ReprintTicket, SubmitCase
from hall.wire.replies import Done, RefusalCode, Refused
from kiosk.flow import drafts, needs, papers, printing, queue
from kiosk.flow.causes import Answered, DocumentsReleased, PrinterChecked, QueryAnswered
from kiosk.flow.effects import CheckPrinter, SaveDraft
from kiosk.flow.models import Text, Word
from kiosk.flow.state import Place, Session
from kiosk.flow.turn import Turn

CHECK_S = 3.0
"""A printer that did not answer by then is taken as its last status says (the port promises 2 s)."""
SLOW_S = 8.0
"""The unit goes on alone after 3 s; only a cold start takes longer."""
STAFF_REPRINT = "staff_reprint"
WORTH_RETRY = frozenset({RefusalCode.HUB_AWAY, RefusalCode.STORE_FAILED, RefusalCode.STALE_EPOCH})


def start(turn: Turn) -> None:
    """Enter a submit step: look at the printer first, if a slip comes after it."""
    step = turn.step
    assert isinstance(step, Submit)
    if step.act == "query":
        _query(turn)
    elif "slip" in turn.settings.present and _prints_later(turn):
        turn.set(jobs=turn.state.jobs + 1)
        turn.go(Place.CHECKING)
        turn.emit(CheckPrinter(turn.state.jobs))
    else:
        _checked(turn)


def _prints_later(turn: Turn) -> bool:
    steps = turn.settings.flows[turn.session.flow].steps
    return any(isinstance(step, Print) and step.paper == "slip" for step in steps[turn.session.at :])


def checked(turn: Turn, cause: PrinterChecked) -> None:
    """The printer answered."""
    turn.set(devices={**turn.state.devices, "slip": cause.status})
    if cause.job == turn.state.jobs:
        _checked(turn)


def unanswered(turn: Turn) -> None:
    """The printer did not answer in time: go by its last status."""
    if turn.now - turn.state.since >= CHECK_S:
        _checked(turn)


def _checked(turn: Turn) -> None:
    step = turn.step
    assert isinstance(step, Submit)
    trouble = needs.printer_trouble(turn.settings, turn.state) if _prints_later(turn) else None
    if trouble is None:
        send(turn)
    elif step.act == "issue":
        turn.go(Place.NO_PAPER)
    else:
        turn.say(Word("needs.title"), trouble, icon="printer", retry=True)


def send(turn: Turn) -> None:
    """Make the command of the current submit step and wait for its answer. A draft's key is used again."""
    step = turn.step
    assert isinstance(step, Submit)
    resumed = turn.session.asked == step.act and turn.session.key is not None
    key = turn.session.key if resumed and turn.session.key else turn.settings.new_key()
    turn.write(key=key, asked=step.act)
    if turn.settings.flows[turn.session.flow].resumable:
        turn.emit(SaveDraft(drafts.pack(turn.session)))
    turn.go(Place.WAITING)
    if step.act != "case" or not papers.release(turn):
        turn.submit(_command(turn, step.act, key))


def released(turn: Turn, cause: DocumentsReleased) -> None:
    """The documents of the case are on their way: now it may name them."""
    step, session = turn.step, turn.session
    if not isinstance(step, Submit) or session.key != cause.key or session.released:
        return
    if cause.reason:
        papers.lost(turn, cause)
        return
    turn.write(released=True)
    turn.submit(_command(turn, step.act, cause.key))


def _command(turn: Turn, act: str, key: CommandKey) -> Command:
    session = turn.session
    if act == "issue":
        return IssueTicket(
            key=key,
            item=ItemCode(session.answers["item"]),
            priority=Priority(session.answers.get("priority", Priority.NORMAL.value)),
            sealed_person=session.sealed_person,
            cases=int(session.answers.get("cases", "1")),
        )
    if act == "reprint":
        return ReprintTicket(key=key, sealed_person=session.sealed_person)
    return SubmitCase(
        key=key,
        item=ItemCode(turn.settings.flows[session.flow].item),
        sealed_person=_seal_applicant(turn),
        sealed_form=_seal_form(turn),
    )


def _seal_applicant(turn: Turn) -> bytes | None:
    """The case belongs to the person it is for, not to the guardian or proxy who stands here."""
    if turn.session.principal is None:
        return turn.session.sealed_person
    return seal(turn, turn.session.principal)


def _seal_form(turn: Turn) -> bytes | None:
    view, session = turn.state.view, turn.session
    if view is None or not view.hub_key:
        return None
    form: dict[str, Any] = {"answers": session.answers, "relation": session.relation.value}
    if session.principal is not None:
        form["agent"] = msgspec.to_builtins(session.person)
    return turn.settings.seal(view.hub_key, msgspec.json.encode(form))


def seal(turn: Turn, person: Person) -> bytes | None:
    """Seal a person to the hub's key, as soon as read; None while the hub's key was never seen."""
    view = turn.state.view
    return turn.settings.seal_person(view.hub_key, person) if view is not None and view.hub_key else None


def reprint(turn: Turn, ticket: TicketUid | None = None) -> None:
    """Ask for a lost or spoilt slip again: by the holder's card, or by the number this kiosk has just given."""
    key = turn.settings.new_key()
    turn.write(key=key, asked="reprint")
    turn.go(Place.WAITING)
    sealed = None if ticket is not None else turn.session.sealed_person
    turn.submit(ReprintTicket(key=key, ticket=ticket, sealed_person=sealed))


def answered(turn: Turn, cause: Answered) -> None:
    """The answer to what the citizen waits for; others are only ticked off."""
    if turn.session.key != cause.key:
        other(turn, cause)
        return
    turn.write(key=None)
    match cause.reply:
        case Done():
            _done(turn, cause.reply, cause)
        case Refused():
            _refused(turn, cause.reply)


def other(turn: Turn, cause: Answered) -> None:
    """An answer nobody waits for: a confirmation, a report; or the attendant's reprint, which is printed at once."""
    purpose = turn.state.keys.get(str(cause.key), "")
    turn.set(keys={key: purpose for key, purpose in turn.state.keys.items() if key != str(cause.key)})
    reply = cause.reply
    if purpose == STAFF_REPRINT and isinstance(reply, Done) and reply.ticket and turn.state.session is None:
        turn.set(session=Session(ticket=reply.ticket, asked="reprint"))
        printing.ticket(turn, again=True)


def _done(turn: Turn, reply: Done, cause: Answered) -> None:
    asked = turn.session.asked
    turn.write(submitted_at=reply.at, offline=cause.offline)
    if asked == "case":
        turn.write(
            case=reply.case,
            case_code=reply.case_code or "",
            rating=reply.rating or (RatingUid(str(cause.key)) if cause.offline else None),
        )
        turn.onward()
        return
    if reply.ticket is None:
        turn.say(Word("refusal.title"), Word("refusal.malformed"), code="no_ticket")
        return
    turn.write(ticket=reply.ticket, open_ticket=asked == "issue")
    turn.write(ahead=reply.ahead or 0, estimate_s=reply.estimate_s or 0)
    turn.set(last_ticket=reply.ticket.uid)
    if isinstance(turn.step, Submit):
        turn.onward()
    else:
        printing.ticket(turn, again=True)


def _refused(turn: Turn, reply: Refused) -> None:
    if turn.session.asked == "reprint" and turn.session.jam and turn.session.ticket is not None:
        printing.ticket(turn, again=True)
        return
    if turn.session.asked == "case" and reply.code not in WORTH_RETRY:
        papers.drop(turn)
    number, held = "", reply.ticket
    if reply.code is RefusalCode.SECOND_NUMBER and held is not None:
        number = held.number
        turn.write(ticket=held)
    turn.say(
        Word("refusal.second_title" if number else "refusal.title"),
        _refusal(turn, reply),
        code=reply.code.value,
        number=number,
        reprint=bool(number) and turn.session.sealed_person is not None,
        retry=reply.code in WORTH_RETRY,
    )


def _refusal(turn: Turn, reply: Refused) -> Text:
    item = queue.item_of(turn.state.view, turn.session.answers.get("item", ""))
    hours = queue.hours(item) if item else ""
    return Word(f"refusal.{reply.code.value}", {"hours": hours})


def _query(turn: Turn) -> None:
    answers = turn.session.answers
    sealed = None
    view = turn.state.view
    if turn.session.person is not None and view is not None and view.hub_key:
        sealed = turn.settings.seal(view.hub_key, turn.session.person.number.encode())
    about = CaseQuery(
        receipt=answers.get("receipt", ""),
        case=answers.get("case", ""),
        code=answers.get("code", ""),
        sealed_number=None if answers.get("code") or answers.get("receipt") else sealed,
    )
    turn.write(question=turn.ask(about))
    turn.go(Place.WAITING)


def queried(turn: Turn, cause: QueryAnswered) -> None:
    """The hub said how the case stands, or that number and second factor do not belong together."""
    if turn.session.question != cause.question:
        return
    turn.write(question="", progress=cause.status)
    if cause.status is None:
        turn.say(Word("query.title"), Word(f"refusal.{cause.reason or 'unknown_case'}"), code=cause.reason)
    else:
        turn.go(Place.PROGRESS)


def waited(turn: Turn) -> bool:
    """Whether the answer takes so long that the citizen may leave."""
    return turn.state.place is Place.WAITING and turn.now - turn.state.since >= SLOW_S
