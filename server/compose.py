"""Put a hall's server together from its file: hub, authority, vault, and, where asked for, centre and shipping."""

import asyncio
import fcntl
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import apsw
import msgspec
import structlog
from litestar.types import ControllerRouterHandler

from config.hall import HallConfig, HubSettings
from hall.domain.ids import UnitId
from hall.wire.actor import Actor, Role
from hall.wire.enrolment import Enrolled
from hall.wire.events import DayClosed, DocumentRead, UnitEnrolled
from hall.wire.ingest import SealedPerson
from hall.wire.replies import Done
from server.api.app import Front, make_app
from server.api.case_documents import CaseDocuments, case_document_routes
from server.api.cases import CaseDesk, case_routes
from server.api.documents import document_routes
from server.api.enrol import enrol_routes
from server.api.persons import person_routes
from server.api.replacement import replacement_routes
from server.api.reports import report_routes
from server.api.sessions import session_routes
from server.auth.accounts import Accounts
from server.auth.authority import Authority, Trust
from server.auth.cards import Cards
from server.auth.certificates import TlsFiles, ensure_tls
from server.auth.gate import Gate
from server.auth.keys import HallKey, KeyTrouble, load_hall_key
from server.auth.lockout import Lockout
from server.auth.sessions import Sessions
from server.auth.vault import Vault
from server.checks import address
from server.hub.core import Hub, wall_clock
from server.hub.facts import facts_of
from server.reports import Reports
from server.ship.courier import Courier
from server.ship.shell import Shipper
from server.store.copying import CopyFailed, make_copy
from server.store.documents import Documents
from server.store.log import HubLog, StoreFailed
from server.store.looks import left
from server.store.naming import name_documents
from server.store.shared_reader import SharedReader
from server.trouble import MayPass, StartTrouble, file_trouble

CARE_S = 5.0
"""How often expired credentials are forgotten and those changed by ``hall-server`` commands are noticed."""
DAY_S = 20.0
"""How often the date is looked at."""
UNIT_QUERIES = 20
"""Wrong case queries of one unit until it waits: a kiosk serves many people, so more than for one case number."""

KEEPING_S = 60.0
"""How often it is looked whether the hourly copy is due."""
SWEEP_S = 3600.0
"""How often documents that no case names are looked for."""
DAY_MS = 86_400_000

AGAIN_S = 5.0
"""How long background work that failed waits before it starts again."""
Work = Callable[[], Coroutine[Any, Any, None]]

log = structlog.get_logger("hall.server")
HUB_ACTOR = Actor(UnitId("hub"), Role.HUB)


class Keys(msgspec.Struct, frozen=True):
    """The hall's secrets and where the TLS files lie."""

    hall: HallKey
    tls: TlsFiles | None

    def trust(self, hall: str) -> Trust:
        """Return what enrolment hands out."""
        if self.tls is None:
            return Trust(hall, self.hall.public)
        return Trust(hall, self.hall.public, self.tls.ca.read_text(), self.tls.fingerprint)


def state_dir(hub: HubSettings) -> Path:
    """Return the hub's folder, made if missing, closed to others.

    Raises:
        StartTrouble: it cannot be made or written.

    """
    folder = Path(hub.state_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / ".writable").touch()
        (folder / ".writable").unlink()
    except OSError as problem:
        raise StartTrouble(
            f"hub.state_dir {folder}: {problem.strerror}; make it and give it to the user that runs hall-server"
        ) from problem
    return folder


def open_keys(hub: HubSettings, folder: Path) -> Keys:
    """Return the hall's keys, made on first start, and never beside what another key was used for.

    Raises:
        StartTrouble: a key is missing, must not or cannot be used.

    """
    try:
        key = load_hall_key(folder, lambda: _made_before(folder))
        return Keys(key, ensure_tls(folder, hub.hall, address(hub.listen)[0]) if hub.tls else None)
    except KeyTrouble as problem:
        raise StartTrouble(str(problem)) from problem


