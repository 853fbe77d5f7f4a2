"""What people do beside taking a number: cases by self-service at any hour, lost slips printed again, alarms.

Emergency buttons are pressed at counters, whatever is broken just then; a clerk who sees an alarm ends it some minutes
later, sometimes two at once.
"""

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
ALARMS_A_DAY = 12
BUTTONS = ("panic", "door")
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
        for _ in range(ALARMS_A_DAY if self.hall.buttons else 0):
            world.later(begin + world.between(MINUTE, 12 * HOUR) - world.now, self._alarm)

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

    def _alarm(self) -> None:
        """Somebody presses a button under a counter; its unit tells the hub, at once or when it can."""
        clerk = self.hall.world.random.choice(self.hall.clerks)
        if not clerk.unit.alive:
            return
        what = self.hall.world.random.choice(BUTTONS)
        raised = cmd.ReportAlarm(key=clerk.unit.new_key(), unit=clerk.unit.name, what=what)
        self._await_alarm(raised, len(self.hall.hub.disk.rows))
        clerk.unit.submit(raised)

    def _await_alarm(self, raised: cmd.ReportAlarm, pressed_at: int) -> None:
        """What the unit keeps while it is alone is no answer; the hub's comes later."""

        def answered(reply: Reply, offline: bool) -> None:
            if offline:
                self.hall.world.count("alarms kept alone")
                self._await_alarm(raised, pressed_at)
            elif isinstance(reply, Done):
                self.hall.world.count("alarms")
                self.hall.laws.alarm_told(raised.unit, raised.what, pressed_at)

        self._asked[raised.key] = answered

    def look_for_alarms(self) -> None:
        """Some clerk looks at the screen, and ends what stands there."""
        world = self.hall.world
        world.later(world.between(4, 20) * MINUTE, self.look_for_alarms)
        unit = world.random.choice(self.hall.clerks).unit
        view = unit.step.record.view
        if not unit.alive or unit.step.away or view is None:
            return
        for one in view.alarms:
            world.count("alarms ended")
            unit.submit(cmd.ReportAlarm(key=unit.new_key(), unit=one.unit, what=one.what, over=True))

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
