"""A simulated hall: hub, 3 kiosks, 6 counters with pads, a lobby, a centre, and 150 visitors a day.

The hub's step, the units' steps, the fold of the view, the shipping step and the batch codec are the real ones; disks,
network, clocks and people are made here. Everything follows from the seed, so a failing one replays exactly.
"""

from hall.domain.ids import ClerkId, CommandKey, CounterId, ItemCode, TicketUid, UnitId
from hall.domain.ticket import Priority, Ticket, TicketState
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.actor import Actor, Role
from hall.wire.replies import Done, Reply
from tests.simulation import faults
from tests.simulation.centre_side import Centre
from tests.simulation.errands import Errands
from tests.simulation.hub_side import COUNTERS, HUB, ITEMS, HubProcess, hall_facts
from tests.simulation.laws import Laws
from tests.simulation.people import Clerk, Kiosk, Visitor
from tests.simulation.unit_side import Network, Unit
from tests.simulation.world import HOUR, MINUTE, SECOND, World

VISITORS = 150
DAY = 24 * HOUR
ARRIVALS_END = 6 * HOUR
FAULTS_END = int(6.5 * HOUR)
LAST_HOUR = 14 * HOUR
"""By then everybody must have been served: it is eight hours after the last arrival."""
HEARTBEAT = 30 * SECOND
"""Of the hub on its streams, which it really sends after 10 quiet seconds."""
PRIORITIES = (Priority.NORMAL,) * 8 + (Priority.ELDER, Priority.INFANT)


