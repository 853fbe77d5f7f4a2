"""The pads of a shared bus: one process owns the cable, many counters use it. No Qt, no thread, no clock.

Keys of a caller pad become commands for that window; an invitation of that window opens its evaluator, the
answer or the silence becomes `Rate`. What a pad may do is the hub's to refuse; a refusal is a beep.
"""

from collections.abc import Callable, Iterable
from typing import Any

from counter.flow import picture
from counter.flow.intents import ClockMoved, Tick
from counter.flow.invitations import Invitation, Invitations
from counter.flow.outputs import Output, PadBeep, PadDigits, PadEnd, PadInvite, Submit
from hall.domain.ids import CommandKey, CounterId, RatingUid
from hall.domain.rating import NotRatedReason
from hall.ports.caller_pad import CallerIntent, CallerPressed
from hall.ports.rating_pad import RatingPressed
from hall.sync.link import HubEvent, Replied, ViewChanged
from hall.wire.commands import (
    CallNext,
    Command,
    InviteRating,
    MarkNoShow,
    ParkTicket,
    Pause,
    Rate,
    RecallTicket,
    ResumeTicket,
    Unpause,
)
from hall.wire.events import AnyBody, NotRated, Rated, RatingInvited
from hall.wire.replies import Refused
from hall.wire.view import CounterState, CounterView, HallView

SIMPLE: dict[CallerIntent, Callable[[CommandKey, CounterId], Command]] = {
    CallerIntent.CALL_NEXT: lambda key, counter: CallNext(key=key, counter=counter),
    CallerIntent.RECALL: lambda key, counter: RecallTicket(key=key, counter=counter),
    CallerIntent.INVITE: lambda key, counter: InviteRating(key=key, counter=counter),
    CallerIntent.NO_SHOW: lambda key, counter: MarkNoShow(key=key, counter=counter),
    CallerIntent.PARK: lambda key, counter: ParkTicket(key=key, counter=counter),
}


class Windows:
    """The pads of the counters in `counters`. Feed it inputs in order."""

    def __init__(self, counters: Iterable[CounterId], rating_s: int, new_key: Callable[[], CommandKey]) -> None:
        self._counters = tuple(counters)
        self._invitations = Invitations(self._counters, rating_s * 1000)
        self._asked: dict[CounterId, RatingUid] = {}
        """What each pad asks now."""
        self._new_key = new_key
        self._view: HallView | None = None
        self._sent: dict[CommandKey, CounterId] = {}
        self._digits: dict[CounterId, tuple[int | None, int | None]] = {}

    def step(self, said: Any, now_ms: int) -> list[Output]:
        """Take one input and return what to send and to show."""
        match said:
            case ViewChanged(view=view):
                self._view = view
                return [*self._follow(view, now_ms), *self._changed_digits(now_ms)]
            case HubEvent(event=event):
                return self._fold(event.body, now_ms)
            case Replied(key=key, reply=reply):
                counter = self._sent.pop(key, None)
                return [PadBeep(counter)] if counter is not None and isinstance(reply, Refused) else []
            case CallerPressed():
                return self._pressed(said)
            case RatingPressed(rating=rating, level=level):
                return [Submit(Rate(key=self._new_key(), rating=rating, level=level))]
            case Tick():
                return self._time_out(now_ms)
            case ClockMoved(by_ms=by_ms):
                self._invitations.clock_moved(by_ms)
                return []
            case _:
                return []

    def _pressed(self, press: CallerPressed) -> list[Output]:
        command = self._command(press)
        if command is None:
            return [PadBeep(press.counter)]
        self._sent[command.key] = press.counter
        return [Submit(command)]

    def _command(self, press: CallerPressed) -> Command | None:
        key, counter = self._new_key(), press.counter
        if press.intent in SIMPLE:
            return SIMPLE[press.intent](key, counter)
        here = picture.counter_of(self._view, counter)
        if press.intent is CallerIntent.PAUSE:
            paused = here is not None and here.state is CounterState.PAUSED
            return Unpause(key=key, counter=counter) if paused else Pause(key=key, counter=counter)
        if press.intent is CallerIntent.RESUME and here is not None:
            return self._resume(key, here)
        return None

    def _resume(self, key: CommandKey, here: CounterView) -> Command | None:
        assert self._view is not None
        parked = picture.parked_rows(self._view, here, 0)
        return ResumeTicket(key=key, counter=here.id, ticket=parked[0].uid) if parked else None

    def _follow(self, view: HallView, now_ms: int) -> list[Output]:
        """Ask on where this unit was restarted, and stop where the hall has had its answer."""
        came, gone = self._invitations.follow(view, now_ms)
        return [*self._stop_asking(gone), *(output for one in came for output in self._ask(one))]

    def _fold(self, body: AnyBody, now_ms: int) -> list[Output]:
        match body:
            case RatingInvited(rating=rating, counter=counter) if counter is not None:
                one = Invitation(rating, counter, now_ms)
                return self._ask(one) if self._invitations.open(one) else []
            case Rated(rating=rating) | NotRated(rating=rating):
                ended = self._invitations.end(rating)
                return self._stop_asking([ended] if ended is not None else [])
        return []

    def _ask(self, one: Invitation) -> list[Output]:
        self._asked[one.counter] = one.rating
        return [PadInvite(one.counter, one.rating)]

    def _stop_asking(self, ended: list[Invitation]) -> list[Output]:
        """Close the pads that ask one of these. An older one of the same counter is not asked again.

        By then another visitor may sit there.
        """
        asked = [one.counter for one in ended if self._asked.get(one.counter) == one.rating]
        for counter in asked:
            del self._asked[counter]
        return [PadEnd(counter) for counter in asked]

    def _time_out(self, now_ms: int) -> list[Output]:
        silent = self._invitations.end_silent(now_ms)
        told = [Rate(key=self._new_key(), rating=one.rating, not_rated=NotRatedReason.TIMED_OUT) for one in silent]
        return [*self._stop_asking(silent), *map(Submit, told)]

    def _changed_digits(self, now_ms: int) -> list[Output]:
        outputs: list[Output] = []
        for counter in self._counters:
            here = picture.counter_of(self._view, counter)
            if here is None or self._view is None:
                continue
            shown = (len(picture.waiting_rows(self._view, here, now_ms)), picture.digits(here.number))
            if shown != self._digits.get(counter):
                self._digits[counter] = shown
                outputs.append(PadDigits(counter, min(shown[0], 999), shown[1]))
        return outputs