def _made_before(folder: Path) -> str:
    """Name what in this folder needs the key with which it was made; empty in a new one."""
    if (folder / "hub.db").exists():
        return "hub.db"
    if not (folder / "auth.db").exists():
        return ""
    accounts = open_accounts(folder)
    try:
        return "auth.db" if accounts.anybody() else ""
    finally:
        accounts.close()


def open_accounts(folder: Path) -> Accounts:
    """Open the book of credentials.

    Raises:
        StartTrouble: it cannot be used.

    """
    try:
        return Accounts(folder / "auth.db")
    except (apsw.Error, OSError) as problem:
        raise file_trouble(f"{folder / 'auth.db'}: {problem}", problem) from problem


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make sure that no other hub writes here meanwhile.

    Raises:
        MayPass: another process holds it.

    """
    held = os.open(folder / "hub.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take_lock(held, folder)
        yield
    finally:
        os.close(held)


def _take_lock(held: int, folder: Path) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        raise MayPass(f"{folder}: another hall-server works here; stop it first") from problem


def open_hub(config: HallConfig, folder: Path, key: HallKey) -> Hub:
    """Open log and hub, on a running loop.

    Raises:
        StartTrouble: the log cannot be used.

    """
    try:
        return Hub(HubLog(folder / "hub.db"), facts_of(config, key.public))
    except StoreFailed as problem:
        trouble = file_trouble(f"the hall's log cannot be used: {problem}", problem.__cause__)
        if isinstance(trouble, MayPass):
            raise trouble from problem
        raise StartTrouble(f"{trouble}; restore it from the hourly copy") from problem


class _Uplink(SharedReader):
    """The log as the shipper sees it, with people sealed anew."""

    def __init__(self, path: Path, key: HallKey) -> None:
        super().__init__(path)
        self._vault = Vault(key, self)

    def sealed_persons(self, refs: Any, parent_key: bytes) -> tuple[SealedPerson, ...]:
        """Return these people sealed to the parent; erased ones are left out."""
        found = (self._vault.sealed_to(ref, parent_key) for ref in refs)
        return tuple(one for one in found if one is not None)


class _Desk(SharedReader):
    """The log as case queries see it, from the framework's threads."""

    def __init__(self, path: Path, key: HallKey) -> None:
        super().__init__(path)
        self._vault = Vault(key, self)

    def ref_of_number(self, sealed_number: bytes) -> Any:
        """Return whose document number was sealed."""
        return self._vault.ref_of_number(sealed_number)


def open_documents(folder: Path, look: bool = False) -> Documents:
    """Open the folder of handed-in documents, or only look at it while a hub works there.

    Raises:
        StartTrouble: it cannot be used.

    """
    try:
        return Documents(folder / "documents", look)
    except OSError as problem:
        raise file_trouble(f"{folder / 'documents'}: {problem}", problem) from problem


def copy_dir(hub: HubSettings, folder: Path) -> Path:
    """Return where the hourly copy lies."""
    return Path(hub.copy_dir) if hub.copy_dir else folder / "copy"


