"""`HubLink`: the unit's step with a thread, a file, a clock and the network around it.

One thread runs an asyncio loop for the requests and the stream. A face's `submit` runs the step on the face's own
thread, under the lock, up to the store's commit, so that the command is on disk when it returns; everything that the
step wants besides is handed to the loop's thread in order. `hear` is called on the loop's thread only.

If the unit's own disk fails, the step goes on from what is really there (`UnitStep.reload`), and if it cannot even be
read, with what it has, away from nothing: every submit is then refused with `store_failed`, loudly.
"""

import asyncio
import random
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import structlog
import uuid_utils

from hall.domain.ids import CaseNumber, ClerkId, CommandKey, CounterId, UnitId
from hall.domain.ticket import Ticket
from hall.store.record import UnitRecord
from hall.store.trouble import StoreTrouble
from hall.store.unit_store import UnitStore
from hall.sync import inputs as io
from hall.sync.contact import Makers, UnitOptions
from hall.sync.courier import Courier
from hall.sync.credential import Credential
from hall.sync.http import SESSIONS, HubAddress, HubClient, follow_into
from hall.sync.link import HubBack, HubTime, LinkEvent, Question
from hall.sync.step import UnitStep
from hall.wire.case_query import CaseQuery
from hall.wire.commands import AnyCommand, Command
from hall.wire.enrolment import SessionRequest

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_SWITCH_OFF = (
    "another machine has taken this unit's place: switch this one off; hall-field replace --disk saves its work"
)
_log = structlog.get_logger(__name__)


class LinkOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the composition root takes from the unit's configuration. Times in seconds."""

    url: str
    unit: str
    ca: Path | None = None
    """Hub CA (PEM); None without TLS."""
    series: str = ""
    """The kiosk's letter; empty for units that print no numbers."""
    mark: str = ""
    """Of this machine among those that had the unit's name (`hall.wire.enrolment.series_mark`)."""
    follow: bool = True
    """Whether somebody looks on. Without, no stream is held open, and the view alone tells how the hall is."""
    hub_away_s: float = 3.0
    hub_away_cold_s: float = 90.0


def boot_clock_ms() -> int:
    """Return milliseconds since the machine's boot; runs on during suspend."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def boot_name() -> str:
    """Return the name of this boot; a name of its own for the process where the kernel does not tell."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return secrets.token_hex(8)


def new_key() -> CommandKey:
    """Make a UUIDv7."""
    return CommandKey(str(uuid_utils.uuid7()))


