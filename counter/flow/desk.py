"""A counter's desk: (state, input, now) to outputs. No Qt, no thread, no clock.

The hall's view is the truth about tickets; the desk only knows what the view cannot: whose PIN was taken here,
which commands are on their way, and what the devices of this counter say. While the
hub is away the counter finishes and rates the visitor it has, serves slips of a kiosk's own series, and calls nobody.

Of such a slip the desk knows no more than the number that the clerk typed: whether the slip names this counter is
the clerk's to see. The hub joins the report with the kiosk's upload by that number.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from counter.flow import picture
from counter.flow.actions import Action, allowed
from counter.flow.intents import (
    CallChosen,
    ClockMoved,
    EndAlarms,
    PauseFor,
    Press,
    RegisterCase,
    SendOn,
    ServeOfflineSlip,
    SessionOpened,
    SessionRefused,
    SignInWith,
    TakeBack,
    Tick,
)
from counter.flow.invitations import Invitation, Invitations
from counter.flow.model import DeskModel, Message
from counter.flow.outputs import CloseSession, OpenSession, Output, PadEnd, PadInvite, Redraw, ShowStrip, Submit
from counter.flow.press import NOBODY, PLAIN, action_of, command_of
from hall.domain.ids import ClerkId, CommandKey, CounterId, RatingUid, TicketNumber, TicketUid
from hall.domain.rating import NotRatedReason
from hall.ports.caller_pad import CallerPressed
from hall.ports.counter_screen import ScreenState
from hall.ports.inputs import ContactChanged, Measured
from hall.ports.rating_pad import RatingPressed
from hall.ports.status import Status, StatusChanged
from hall.ports.ups import PowerChanged
from hall.sync.link import HubAway, HubBack, HubEvent, Replied, ViewChanged
from hall.sync.series import is_offline_number
from hall.wire.commands import CallNext, Command, FinishService, Rate, ReportAlarm, ReportService, SignIn, SubmitCase
from hall.wire.events import AnyBody, CaseSubmitted, NotRated, Rated, RatingInvited, ServiceFinished
from hall.wire.replies import Done, RefusalCode, Refused
from hall.wire.view import CounterState, CounterView, HallView

RATING_GRACE_S = 10
"""The unit that owns the pad times the invitation out; the desk does it this much later if nobody did."""

STRIP: dict[CounterState, ScreenState] = {
    CounterState.CLOSED: ScreenState.CLOSED,
    CounterState.NOT_SIGNED_IN: ScreenState.NOT_SIGNED_IN,
    CounterState.FREE: ScreenState.IDLE,
    CounterState.CALLING: ScreenState.CALLING,
    CounterState.SERVING: ScreenState.SERVING,
    CounterState.PAUSED: ScreenState.PAUSED,
}


class OfflineService(msgspec.Struct, frozen=True):
    """A slip of a kiosk's own series being served while the hub is away."""

    number: TicketNumber
    started_at: int