@asynccontextmanager
async def composed(config: HallConfig, folder: Path, keys: Keys) -> AsyncIterator[tuple[Front, Authority]]:
    """Yield the running application; everything is closed in the reverse order afterwards.

    Raises:
        StartTrouble: something cannot be opened.

    """
    async with AsyncExitStack() as stack:
        hub = open_hub(config, folder, keys.hall)
        stack.push_async_callback(hub.close)
        accounts = open_accounts(folder)
        stack.callback(accounts.close)
        gate = gate_of(config, accounts, keys)
        reader, desk_reader = SharedReader(folder / "hub.db"), _Desk(folder / "hub.db", keys.hall)
        stack.callback(reader.close)
        stack.callback(desk_reader.close)
        vault = Vault(keys.hall, reader)
        name_documents(hub.log, vault.named_by)
        documents = open_documents(folder)
        desk = CaseDesk(desk_reader, Lockout(accounts), Lockout(accounts, limit=UNIT_QUERIES))
        routes = [
            *enrol_routes(gate, _writes_down(hub)),
            *replacement_routes(gate, hub),
            *report_routes(gate, Reports(folder)),
            *session_routes(gate),
            *case_routes(gate, desk),
            *case_document_routes(gate, hub, CaseDocuments(reader, documents, vault)),
            *person_routes(gate, hub, vault, documents),
            *document_routes(gate, documents, vault, config.hub.document_bytes),
        ]
        shippers = _upward(config, folder, keys, gate, routes, stack)
        front = make_app(hub, gate, vault, routes, lambda: max((one.oldest_age_s() for one in shippers), default=0.0))
        if config.hub.auto_day:
            await hub.open_today()
        works: list[Work] = [lambda: _care(gate), lambda: _sessions_end(hub, gate), *(one.run for one in shippers)]
        works.append(lambda: _orphans(config.hub, reader, documents))
        works.append(lambda: _looks(hub, folder))
        if config.hub.copy_every_s:
            works.append(lambda: _copies(config.hub, folder, documents))
        if config.hub.auto_day:
            works.append(lambda: _days(hub))
        stack.push_async_callback(_end, [asyncio.create_task(_kept_up(work)) for work in works])
        yield front, gate.authority


def gate_of(config: HallConfig, accounts: Accounts, keys: Keys) -> Gate:
    """Return what tells who somebody is and what they may do."""
    clerks = {clerk.id: clerk for clerk in config.clerks}
    authority = Authority(accounts, keys.trust(config.hub.hall))
    sessions = Sessions(accounts, clerks, config.hub.demo, Cards(accounts, keys.hall))
    return Gate(authority, sessions, wall_clock)


def _upward(
    config: HallConfig,
    folder: Path,
    keys: Keys,
    gate: Gate,
    routes: list[ControllerRouterHandler],
    stack: AsyncExitStack,
) -> list[Shipper]:
    """Return who ships this hall's log: to the centre in this process, to the parent, or both."""
    couriers: dict[str, Courier] = {}
    if config.hub.centre:
        couriers["centre"] = _centre(config, folder, keys, gate, routes, stack)
    if config.hub.parent_url:
        couriers["parent"] = _parent(config.hub, folder)
    shippers: list[Shipper] = []
    for name, courier in couriers.items():
        source = _Uplink(folder / "hub.db", keys.hall)
        stack.callback(source.close)
        shippers.append(Shipper(config.hub.hall, source, courier, folder / f"{name}.cursor", wall_clock))
    return shippers


def _parent(hub: HubSettings, folder: Path) -> Courier:
    # Imported here: a hub without a parent needs no HTTP client in memory.
    from server.ship.http import HttpCourier

    ca = Path(hub.parent_ca) if hub.parent_ca else None
    return HttpCourier(hub.parent_url, Path(hub.parent_token_file), ca, folder / "parent.key")


def _centre(
    config: HallConfig,
    folder: Path,
    keys: Keys,
    gate: Gate,
    routes: list[ControllerRouterHandler],
    stack: AsyncExitStack,
) -> Courier:
    """Open the centre, add its routes, and return the way from this hall's log into it."""
    # Imported here: SQLAlchemy costs memory and start time that a hall without the role need not pay.
    from server.api.ingest import centre_routes, ingest_routes
    from server.centre.ingest import Ingest
    from server.centre.reading import Reading
    from server.ship.local import LocalCourier
    from server.store.centre import CentreStoreTrouble, open_centre

    try:
        engine = open_centre(config.hub.centre_store, folder)
    except CentreStoreTrouble as problem:
        raise (MayPass if problem.may_pass else StartTrouble)(str(problem)) from problem
    stack.callback(engine.dispose)
    ingest = Ingest(engine)
    routes += [*ingest_routes(gate, ingest), *centre_routes(gate, Reading(engine))]
    return LocalCourier(ingest, config.hub.hall, keys.hall.public, wall_clock)


