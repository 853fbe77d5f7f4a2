"""A unit in virtual time: the real step, a disk that is what was stored, a boot clock, and a bad network."""

import uuid
from collections.abc import Callable
from dataclasses import fields

from hall.domain.ids import CommandKey, UnitId
from hall.store.record import Change, UnitRecord, apply
from hall.sync import inputs as io
from hall.sync import link
from hall.sync.contact import Makers, UnitOptions
from hall.sync.step import UnitStep
from hall.wire.actor import Actor
from hall.wire.commands import AnyCommand, IssueTicket
from hall.wire.events import Event
from hall.wire.replies import Reply
from hall.wire.view import HallView
from tests.simulation.hub_side import HubProcess
from tests.simulation.world import SECOND, World

TIMEOUT_MS = 2_500


class UnitDisk:
    """What survives."""

    lose: tuple[type[Change], ...] = ()
    """Kinds of change that a planted bug does not write."""

    def __init__(self) -> None:
        self.record = UnitRecord()
        self.full = False

    def write(self, changes: tuple[Change, ...]) -> bool:
        if self.full:
            return False
        for change in changes:
            if not isinstance(change, self.lose):
                apply(self.record, change)
        return True

    def read(self) -> UnitRecord:
        values = {one.name: getattr(self.record, one.name) for one in fields(UnitRecord)}
        return UnitRecord(**{name: dict(v) if isinstance(v, dict) else v for name, v in values.items()})


