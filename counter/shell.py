"""Carries out what desk and pads decided: link, strip, pads. One thread feeds it; no Qt, no driver is imported."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from counter.flow.desk import Desk
from counter.flow.folder import CloseFolder, Folder, FolderIntent, Phase
from counter.flow.intents import ClockMoved, SessionOpened, SessionRefused
from counter.flow.outputs import (
    CloseSession,
    OpenSession,
    Output,
    PadBeep,
    PadDigits,
    PadEnd,
    PadInvite,
    Redraw,
    ShowStrip,
    Submit,
    SwitchLamp,
)
from counter.flow.room import Room
from counter.flow.windows import Windows
from hall.domain.ids import ClerkId, CounterId, DeviceName, TicketNumber, UnitId
from hall.ports.caller_pad import CallerPad
from hall.ports.counter_screen import CounterScreen, NotShown, ScreenContent, ScreenState, Shown
from hall.ports.inputs import Inputs
from hall.ports.rating_pad import RatingPad
from hall.ports.status import StatusChanged
from hall.sync.device_reports import report_device
from hall.sync.hall_clock import HallClock
from hall.sync.link import Answered, HubTime, Link, Question
from hall.words import announce
from hall.words.catalogue import Words

REFUSED_SESSIONS = {0: "sign_in_away", 401: "sign_in_wrong", 403: "sign_in_forbidden", 404: "sign_in_wrong"}
LOCKED = 429
OPENED = (200, 201)


class Step(Protocol):
    """What desk and windows have in common."""

    def step(self, said: Any, now_ms: int) -> list[Output]:
        """Take one input and return what to do."""


class Shell:
    """Feeds inputs to the pure parts and carries out what they return.

    `strips` are the strips of this counter, `pads` maps a counter to its pads. `redraw` is called after each
    input that may have changed the desk.
    """

    def __init__(
        self,
        unit: UnitId,
        link: Link,
        clock: HallClock,
        desk: Desk | None,
        windows: Windows | None,
        words: Words,
        redraw: Callable[[], None],
        room: Room | None = None,
    ) -> None:
        self._unit = unit
        self._link, self._clock, self._words, self._redraw = link, clock, words, redraw
        self._desk = desk
        self._parts: list[Step] = [part for part in (desk, windows, room) if part is not None]
        self._strips: dict[CounterId, CounterScreen] = {}
        self._shown: dict[CounterId, ShowStrip] = {}
        self._raters: Mapping[CounterId, RatingPad] = {}
        self._callers: Mapping[CounterId, CallerPad] = {}
        self._boards: dict[DeviceName, Inputs] = {}
        self._session: tuple[str, ClerkId] | None = None
        self.folder = Folder()
        self._folder_question = ""

    def use_strip(self, counter: CounterId, strip: CounterScreen) -> None:
        """Show this counter's state on a strip from now on, what it shows now included."""
        self._strips[counter] = strip
        if counter in self._shown:
            strip.show(self._content(counter, self._shown[counter]))

    def use_pads(self, raters: Mapping[CounterId, RatingPad], callers: Mapping[CounterId, CallerPad]) -> None:
        """Use these pads as well from now on."""
        self._raters, self._callers = {**self._raters, **raters}, {**self._callers, **callers}

    def use_board(self, name: DeviceName, board: Inputs) -> None:
        """Switch the lamps of this board from now on."""
        self._boards[name] = board

    def take(self, said: Any) -> None:
        """Feed one input: a link event, a device event, a clerk's intent, a tick."""
        before = self._clock.now_ms()
        self._clock.hear(said)
        if isinstance(said, HubTime):
            said = ClockMoved(self._clock.now_ms() - before)
        if isinstance(said, Shown | NotShown):
            return  # the strip's own state says the same, once
        if isinstance(said, FolderIntent) or (isinstance(said, Answered) and said.question_id == self._folder_question):
            self._leaf(said)
            return
        if isinstance(said, Answered):
            said = self._session_answer(said)
            if said is None:
                return
        if isinstance(said, StatusChanged):
            report_device(self._link, self._unit, said)
        now = self._clock.now_ms()
        for part in self._parts:
            for output in part.step(said, now):
                self._carry_out(output)
        self._leave_no_paper()

    def _leaf(self, said: FolderIntent | Answered) -> None:
        """Turn a leaf of the folder; an answer to an older question finds no question of its name here."""
        if self._desk is None or self._desk.clerk is None:
            said = CloseFolder()
        path = self.folder.step(said)
        self._folder_question = ""
        if path is not None:
            self._folder_question = self._link.new_key()
            self._link.ask(Question(id=self._folder_question, method="GET", path=path))
        self._redraw()

    def _leave_no_paper(self) -> None:
        """Close the folder of a clerk who left, or whom the hall signed out."""
        if self._desk is not None and self._desk.clerk is None and self.folder.model.phase is not Phase.CLOSED:
            self._leaf(CloseFolder())

    def _session_answer(self, answer: Answered) -> SessionOpened | SessionRefused | None:
        if self._session is None or answer.question_id != self._session[0]:
            return None
        clerk, self._session = self._session[1], None
        if answer.status in OPENED:
            return SessionOpened(clerk)
        body = answer.body if isinstance(answer.body, dict) else {}
        if answer.status == LOCKED:
            return SessionRefused("sign_in_locked", int(body.get("retry_after_s") or 0))
        return SessionRefused(REFUSED_SESSIONS.get(answer.status, "sign_in_wrong"))

    def _carry_out(self, output: Output) -> None:
        match output:
            case Submit(command=command):
                self._link.submit(command)
            case OpenSession(clerk=clerk, pin=pin):
                self._session = (self._link.open_session(clerk, pin), clerk)
            case CloseSession():
                self._link.close_session()
            case ShowStrip():
                self._show_strip(output)
            case Redraw():
                self._redraw()
            case SwitchLamp(device=device, lamp=lamp, on=on) if device in self._boards:
                self._boards[device].switch(lamp, on)
            case _:
                self._use_pad(output)

    def _use_pad(self, output: Output) -> None:
        match output:
            case PadInvite(counter=counter, rating=rating) if counter in self._raters:
                self._raters[CounterId(counter)].invite(rating)
            case PadEnd(counter=counter) if counter in self._raters:
                self._raters[CounterId(counter)].end_invitation()
            case PadDigits(counter=counter, waiting=waiting, ticket=ticket) if counter in self._callers:
                self._callers[CounterId(counter)].show(waiting, ticket)
            case PadBeep(counter=counter) if counter in self._callers:
                self._callers[CounterId(counter)].beep()

    def _show_strip(self, strip: ShowStrip) -> None:
        for counter in self._counters_of_desk():
            self._shown[counter] = strip
            if counter in self._strips:
                self._strips[counter].show(self._content(counter, strip))

    def _counters_of_desk(self) -> tuple[CounterId, ...]:
        return (self._desk.counter,) if self._desk is not None else ()

    def _content(self, counter: CounterId, strip: ShowStrip) -> ScreenContent:
        return ScreenContent(strip.state, strip_text(self._words, counter, strip))


def strip_text(words: Words, counter: CounterId, strip: ShowStrip) -> str:
    """Return what the strip over a counter says."""
    match strip.state:
        case ScreenState.CALLING:
            return announce.call(words, TicketNumber(strip.number), counter)
        case ScreenState.SERVING:
            return announce.serving(words, TicketNumber(strip.number))
        case ScreenState.PAUSED:
            return announce.paused(words, counter, strip.reason)
        case ScreenState.CLOSED:
            return announce.closed(words, counter)
        case ScreenState.NOT_SIGNED_IN:
            return announce.not_signed_in(words, counter)
        case ScreenState.IDLE:
            return announce.idle(words, counter)
