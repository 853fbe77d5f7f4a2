"""The hub in virtual time: the real step over a disk that forgets what was not flushed."""

from collections.abc import Callable
from random import Random

import msgspec

from config.hall import Counter, HallConfig, HubSettings, Item, Zone
from hall.domain.ids import CommandKey, UnitId
from hall.wire import chain
from hall.wire.actor import Actor, Role
from hall.wire.commands import AnyCommand
from hall.wire.events import Event
from hall.wire.replies import RefusalCode, Refused, Reply
from hall.wire.view import HallView
from server.hub.facts import HallFacts, facts_of
from server.hub.picture import hall_view
from server.hub.state import HubState
from server.hub.step import Head, HubStep, Persist, Received
from tests.simulation.state_copy import copied
from tests.simulation.world import MORNING, World

ITEMS = ("social", "tax", "housing")
COUNTERS = ("1", "2", "3", "4", "5", "6")
HUB = Actor(unit=UnitId("hub"), role=Role.HUB)


def hall_facts() -> HallFacts:
    """Three items; every counter serves two of them, counter 6 the whole board."""
    boards = {"1": (0, 1), "2": (1, 2), "3": (2, 0), "4": (0, 1), "5": (1, 2)}
    return facts_of(
        HallConfig(
            hub=HubSettings(hall="sim", names={"en": "Simulated hall"}, state_dir="unused", tls=False),
            zones=(Zone(code="a", names={"en": "A"}),),
            items=tuple(Item(code=code, prefix=code[0].upper(), names={"en": code}, zone="a") for code in ITEMS),
            counters=tuple(
                Counter(id=name, zone="a", items=tuple(ITEMS[index] for index in boards.get(name, ())))
                for name in COUNTERS
            ),
        )
    )


class HubDisk:
    """What survives a power cut. `take` is one transaction: everything of it or nothing."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self.events: list[Event] = []
        self.replies: dict[CommandKey, bytes] = {}
        self.snapshot: tuple[int, bytes] | None = None
        self.full = False

    def take(self, persist: Persist) -> bool:
        if self.full:
            return False
        for key, reply in persist.ops:
            assert key not in self.replies, "a key was decided twice"
            self.replies[key] = reply
        for row in persist.rows:
            self.rows.append(row.raw)
            self.events.append(row.event)
        if persist.snapshot is not None:
            self.snapshot = persist.snapshot
        return True

    def day_rows(self) -> list[bytes]:
        """Rows that a start reads: from the snapshot's event on."""
        return self.rows if self.snapshot is None else self.rows[self.snapshot[0] - 1 :]


Answer = Callable[[Reply], None]