class Hall:
    """The hall and its days. Without `buttons` nobody presses one: a seed then lives as before there were any."""

    def __init__(self, seed: int, *, buttons: bool = True) -> None:
        self.world, self.buttons = World(seed), buttons
        self.hub = HubProcess(self.world, hall_facts())
        self.network = Network(self.world)
        self.heals = 0
        """Evenings so far at which every fault was mended."""
        self.visitors: list[Visitor] = []
        self.holder: dict[TicketUid, Visitor] = {}
        self.centre = Centre(self.world, self.hub)
        self.laws = Laws(self)
        self.errands = Errands(self)
        self.kiosks = [Kiosk(self, self._unit(f"kiosk-{letter}", Role.KIOSK, series=letter)) for letter in "ABC"]
        self.clerks = [Clerk(self, self._counter(name), CounterId(name)) for name in COUNTERS]
        self.lobby = self._unit("lobby", Role.LOBBY)
        self.lobby.hear = self.laws.lobby
        self.lobby.restarted = self.laws.lobby_restarted
        self.units = [*(one.unit for one in self.kiosks), *(one.unit for one in self.clerks), self.lobby]
        self.hub.publish = self._publish
        self.hub.stored = self._stored
        self.hub.died = self._hub_died
        for clerk in self.clerks:
            self.world.later(self.world.between(1, 10) * SECOND, clerk.look)
        if buttons:
            self.errands.look_for_alarms()
        self.centre.run()
        self._beat()

    def run(self, days: int) -> None:
        """Live so many days. Raises `Violation` at the first broken law."""
        for _ in range(days):
            self._run_day()

    # What people and faults use

    def to_kiosk(self, visitor: Visitor) -> None:
        working = [one for one in self.kiosks if one.unit.alive and one.paper]
        alive = [one for one in self.kiosks if one.unit.alive]
        self.world.random.choice(working or alive or self.kiosks).come(visitor)

    def hand_over(self, visitor: Visitor, ticket: Ticket) -> None:
        self.world.require(visitor.ticket is None, "one live ticket per visitor", visitor, ticket.number)
        visitor.ticket, visitor.token = ticket, ticket.token
        self.holder[ticket.uid] = visitor
        self.laws.hand_over(ticket)
        self.world.note("slip", ticket.number, ticket.uid)
        if ticket.offline and ticket.fallback_counter is not None:
            clerk = next(one for one in self.clerks if one.counter == ticket.fallback_counter)
            self.world.later(self.world.between(1, 5) * MINUTE, self._to_counter, visitor, clerk)

    def _to_counter(self, visitor: Visitor, clerk: Clerk) -> None:
        if not visitor.gone and visitor.at is None:
            clerk.slips.append(visitor)

    def served(self, uid: TicketUid, counter: CounterId) -> None:
        visitor = self.holder.get(uid)
        if visitor is None:
            return
        if visitor.gone and visitor.moved:
            self.world.count("finished twice after a take-over")
            return
        self.world.require(visitor.at == counter, "served where the visitor sits", visitor, counter)
        visitor.served = True
        visitor.at = None

    def stand_up(self, uid: TicketUid) -> None:
        if uid in self.holder:
            self.holder[uid].at = None

    def cut(self, units: list[Unit], ms: float) -> None:
        names = {str(unit.name) for unit in units} - self.network.cut
        self.network.cut |= names
        for unit in units:
            unit.stream_stalls()
        self.world.later(ms, self._mend, names)

    def _mend(self, names: set[str]) -> None:
        self.network.cut -= names

    def calm_network(self) -> None:
        self.network.loss = self.network.double = self.network.late = 0.0

    def free_disk(self) -> None:
        self.hub.disk.full = False

    def mend_clock(self, jump: int, heals: int) -> None:
        """Undo a jump, unless the evening's healing has undone it before."""
        if heals == self.heals:
            self.hub.clock_offset -= jump

    # What the hub tells

    def _stored(self, events: list[ev.Event]) -> None:
        self.laws.stored(events)
        for event in events:
            body = event.body
            if isinstance(body, ev.TicketCalled):
                self.world.note("called", body.number, "to", body.counter)
                self.world.later(self.world.between(5, 45) * SECOND, self._hears_call, body.ticket, body.counter)
            elif isinstance(body, ev.CounterTakenOver):
                self._taken_over(body)
            elif isinstance(body, ev.TicketNoShow):
                self.world.later(MINUTE, self._comes_late, body.ticket, body.counter)

    def _taken_over(self, body: ev.CounterTakenOver) -> None:
        """An attendant leads the visitor over, at once."""
        visitor = self.holder.get(body.ticket)
        if visitor is not None:
            visitor.moved = True
            if visitor.at == body.from_counter:
                visitor.at = body.to_counter

    def dead_counter(self) -> CounterId | None:
        """A counter whose machine is off while somebody sits or waits before it."""
        for clerk in self.clerks:
            if not clerk.unit.alive and any(one.at == clerk.counter and not one.gone for one in self.visitors):
                return clerk.counter
        return None

    def sits_elsewhere(self, uid: TicketUid, counter: CounterId) -> bool:
        visitor = self.holder.get(uid)
        return visitor is not None and visitor.moved and not visitor.gone and visitor.at != counter

    def state_of(self, uid: TicketUid) -> TicketState | None:
        """What the hub has made of a ticket."""
        ticket = self.hub.step.state.tickets.get(uid)
        return None if ticket is None else ticket.state

    def _comes_late(self, uid: TicketUid, counter: CounterId) -> None:
        """Who missed the call comes all the same, and asks at the counter."""
        visitor = self.holder.get(uid)
        if visitor is not None and not visitor.gone and not self._sits(visitor):
            visitor.at = counter

    def passed_over(self, counter: CounterId) -> Visitor | None:
        """Somebody at this counter whose number is no longer waiting."""
        tickets = self.hub.step.state.tickets
        for visitor in self.visitors:
            if visitor.at == counter and not visitor.gone and visitor.ticket is not None:
                known = tickets.get(visitor.ticket.uid)
                if known is not None and known.state is TicketState.NO_SHOW:
                    return visitor
        return None

    def _hears_call(self, uid: TicketUid, counter: CounterId) -> None:
        visitor = self.holder.get(uid)
        if visitor is None or visitor.gone or self._sits(visitor) or self.laws.owner.get(uid) != counter:
            return
        if self.world.chance(0.02):
            visitor.left = True
            return
        visitor.at = counter

    def _sits(self, visitor: Visitor) -> bool:
        """Whether a clerk is busy with the visitor, whatever the hub calls meanwhile."""
        if visitor.at is None or visitor.ticket is None:
            return False
        clerk = next(one for one in self.clerks if one.counter == visitor.at)
        return clerk.slip is visitor or clerk.serving == visitor.ticket.uid

    def _publish(self, events: list[ev.Event]) -> None:
        for unit in self.units:
            unit.publish(events)

    def _beat(self) -> None:
        self.world.later(HEARTBEAT, self._beat)
        if self.hub.alive:
            for unit in self.units:
                unit.beat(len(self.hub.disk.rows))

    def _hub_died(self) -> None:
        for unit in self.units:
            unit.stream_dies()

    # A day

    def _run_day(self) -> None:
        world = self.world
        begin = world.day * DAY
        world.run_until(begin)
        self.visitors, self.holder = [], {}
        self.laws.new_day()
        self._command(cmd.OpenDay(key=CommandKey(f"open-{world.day}"), day=self._date()))
        self.errands.plan(begin)
        faults.plan(self, begin + MINUTE, begin + FAULTS_END)
        for name in range(VISITORS):
            visitor = Visitor(name, ItemCode(world.random.choice(ITEMS)), world.random.choice(PRIORITIES))
            self.visitors.append(visitor)
            world.later(begin + world.between(MINUTE, ARRIVALS_END) - world.now, self.to_kiosk, visitor)
        world.run_until(begin + FAULTS_END)
        self._heal()
        self._wait_for_everybody(begin + LAST_HOUR)
        self.laws.healed()
        self._command(cmd.CloseDay(key=CommandKey(f"close-{world.day}")))
        self._wait_for_centre(begin + 15 * HOUR)
        world.count("days")
        world.count("visitors", len(self.visitors))
        world.day += 1

    def _heal(self) -> None:
        self.network.cut.clear()
        self.calm_network()
        self.free_disk()
        self.hub.clock_offset = 0
        self.heals += 1
        for unit in self.units:
            unit.disk.full = False
            unit.die_after_store = False

    def _wait_for_everybody(self, latest: int) -> None:
        while not self._quiet():
            self.world.require(self.world.now < latest, "no visitor waits for ever", self._still_here())
            self.world.run_until(self.world.now + 5 * MINUTE)

    def _quiet(self) -> bool:
        if not all(visitor.gone for visitor in self.visitors) or self.laws.owner:
            return False
        units = (unit.alive and not unit.step.record.outbox and not unit.step.away for unit in self.units)
        current = all(unit.step.record.cursor == len(self.hub.disk.rows) for unit in self.units)
        live = self.hub.alive and any(True for _ in self.hub.step.state.live)
        return all(units) and current and not live

    def _still_here(self) -> list[object]:
        here: list[object] = [visitor for visitor in self.visitors if not visitor.gone]
        here += [
            (
                unit.name,
                unit.alive,
                unit.step.away,
                list(unit.step.record.outbox.values())[:3],
                unit.step.record.cursor,
                unit.step.contact,
            )
            for unit in self.units
            if unit.step.record.outbox
            or unit.step.away
            or not unit.alive
            or unit.step.record.cursor != len(self.hub.disk.rows)
        ]
        here += list(self.hub.step.state.live)
        return here[:8]

    def _wait_for_centre(self, latest: int) -> None:
        if not self.centre.reachable:
            return
        while len(self.centre.rows) < len(self.hub.disk.rows):
            self.world.require(self.world.now < latest, "the centre catches up", len(self.centre.rows))
            self.world.run_until(self.world.now + 2 * MINUTE)
        self.laws.centre()

    def _date(self) -> str:
        return f"2026-{11 + (20 + self.world.day) // 30:02d}-{1 + (20 + self.world.day) % 30:02d}"

    def _command(self, command: cmd.AnyCommand) -> None:
        """Something that the hub does by itself, until it is done."""
        done: list[Reply] = []
        while not any(isinstance(reply, Done) for reply in done):
            self.hub.receive(command, HUB, done.append)
            self.world.run_until(self.world.now + SECOND)

    def _counter(self, name: str) -> Unit:
        actor = Actor(UnitId(f"counter-{name}"), Role.CLERK, ClerkId(f"clerk-{name}"), CounterId(name))
        return Unit(self.world, self.hub, self.network, actor)

    def _unit(self, name: str, role: Role, series: str = "") -> Unit:
        return Unit(self.world, self.hub, self.network, Actor(UnitId(name), role), series)