class Network:
    """Between units and hub: late, lost, doubled, reordered; and cut."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cut: set[str] = set()
        self.loss = 0.0
        self.double = 0.0
        self.late = 0.0

    def carry(self, unit: str, act: Callable[..., None], *args: object) -> None:
        """Deliver a message, or not, or twice, or much later."""
        world = self.world
        if unit in self.cut or (self.loss and world.chance(self.loss)):
            world.count("messages lost")
            return
        times = 2 if self.double and world.chance(self.double) else 1
        for _ in range(times):
            late = world.between(1, 8) * SECOND if self.late and world.chance(self.late) else 0
            world.later(world.between(1, 6) + late, self._arrive, unit, act, args)
        if times == 2:
            world.count("messages doubled")

    def _arrive(self, unit: str, act: Callable[..., None], args: tuple[object, ...]) -> None:
        if unit not in self.cut:
            act(*args)


class Unit:
    """A kiosk, counter or lobby PC."""

    def __init__(self, world: World, hub: HubProcess, network: Network, actor: Actor, series: str = "") -> None:
        self.world, self.hub, self.network, self.actor = world, hub, network, actor
        self.name: UnitId = actor.unit
        self.series = series
        self.disk = UnitDisk()
        self.hear: Callable[[link.LinkEvent], None] = lambda _event: None
        self.restarted: Callable[[], None] = lambda: None
        self.killed: Callable[[], None] = lambda: None
        self.alive = False
        self.life = 0
        self.boots = 0
        self.booted_at = 0
        self.die_after_store = False
        self.told_away = False
        """What the face takes the hub for."""
        self._ended: set[CommandKey] = set()
        """Numbers that the process before asked for and never had."""
        self._stream = 0
        self._request = 0
        self._open: set[int] = set()
        self._timer = 0
        self._due = -1
        self.step: UnitStep
        self.boot()

    def new_key(self) -> CommandKey:
        bits = self.world.random.getrandbits(76)
        return CommandKey(f"{self.world.now:012x}-{bits:019x}")

    def boot(self) -> None:
        """The machine starts: another boot clock, another boot name."""
        self.boots += 1
        self.booted_at = self.world.now - int(self.world.between(5, 30) * SECOND)
        self.start()

    def start(self) -> None:
        """The process starts."""
        if self.alive:
            return
        self.alive, self.told_away = True, False
        self.life += 1
        self._due = -1
        self._open.clear()
        untold = (one.command for one in self.disk.record.outbox.values() if not one.told)
        self._ended = {one.key for one in untold if isinstance(one, IssueTicket)}
        options = UnitOptions(unit=self.name, boot=f"{self.name}/{self.boots}", series=self.series)
        token = uuid.UUID(int=self.world.random.getrandbits(128)).hex
        makers = Makers(self.new_key, lambda: token, self.world.random.random)
        self.step = UnitStep(options, self.disk.read(), makers)
        self.feed(io.Started())
        self.restarted()

    def kill(self, down_ms: float, power: bool = False) -> None:
        if not self.alive:
            return
        self.world.note(f"{self.name} dies", "power" if power else "kill")
        self.world.count("unit kills")
        self.alive = False
        self.life += 1
        self._stream += 1
        self.killed()
        self.world.later(down_ms, self.boot if power else self.start)

    def feed(self, given: io.Input) -> None:
        if not self.alive:
            return
        now = self.world.now - self.booted_at
        outputs = self.step.step(given, now)
        if outputs and isinstance(outputs[0], io.Store):
            if not self.disk.write(outputs[0].changes):
                outputs = self.step.reload(self.disk.read(), given, now)
            elif self.die_after_store:
                self.die_after_store = False
                self.kill(self.world.between(2, 20) * SECOND)
                return
        for output in outputs:
            if not self.alive:
                return
            _CARRY[type(output)](self, output)
        if self.alive:
            knows = self.told_away == self.step.away
            self.world.require(knows, "a face knows whether the hub is there", self.name, self.step.away)

    def submit(self, command: AnyCommand) -> None:
        self.feed(io.Submit(command))

    # The shell

    def _store(self, output: io.Store) -> None:
        """Done before."""

    def _tell(self, output: io.Tell) -> None:
        if isinstance(output.event, link.HubAway | link.HubBack):
            self.told_away = isinstance(output.event, link.HubAway)
        elif isinstance(output.event, link.Replied):
            self._is_wanted(output.event.key)
        self.hear(output.event)

    def _send(self, output: io.Send) -> None:
        key = output.command.key
        self._is_wanted(key)
        request = self._ask(io.Failed(key, io.Failure.TIMEOUT), io.Failed(key, io.Failure.REFUSED_CONNECTION))
        life = self.life

        def answer(reply: Reply) -> None:
            self.network.carry(self.name, self._answered, life, request, io.Answered(key, reply))

        self.network.carry(self.name, self.hub.receive, output.command, self.actor, answer)

    def _is_wanted(self, key: CommandKey) -> None:
        self.world.require(key not in self._ended, "nobody is numbered who has gone", self.name, key)

    def _fetch(self, output: io.FetchView) -> None:
        request = self._ask(io.ViewFailed(io.Failure.TIMEOUT), io.ViewFailed(io.Failure.REFUSED_CONNECTION))
        life = self.life

        def looked(view: HallView) -> None:
            self.network.carry(self.name, self._answered, life, request, io.ViewFetched(view))

        self.network.carry(self.name, self.hub.look, looked)

    def _ask(self, timeout: io.Input, refused: io.Input) -> int:
        self._request += 1
        self._open.add(self._request)
        if not self.hub.alive and self.name not in self.network.cut:
            self.world.later(5, self._answered, self.life, self._request, refused)
        self.world.later(TIMEOUT_MS, self._answered, self.life, self._request, timeout)
        return self._request

    def _answered(self, life: int, request: int, given: io.Input) -> None:
        if life != self.life:
            return
        if request in self._open:
            self._open.discard(request)
            self.feed(given)
        elif isinstance(given, io.Answered):
            self.world.count("late or doubled replies")
            self.feed(given)

    def _follow(self, output: io.OpenStream) -> None:
        self._stream += 1
        stream = self._stream
        self.world.later(self.world.between(2, 8), self._opened, stream, output.after)

    def _opened(self, stream: int, after: int) -> None:
        if stream != self._stream:
            return
        if not self.hub.alive or self.name in self.network.cut:
            self.lose_stream(io.Failure.REFUSED_CONNECTION)
            return
        missed = self.hub.disk.events[after:]
        self.subscribed = stream
        if missed:
            self.arrive(stream, missed)

    subscribed = -1

    def publish(self, events: list[Event]) -> None:
        """The hub published; carry it over this unit's stream."""
        if self.subscribed == self._stream:
            self.network.carry(self.name, self.arrive, self._stream, events)

    def beat(self, head: int) -> None:
        """The hub says on this unit's stream how long the log is. Played only where that is news; mostly it is not."""
        if self.subscribed == self._stream and self.step.record.cursor < head:
            self.network.carry(self.name, self._beaten, self._stream, head)

    def _beaten(self, stream: int, head: int) -> None:
        if self.alive and stream == self._stream:
            self.feed(io.StreamHead(head))

    def arrive(self, stream: int, events: list[Event]) -> None:
        if stream != self._stream:
            return
        for event in events:
            if self.alive and stream == self._stream:
                self.feed(io.StreamEvent(event))

    def lose_stream(self, failure: io.Failure) -> None:
        self._stream += 1
        self.feed(io.StreamLost(failure))

    def stream_dies(self) -> None:
        """Hub gone: the connection ends soon."""
        if self.subscribed == self._stream:
            self.subscribed = -1
            self.world.later(self.world.between(1, 50), self._lost_if, self._stream)

    def stream_stalls(self) -> None:
        """Cable gone: only silence tells."""
        if self.subscribed == self._stream:
            self.world.later(30 * SECOND, self._lost_if, self._stream)

    def _lost_if(self, stream: int) -> None:
        if stream == self._stream:
            self.lose_stream(io.Failure.TIMEOUT)

    def _leave(self, output: io.CloseStream) -> None:
        self._stream += 1

    def _renew(self, output: io.Renew) -> None:
        self.world.later(3, self.feed, io.Renewed())

    def _wait(self, output: io.Wait) -> None:
        due = self.world.now + output.ms
        if due == self._due:
            return
        self._timer += 1
        self._due = due
        self.world.later(output.ms, self._tick, self.life, self._timer)

    def _tick(self, life: int, timer: int) -> None:
        if life == self.life and timer == self._timer:
            self._due = -1
            self.feed(io.Tick())


_CARRY: dict[type, Callable[[Unit, object], None]] = {
    io.Store: Unit._store,
    io.Tell: Unit._tell,
    io.Send: Unit._send,
    io.FetchView: Unit._fetch,
    io.OpenStream: Unit._follow,
    io.CloseStream: Unit._leave,
    io.Renew: Unit._renew,
    io.Wait: Unit._wait,
}  # type: ignore[dict-item]
