"""The hub in a process: the pure step, its store, and everybody who waits for it, on one event loop.

Commands that arrive while a transaction is being written wait and become the next transaction together (group
commit). The state is touched on the loop's thread only; the one writer thread does nothing but the transaction. No
answer and no event leaves before its transaction is on disk.

When the store fails, all commands of the transaction are refused with `store_failed` (HTTP 503, never stored), and
the step is rebuilt from the disk before the next one: the sender's retry finds the truth.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random, SystemRandom
from time import time_ns

import msgspec
import structlog
import uuid_utils

from hall.domain import hours
from hall.domain.ids import CommandKey, UnitId
from hall.wire.actor import Actor, Role
from hall.wire.commands import AnyCommand, CloseDay, OpenDay
from hall.wire.enrolment import KnownSlip
from hall.wire.events import AnyBody, Event
from hall.wire.replies import Done, RefusalCode, Refused, Reply
from hall.wire.view import HallView
from server.hub.facts import HallFacts
from server.hub.fanout import Fanout
from server.hub.picture import hall_view
from server.hub.revive import revive
from server.hub.slips import own_slips, served_unknown
from server.hub.step import Answer, FormRow, HubStep, Persist, PersonRow, Received, Record
from server.store.log import HubLog, LogReader, StoreFailed

MAX_BATCH = 256
"""Commands in one transaction."""
WAITING_LIMIT = 10_000
"""Commands waiting; more are refused at once, so that a flood cannot eat the memory."""

_log = structlog.get_logger("hub")
_encode = msgspec.json.Encoder().encode
_Waiter = asyncio.Future[Answer]
_Asked = tuple[Received | Record, _Waiter]


def wall_clock() -> int:
    """Return the machine's time in ms since the epoch."""
    return time_ns() // 1_000_000


def new_key() -> CommandKey:
    """Make a key for a command of the hub's own."""
    return CommandKey(str(uuid_utils.uuid7()))


