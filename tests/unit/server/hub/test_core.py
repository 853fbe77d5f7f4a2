import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from hall.domain.ids import CommandKey, ItemCode
from hall.wire import commands as cmd
from hall.wire.replies import Done, RefusalCode, Refused
from server.hub import core
from server.hub.core import Hub
from server.hub.decide import _DECIDERS
from server.hub.step import Received
from server.store.log import HubLog, StoreFailed
from tests.support.halls import HUB, KIOSK, NOON, small_hall

Story = Callable[[Hub], Coroutine[Any, Any, None]]


def run(tmp_path: Path, story: Story) -> None:
    async def whole() -> None:
        hub = Hub(HubLog(tmp_path / "hub.db"), small_hall(), Random(1), lambda: NOON)
        await hub.open_today()
        try:
            await story(hub)
        finally:
            await hub.close()

    asyncio.run(whole())


def issue(name: str, item: str = "social") -> cmd.IssueTicket:
    return cmd.IssueTicket(key=CommandKey(name), item=ItemCode(item))


def test_what_waits_together_is_one_transaction(tmp_path: Path) -> None:
    async def story(hub: Hub) -> None:
        sizes: list[int] = []
        hub.committed = lambda commands, _seconds: sizes.append(commands)
        replies = await asyncio.gather(*(hub.submit(issue(f"k{one}"), KIOSK) for one in range(50)))
        numbers = {reply.ticket.number for reply in replies if isinstance(reply, Done) and reply.ticket}
        assert len(numbers) == 50
        assert sizes == [50]

    run(tmp_path, story)


def test_the_day_opens_once(tmp_path: Path) -> None:
    async def story(hub: Hub) -> None:
        seq = hub.fanout.last_seq
        reply = await hub.open_today()
        assert isinstance(reply, Done)
        assert hub.fanout.last_seq == seq
        assert (await hub.view()).day == "2026-11-21"

    run(tmp_path, story)


def test_a_day_left_open_is_closed_before_the_new_one(tmp_path: Path) -> None:
    async def story(hub: Hub) -> None:
        await hub.submit(issue("k1"), KIOSK)
        hub.clock = lambda: NOON + 86_400_000
        await hub.open_today()
        view = await hub.view()
        assert (view.day, view.tickets) == ("2026-11-22", ())

    run(tmp_path, story)


def test_a_view_shows_only_what_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(hub: Hub) -> None:
        asked = hub.ask(core.Received(issue("k1"), KIOSK))
        view = await hub.view()
        assert asked.done()
        assert [line.number for line in view.tickets] == ["A001"]
        assert view.seq == hub.log.last_seq()
        assert await hub.view() is view
        hub.clock = lambda: NOON + 5
        assert (await hub.view()).at == NOON + 5

    run(tmp_path, story)


def test_a_failing_disk_refuses_and_the_retry_finds_the_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(hub: Hub) -> None:
        append = hub.log.append

        def fail(_persist: object) -> None:
            raise StoreFailed("disk full")

        monkeypatch.setattr(hub.log, "append", fail)
        with capture_logs() as logs:
            reply = await hub.submit(issue("k1"), KIOSK)
        assert isinstance(reply, Refused)
        assert (reply.code, reply.http_status, hub.healthy) == (RefusalCode.STORE_FAILED, 503, False)
        assert [one["event"] for one in logs] == ["store_failed"]
        monkeypatch.setattr(hub.log, "append", append)
        again = await hub.submit(issue("k1"), KIOSK)
        assert isinstance(again, Done)
        assert again.ticket is not None
        assert again.ticket.number == "A001"
        assert hub.healthy

    run(tmp_path, story)


def test_a_bug_in_one_command_does_not_take_the_others_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_scene: object, _command: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setitem(_DECIDERS, cmd.CallNext, broken)

    async def story(hub: Hub) -> None:
        poison = cmd.CallNext(key=CommandKey("bad"), counter="1")  # type: ignore[arg-type]  # NewType of str
        with capture_logs():
            replies = await asyncio.gather(
                hub.submit(issue("k1"), KIOSK), hub.submit(poison, KIOSK), hub.submit(issue("k2"), KIOSK)
            )
        assert [type(reply) for reply in replies] == [Done, Refused, Done]
        assert hub.log.verify() is None

    run(tmp_path, story)


def test_subscribers_get_old_and_new_events_in_order_and_an_end(tmp_path: Path) -> None:
    async def story(hub: Hub) -> None:
        heard: list[int] = []

        async def listen() -> None:
            heard.extend([event.seq async for event in hub.subscribe(0)])

        await hub.submit(issue("k0"), KIOSK)
        listener = asyncio.create_task(listen())
        for one in range(1, 30):
            await hub.submit(issue(f"k{one}"), KIOSK)
        hub.fanout.close()
        await asyncio.wait_for(listener, 5)
        assert heard == list(range(1, hub.log.last_seq() + 1))

    run(tmp_path, story)


def test_who_falls_off_the_tail_goes_on_from_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.hub.fanout.TAIL", 4)

    async def story(hub: Hub) -> None:
        for one in range(20):
            await hub.submit(issue(f"k{one}"), KIOSK)
        seen: list[int] = []
        while frames := hub.fanout.piece(seen[-1] if seen else 0):
            seen += [seq for seq, _ in frames]
        assert seen == list(range(1, 22))

    run(tmp_path, story)


def test_after_closing_nothing_is_taken(tmp_path: Path) -> None:
    async def story() -> None:
        hub = Hub(HubLog(tmp_path / "hub.db"), small_hall(), Random(1), lambda: NOON)
        last = [hub.ask(core.Received(cmd.OpenDay(key=CommandKey("d"), day="2026-11-21"), HUB))]
        await hub.close()
        assert isinstance((await last[0]).reply, Done)
        reply = await hub.submit(issue("late"), KIOSK)
        assert isinstance(reply, Refused)
        assert reply.code is RefusalCode.STORE_FAILED

    asyncio.run(story())


def test_a_flood_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "WAITING_LIMIT", 3)

    async def story(hub: Hub) -> None:
        asked = [hub.ask(core.Received(issue(f"k{one}"), KIOSK)) for one in range(5)]
        kinds = [type((await one).reply) for one in asked]
        assert kinds == [Done] * 3 + [Refused] * 2

    run(tmp_path, story)


def test_a_transaction_that_hangs_on_the_disk_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(hub: Hub) -> None:
        free = threading.Event()
        append = hub.log.append
        monkeypatch.setattr(hub.log, "append", lambda persist: (free.wait(10), append(persist)))
        assert hub.writing_s == 0
        waiter = hub.ask(Received(issue("k1"), KIOSK))
        while not hub.writing_s:
            await asyncio.sleep(0)
        before = hub.writing_s
        while hub.writing_s <= before:
            await asyncio.sleep(0)
        assert hub.healthy
        free.set()
        assert isinstance((await waiter).reply, Done)
        assert hub.writing_s == 0

    run(tmp_path, story)