class Desk:
    """One counter. Feed it inputs in order; it returns what to do."""

    def __init__(self, counter: CounterId, rating_s: int, new_key: Callable[[], CommandKey]) -> None:
        self._counter = counter
        self._invitations = Invitations((counter,), (rating_s + RATING_GRACE_S) * 1000)
        self._new_key = new_key
        self._view: HallView | None = None
        self._clerk: ClerkId | None = None
        self._signed_in_seq = 0
        self._done_seq = 0
        """The newest event that an answer told of; a view older than this shows what was before the press."""
        self._away = False
        self._waiting_for: dict[CommandKey, Command] = {}
        self._devices: dict[str, Status] = {}
        self._message: Message | None = None
        self._served: set[TicketUid] = set()
        self._rated = 0
        self._my_ratings: set[RatingUid] = set()
        self._cases: dict[TicketUid, int] = {}
        self._offline: OfflineService | None = None
        self._strip: ShowStrip | None = None

    @property
    def counter(self) -> CounterId:
        """The counter it stands at."""
        return self._counter

    @property
    def clerk(self) -> ClerkId | None:
        """Who is signed in here."""
        return self._clerk

    def step(self, said: Any, now_ms: int) -> list[Output]:
        """Take one input and return the outputs, the strip's and the screen's redraw included."""
        outputs = self._react(said, now_ms)
        strip = self._strip_now()
        if strip != self._strip:
            self._strip = strip
            outputs.append(strip)
        outputs.append(Redraw())
        return outputs

    def model(self, now_ms: int) -> DeskModel:
        """Return everything the screen draws."""
        view, here = self._view, self._here()
        state = self._state()
        current = None
        if view is not None and here is not None and here.ticket is not None:
            current = picture.current_ticket(view, here, self._cases.get(here.ticket, 0), now_ms)
        return DeskModel(
            counter=self._counter,
            counter_names=here.names if here else {},
            state=state,
            clerk=self._clerk,
            current=current,
            waiting=picture.waiting_rows(view, here, now_ms) if view and here else (),
            parked=picture.parked_rows(view, here, now_ms) if view and here else (),
            enabled=self._enabled(),
            away=self._away,
            pending=len(self._waiting_for),
            rating_left_s=self._rating_left_s(now_ms),
            served=len(self._served),
            rated=self._rated,
            devices=tuple(sorted(self._devices.items())),
            message=self._message,
            items=tuple((item.code, item.names) for item in view.items) if view else (),
            counters=tuple((one.id, one.names) for one in view.counters if one.id != self._counter) if view else (),
            pause_reason=here.pause_reason if here else "",
            met=view is not None,
            alarms=tuple(f"{one.what} ({one.unit})" for one in view.alarms) if view else (),
        )

    def _react(self, said: Any, now_ms: int) -> list[Output]:
        match said:
            case ViewChanged() | HubEvent() | HubAway() | HubBack() | Replied():
                return self._hear(said, now_ms)
            case SignInWith() | SessionOpened() | SessionRefused():
                return self._session(said)
            case StatusChanged(device=device, status=status):
                self._devices[device] = status
                return []
            case Tick() | ClockMoved() | RatingPressed():
                return self._invited(said, now_ms)
            case ServeOfflineSlip(number=number):
                return self._serve_slip(number, now_ms)
            case Press(action=action):
                return self._press(Action(action), now_ms)
            case CallChosen() | TakeBack() | SendOn() | RegisterCase() | PauseFor() | EndAlarms():
                return self._end_alarms() if isinstance(said, EndAlarms) else self._intend(said)
            case CallerPressed() | ContactChanged() | Measured() | PowerChanged():
                return []  # `windows` answers for every pad of this unit, `room` for its boards
            case _:
                raise TypeError(f"the desk knows no {type(said).__name__}")

    def _end_alarms(self) -> list[Output]:
        if self._view is None or self._clerk is None:
            return []
        return [
            Submit(ReportAlarm(key=self._new_key(), unit=one.unit, what=one.what, over=True))
            for one in self._view.alarms
        ]

    # What the hub says

    def _hear(self, said: Any, now_ms: int) -> list[Output]:
        match said:
            case ViewChanged(view=view):
                if self._view is not None and view.epoch != self._view.epoch:
                    self._done_seq = 0  # another hub took over; its log may be shorter than what the old one told
                self._view = view
                self._invitations.follow(view, now_ms)
                self._forget_absent_clerk()
            case HubEvent(event=event):
                self._fold(event.body, now_ms)
            case HubAway():
                self._away = True
                self._done_seq = 0
                self._message = Message("away", trouble=True)
            case HubBack():
                self._away = False
                self._message = Message("back")
                return self._report_offline(now_ms) if self._offline else []
            case Replied(key=key, reply=reply):
                command = self._waiting_for.pop(key, None)
                return self._answered(command, reply, said.offline, now_ms) if command is not None else []
        return []

    def _answered(self, command: Command, reply: Any, offline: bool, now_ms: int) -> list[Output]:
        if isinstance(reply, Refused):
            if isinstance(command, Rate) and reply.code is RefusalCode.ALREADY_RATED:
                return []  # the pad's answer was faster than our word of silence
            self._message = Message(f"refusal.{reply.code.value}", trouble=True)
            return []
        self._message = None
        if not offline:
            self._done_seq = max(self._done_seq, reply.seq)
        if isinstance(command, SignIn):
            self._signed_in_seq = reply.seq
        if isinstance(command, SubmitCase) and reply.case is not None:
            self._message = Message("case_registered", {"case": reply.case})
        if isinstance(command, CallNext) and reply.ticket is None:
            self._message = Message("refusal.nobody_waiting")
        if offline and isinstance(command, FinishService | ReportService):
            return self._ask_alone(reply, now_ms)
        return []

    def _ask_alone(self, reply: Done, now_ms: int) -> list[Output]:
        """Let the pad ask though no hub invites: this unit made the invitation itself."""
        if reply.rating is None:
            return []
        self._my_ratings.add(reply.rating)
        self._invitations.open(Invitation(reply.rating, self._counter, now_ms, alone=True))
        return [PadInvite(self._counter, reply.rating)]

    def _end_own_asking(self, rating: RatingUid) -> list[Output]:
        """End what only this desk asked; the hall's invitations end by its events."""
        if not self._invitations.is_alone(rating):
            return []
        self._close_rating(rating, given=True)
        return [PadEnd(self._counter)]

    def _fold(self, body: AnyBody, now_ms: int) -> None:
        match body:
            case RatingInvited(rating=rating, counter=self._counter):
                self._invitations.open(Invitation(rating, self._counter, now_ms))
                self._my_ratings.add(rating)
            case Rated(rating=rating) | NotRated(rating=rating):
                self._close_rating(rating, isinstance(body, Rated))
            case ServiceFinished(counter=self._counter, ticket=ticket):
                self._served.add(ticket)
            case CaseSubmitted(ticket=ticket) if ticket is not None:
                self._cases[ticket] = self._cases.get(ticket, 0) + 1

    def _close_rating(self, rating: RatingUid, given: bool) -> None:
        if given and rating in self._my_ratings:
            self._rated += 1
        self._invitations.end(rating)

    def _forget_absent_clerk(self) -> None:
        """Follow the hall when it signed the clerk out; a view older than the sign-in does not know of it yet."""
        here = self._here()
        if here is None or here.clerk is not None or self._signing_in() or self._view is None:
            return
        if self._view.seq >= self._signed_in_seq:
            self._clerk = None

    # The clerk

    def _session(self, said: Any) -> list[Output]:
        match said:
            case SignInWith(clerk=clerk, pin=pin):
                self._message = Message("checking")
                return [OpenSession(clerk, pin)]
            case SessionOpened(clerk=clerk):
                self._clerk, self._message = clerk, None
                return self._submit(SignIn(key=self._new_key(), counter=self._counter, clerk=clerk))
            case SessionRefused(word=word, wait_s=wait_s):
                self._message = Message(word, {"seconds": str(wait_s)}, trouble=True)
        return []

    def _signing_in(self) -> bool:
        return any(isinstance(command, SignIn) for command in self._waiting_for.values())

    def _press(self, action: Action, now_ms: int) -> list[Output]:
        if action not in self._enabled():
            self._message = Message("not_now", {"action": action.value}, trouble=True)
            return []
        if self._offline is not None and action is Action.FINISH:
            return self._report_offline(now_ms)
        if action not in PLAIN:
            return []
        here = self._here()
        seen = here.ticket if here is not None and here.ticket is not None else NOBODY
        outputs = self._submit(PLAIN[action](self._new_key(), self._counter, seen))
        if action is Action.SIGN_OUT:
            self._clerk = None
            outputs.append(CloseSession())
        return outputs

    def _intend(self, intent: CallChosen | TakeBack | SendOn | RegisterCase | PauseFor) -> list[Output]:
        if action_of(intent) not in self._enabled():
            self._message = Message("not_now", {"action": action_of(intent).value}, trouble=True)
            return []
        here = self._here()
        ticket = here.ticket if here else None
        return self._submit(command_of(intent, self._new_key(), self._counter, ticket))

    def _submit(self, command: Command) -> list[Output]:
        self._waiting_for[command.key] = command
        return [Submit(command)]

    # Without the hub

    def _serve_slip(self, number: TicketNumber, now_ms: int) -> list[Output]:
        if Action.SERVE_SLIP not in self._enabled():
            self._message = Message("not_now", {"action": Action.SERVE_SLIP.value}, trouble=True)
            return []
        if not is_offline_number(number):
            # The hub gave it out and will call it; served here it could be called elsewhere too.
            self._message = Message("slip_not_own", {"number": number}, trouble=True)
            return []
        self._offline = OfflineService(number, now_ms)
        self._message = None
        return []

    def _report_offline(self, now_ms: int) -> list[Output]:
        served = self._offline
        assert served is not None
        self._offline = None
        report = ReportService(
            key=self._new_key(),
            counter=self._counter,
            ticket=TicketUid(""),
            number=served.number,
            started_age_ms=now_ms - served.started_at,
            ended_age_ms=0,
        )
        return self._submit(report)

    # Open invitations

    def _invited(self, said: Tick | ClockMoved | RatingPressed, now_ms: int) -> list[Output]:
        match said:
            case Tick():
                return self._tick(now_ms)
            case ClockMoved(by_ms=by_ms):
                self._invitations.clock_moved(by_ms)
                return []
            case RatingPressed(rating=rating):
                return self._end_own_asking(rating)

    def _tick(self, now_ms: int) -> list[Output]:
        outputs: list[Output] = []
        for one in self._invitations.end_silent(now_ms):
            silence = Rate(key=self._new_key(), rating=one.rating, not_rated=NotRatedReason.TIMED_OUT)
            outputs += [*([PadEnd(self._counter)] if one.alone else []), *self._submit(silence)]
        return outputs

    def _rating_left_s(self, now_ms: int) -> int | None:
        one = self._invitations.newest(self._counter)
        if one is None:
            return None
        return max(0, self._invitations.left_ms(one, now_ms) // 1000 - RATING_GRACE_S)

    # What the counter is doing

    def _here(self) -> CounterView | None:
        return picture.counter_of(self._view, self._counter)

    def _state(self) -> CounterState:
        here = self._here()
        if self._offline is not None:
            return CounterState.SERVING
        return here.state if here is not None else CounterState.NOT_SIGNED_IN

    def _enabled(self) -> frozenset[Action]:
        if self._view is None:
            return frozenset()
        if not self._away and self._view.seq < self._done_seq:
            return frozenset()  # a press now would name the visitor of before, and be refused
        if self._clerk is None and self._state() is not CounterState.CLOSED:
            return frozenset() if self._away else frozenset({Action.SIGN_IN})
        return allowed(self._state(), self._away)

    def _strip_now(self) -> ShowStrip:
        here = self._here()
        if self._offline is not None:
            return ShowStrip(ScreenState.SERVING, self._offline.number)
        if here is None:
            return ShowStrip(ScreenState.NOT_SIGNED_IN)
        return ShowStrip(STRIP[here.state], here.number or "", here.pause_reason)
