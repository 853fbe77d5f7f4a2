"""The kiosk's engine: a transition table over places and causes, walked by one pure step.

`step(settings, state, cause, now)` returns the new state and what is to be done. It knows no Qt, thread, file or
clock; `settings` holds the flows and the few functions it may call (a new key, sealing). The table says for every
place which touches, cards and codes mean something there; everything else is ignored, and resets the idle time only
if it was a person. What can happen anywhere (answers, devices, time, language) stands in `ANYWHERE`.
"""

import re
from collections.abc import Callable
from typing import Any

from config.flow import Ask as AskStep
from config.flow import Checklist, Notice, Scan
from config.flow import Rate as RateStep
from hall.domain.rating import RatingLevel
from hall.wire.case_query import read_receipt_qr
from hall.wire.commands import Rate
from kiosk.flow import (
    attendant,
    coming_back,
    forms,
    home,
    identify,
    idle,
    papers,
    printing,
    signing,
    submitting,
    walk,
)
from kiosk.flow.causes import (
    Answered,
    BacklogSeen,
    CardBad,
    CardGone,
    CardRead,
    Cause,
    CodeRead,
    DocumentKept,
    DocumentsReleased,
    DraftFound,
    HallSeen,
    HubGone,
    HubHere,
    IcCardGone,
    IcCardSeen,
    Inked,
    NeedStatus,
    NotPhotographed,
    PadPressed,
    PaperSeen,
    Photographed,
    PrintEnded,
    PrinterChecked,
    QueryAnswered,
    ResumeCodeMade,
    ResumeOpened,
    SheetsEnded,
    StaffAnswered,
    StaffCardKept,
    TechnicianLeft,
    Tick,
    Touch,
    Touched,
    UnprintedFound,
)
from kiosk.flow.effects import Effect, Show
from kiosk.flow.models import Word
from kiosk.flow.present import view_of
from kiosk.flow.state import Place, Settings, State
from kiosk.flow.turn import Turn

Handler = Callable[[Turn, Any], None]
BY_PEOPLE = (Touched, CardRead, CodeRead, Inked, PadPressed, IcCardSeen)
"""What only somebody who stands here can cause: the idle time begins anew."""


def step(settings: Settings, state: State, cause: Cause, now: float) -> tuple[State, tuple[Effect, ...]]:
    """Take one cause; return the new state and the outputs, the new screen last."""
    turn = Turn(settings, state, now)
    if isinstance(cause, BY_PEOPLE):
        turn.set(active_at=now)
    handler = _handler(turn.state.place, cause)
    if handler is not None:
        handler(turn, cause)
    while turn.moves:
        turn.moves = False
        walk.advance(turn)
    turn.follow_reader()
    turn.follow_papers()
    shown = view_of(settings, turn.state, now)
    if shown != turn.state.shown:
        turn.set(shown=shown)
        turn.emit(Show(shown))
    return turn.state, tuple(turn.effects)


def _handler(place: Place, cause: Cause) -> Handler | None:
    key = cause.what if isinstance(cause, Touched) else type(cause)
    return TABLE.get(place, {}).get(key) or ANYWHERE.get(key)


def _note_next(turn: Turn, _cause: Touched) -> None:
    if isinstance(turn.step, Notice):
        turn.write(agreed=True)
        turn.onward()


def _ask(turn: Turn, cause: Touched) -> None:
    ask = turn.step
    if not isinstance(ask, AskStep):
        return
    if ask.choices_from:
        turn.answer(**{ask.field: cause.value})
        turn.go(Place.ITEM)
    elif any(choice.value == cause.value for choice in ask.choices):
        turn.answer(**{ask.field: cause.value})
        turn.onward()


def _ask_page(turn: Turn, cause: Touched) -> None:
    turn.write(page=max(0, turn.session.page + (1 if cause.value == "next" else -1)))


def _channel(turn: Turn, cause: Touched) -> None:
    """How the number is taken: plainly, by a priority class, or with the card."""
    if cause.value in ("normal", "priority", "card"):
        turn.answer(channel=cause.value)
        turn.onward()


def _item_card(turn: Turn, cause: CardRead) -> None:
    """The card at the item's detail takes the number at once."""
    identify.take_card(turn, cause)
    turn.answer(channel="normal")
    turn.onward()


def _card_bad(turn: Turn, cause: CardBad) -> None:
    if turn.state.place in (Place.PIN, Place.STAFF_CARD):
        attendant.bad_card(turn, cause)
        return
    if turn.state.session is not None:
        turn.write(problem=Word(f"card.{cause.reason}"))


