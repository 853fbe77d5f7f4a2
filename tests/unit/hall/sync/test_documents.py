"""Documents on their way: never forgotten before the hub has them, none in another's way, back-off and return."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.store.documents import Backlog, Waiting
from hall.store.trouble import StoreFault, StoreTrouble
from hall.store.unit_store import UnitStore, open_store
from hall.sync import documents as d
from hall.sync.courier import Courier
from hall.sync.http import HubAddress, HubClient
from hall.sync.inputs import Failure

DOCUMENT = Waiting("a" * 64, b"sealed")
NOW = 1_795_000_000_000

OUTCOMES = st.lists(st.sampled_from(["kept", "away", "too_large", "store"]), max_size=60)


@given(OUTCOMES, st.integers(1, 6))
def test_whatever_happens_each_document_ends_once(outcomes: list[str], count: int) -> None:
    """Walk the machine over a shelf in memory: nothing is lost, and everything ends once the hub is well again."""
    shelf = [Waiting(f"{n:064x}", b"x") for n in range(count)]
    sent: list[str] = []
    refused: list[str] = []
    happens = iter([*outcomes, *["kept"] * (count + 1)])
    state, wanted = d.react(d.Bringing(), d.Nudged())
    for _ in range(10_000):
        assert len(shelf) + len(sent) + len(refused) == count
        match wanted:
            case d.Look():
                state, wanted = d.react(state, d.Found(shelf[0] if shelf else None))
            case d.Bring(waiting=waiting):
                state, wanted = d.react(state, _outcome(next(happens), waiting))
            case d.MarkSent(sha256=sha256) | d.MarkRefused(sha256=sha256):
                assert shelf.pop(0).sha256 == sha256
                (sent if isinstance(wanted, d.MarkSent) else refused).append(sha256)
                state, wanted = d.react(state, d.Marked())
            case d.Rest(ms=ms):
                if not shelf:
                    assert (ms, state.attempts) == (d.LOOK_MS, 0)
                    break
                assert d.FIRST_RETRY_MS <= ms <= d.LAST_RETRY_MS
                state, wanted = d.react(state, d.Nudged())
    assert not shelf
    assert sorted(sent + refused) == [f"{n:064x}" for n in range(count)]


def _outcome(name: str, waiting: Waiting) -> d.Given:
    match name:
        case "kept":
            return d.Delivered(waiting.sha256)
        case "too_large":
            return d.Unacceptable(waiting.sha256, "too_large")
        case "store":
            return d.StoreFailed()
        case _:
            return d.Undelivered(Failure.TIMEOUT)


def test_failures_wait_longer_and_longer_to_a_limit() -> None:
    state, waits = d.Bringing(), []
    for _ in range(8):
        state, wanted = d.react(state, d.Undelivered(Failure.REFUSED_CONNECTION))
        assert isinstance(wanted, d.Rest)
        waits.append(wanted.ms)
    assert waits == [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]
    assert d.react(state, d.Delivered("a")) == (d.Bringing(), d.MarkSent("a"))


class Hub(BaseHTTPRequestHandler):
    """Answers documents with the next of `statuses`, 201 when there is none left; sells bearers."""

    statuses: ClassVar[list[int]] = []
    got: ClassVar[list[tuple[str, bytes, str | None]]] = []

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Hub.got.append((self.path.rsplit("/", 1)[1], body, self.headers["Content-Type"]))
        status = Hub.statuses.pop(0) if Hub.statuses else 201
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[str]:
    Hub.statuses, Hub.got = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[UnitStore]:
    opened = open_store(tmp_path / "unit.db")
    assert isinstance(opened, UnitStore)
    yield opened
    opened.close()


def bring_all(url: str, store: UnitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the courier work until nothing waits; its rests are short here."""
    monkeypatch.setattr(d, "FIRST_RETRY_MS", 1)
    monkeypatch.setattr(d, "LAST_RETRY_MS", 5)

    async def whole() -> None:
        async with HubClient(HubAddress(url), None) as client:
            task = asyncio.create_task(Courier(store.documents, client, asyncio.get_running_loop()).run())
            while store.documents.backlog().waiting:  # type: ignore[union-attr]  # a store that works
                await asyncio.sleep(0.005)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(whole())


def waiting(store: UnitStore, *names: str) -> None:
    for name in names:
        store.documents.hold(name, name.encode(), NOW)
    assert store.documents.release(names, NOW) is True


def test_brought_in_order_through_refusals_and_outages(
    hub: str, store: UnitStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(store, "a1", "b2", "c3")
    Hub.statuses = [503, 200, 413, 404, 500]
    bring_all(hub, store, monkeypatch)
    assert [name for name, _, _ in Hub.got] == ["a1", "a1", "b2", "c3", "c3", "c3"]
    assert {kind for _, _, kind in Hub.got} == {"application/octet-stream"}
    assert store.documents.backlog() == Backlog(refused=1)


def test_released_while_it_rests_wakes_it(hub: str, store: UnitStore) -> None:
    async def whole() -> None:
        async with HubClient(HubAddress(hub), None) as client:
            task = asyncio.create_task(Courier(store.documents, client, asyncio.get_running_loop()).run())
            await asyncio.sleep(0)
            waiting(store, "a1")
            while store.documents.next(NOW) is not None:
                await asyncio.sleep(0.005)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(asyncio.wait_for(whole(), 10))
    assert Hub.got == [("a1", b"a1", "application/octet-stream")]


def test_a_unit_that_is_not_enrolled_keeps_what_it_has(hub: str) -> None:
    async def whole() -> object:
        async with HubClient(HubAddress(hub), None) as client:
            return await client.bring(DOCUMENT)

    Hub.statuses = [401]
    assert asyncio.run(whole()) == d.Undelivered(Failure.UNAUTHORISED)
    Hub.statuses = [403]
    assert asyncio.run(whole()) == d.Undelivered(Failure.NOT_ENROLLED)


class BrokenShelf:
    """A disk that takes nothing."""

    trouble = StoreTrouble(StoreFault.IO, "unit.db", "the disk refused")

    def listen(self, wake: object) -> None:
        """Nobody is told."""

    def next(self, now_ms: int) -> StoreTrouble:
        return self.trouble

    def sent(self, sha256: str, now_ms: int) -> StoreTrouble:
        return self.trouble

    def refused(self, sha256: str, why: str, now_ms: int) -> StoreTrouble:
        return self.trouble


def test_a_broken_disk_is_a_reason_to_wait() -> None:
    async def whole() -> list[d.Given]:
        courier = Courier(BrokenShelf(), None, asyncio.get_running_loop())  # type: ignore[arg-type]  # never reached
        orders = (d.Look(), d.MarkSent("a"), d.MarkRefused("a", "too_large"))
        return [await courier._carry_out(order) for order in orders]

    assert asyncio.run(whole()) == [d.StoreFailed()] * 3
