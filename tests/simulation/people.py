"""Citizens, the kiosk's face and the clerks: what people do with the machines, and with their faults."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hall.domain.ids import ClerkId, CommandKey, CounterId, ItemCode, RatingUid, TicketUid
from hall.domain.rating import NotRatedReason, RatingLevel
from hall.domain.ticket import Priority, Ticket, TicketState
from hall.sync.link import LinkEvent, Replied
from hall.wire import commands as cmd
from hall.wire.replies import Done, RefusalCode
from hall.wire.view import CounterState, CounterView, WaitingTicket
from tests.simulation.hub_side import ITEMS
from tests.simulation.unit_side import Unit
from tests.simulation.world import MINUTE, SECOND

if TYPE_CHECKING:
    from tests.simulation.hall_run import Hall


@dataclass(eq=False)
class Visitor:
    """A citizen with one errand today."""

    name: int
    item: ItemCode
    priority: Priority
    ticket: Ticket | None = None
    """What is in the hand. Given once."""
    at: str | None = None
    """The counter where the visitor stands or sits."""
    served: bool = False
    left: bool = False
    """Did not come when called."""
    token: str = ""
    """Secret of the newest slip."""
    reprints: int = 0
    in_doubt: bool = False
    """A reprint was asked for and refused or not answered; the hub may have done it all the same."""
    moved: bool = False
    """Taken over by another counter at least once."""

    @property
    def gone(self) -> bool:
        return self.served or self.left


@dataclass(eq=False)
class Kiosk:
    """The face of a kiosk: one visitor at a time, from touch to slip."""

    hall: "Hall"
    unit: Unit
    queue: list[Visitor] = field(default_factory=list)
    visitor: Visitor | None = None
    key: CommandKey | None = None
    paper: bool = True

    def __post_init__(self) -> None:
        self.unit.hear = self.hear
        self.unit.killed = self.died
        self.unit.restarted = self.restarted

    def come(self, visitor: Visitor) -> None:
        self.queue.append(visitor)
        self.next()

    def next(self) -> None:
        if self.visitor is not None or not self.queue or not self.unit.alive:
            return
        self.visitor = self.queue.pop(0)
        self.key = self.unit.new_key()
        self.unit.submit(cmd.IssueTicket(key=self.key, item=self.visitor.item, priority=self.visitor.priority))

    def hear(self, event: LinkEvent) -> None:
        if not isinstance(event, Replied):
            return
        self.hall.laws.replied(self.unit, event)
        self.hall.errands.hear(event)
        if event.key != self.key or self.visitor is None:
            return
        self.key = None
        world = self.hall.world
        if isinstance(event.reply, Done) and event.reply.ticket is not None:
            world.count("offline numbers" if event.offline else "numbers")
            world.later(world.between(1, 4) * SECOND, self.printed, self.unit.life, event.reply.ticket)
        else:
            world.count(f"issue refused: {event.reply.code.value}")
            self.send_away(world.between(20, 60) * SECOND)

    def printed(self, life: int, ticket: Ticket) -> None:
        """The slip is out, or number and QR stand on the screen; or the printer died and the citizen gives up."""
        visitor, world = self.visitor, self.hall.world
        if life != self.unit.life or visitor is None:
            return
        on_paper = self.paper and not world.chance(0.01)
        if not on_paper and world.chance(0.2):
            world.count("given up at the kiosk")
            self.unit.submit(cmd.AbandonTicket(key=self.unit.new_key(), issue_key=CommandKey(ticket.uid)))
            self.send_away(world.between(5, 30) * SECOND)
            return
        self.visitor = None
        self.hall.hand_over(visitor, ticket)
        self.hall.errands.slip_given(visitor, self)
        self.unit.submit(cmd.ConfirmTicket(key=self.unit.new_key(), ticket=ticket.uid, printed=on_paper))
        world.later(SECOND, self.next)

    def send_away(self, ms: float) -> None:
        visitor, self.visitor, self.key = self.visitor, None, None
        if visitor is not None:
            self.hall.world.later(ms, self.hall.to_kiosk, visitor)
        self.hall.world.later(SECOND, self.next)

    def died(self) -> None:
        """The one at the screen tries another kiosk, or stays to see."""
        self.key = None
        if self.hall.world.chance(0.6):
            self.send_away(self.hall.world.between(10, 40) * SECOND)

    def restarted(self) -> None:
        """Numbered and never printed: print it for who still stands here, void it otherwise."""
        left = self.unit.step.record.unprinted()
        for ticket in left:
            mine = ticket is left[-1] and self.visitor is not None and self.visitor.item == ticket.item
            if mine and self.hall.world.chance(0.7):
                self.hall.world.count("reprinted after a crash")
                self.hall.world.later(2 * SECOND, self.printed, self.unit.life, ticket)
            else:
                self.hall.world.count("voided after a crash")
                mine = False
                void = cmd.AbandonTicket(
                    key=self.unit.new_key(), issue_key=CommandKey(ticket.uid), reason="kiosk_restarted"
                )
                self.unit.submit(void)
        if not left or not mine:
            self.send_away(5 * SECOND)


@dataclass(eq=False)
class Clerk:
    """A clerk at a counter, acting on what the counter's screen shows."""

    hall: "Hall"
    unit: Unit
    counter: CounterId
    waiting_for: CommandKey | None = None
    asked: cmd.Command | None = None
    done_at: int = 0
    """When the service that runs now is over."""
    serving: TicketUid | None = None
    called: TicketUid | None = None
    called_at: int = 0
    slips: list[Visitor] = field(default_factory=list)
    """Visitors with offline slips that name this counter."""
    slip: Visitor | None = None
    slip_from: int = 0
    pad_silent: bool = False
    finished: TicketUid | None = None
    """Finished for good, whatever the screen still shows."""

    def __post_init__(self) -> None:
        self.unit.hear = self.hear
        self.unit.killed = self.forget

    def forget(self) -> None:
        self.waiting_for = None

    def ask(self, command: cmd.AnyCommand) -> None:
        self.waiting_for, self.asked = command.key, command
        self.unit.submit(command)

    def hear(self, event: LinkEvent) -> None:
        if not isinstance(event, Replied):
            return
        self.hall.laws.replied(self.unit, event)
        self.hall.errands.hear(event)
        if event.key != self.waiting_for:
            return
        asked, self.waiting_for = self.asked, None
        if isinstance(event.reply, Done):
            if event.reply.rating is not None and isinstance(asked, cmd.FinishService | cmd.ReportService):
                self.hall.world.later(self.hall.world.between(2, 60) * SECOND, self.pad, event.reply.rating)
            if isinstance(asked, cmd.TransferTicket) and self.serving is not None:
                self.hall.stand_up(self.serving)
            if isinstance(asked, cmd.FinishService) and self.serving is not None:
                self.hall.served(self.serving, self.counter)
                self.finished = self.serving
        else:
            self.hall.world.count(f"{type(asked).__name__} refused: {event.reply.code.value}")
            if isinstance(asked, cmd.ReportService) and event.reply.code is RefusalCode.STORE_FAILED:
                self.hall.world.later(10 * SECOND, self.again, asked, self.hall.world.now)

    def again(self, report: cmd.ReportService, since: int) -> None:
        """The unit said loudly that it could not store: the clerk does it again."""
        world = self.hall.world
        if not self.unit.alive or self.waiting_for is not None:
            world.later(5 * SECOND, self.again, report, since)
            return
        age = world.now - since
        ended = None if report.ended_age_ms is None else report.ended_age_ms + age
        key = self.unit.new_key()
        self.ask(replace(report, key=key, started_age_ms=report.started_age_ms + age, ended_age_ms=ended))

    def pad(self, rating: RatingUid) -> None:
        """The citizen presses a key, or nobody does, or the pad is dead."""
        world = self.hall.world
        if not self.unit.alive:
            world.later(10 * SECOND, self.pad, rating)
            return
        rate = cmd.Rate(key=self.unit.new_key(), rating=rating, level=RatingLevel(world.random.randint(1, 5)))
        if self.pad_silent or world.chance(0.3):
            reason = NotRatedReason.NO_PAD if self.pad_silent else NotRatedReason.TIMED_OUT
            rate = cmd.Rate(key=self.unit.new_key(), rating=rating, not_rated=reason)
        self.unit.submit(rate)

    def look(self) -> None:
        """One glance at the screen, and what follows from it."""
        world = self.hall.world
        pause = world.between(6, 14) * SECOND
        if self.unit.alive and self.waiting_for is None and not self.unit.step.behind:
            pause = self.act() or pause
        world.later(pause, self.look)

    def act(self) -> float | None:
        if self.slip is not None:
            return self.serve_slip()
        view = self.unit.step.record.view
        if view is None or view.day is None:
            return 4 * MINUTE
        desk = next(one for one in view.counters if one.id == self.counter)
        match desk.state:
            case CounterState.NOT_SIGNED_IN:
                if not self.unit.step.away:
                    clerk = ClerkId(f"clerk-{self.counter}")
                    self.ask(cmd.SignIn(key=self.unit.new_key(), counter=self.counter, clerk=clerk))
            case CounterState.CALLING if desk.ticket is not None:
                return self.await_visitor(desk)
            case CounterState.SERVING if desk.ticket is not None:
                return self.serve(desk)
            case CounterState.FREE:
                return self.free(view.tickets)
        return None

    def free(self, tickets: tuple[WaitingTicket, ...]) -> float | None:
        if self.serving is not None and isinstance(self.asked, cmd.FinishService):
            visitor = self.hall.holder.get(self.serving)
            done = self.hall.state_of(self.serving) is TicketState.FINISHED
            if done and visitor is not None and visitor.at == self.counter and not visitor.gone:
                self.hall.served(self.serving, self.counter)  # the answer was lost, the screen shows that it is done
        self.serving = self.called = None
        unit, world = self.unit, self.hall.world
        if unit.step.away:
            while self.slips and (self.slips[0].gone or self.slips[0].at is not None):
                self.slips.pop(0)
            if self.slips:
                self.slip = self.slips.pop(0)
                self.slip.at = self.counter
                self.slip_from = world.now
                self.done_at = world.now + int(world.between(1, 4) * MINUTE)
                return SECOND
            return 15 * SECOND
        missed = self.hall.passed_over(self.counter)
        if missed is not None and missed.ticket is not None:
            self.ask(cmd.CallTicket(key=unit.new_key(), counter=self.counter, number=missed.ticket.number))
            return 3 * SECOND
        dead = self.hall.dead_counter() if world.chance(0.3) else None
        if dead is not None:
            world.count("take-overs")
            self.ask(cmd.TakeOver(key=unit.new_key(), from_counter=dead, to_counter=self.counter))
            return 3 * SECOND
        parked = next((one for one in tickets if one.state is TicketState.PARKED and one.counter == self.counter), None)
        if parked is not None and world.chance(0.5):
            self.ask(cmd.ResumeTicket(key=unit.new_key(), counter=self.counter, ticket=parked.uid))
            return 2 * SECOND
        if any(one.state is TicketState.WAITING for one in tickets):
            self.ask(cmd.CallNext(key=unit.new_key(), counter=self.counter, seen=TicketUid("")))
            return 3 * SECOND
        return 20 * SECOND

    def await_visitor(self, desk: CounterView) -> float | None:
        world, uid = self.hall.world, desk.ticket
        assert uid is not None
        if uid != self.called:
            self.called, self.called_at = uid, world.now
        visitor = self.hall.holder.get(uid)
        if visitor is not None and visitor.at == self.counter and not visitor.gone:
            self.ask(cmd.StartService(key=self.unit.new_key(), counter=self.counter, seen=uid))
            self.done_at = world.now + int(world.between(2, 8) * MINUTE)
            self.serving = uid
            return SECOND
        if world.now - self.called_at > 70 * SECOND:
            self.ask(cmd.MarkNoShow(key=self.unit.new_key(), counter=self.counter, seen=uid))
            return 2 * SECOND
        if world.now - self.called_at > 40 * SECOND and world.chance(0.3):
            self.ask(cmd.RecallTicket(key=self.unit.new_key(), counter=self.counter, seen=uid))
        return 10 * SECOND

    def serve(self, desk: CounterView) -> float | None:
        world, counter = self.hall.world, self.counter
        if desk.ticket == self.finished:
            return None
        if desk.ticket != self.serving:
            self.serving = desk.ticket
            self.done_at = max(self.done_at, world.now + int(world.between(1, 4) * MINUTE))
        if world.now < self.done_at:
            return min(self.done_at - world.now, 60 * SECOND)
        assert desk.ticket is not None
        if self.hall.sits_elsewhere(desk.ticket, counter):
            return 5 * SECOND  # the screen is behind: somebody took this visitor over
        if not self.unit.step.away and world.chance(0.08):
            if world.chance(0.5):
                other = ItemCode(world.random.choice(ITEMS))
                self.ask(cmd.TransferTicket(key=self.unit.new_key(), counter=counter, seen=desk.ticket, item=other))
            else:
                self.ask(cmd.ParkTicket(key=self.unit.new_key(), counter=counter, seen=desk.ticket))
        elif world.chance(0.1):
            case = cmd.SubmitCase(key=self.unit.new_key(), item=ItemCode(ITEMS[0]), ticket=desk.ticket, counter=counter)
            self.ask(case)
        else:
            self.ask(cmd.FinishService(key=self.unit.new_key(), counter=counter, seen=desk.ticket))
        return 2 * SECOND

    def serve_slip(self) -> float | None:
        world, visitor = self.hall.world, self.slip
        assert visitor is not None
        assert visitor.ticket is not None
        if world.now < self.done_at:
            return self.done_at - world.now
        self.slip = None
        report = cmd.ReportService(
            key=self.unit.new_key(),
            counter=self.counter,
            ticket=visitor.ticket.uid,
            number=visitor.ticket.number,
            started_age_ms=world.now - self.slip_from,
            ended_age_ms=0,
        )
        self.ask(report)
        self.hall.served(visitor.ticket.uid, self.counter)
        world.count("slips served alone")
        return 2 * SECOND


__all__ = ["Clerk", "Kiosk", "RefusalCode", "Visitor"]
