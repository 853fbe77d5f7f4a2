"""A small hall for tests: one configuration, and a driver that speaks to the hub's step as units would."""

from random import Random
from typing import Any

from config.hall import Clerk, Counter, HallConfig, HubSettings, Item, Rules, Zone
from hall.domain.ids import ClerkId, CommandKey, CounterId, UnitId
from hall.domain.ticket import Ticket
from hall.wire import commands as cmd
from hall.wire.actor import Actor, Role
from hall.wire.commands import AnyCommand
from hall.wire.replies import Done, RefusalCode, Refused, Reply
from server.hub.facts import HallFacts, facts_of
from server.hub.revive import revive
from server.hub.step import HubStep, Received
from server.store.log import HubLog

NOON = 1_795_233_600_000
"""2026-11-21 12:00 in Shanghai, ms."""
DAY = "2026-11-21"

KIOSK = Actor(unit=UnitId("kiosk-a"), role=Role.KIOSK)
SUPERVISOR = Actor(unit=UnitId("counter-1"), role=Role.SUPERVISOR, clerk=ClerkId("lead"))
HUB = Actor(unit=UnitId("hub"), role=Role.HUB)


def at_counter(counter: str, clerk: str = "wang") -> Actor:
    """Return a clerk's actor at a counter."""
    return Actor(unit=UnitId(f"counter-{counter}"), role=Role.CLERK, clerk=ClerkId(clerk), counter=CounterId(counter))


def hall_config(state_dir: str = "unused", **rules: Any) -> HallConfig:
    """Return a hall with three items, of which counter 3 serves the whole board."""
    return HallConfig(
        hub=HubSettings(hall="demo", names={"en": "Demo hall", "zh": "演示大厅"}, state_dir=state_dir, tls=False),
        zones=(Zone(code="a", names={"en": "A"}),),
        items=(
            Item(code="social", prefix="A", names={"en": "Social card"}, zone="a"),
            Item(code="tax", prefix="B", names={"en": "Tax"}, zone="a", quota=50),
            Item(code="early", prefix="C", names={"en": "Mornings only"}, zone="a", opens="08:00", closes="11:00"),
            Item(code="orphan", prefix="D", names={"en": "Nobody serves it"}, zone="b"),
        ),
        counters=(
            Counter(id="1", names={"en": "1"}, zone="a", items=("social",)),
            Counter(id="2", names={"en": "2"}, zone="a", items=("social", "tax")),
            Counter(id="3", names={"en": "3"}, zone="a"),
        ),
        clerks=tuple(
            Clerk(id=name, name=name, counters=counters)
            for name, counters in (("wang", ()), ("li", ()), ("zhao", ()), ("lead", ()), ("only1", ("1",)))
        ),
        rules=Rules(**rules),
    )


def small_hall(**rules: Any) -> HallFacts:
    """Return the facts of `hall_config`."""
    return facts_of(hall_config(**rules))


class Hall:
    """A hub's step over a real log in memory (or a file), with a clock that tests move by hand."""

    def __init__(self, log: HubLog, facts: HallFacts | None = None, seed: int = 1, now: int = NOON) -> None:
        self.log = log
        self.facts = facts or small_hall()
        self.random = Random(seed)
        self.now = now
        self.step: HubStep = revive(log, self.facts, self.random)
        self._keys = 0

    def key(self) -> CommandKey:
        """Return a fresh command key."""
        self._keys += 1
        return CommandKey(f"key-{self._keys:06d}")

    def send(self, command: AnyCommand, actor: Actor = KIOSK) -> Reply:
        """Let one command through step, store and step."""
        persist = self.step.commands([Received(command, actor)], self.now)
        if not persist.is_empty:
            self.log.append(persist)
        self.now += 1
        return self.step.persisted(persist).answers[0].reply

    def crash(self) -> None:
        """Lose everything that is not on disk."""
        self.step = revive(self.log, self.facts, self.random)

    def done(self, command: AnyCommand, actor: Actor = KIOSK) -> Done:
        """Send a command that must succeed."""
        reply = self.send(command, actor)
        assert isinstance(reply, Done), reply
        return reply

    def refused(self, command: AnyCommand, actor: Actor = KIOSK) -> Refused:
        """Send a command that must be refused."""
        reply = self.send(command, actor)
        assert isinstance(reply, Refused), reply
        return reply

    def code(self, command: AnyCommand, actor: Actor = KIOSK) -> RefusalCode:
        """Send a command that must be refused, and return why."""
        return self.refused(command, actor).code

    def open(self, *counters: str, day: str = DAY) -> "Hall":
        """Open the day and sign a clerk in at each counter."""
        self.done(cmd.OpenDay(key=self.key(), day=day), HUB)
        for counter, clerk in zip(counters, ("wang", "li", "zhao"), strict=False):
            self.sign_in(counter, clerk)
        return self

    def sign_in(self, counter: str, clerk: str = "wang") -> Done:
        """Sign a clerk in."""
        command = cmd.SignIn(key=self.key(), counter=CounterId(counter), clerk=ClerkId(clerk))
        return self.done(command, at_counter(counter, clerk))

    def issue(self, item: str = "social", **more: Any) -> Ticket:
        """Take a number and do not confirm it."""
        reply = self.done(cmd.IssueTicket(key=self.key(), item=item, **more))  # type: ignore[arg-type]  # NewType of str
        assert reply.ticket is not None
        return reply.ticket

    def waiting(self, item: str = "social", **more: Any) -> Ticket:
        """Take a number and confirm it."""
        reply = self.done(cmd.ConfirmTicket(key=self.key(), ticket=self.issue(item, **more).uid))
        assert reply.ticket is not None
        return reply.ticket

    def at(self, counter: str, kind: Any, **more: Any) -> Reply:
        """Send a counter's command by its clerk."""
        clerk = self.step.state.desks[CounterId(counter)].clerk or "wang"
        return self.send(kind(key=self.key(), counter=CounterId(counter), **more), at_counter(counter, clerk))

    def call(self, counter: str) -> Ticket:
        """Press call-next, which must bring a ticket."""
        reply = self.at(counter, cmd.CallNext)
        assert isinstance(reply, Done), reply
        assert reply.ticket is not None
        return reply.ticket

    def serve(self, counter: str) -> Ticket:
        """Call the next ticket and start serving it."""
        self.call(counter)
        reply = self.at(counter, cmd.StartService)
        assert isinstance(reply, Done), reply
        assert reply.ticket is not None
        return reply.ticket

    def ticket(self, uid: str) -> Ticket:
        """Return a ticket as it is now."""
        return self.step.state.tickets[uid]  # type: ignore[index]  # NewType of str
