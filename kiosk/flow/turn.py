"""One step of the engine while it is being decided: the new state and the outputs so far.

The only place that begins, moves and ends a session, so that no ending forgets the wipe.
"""

from typing import Any

import msgspec

from config.flow import AnyStep
from hall.domain.ids import CommandKey, TicketUid
from hall.domain.rating import NotRatedReason
from hall.ports.status import StatusWord
from hall.wire.commands import AbandonTicket, Command, ConfirmTicket, Rate, ReportDevice
from kiosk.flow.effects import (
    Ask,
    Collect,
    DropDocuments,
    DropDraft,
    Effect,
    Light,
    Preview,
    Say,
    StaffLeft,
    Submit,
    Watch,
    WipeSession,
)
from kiosk.flow.models import Text, Word
from kiosk.flow.state import Note, Place, Session, Settings, State, current_step

NEEDS_READER = frozenset(
    {Place.HOME, Place.IDENTIFY, Place.ITEM, Place.PIN, Place.STAFF_CARD, Place.TAKE_CARD, Place.SCAN}
)


class Turn:
    """The working copy of one step. `now` is the caller's monotonic clock in seconds."""

    def __init__(self, settings: Settings, state: State, now: float) -> None:
        self.settings = settings
        self.state = state
        self.now = now
        self.effects: list[Effect] = []
        self.moves = False
        """Whether the engine shall walk on to the next step after this handler."""

    @property
    def session(self) -> Session:
        """The current session; a new one where there is none."""
        return self.state.session or Session()

    @property
    def step(self) -> AnyStep | None:
        """The step of the flow that the session is at."""
        return current_step(self.settings, self.state.session)

    def emit(self, effect: Effect) -> None:
        """Add an output."""
        self.effects.append(effect)

    def set(self, **changes: Any) -> None:
        """Change the state."""
        self.state = msgspec.structs.replace(self.state, **changes)

    def write(self, **changes: Any) -> None:
        """Change the session."""
        self.set(session=msgspec.structs.replace(self.session, **changes))

    def answer(self, **answers: str) -> None:
        """Add answers to the session's."""
        self.write(answers={**self.session.answers, **answers})

    def onward(self) -> None:
        """Ask for the next step; the engine walks when the handler is done."""
        self.moves = True

    def go(self, place: Place) -> None:
        """Enter a place: its clock starts, what was typed is forgotten."""
        self.set(place=place, since=self.now)
        if self.state.session is not None:
            self.write(typed="", typing=False, problem=None, page=0)
        if place is Place.SCAN:
            self.emit(Light(True))

    def follow_reader(self) -> None:
        """Let the readers look where a card means something, and as long as one lies there, to hear it lifted."""
        on = self.state.place in NEEDS_READER or self.cards_lie
        if on != self.state.watching:
            self.set(watching=on)
            self.emit(Watch(on))

    @property
    def cards_lie(self) -> bool:
        """Whether somebody's card lies on any reader."""
        return self.state.card_lies or self.state.ic_card_lies

    def follow_papers(self) -> None:
        """Let camera and pad work only while their step is on the glass."""
        preview, collect = self.state.place is Place.CAPTURE, self.state.place is Place.SIGN
        if preview != self.state.previewing:
            self.set(previewing=preview)
            self.emit(Preview(preview))
        if collect != self.state.collecting:
            self.set(collecting=collect)
            self.emit(Collect(collect))

    def say(self, title: Text, text: Text, **more: Any) -> None:
        """Show the message screen."""
        self.set(note=Note(title, text, **more))
        self.go(Place.MESSAGE)

    def submit(self, command: Command, purpose: str = "") -> None:
        """Send a command; with a purpose the session need not wait for its answer."""
        if purpose:
            self.set(keys={**self.state.keys, str(command.key): purpose})
        self.emit(Submit(command))

    def ask(self, about: Any) -> str:
        """Put a question; its id comes back with the answer."""
        question = str(self.settings.new_key())
        self.emit(Ask(question, about))
        return question

    def report(self, act: str, word: StatusWord | None = None, need: str = "slip") -> None:
        """Tell the hall that somebody acted on a printer (``slip`` or ``a4``), or that staff is wanted here."""
        status = self.state.devices.get(need)
        self.submit(
            ReportDevice(
                key=self.settings.new_key(),
                unit=self.settings.unit,
                device=self.settings.printer if need == "slip" else self.settings.page_printer,
                status=(word or (status.word if status else StatusWord.UNKNOWN)).value,
                act=act,
            ),
            purpose="report",
        )

    def confirm_ticket(self, printed: bool) -> None:
        """The citizen has the number: it may be called."""
        ticket = self.session.ticket
        if ticket is None or not self.session.open_ticket:
            return
        self.submit(ConfirmTicket(key=self.settings.new_key(), ticket=ticket.uid, printed=printed), "confirm")
        self.write(open_ticket=False)

    def give_up_ticket(self, reason: str) -> None:
        """Nobody has the number: void it, so that nobody calls it."""
        session = self.session
        if session.ticket is not None and session.open_ticket:
            self.abandon(session.ticket.uid, reason)
            self.write(open_ticket=False)

    def abandon(self, uid: TicketUid, reason: str) -> None:
        """Void whatever the issue command with this key made, or will make."""
        self.submit(AbandonTicket(key=self.settings.new_key(), issue_key=CommandKey(uid), reason=reason), "abandon")

    def end(self) -> None:
        """End the session, whatever state it is in: nothing of the citizen stays."""
        self._give_up_number()
        if self.session.documents and not self.session.released:
            self.emit(DropDocuments(tuple(self.session.documents)))
        if self.state.session is not None and self.state.session.rating is not None:
            self.not_rated(NotRatedReason.DECLINED)
        if self.state.staff is not None and self.state.staff.clerk:
            self.emit(StaffLeft())
        had = self.state.session is not None
        self.set(
            session=None,
            staff=None,
            note=None,
            home_page=0,
            help_until=0.0,
            language=self.settings.language,
            theme=self.settings.theme,
            elder=False,
            low=False,
        )
        if had:
            self.emit(DropDraft())
            self.emit(WipeSession())
        self._rest()

    def _give_up_number(self) -> None:
        """A number asked for or given, that nobody holds: void it. After a jam a part of the slip is in a hand."""
        session = self.session
        if session.asked == "issue" and session.key is not None:
            self.abandon(TicketUid(session.key), "left")
        elif session.jam:
            self.confirm_ticket(printed=False)
        else:
            self.give_up_ticket("not_acknowledged")

    def _rest(self) -> None:
        if self.cards_lie:
            self.go(Place.TAKE_CARD)
            self.emit(Say("take_card.title"))
        else:
            self.go(Place.OUT_OF_SERVICE if self.state.out_of_service else Place.HOME)

    def not_rated(self, reason: NotRatedReason) -> None:
        """Tell the hall that there is no rating; silence is never an answer."""
        rating = self.session.rating
        if rating is not None:
            self.submit(Rate(key=self.settings.new_key(), rating=rating, not_rated=reason), "rate")
            self.write(rating=None)


def word(key: str, **args: str) -> Word:
    """Return a word of the catalogue."""
    return Word(key, args)