class Hub:
    """One hall's authority. Make it, and use it, on one running event loop; `close` it at the end."""

    def __init__(
        self,
        log: HubLog,
        facts: HallFacts,
        random: Random | None = None,
        clock: Callable[[], int] = wall_clock,
    ) -> None:
        """Rebuild the state from the log.

        Raises:
            StoreFailed: the log cannot be read.

        """
        self.log = log
        self.reader = LogReader(log.path)
        """For routes that read the log, on the loop's thread."""
        self.facts = facts
        self.clock = clock
        self.committed: Callable[[int, float], None] = lambda _commands, _seconds: None
        """Told after each transaction how many commands it had and how long it took; for metrics."""
        self._random = random or SystemRandom()
        self._step: HubStep | None = revive(log, facts, self._random)
        self.fanout = Fanout(self._step.head.seq, self.reader.rows_from)
        self._waiting: list[_Asked] = []
        self._careful = 0
        self._busy = False
        self._given: float | None = None
        self._quiet: list[asyncio.Future[None]] = []
        self._closed = False
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hub-writer")
        self._view: HallView | None = None

    @property
    def epoch(self) -> int:
        """The epoch under which this hub writes."""
        return self._step.epoch if self._step is not None else self.log.epoch

    @property
    def healthy(self) -> bool:
        """Whether the last transaction could be written and commands are taken."""
        return self._step is not None and not self._closed

    @property
    def writing_s(self) -> float:
        """For how long the transaction given to the writer has been on its way; 0 without one. For the watchdog."""
        return 0.0 if self._given is None else asyncio.get_running_loop().time() - self._given

    @property
    def backlog(self) -> int:
        """Commands waiting for the next transaction."""
        return len(self._waiting)

    def ask(self, received: Received | Record) -> _Waiter:
        """Queue one command; the answer comes when it is stored. Commands queued in one turn are stored together."""
        waiter: _Waiter = asyncio.get_running_loop().create_future()
        if self._closed or len(self._waiting) >= WAITING_LIMIT:
            waiter.set_result(_failed(0, received, "the hub is closing" if self._closed else "too many wait"))
            return waiter
        self._waiting.append((received, waiter))
        if not self._busy:
            self._busy = True
            asyncio.get_running_loop().call_soon(self._begin)
        return waiter

    async def submit(
        self,
        command: AnyCommand,
        actor: Actor,
        persons: tuple[PersonRow, ...] = (),
        forms: tuple[FormRow, ...] = (),
    ) -> Reply:
        """Let a command be decided and stored, and return its reply."""
        return (await self.ask(Received(command, actor, persons, forms))).reply

    async def record(self, body: AnyBody, actor: Actor, key: CommandKey | None = None) -> Reply:
        """Write down an event that is no command's outcome. `PersonErased` destroys the person's key with it."""
        return (await self.ask(Record(key or new_key(), body, actor))).reply

    async def view(self) -> HallView:
        """Return the hall as it is on disk, with the time of now. Drawn once per change."""
        step = await self._settled()
        now = self.clock()
        if self._view is None or self._view.seq != step.head.seq:
            self._view = hall_view(step.state, step.epoch, now)
        elif self._view.at != now:
            self._view = msgspec.structs.replace(self._view, at=now)
        return self._view

    async def view_json(self) -> bytes:
        """Return the same as JSON."""
        return _encode(await self.view())

    async def slips_of(self, unit: UnitId) -> tuple[str | None, tuple[KnownSlip, ...], tuple[str, ...]]:
        """Return the open day, this unit's own slips of it, and numbers served that no kiosk has uploaded yet."""
        state = (await self._settled()).state
        return state.day, own_slips(state, unit), served_unknown(state)

    async def subscribe(self, after: int) -> AsyncIterator[Event]:
        """Walk the events after seq `after`, old and new ones, until the hub closes."""
        decode = msgspec.json.Decoder(Event).decode
        while True:
            await self.fanout.wait(after, timeout_s=60)
            for seq, raw in self.fanout.piece(after):
                after = seq
                yield decode(raw)
            if self.fanout.closed and after >= self.fanout.last_seq:
                return

    async def open_today(self) -> Reply:
        """Open the hall's date of today; a day that is still open from before is closed first.

        A hall whose newest day is later than its clock says stays as it is: days only go forward.
        """
        today = hours.local_date(self.clock(), self.facts.zone).isoformat()
        actor = Actor(unit=UnitId("hub"), role=Role.HUB)
        state = (await self._settled()).state
        if state.open and (state.carry.day or "") >= today:
            return Done(key=new_key(), seq=0, at=self.clock())
        if state.open:
            await self.submit(CloseDay(key=new_key()), actor)
        return await self.submit(OpenDay(key=new_key(), day=today), actor)

    async def close(self) -> None:
        """Finish what waits, end all streams, and close the files."""
        self._closed = True
        while self._busy:
            await self._between()
        self.fanout.close()
        self._writer.shutdown(wait=True)
        self.reader.close()
        self.log.close()

    def _begin(self) -> None:
        """Decide what waits and give it to the writer."""
        size = 1 if self._careful else MAX_BATCH
        batch, self._waiting = self._waiting[:size], self._waiting[size:]
        self._careful = max(0, self._careful - len(batch))
        try:
            step = self._alive()
            persist = step.commands([received for received, _ in batch], self.clock())
        except Exception as problem:  # a bug in a rule must not stop the hall; it is logged with its traceback
            self._retreat(batch, problem)
            return
        if persist.is_empty:
            self._release(step, persist, batch)
            return
        self._given = started = asyncio.get_running_loop().time()
        future = asyncio.get_running_loop().run_in_executor(self._writer, self.log.append, persist)
        future.add_done_callback(lambda done: self._stored(done, step, persist, batch, started))

    def _retreat(self, batch: list[_Asked], problem: Exception) -> None:
        """Drop the step after trouble in deciding. The innocent of the batch are tried again, one by one."""
        if isinstance(problem, StoreFailed) or len(batch) == 1:
            self._refuse(batch, problem)
            return
        self._step = None
        self._careful = len(batch)
        self._waiting = batch + self._waiting
        self._next()

    def _stored(
        self, done: asyncio.Future[None], step: HubStep, persist: Persist, batch: list[_Asked], started: float
    ) -> None:
        """Go on when the transaction is on disk, or could not be."""
        self._given = None
        problem = done.exception()
        if problem is not None:
            self._refuse(batch, problem)
            return
        self.committed(len(batch), asyncio.get_running_loop().time() - started)
        self._release(step, persist, batch)

    def _release(self, step: HubStep, persist: Persist, batch: list[_Asked]) -> None:
        """Answer, publish, and take the next batch."""
        outcome = step.persisted(persist)
        for answer, (_, waiter) in zip(outcome.answers, batch, strict=True):
            if not waiter.done():
                waiter.set_result(answer)
        self.fanout.publish(outcome.published)
        self._next()

    def _refuse(self, batch: list[_Asked], problem: BaseException) -> None:
        """Refuse a batch that could not be stored; the state is rebuilt before the next one."""
        bug = None if isinstance(problem, StoreFailed) else problem
        _log.error("store_failed", reason=type(problem).__name__, commands=len(batch), exc_info=bug)
        self._step = None
        for index, (received, waiter) in enumerate(batch):
            if not waiter.done():
                waiter.set_result(_failed(index, received, str(problem) if bug is None else "internal error"))
        self._next()

    def _next(self) -> None:
        """Let those who wait for quiet look now, then go on."""
        quiet, self._quiet = self._quiet, []
        for one in quiet:
            if not one.done():
                one.set_result(None)
        if self._waiting:
            # One turn of the loop for them, and for commands that arrived in this very moment.
            asyncio.get_running_loop().call_soon(self._begin)
        else:
            self._busy = False

    def _alive(self) -> HubStep:
        """Return the step, rebuilt if the store had failed.

        Raises:
            StoreFailed: it still does.

        """
        if self._step is None:
            self._step = revive(self.log, self.facts, self._random)
            _log.info("store_recovered", seq=self._step.head.seq)
        return self._step

    async def _settled(self) -> HubStep:
        """Return the step at a moment when all it says is on disk; valid until the caller's next await."""
        if self._busy:
            await self._between()
        return self._alive()

    async def _between(self) -> None:
        """Wait for the moment between two transactions (`_next` wakes us before it begins the next one)."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._quiet.append(turn)
        await turn


def _failed(index: int, received: Received | Record, why: str) -> Answer:
    key = received.key if isinstance(received, Record) else received.command.key
    reply = Refused(key=key, code=RefusalCode.STORE_FAILED, message=why)
    return Answer(index, reply, _encode(reply))
