import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec
import pytest

from hall.wire.view import HallView
from server.api import events as events_route
from server.api.app import Front, make_app
from server.api.commands import MAX_BODY
from server.hub.core import Hub
from server.store.log import HubLog
from tests.support.gates import NoVault, OpenGate
from tests.support.halls import NOON, small_hall

KIOSK = {"Authorization": "Bearer kiosk:kiosk-a"}
CLERK = {"Authorization": "Bearer clerk:counter-1:1:wang"}
Story = Callable[[httpx.AsyncClient, Front], Coroutine[Any, Any, None]]


def run(tmp_path: Path, story: Story) -> None:
    async def whole() -> None:
        hub = Hub(HubLog(tmp_path / "hub.db"), small_hall(), Random(1), lambda: NOON)
        await hub.open_today()
        front = make_app(hub, OpenGate(), NoVault())
        transport = httpx.ASGITransport(app=front)  # type: ignore[arg-type]  # ASGI's own types
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            await story(client, front)
        await hub.close()

    asyncio.run(whole())


async def post(client: httpx.AsyncClient, body: Any, headers: dict[str, str] = KIOSK) -> httpx.Response:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return await client.post("/v1/commands", content=content, headers=headers)


def test_a_command_is_answered_and_its_retry_with_the_same_bytes(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, front: Front) -> None:
        command = {"do": "issue", "key": "k1", "item": "social"}
        first, second = await post(client, command), await post(client, command)
        assert (first.status_code, first.json()["ticket"]["number"]) == (200, "A001")
        assert second.content == first.content

    run(tmp_path, story)


@pytest.mark.parametrize(
    ("body", "status", "code", "text"),
    [
        (b"{", 400, "malformed", "not a command"),
        (b'{"do":"issue","key":"k9","item":7}', 400, "malformed", "$.item"),
        (b'{"do":"issue","item":"social"}', 400, "malformed", "`key`"),
        (b'{"do":"dance","key":"k9"}', 400, "malformed", "dance"),
        (b'{"do":"issue","key":"","item":"social"}', 400, "malformed", "$.key"),
        (b'{"do":"issue","key":"k\xff","item":"social"}', 400, "malformed", "not a command"),
        (b"[" * 100_000, 400, "malformed", "not a command"),
        (b'{"do":"issue","key":"k9","item":"' + b"x" * MAX_BODY + b'"}', 413, "too_large", "bytes"),
        (b'{"do":"issue","key":"k9","item":"nothing"}', 404, "unknown_item", "nothing"),
        (b'{"do":"issue","key":"k9","item":"early"}', 409, "closed_item", "08:00"),
        (b'{"do":"call_next","key":"k9","counter":"1"}', 403, "forbidden", "kiosk"),
    ],
)
def test_bad_input_gets_a_status_a_code_and_a_text(
    tmp_path: Path, body: bytes, status: int, code: str, text: str
) -> None:
    async def story(client: httpx.AsyncClient, front: Front) -> None:
        before = front.hub.fanout.last_seq
        reply = await post(client, body)
        assert (reply.status_code, reply.json()["code"]) == (status, code)
        assert text in reply.json()["message"]
        assert front.hub.fanout.last_seq == before

    run(tmp_path, story)


def test_a_malformed_command_is_answered_under_its_key(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, front: Front) -> None:
        reply = await post(client, b'{"do":"issue","key":"k7","item":7}')
        assert reply.json()["key"] == "k7"

    run(tmp_path, story)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic a2lvc2s6"}])
def test_strangers_get_401_everywhere(tmp_path: Path, headers: dict[str, str]) -> None:
    async def story(client: httpx.AsyncClient, front: Front) -> None:
        replies = [await post(client, {"do": "issue", "key": "k", "item": "social"}, headers)]
        replies += [await client.get(path, headers=headers) for path in ("/v1/view", "/v1/events")]
        assert [(one.status_code, one.json()["code"]) for one in replies] == [(401, "bad_token")] * 3

    run(tmp_path, story)


def test_wrong_methods_and_unknown_paths(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, front: Front) -> None:
        assert (await client.get("/v1/commands")).status_code == 405
        assert (await client.get("/v2/nothing")).status_code == 404

    run(tmp_path, story)


def test_the_view_is_the_hall(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, front: Front) -> None:
        await post(client, {"do": "sign_in", "key": "s", "counter": "1", "clerk": "wang"}, CLERK)
        await post(client, {"do": "issue", "key": "k1", "item": "social"})
        view = msgspec.json.decode((await client.get("/v1/view", headers=KIOSK)).content, type=HallView)
        assert (view.hall, view.day, view.seq) == ("demo", "2026-11-21", 3)
        assert [line.number for line in view.tickets] == ["A001"]
        assert {one.id: one.state for one in view.counters}["1"] == "free"

    run(tmp_path, story)


