"""From link events to the voice queue: which events are spoken, and which end a recall."""

from counter.lobby.flow.voice_queue import VoiceQueue, Waiting
from counter.lobby.flow.voices import EVERYTHING, Range
from hall.domain.ids import CounterId
from hall.sync.link import HubEvent, LinkEvent, ViewChanged
from hall.wire import events as ev
from hall.wire.view import HallView


class Caller:
    """Feeds a voice queue from the link. Replayed events are never spoken; calls that others say neither."""

    def __init__(self, queue: VoiceQueue, says: Range = EVERYTHING) -> None:
        self.queue = queue
        self._says = says
        self._view: HallView | None = None

    def hear(self, event: LinkEvent, now: float) -> None:
        """Take one link event."""
        match event:
            case ViewChanged(view=view):
                self._view = view
            case HubEvent(event=logged, fresh=fresh):
                self._logged(logged.body, fresh, now)

    def _logged(self, body: ev.AnyBody, fresh: bool, now: float) -> None:
        match body:
            case ev.TicketCalled() if fresh and self._says.covers(body.zone):
                call = Waiting(body.ticket, body.number, body.counter, now, self._names(body.counter))
                self.queue = self.queue.called(call)
            case ev.ServiceStarted() | ev.TicketNoShow() | ev.TicketVoided():
                self.queue = self.queue.came(body.ticket)
            case ev.DayOpened():
                self.queue = self.queue.new_day()

    def _names(self, counter: CounterId) -> tuple[tuple[str, str], ...]:
        counters = self._view.counters if self._view is not None else ()
        return next((tuple(shown.names.items()) for shown in counters if shown.id == counter), ())