class HubLink:
    """Implements `hall.sync.link.Link`."""

    def __init__(self, options: LinkOptions, store: UnitStore, credential: Credential | None) -> None:
        self._options = options
        self._store = store
        self._credential = credential
        makers = Makers(key=new_key, token=lambda: secrets.token_hex(10), random=random.random)
        self._step = UnitStep(_unit_options(options), self._read(), makers)
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="hub-link", daemon=True)
        self._hear: Callable[[LinkEvent], None] = lambda _event: None
        self._client: HubClient | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stream: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._courier: Courier | None = None
        self._started = False
        self._stopping = False

    def start(self, hear: Callable[[LinkEvent], None]) -> None:
        """Begin to talk to the hub. Call it after the first frame: it imports the HTTP client, on its own thread."""
        assert not self._started, "a link is started once"
        self._hear = hear
        self._started = True
        self._thread.start()
        self._feed(io.Started())

    def submit(self, command: Command) -> None:
        """Store and send; the reply comes as `Replied`. Returns once it is on disk."""
        wanted: Any = command
        assert isinstance(wanted, AnyCommand)
        self._feed(io.Submit(wanted))

    def ask(self, question: Question) -> None:
        """Send a request that is not a command, without waiting; the answer comes as `Answered`."""
        self._loop.call_soon_threadsafe(self._carry_out, [question])

    def open_session(self, clerk: ClerkId, pin: str, counter: CounterId | None = None) -> str:
        """Check a clerk's PIN at the hub; later commands carry the session. Returns the question's id."""
        body = SessionRequest(clerk=clerk, pin=pin, counter=counter or "")
        return self._question("POST", SESSIONS, body)

    def close_session(self) -> str:
        """End the clerk's session, here and at the hub. Returns the question's id."""
        return self._question("DELETE", SESSIONS, None)

    def query_case(self, case: CaseNumber, code: str) -> str:
        """Ask how a case stands, by number and second factor. Returns the question's id."""
        return self._question("POST", "/v1/cases/query", CaseQuery(case=case, code=code))

    def new_key(self) -> CommandKey:
        """Make a UUIDv7 for the next command."""
        return new_key()

    @property
    def away(self) -> bool:
        """Whether the unit goes on alone."""
        return self._step.away

    @property
    def pending(self) -> int:
        """Commands stored and not yet answered by the hub."""
        return len(self._step.record.outbox)

    def unprinted(self) -> list[Ticket]:
        """Return tickets that were numbered and never confirmed nor abandoned: the kiosk reprints or voids them."""
        with self._lock:
            return self._step.record.unprinted()

    def stop(self) -> None:
        """End the loop; what is stored stays stored."""
        if not self._started or self._stopping:
            return
        self._stopping = True
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)

    def _question(self, method: str, path: str, body: Any) -> str:
        name = new_key()
        self.ask(Question(id=name, method=method, path=path, body=body))
        return name

    def _read(self) -> UnitRecord:
        record = self._store.load()
        if isinstance(record, StoreTrouble):
            _log.error("unit_store_unreadable", trouble=str(record))
            return UnitRecord()
        return record

    def _feed(self, given: io.Input) -> None:
        """Run the step and its store here and now; hand the rest to the loop's thread, in order."""
        with self._lock:
            now = boot_clock_ms()
            outputs = self._step.step(given, now)
            trouble = self._keep(outputs)
            if trouble is not None:
                _log.error("unit_store_failed", trouble=str(trouble))
                record = self._store.load()
                kept = self._step.record if isinstance(record, StoreTrouble) else record
                outputs = self._step.reload(kept, given, now)
            rest: list[Any] = [one for one in outputs if not isinstance(one, io.Store)]
            if rest and not self._stopping:
                self._loop.call_soon_threadsafe(self._carry_out, rest)

    def _keep(self, outputs: list[io.Output]) -> StoreTrouble | None:
        for output in outputs:
            if isinstance(output, io.Store):
                return self._store.write(output.changes)
        return None

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        address = HubAddress(self._options.url, self._options.ca)
        self._client = HubClient(address, self._credential)
        self._courier = Courier(self._store.documents, self._client, self._loop)
        self._tasks.add(self._loop.create_task(self._courier.run()))
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._wind_up(self._client))
            self._loop.close()

    async def _wind_up(self, client: HubClient) -> None:
        tasks = [*self._tasks, *([self._stream] if self._stream is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await client.__aexit__(None, None, None)
        await self._loop.shutdown_asyncgens()

    def _carry_out(self, outputs: list[Any]) -> None:
        client = self._client
        assert client is not None, "the loop runs only after the client was made"
        for output in outputs:
            match output:
                case io.Tell(event):
                    self._say(event)
                case io.Send():
                    self._spawn(self._then_feed(client.send(output)))
                case io.FetchView():
                    self._spawn(self._fetch_view(client))
                case io.Renew():
                    self._spawn(self._renew(client))
                case io.OpenStream(after):
                    self._follow(client, after)
                case io.CloseStream():
                    self._leave()
                case io.Wait(ms):
                    self._wait(ms)
                case Question():
                    self._spawn(self._answer(client, output))

    def _say(self, event: LinkEvent) -> None:
        if isinstance(event, HubBack) and self._courier is not None:
            self._courier.nudge()
        self._hear(event)

    def _spawn(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch_view(self, client: HubClient) -> None:
        fetched = await client.view()
        if isinstance(fetched, io.ViewFetched):
            self._hear(HubTime(fetched.view.at))
        self._feed(fetched)

    async def _then_feed(self, request: Any) -> None:
        self._feed(await request)

    async def _renew(self, client: HubClient) -> None:
        renewed = await client.renew()
        if renewed.failure is io.Failure.REPLACED:
            _log.error("replaced", unit=self._options.unit, reason=_SWITCH_OFF)
        self._feed(renewed)

    async def _answer(self, client: HubClient, question: Question) -> None:
        self._hear(await client.ask(question))

    def _follow(self, client: HubClient, after: int) -> None:
        self._leave()
        if not self._options.follow:
            return
        self._stream = self._loop.create_task(follow_into(client, after, self._feed))

    def _leave(self) -> None:
        if self._stream is not None:
            self._stream.cancel()
            self._stream = None

    def _wait(self, ms: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(ms / 1000, self._feed, io.Tick())


def _unit_options(options: LinkOptions) -> UnitOptions:
    return UnitOptions(
        unit=UnitId(options.unit),
        boot=boot_name(),
        series=options.series,
        mark=options.mark,
        hub_away_ms=int(options.hub_away_s * 1000),
        hub_away_cold_ms=int(options.hub_away_cold_s * 1000),
    )
