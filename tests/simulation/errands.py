"""What people do at a kiosk beside taking a number: cases by self-service at any hour, lost slips printed again."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hall.domain.ids import CommandKey, ItemCode
from hall.domain.rating import RatingLevel
from hall.sync.link import Replied
from hall.wire import commands as cmd
from hall.wire.replies import Done, Reply
from tests.simulation.hub_side import ITEMS
from tests.simulation.people import Kiosk, Visitor
from tests.simulation.world import HOUR, MINUTE

if TYPE_CHECKING:
    from tests.simulation.hall_run import Hall

CASES_A_DAY = 12
LOST_SLIPS = 0.04
"""Share of visitors who lose their slip."""


class Errands:
    """Who asked what, and what is done with the answer."""

    def __init__(self, hall: "Hall") -> None:
        self.hall = hall
        self._asked: dict[CommandKey, Callable[[Reply, bool], None]] = {}

    def plan(self, begin: int) -> None:
        """Spread today's cases from the opening until far into the evening, when the hall is closed."""
        world = self.hall.world
        for _ in range(CASES_A_DAY):
            world.later(begin + world.between(MINUTE, 20 * HOUR) - world.now, self._case)

    def slip_given(self, visitor: Visitor, kiosk: Kiosk) -> None:
        """Some lose the slip soon."""
        world = self.hall.world
        if world.chance(LOST_SLIPS):
            world.later(world.between(0.2, 20) * MINUTE, self._reprint, visitor, kiosk)

    def hear(self, told: Replied) -> None:
        """Take the answer to an errand, once."""
        then = self._asked.pop(told.key, None)
        if then is not None:
            then(told.reply, told.offline)

    def _case(self) -> None:
        kiosk = self.hall.world.random.choice(self.hall.kiosks)
        if not kiosk.unit.alive:
            return

        def answered(reply: Reply, offline: bool) -> None:
            world = self.hall.world
            if not isinstance(reply, Done) or reply.case is None:
                world.count("self-service case refused")
                return
            world.count("self-service cases alone" if offline else "self-service cases")
            self.hall.laws.case_told(reply.case)
            if reply.rating is not None and world.chance(0.5):
                kiosk.unit.submit(cmd.Rate(key=kiosk.unit.new_key(), rating=reply.rating, level=RatingLevel(4)))

        key = kiosk.unit.new_key()
        self._asked[key] = answered
        kiosk.unit.submit(cmd.SubmitCase(key=key, item=ItemCode(self.hall.world.random.choice(ITEMS))))

    def _reprint(self, visitor: Visitor, kiosk: Kiosk) -> None:
        """At the kiosk that gave the slip out; another one would want the ID card."""
        ticket = visitor.ticket
        if visitor.gone or not kiosk.unit.alive or ticket is None:
            return

        def answered(reply: Reply, _offline: bool) -> None:
            world = self.hall.world
            if isinstance(reply, Done) and reply.ticket is not None:
                world.count("reprints")
                world.require(reply.ticket.number == ticket.number, "a reprint keeps the number", ticket.number)
                world.require(reply.ticket.token != visitor.token, "a reprint makes the old code void", ticket.number)
                visitor.token, visitor.reprints = reply.ticket.token, visitor.reprints + 1
            else:
                world.count("reprint refused")
                visitor.in_doubt = True  # the hub may have done it, and its answer was lost

        key = kiosk.unit.new_key()
        self._asked[key] = answered
        visitor.in_doubt = visitor.in_doubt or kiosk.unit.step.away
        kiosk.unit.submit(cmd.ReprintTicket(key=key, ticket=ticket.uid))