def _writes_down(hub: Hub) -> Callable[[Enrolled], None]:
    """Return what writes an enrolment into the log, from whatever thread it is called."""
    loop = asyncio.get_running_loop()

    def enrolled(unit: Enrolled) -> None:
        body = UnitEnrolled(UnitId(unit.unit), unit.kind, unit.series, unit.generation)
        asyncio.run_coroutine_threadsafe(hub.record(body, HUB_ACTOR), loop).result(timeout=10)

    return enrolled


async def _kept_up(work: Work) -> None:
    """Do background work until it ends; a failure (a bug, or a disk) is told and must not end it for ever."""
    while True:
        try:
            await work()
            return
        except Exception as problem:
            log.error("background work failed and starts again", wait_s=AGAIN_S, exc_info=problem)
            await asyncio.sleep(AGAIN_S)


async def _care(gate: Gate) -> None:
    while True:
        await asyncio.sleep(CARE_S)
        changed = await asyncio.to_thread(gate.authority.care, gate.clock())
        if changed:
            await asyncio.to_thread(gate.sessions.reread)
            gate.forget()


async def _sessions_end(hub: Hub, gate: Gate) -> None:
    """End everybody's session when the day is closed."""
    async for event in hub.subscribe(hub.fanout.last_seq):
        if isinstance(event.body, DayClosed):
            await asyncio.to_thread(gate.end_sessions)


async def _days(hub: Hub) -> None:
    while True:
        await asyncio.sleep(DAY_S)
        await hub.open_today()


async def _looks(hub: Hub, folder: Path) -> None:
    """Write into the log who was given documents by `hall-server documents`."""
    while True:
        for path, look in await asyncio.to_thread(lambda: list(left(folder))):
            actor = Actor(HUB_ACTOR.unit, look.role, look.clerk)
            reply = await hub.record(DocumentRead(look.case, look.document), actor, look.key)
            if isinstance(reply, Done):
                await asyncio.to_thread(path.unlink)
        await asyncio.sleep(CARE_S)


async def _orphans(settings: HubSettings, reader: SharedReader, documents: Documents) -> None:
    """Delete documents whose case never came."""
    while True:
        before = wall_clock() - settings.orphan_days * DAY_MS
        gone = await asyncio.to_thread(documents.forget_orphans, before, reader.names_document)
        if gone:
            log.warning("documents that no case named were deleted", documents=gone, days=settings.orphan_days)
        await asyncio.sleep(SWEEP_S)


async def _copies(settings: HubSettings, folder: Path, documents: Documents) -> None:
    """Keep the copy no older than it should be. What is on its way when the hub ends is broken off between pieces."""
    target, ending = copy_dir(settings, folder), threading.Event()

    def pause(seconds: float) -> None:
        if ending.wait(seconds):
            raise CopyFailed("the hub ends")

    due = 0.0
    try:
        while True:
            await asyncio.sleep(min(KEEPING_S, settings.copy_every_s))
            if time.monotonic() >= due:
                due = time.monotonic() + settings.copy_every_s
                await asyncio.to_thread(_copy, folder, documents, target, pause)
    finally:
        ending.set()


def _copy(folder: Path, documents: Documents, target: Path, pause: Callable[[float], None]) -> None:
    try:
        done = make_copy(folder / "hub.db", documents, target, pause)
    except CopyFailed as problem:
        log.error("no new copy was made; the last one stays", reason=str(problem))
        return
    if done.altered:
        log.error("documents are damaged; see hall-server verify", documents=len(done.altered))
    log.info("copied", rows=done.rows, documents=done.documents, deleted=done.deleted)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
