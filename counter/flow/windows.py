"""The pads of a shared bus: one process owns the cable, many counters use it. No Qt, no thread, no clock.

Keys of a caller pad become commands for that window; an invitation of that window opens its evaluator, the
answer or the silence becomes `Rate`. What a pad may do is the hub's to refuse; a refusal is a beep.
"""

from collections.abc import Callable, Iterable
from typing import Any

from counter.flow import picture
from counter.flow.intents import Tick
from counter.flow.outputs import Output, PadBeep, PadDigits, PadEnd, PadInvite, Submit
from hall.domain.ids import CommandKey, CounterId, RatingUid
from hall.domain.rating import NotRatedReason
from hall.ports.caller_pad import CallerIntent, CallerPressed
from hall.ports.rating_pad import RatingPressed
from hall.sync.link import HubAway, HubBack, HubEvent, Replied, ViewChanged
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
        self._rating_ms = rating_s * 1000
        self._new_key = new_key
        self._view: HallView | None = None
        self._open: dict[CounterId, tuple[RatingUid, int]] = {}
        self._sent: dict[CommandKey, CounterId] = {}
        self._digits: dict[CounterId, tuple[int | None, int | None]] = {}

    def step(self, said: Any, now_ms: int) -> list[Output]:
        """Take one input and return what to send and to show."""
        match said:
            case ViewChanged(view=view):
                self._view = view
                return self._changed_digits(now_ms)
            case HubEvent(event=event):
                return self._fold(event.body, event.at)
            case Replied(key=key, reply=reply):
                counter = self._sent.pop(key, None)
                return [PadBeep(counter)] if counter is not None and isinstance(reply, Refused) else []
            case CallerPressed():
                return self._pressed(said)
            case RatingPressed(rating=rating, level=level):
                return [Submit(Rate(key=self._new_key(), rating=rating, level=level))]
            case Tick():
                return self._time_out(now_ms)
            case HubAway() | HubBack():
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

    def _fold(self, body: AnyBody, at: int) -> list[Output]:
        match body:
            case RatingInvited(rating=rating, counter=counter) if counter in self._counters:
                assert counter is not None
                self._open[counter] = (rating, at)
                return [PadInvite(counter, rating)]
            case Rated(rating=rating) | NotRated(rating=rating):
                return self._end(rating)
        return []

    def _end(self, rating: RatingUid) -> list[Output]:
        ended = [counter for counter, (open_one, _) in self._open.items() if open_one == rating]
        for counter in ended:
            del self._open[counter]
        return [PadEnd(counter) for counter in ended]

    def _time_out(self, now_ms: int) -> list[Output]:
        outputs: list[Output] = []
        for counter, (rating, at) in list(self._open.items()):
            if now_ms - at >= self._rating_ms:
                del self._open[counter]
                silence = Rate(key=self._new_key(), rating=rating, not_rated=NotRatedReason.TIMED_OUT)
                outputs += [PadEnd(counter), Submit(silence)]
        return outputs

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