def _scan_key(turn: Turn, cause: Touched) -> None:
    scan = turn.step
    if isinstance(scan, Scan) and scan.or_type:
        turn.write(typed=forms.typed(turn.session.typed, cause.value, "code"), problem=None)


def _scan_next(turn: Turn, _cause: Touched) -> None:
    _scanned(turn, turn.session.typed)


def _scan_code(turn: Turn, cause: CodeRead) -> None:
    if walk.queries(turn.settings.flows[turn.session.flow]) and read_receipt_qr(cause.text) is not None:
        home.ask_by_receipt(turn, cause.text.strip())
    else:
        _scanned(turn, cause.text.strip())


def _scanned(turn: Turn, text: str) -> None:
    scan = turn.step
    if not isinstance(scan, Scan) or not text:
        return
    if scan.pattern and re.fullmatch(scan.pattern, text) is None:
        turn.write(problem=Word("scan.wrong"))
        return
    turn.answer(**{scan.field: text})
    turn.onward()


def _identify_answer(turn: Turn, cause: Touched) -> None:
    identify.relate(turn, cause.value)


def _tick_line(turn: Turn, cause: Touched) -> None:
    check = turn.step
    if not isinstance(check, Checklist) or not cause.value.isdigit() or int(cause.value) >= len(check.lines):
        return
    line = int(cause.value)
    ticked = set(turn.session.ticked) ^ {line}
    turn.write(ticked=tuple(sorted(ticked)), problem=None)


def _checklist_next(turn: Turn, _cause: Touched) -> None:
    check = turn.step
    assert isinstance(check, Checklist)
    if set(check.required) <= set(turn.session.ticked):
        turn.onward()
    else:
        turn.write(problem=Word("checklist.required"))


def _rated(turn: Turn, cause: Touched) -> None:
    rating = turn.session.rating
    if rating is None or not isinstance(turn.step, RateStep) or cause.value not in "12345" or not cause.value:
        return
    turn.submit(Rate(key=turn.settings.new_key(), rating=rating, level=RatingLevel(int(cause.value))), "rate")
    turn.write(rating=None)
    turn.go(Place.THANKS)


def _next(turn: Turn, _cause: Touched) -> None:
    turn.onward()


def _message_retry(turn: Turn, _cause: Touched) -> None:
    if turn.session.flow and turn.step is not None:
        walk.enter(turn)


def _message_reprint(turn: Turn, _cause: Touched) -> None:
    if turn.session.sealed_person is not None:
        submitting.reprint(turn)


def _number_reprint(turn: Turn, _cause: Touched) -> None:
    """The printer works again: the number is valid from now on, and a marked slip comes for it."""
    ticket = turn.session.ticket
    if ticket is None:
        if not turn.session.sheets:
            printing.case_again(turn)
        return
    turn.confirm_ticket(printed=False)
    if turn.state.away or ticket.offline:
        printing.ticket(turn, again=True)
    else:
        turn.write(jam=True)
        submitting.reprint(turn, ticket.uid)


def _number_staff(turn: Turn, _cause: Touched) -> None:
    """Staff came to the jam: the number stays valid, its slip is reprinted from the staff's screen."""
    if turn.session.jam:
        turn.end()
        attendant.call(turn)


def _waiting_leave(turn: Turn, _cause: Touched) -> None:
    if submitting.waited(turn):
        turn.end()


def _progress_print(turn: Turn, _cause: Touched) -> None:
    turn.onward()


def _end(turn: Turn, _cause: Any) -> None:
    turn.end()


def _card(turn: Turn, cause: CardRead) -> None:
    turn.set(card_lies=True)
    handler = TABLE.get(turn.state.place, {}).get(CardKey)
    if handler is not None:
        handler(turn, cause)


def _card_gone(turn: Turn, _cause: CardGone) -> None:
    turn.set(card_lies=False)
    _taken(turn)


def _ic_card(turn: Turn, cause: IcCardSeen) -> None:
    turn.set(ic_card_lies=cause.readable)
    handler = TABLE.get(turn.state.place, {}).get(IcCardKey)
    if handler is not None:
        handler(turn, cause)


def _ic_card_gone(turn: Turn, _cause: IcCardGone) -> None:
    turn.set(ic_card_lies=False)
    _taken(turn)


def _taken(turn: Turn) -> None:
    """The reminder goes when nothing lies there any more."""
    if turn.state.place is Place.TAKE_CARD and not turn.cards_lie:
        turn.end()


