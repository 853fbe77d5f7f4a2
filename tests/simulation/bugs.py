"""Known bugs that can be planted, to see that the simulation finds them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from unittest.mock import patch

from hall.domain import hours
from hall.domain.ticket import TicketState
from hall.store.record import SeriesMoved
from hall.sync import alone, beginning, step
from hall.sync import inputs as io
from hall.wire import events as ev
from server.hub import apply as hub_apply
from server.hub import business_day, offline
from server.hub.step import Persist
from tests.simulation.hub_side import HubProcess
from tests.simulation.unit_side import Unit, UnitDisk


@contextmanager
def number_given_twice_after_a_crash() -> Iterator[None]:
    """A kiosk's disk forgets how far its own series went; after a crash it begins again."""
    with patch.object(UnitDisk, "lose", (SeriesMoved,)):
        yield


@contextmanager
def answer_before_the_disk() -> Iterator[None]:
    """The hub answers before its transaction is on disk; a crash between the two takes the answer back."""
    begin = HubProcess._begin

    def answers_too_early(self: HubProcess) -> None:
        waiting = list(self._inbox)
        begin(self)
        persist: Persist | None = self._flushing
        for answer in persist.answers if persist is not None else ():
            waiting[answer.index][1](answer.reply)

    with patch.object(HubProcess, "_begin", answers_too_early):
        yield


@contextmanager
def phantom_ticket_left() -> Iterator[None]:
    """A kiosk that goes on alone forgets to give up what it had asked the hub for."""

    def forgets(*_: Any) -> tuple[()]:
        return ()

    with patch.object(alone, "_phantom", forgets):
        yield


@contextmanager
def call_lost_on_reorder() -> Iterator[None]:
    """A unit takes whatever event comes next, gap or not."""
    careful = step.UnitStep._stream_event

    def careless(self: step.UnitStep, given: io.StreamEvent) -> None:
        if self.contact.stream_open and given.event.seq > self.record.cursor:
            self.record.cursor = given.event.seq - 1
        careful(self, given)

    with patch.object(step.UnitStep, "_stream_event", careless):
        yield


@contextmanager
def call_elsewhere_beats_a_report() -> Iterator[None]:
    """The mend of a finished service, reported while another counter was calling the ticket, is taken out."""
    careful = hub_apply._CHANGES[ev.ServiceReported]

    def careless(state: Any, event: ev.Event, body: ev.ServiceReported) -> None:
        known = state.tickets.get(body.ticket)
        if known is None or known.state is not TicketState.CALLED or known.counter == body.counter:
            careful(state, event, body)

    with patch.dict(hub_apply._CHANGES, {ev.ServiceReported: careless}):
        yield


@contextmanager
def clock_set_back_voids_offline_tickets() -> Iterator[None]:
    """The mend of offline tickets that entered after the hub's clock was set back by a day is taken out."""

    def by_the_clock(scene: Any, _arrived: int) -> bool:
        day = scene.state.day
        return day is not None and hours.local_date(scene.now, scene.facts.zone) >= date.fromisoformat(day)

    with patch.object(offline, "_is_today", by_the_clock):
        yield


@contextmanager
def no_heartbeat() -> Iterator[None]:
    """The mend of a last event lost on the way is taken out: the hub does not say how long its log is."""
    with patch.object(Unit, "beat", lambda _self, _head: None):
        yield


@contextmanager
def a_start_is_tried_once() -> Iterator[None]:
    """The mend of a start that the unit's full disk did not take is taken out."""
    with patch.object(beginning.Beginning, "owed", lambda *_: False):
        yield


@contextmanager
def contact_told_before_the_disk() -> Iterator[None]:
    """The mend of a unit that goes on alone in a step which its disk does not take is taken out."""
    careful = step.UnitStep.reload

    def careless(self: step.UnitStep, *of: Any) -> list[io.Output]:
        away = self.contact.away
        outputs = careful(self, *of)
        self.contact.away = away
        return outputs

    with patch.object(step.UnitStep, "reload", careless):
        yield


@contextmanager
def alarms_known_by_name_only() -> Iterator[None]:
    """The hub takes two counters' buttons of one name for one: the second press is answered, and stands nowhere."""
    with (
        patch.object(business_day, "alarm_key", lambda _unit, what: what),
        patch.object(hub_apply, "alarm_key", lambda _unit, what: what),
    ):
        yield