class HubProcess:
    """One life after the other of the hub's process. Commands that wait together become one transaction."""

    def __init__(self, world: World, facts: HallFacts) -> None:
        self.world = world
        self.facts = facts
        self.disk = HubDisk()
        self.alive = True
        self.life = 0
        self.clock_offset = 0
        self.publish: Callable[[list[Event]], None] = lambda _events: None
        self.died: Callable[[], None] = lambda: None
        self.stored: Callable[[list[Event]], None] = lambda _events: None
        self._inbox: list[tuple[Received, Answer]] = []
        self._flushing: Persist | None = None
        self._picture: tuple[int, HallView] | None = None
        self._quiet: list[Callable[[HallView], None]] = []
        self._spare: tuple[Head, HubState] | None = None
        self.step = self._built()

    def wall(self) -> int:
        return MORNING + self.world.now + self.clock_offset

    def view(self) -> HallView:
        """The hall as it is on disk; to be called between two transactions only."""
        state = self.step.state
        if self._picture is None or self._picture[0] != state.seq:
            self._picture = (state.seq, hall_view(state, self.step.epoch, self.wall()))
        return msgspec.structs.replace(self._picture[1], at=self.wall())

    def look(self, answer: Callable[[HallView], None]) -> None:
        """Answer with the view, after the transaction that is being flushed (as `server.hub.core` does)."""
        if not self.alive:
            return
        if self._flushing is None:
            answer(self.view())
        else:
            self._quiet.append(answer)

    def receive(self, command: AnyCommand, actor: Actor, answer: Answer) -> None:
        if not self.alive:
            return
        self._inbox.append((Received(command, actor), answer))
        if self._flushing is None:
            self._begin()

    def kill(self, down_ms: float, power: bool) -> None:
        """End this life. A killed process may have its transaction done by the kernel; a power cut drops it."""
        if not self.alive:
            return
        self.world.note("hub dies", "power" if power else "kill")
        self.world.count("hub kills")
        if self._flushing is not None and not power and self.world.chance(0.5):
            self._commit(self._flushing)
        self.alive = False
        self.life += 1
        self._inbox.clear()
        self._quiet.clear()
        self._flushing = None
        self.died()
        self.world.later(down_ms, self.start)

    def start(self) -> None:
        if self.alive:
            return
        self.step = self._built()
        self._picture = None
        self.alive = True
        self.world.note("hub starts", self.step.head.seq)
        self.world.require(self.step.head.seq == len(self.disk.rows), "head is the end of the log")

    def rebuilt(self) -> HubStep:
        """The step as the log alone makes it, for comparison."""
        disk = self.disk
        return HubStep.rebuilt(self.facts, Random(0), 1, disk.replies.get, disk.snapshot, disk.day_rows())

    def _built(self) -> HubStep:
        step = self.rebuilt()
        step._random = Random(self.world.random.getrandbits(32))
        return step

    def _begin(self) -> None:
        batch, self._inbox = self._inbox, []
        persist = self.step.commands([received for received, _ in batch], self.wall())
        self._flushing = persist
        self.world.later(self.world.between(1, 12), self._flushed, self.life, persist, batch)

    def _flushed(self, life: int, persist: Persist, batch: list[tuple[Received, Answer]]) -> None:
        if life != self.life:
            return
        self._flushing = None
        if not self._commit(persist):
            self._refuse(batch)
            self._let_look()
            return
        outcome = self.step.persisted(persist)
        for answer in outcome.answers:
            batch[answer.index][1](answer.reply)
        if outcome.published:
            self.publish([row.event for row in outcome.published])
        self._let_look()
        if self._inbox and self.alive:
            self._begin()

    def _commit(self, persist: Persist) -> bool:
        if not self.disk.take(persist):
            return False
        self.stored([row.event for row in persist.rows])
        return True

    def _refuse(self, batch: list[tuple[Received, Answer]]) -> None:
        """The disk is full: say so loudly, and go on from what is stored."""
        self.step = self._restored()
        self._picture = None
        for received, answer in batch + self._inbox:
            answer(Refused(key=received.command.key, code=RefusalCode.STORE_FAILED))
        self._inbox = []

    def _restored(self) -> HubStep:
        """The step as the disk has it: from the log at the first failure, later from a copy of what that gave."""
        if self._spare is None or self._spare[0].seq != len(self.disk.rows):
            step = self._built()
            self._spare = (step.head, copied(step.state))
            return step
        head, state = self._spare
        chance = Random(self.world.random.getrandbits(32))
        return HubStep(self.facts, chance, 1, self.disk.replies.get, copied(state), head)

    def _let_look(self) -> None:
        quiet, self._quiet = self._quiet, []
        for answer in quiet:
            answer(self.view())

    def check_chain(self, first: int) -> None:
        """Check the rows from index `first` on."""
        rows = self.disk.rows[max(0, first - 1) :]
        broken = chain.check(rows) if first == 0 else _continued(rows)
        self.world.require(broken is None, "chain is whole", broken)

    def check_fold(self) -> None:
        """State equals the fold of the log (only while nothing is being flushed)."""
        if self._flushing is None and self.alive:
            same = self.rebuilt().state.comparable() == self.step.state.comparable()
            self.world.require(same, "state is the fold of the log")


def _continued(rows: list[bytes]) -> object:
    before = chain.row_hash(rows[0]) if rows else None
    for row in rows[1:]:
        if not chain.is_whole(row) or msgspec.json.decode(row)["prev_hash"] != before:
            return row[:80]
        before = chain.row_hash(row)
    return None