def test_a_page_of_the_log(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, front: Front) -> None:
        for one in range(3):
            await post(client, {"do": "issue", "key": f"k{one}", "item": "social"})
        headers = {**KIOSK, "Accept": "application/json"}
        page = (await client.get("/v1/events?after=2", headers=headers)).json()
        assert (page["at"], page["epoch"], page["last_seq"]) == (NOON, 1, 4)
        assert [event["seq"] for event in page["events"]] == [3, 4]
        assert (await client.get("/v1/events?after=x", headers=headers)).status_code == 400

    run(tmp_path, story)


def test_health_metrics_and_the_document(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, front: Front) -> None:
        await post(client, {"do": "issue", "key": "k1", "item": "social"})
        await post(client, {"do": "issue", "key": "k2", "item": "nothing"})
        health = await client.get("/health")
        assert (health.status_code, health.json()["ok"], health.json()["seq"]) == (200, True, 2)
        metrics = (await client.get("/metrics")).text
        assert 'hall_commands_total{kind="issue",outcome="done"} 1.0' in metrics
        assert 'hall_commands_total{kind="issue",outcome="unknown_item"} 1.0' in metrics
        assert "hall_commit_seconds_count 3.0" in metrics or "hall_commit_seconds_count 2.0" in metrics
        document = (await client.get("/openapi.json")).json()
        assert set(document["paths"]) >= {"/v1/commands", "/v1/events", "/v1/view", "/health", "/metrics"}
        assert document["components"]["schemas"]["IssueTicket"]["properties"]["item"]["type"] == "string"

    run(tmp_path, story)


class Listener:
    """One SSE request straight at the application, since httpx's transport does not stream."""

    def __init__(self, front: Front, query: bytes = b"", headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/v1/events",
            "query_string": query,
            "headers": [(b"authorization", b"Bearer lobby:lobby-1"), *headers],
        }
        self.front = front
        self.heard = b""
        self.gone = asyncio.Event()
        self.news = asyncio.Event()

    async def run(self) -> None:
        await self.front(self.scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.heard += message.get("body", b"")
        self.news.set()

    async def until(self, text: bytes) -> None:
        while text not in self.heard:
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 5)


def test_a_stream_goes_on_after_the_last_event_id_and_ends_with_a_marker(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, front: Front) -> None:
        await post(client, {"do": "issue", "key": "k1", "item": "social"})
        listener = Listener(front, headers=((b"last-event-id", b"1"),))
        task = asyncio.create_task(listener.run())
        await listener.until(b"id: 2\n")
        await post(client, {"do": "issue", "key": "k2", "item": "social"})
        await listener.until(b"id: 3\n")
        assert b"id: 1\n" not in listener.heard
        assert listener.heard.startswith(b": at %d epoch 1\n\n" % NOON)
        assert front.hub.fanout.listeners == 1
        front.hub.fanout.close()
        await asyncio.wait_for(task, 5)
        assert listener.heard.endswith(b"event: end\ndata: {}\n\n")
        assert front.hub.fanout.listeners == 0

    run(tmp_path, story)


def test_a_client_that_goes_is_forgotten_at_the_next_beat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(client: httpx.AsyncClient, front: Front) -> None:
        listener = Listener(front)
        task = asyncio.create_task(listener.run())
        await listener.until(b": at")
        listener.gone.set()
        await asyncio.wait_for(task, 5)
        assert front.hub.fanout.listeners == 0

    run(tmp_path, story)


def test_a_quiet_stream_beats_and_says_how_long_the_log_is(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, front: Front) -> None:
        route = events_route.Events(front.hub, heartbeat_s=0.01)
        listener = Listener(front)
        task = asyncio.create_task(route(listener.scope, listener._receive, listener._send))
        await post(client, {"do": "issue", "key": "k1", "item": "social"})
        await listener.until(b": at %d epoch 1\nevent: head\ndata: %d\n\n" % (NOON, front.hub.fanout.last_seq))
        listener.gone.set()
        await asyncio.wait_for(task, 5)

    run(tmp_path, story)


def test_too_many_streams_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events_route, "MAX_STREAMS", 0)

    async def story(client: httpx.AsyncClient, front: Front) -> None:
        assert (await client.get("/v1/events", headers=KIOSK)).status_code == 503

    run(tmp_path, story)
