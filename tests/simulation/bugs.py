"""Known bugs that can be planted, to see that the simulation finds them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from hall.store.record import SeriesMoved
from hall.sync import alone, step
from hall.sync import inputs as io
from server.hub.step import Persist
from tests.simulation.hub_side import HubProcess
from tests.simulation.unit_side import UnitDisk


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