def _language(turn: Turn, cause: Touched) -> None:
    if cause.value in ("zh", "en"):
        turn.set(language=cause.value)


def _theme(turn: Turn, cause: Touched) -> None:
    if cause.value in ("normal", "contrast", "red"):
        turn.set(theme=cause.value)


def _elder(turn: Turn, _cause: Touched) -> None:
    turn.set(elder=not turn.state.elder, home_page=0)


def _low(turn: Turn, _cause: Touched) -> None:
    turn.set(low=not turn.state.low)


def _help(turn: Turn, _cause: Touched) -> None:
    """Call staff: the hall hears it as a report of this unit, the citizen sees that somebody comes."""
    if turn.now >= turn.state.help_until:
        turn.report("help_wanted")
    turn.set(help_until=turn.now + idle.HELP_S)


def _status(turn: Turn, cause: NeedStatus) -> None:
    turn.set(devices={**turn.state.devices, cause.need: cause.status})


def _tick(turn: Turn, cause: Tick) -> None:
    if cause.hall_ms:
        turn.set(hall_minute=cause.hall_ms // 60_000)
    idle.tick(turn)


def _nothing(_turn: Turn, _cause: Any) -> None:
    """A touch that only shows that somebody is there."""


class CardKey:
    """Stands in the table for a card, after the engine noted that it lies there."""


class IcCardKey:
    """The same for an IC card."""


ANYWHERE: dict[Any, Handler] = {
    CardRead: _card,
    CardBad: _card_bad,
    CardGone: _card_gone,
    IcCardSeen: _ic_card,
    IcCardGone: _ic_card_gone,
    Answered: submitting.answered,
    QueryAnswered: submitting.queried,
    StaffAnswered: attendant.answered,
    StaffCardKept: attendant.card_kept,
    TechnicianLeft: attendant.technician_left,
    PrinterChecked: lambda turn, cause: _status(turn, NeedStatus("slip", cause.status)),
    PrintEnded: printing.ended,
    SheetsEnded: printing.sheets_ended,
    NotPhotographed: papers.not_photographed,
    # A page or a document of a step that was left meanwhile.
    Photographed: papers.stray_page,
    DocumentKept: papers.stray,
    DocumentsReleased: submitting.released,
    NeedStatus: _status,
    PaperSeen: lambda turn, cause: turn.set(paper_ends=cause.ends),
    BacklogSeen: lambda turn, cause: turn.set(backlog=cause if cause != BacklogSeen() else None),
    HubGone: lambda turn, _cause: turn.set(away=True),
    HubHere: lambda turn, _cause: turn.set(away=False),
    HallSeen: lambda turn, cause: turn.set(view=cause.view),
    Tick: _tick,
    DraftFound: home.draft_found,
    UnprintedFound: home.unprinted_found,
    ResumeCodeMade: coming_back.code_made,
    ResumeOpened: coming_back.opened,
    Touch.LANGUAGE: _language,
    Touch.THEME: _theme,
    Touch.ELDER: _elder,
    Touch.LOW: _low,
    Touch.HELP: _help,
    Touch.STAY: _nothing,
}
"""What means the same wherever the kiosk is."""

_BACK: dict[Any, Handler] = {Touch.BACK: lambda turn, _cause: walk.back(turn), Touch.LEAVE: _end}
_KEEP: dict[Any, Handler] = {**_BACK, Touch.TAKE_CODE: coming_back.put_away}
_STAFF: dict[Any, Handler] = {Touch.STAFF: lambda turn, _cause: attendant.call(turn)}

TABLE: dict[Place, dict[Any, Handler]] = {
    Place.HOME: {
        Touch.ITEM: lambda turn, cause: home.item(turn, cause.value),
        Touch.FLOW: lambda turn, cause: home.flow(turn, cause.value),
        Touch.PAGE: lambda turn, cause: home.page(turn, cause.value),
        Touch.ENTER_CODE: coming_back.enter,
        Touch.LEAVE: _end,
        CardKey: home.card,
        CodeRead: home.code,
        **_STAFF,
    },
    Place.NOTICE: {Touch.NEXT: _note_next, **_BACK},
    Place.IDENTIFY: {
        Touch.ANSWER: _identify_answer,
        Touch.KEY: lambda turn, cause: identify.type_key(turn, cause.value),
        Touch.NEXT: lambda turn, _cause: identify.type_done(turn),
        Touch.SKIP: lambda turn, _cause: identify.skip(turn),
        CardKey: identify.card,
        IcCardKey: lambda turn, _cause: turn.write(problem=Word("card.ic")),
        **_KEEP,
    },
    Place.ASK: {Touch.ANSWER: _ask, Touch.PAGE: _ask_page, **_KEEP},
    # NEXT is the way home from the message that stands here when the hall took the item away meanwhile.
    Place.ITEM: {Touch.CHANNEL: _channel, CardKey: _item_card, **_BACK, Touch.BACK: _end, Touch.NEXT: _end},
    Place.SCAN: {Touch.KEY: _scan_key, Touch.NEXT: _scan_next, CodeRead: _scan_code, **_KEEP},
    Place.FORM: {
        Touch.FIELD: lambda turn, cause: forms.activate(turn, cause.value),
        Touch.KEY: lambda turn, cause: forms.key(turn, cause.value),
        Touch.ANSWER: lambda turn, cause: forms.choose(turn, cause.value),
        Touch.NEXT: lambda turn, _cause: forms.finish(turn),
        **_KEEP,
    },
    Place.CAPTURE: {
        Touch.SHOOT: lambda turn, _cause: papers.shoot(turn),
        Touch.PICK: lambda turn, cause: papers.choose(turn, cause.value),
        Touch.KEEP_PAGE: lambda turn, _cause: papers.keep(turn),
        Touch.REMOVE: lambda turn, _cause: papers.remove(turn),
        Touch.NEXT: lambda turn, _cause: papers.done(turn),
        Photographed: papers.photographed,
        DocumentKept: papers.bound,
        **_KEEP,
    },
    Place.SIGN: {
        Touch.INK: lambda turn, cause: signing.touched(turn, cause.value),
        Touch.CLEAR: lambda turn, _cause: signing.clear(turn),
        Touch.NEXT: lambda turn, _cause: signing.done(turn),
        Inked: signing.inked,
        PadPressed: signing.pad_pressed,
        DocumentKept: signing.kept,
        **_KEEP,
    },
    Place.CHECKLIST: {Touch.TICK: _tick_line, Touch.NEXT: _checklist_next, **_KEEP},
    Place.CONFIRM: {Touch.NEXT: _next, **_KEEP},
    Place.CHECKING: {PrinterChecked: submitting.checked},
    Place.NO_PAPER: {Touch.NEXT: lambda turn, _cause: submitting.send(turn), **_BACK},
    Place.WAITING: {Touch.LEAVE: _waiting_leave},
    Place.PRINTING: {},
    Place.TAKE: {Touch.NEXT: lambda turn, _cause: printing.taken(turn)},
    Place.NUMBER: {
        Touch.NEXT: lambda turn, _cause: printing.acknowledged(turn),
        Touch.REPRINT: _number_reprint,
        Touch.STAFF: _number_staff,
    },
    Place.PROGRESS: {Touch.NEXT: _progress_print, Touch.LEAVE: _end},
    Place.RATE: {Touch.RATE: _rated, Touch.LEAVE: _end},
    Place.THANKS: {Touch.NEXT: _end},
    Place.MESSAGE: {
        Touch.RETRY: _message_retry,
        Touch.REPRINT: _message_reprint,
        Touch.NEXT: _end,
        Touch.LEAVE: _end,
    },
    Place.CODE_GIVEN: {Touch.NEXT: _end},
    Place.CODE_ENTRY: {Touch.KEY: coming_back.key, Touch.NEXT: coming_back.open_it, **_BACK, Touch.BACK: _end},
    Place.TAKE_CARD: {Touch.NEXT: _nothing},
    Place.PIN: {
        Touch.KEY: lambda turn, cause: attendant.key(turn, cause.value),
        Touch.NEXT: lambda turn, _cause: attendant.enter(turn),
        Touch.BACK: _end,
        Touch.LEAVE: _end,
        CardKey: attendant.card,
        IcCardKey: attendant.ic_card,
    },
    Place.STAFF_CARD: {
        Touch.BACK: lambda turn, _cause: attendant.back_to_acts(turn),
        Touch.LEAVE: _end,
        CardKey: attendant.card,
        IcCardKey: attendant.ic_card,
    },
    Place.ATTENDANT: {
        Touch.ACT: lambda turn, cause: attendant.act(turn, cause.value),
        Touch.NEXT: _end,
        Touch.LEAVE: _end,
    },
    Place.TECHNICIAN: {},
    Place.OUT_OF_SERVICE: _STAFF,
}
"""What each place listens to: the kiosk's transition table."""
