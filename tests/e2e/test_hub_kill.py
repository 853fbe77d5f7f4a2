"""The hub is killed twenty times under load; nothing that was answered is lost, and nothing happens twice.

A real server process, real HTTP clients that retry the same key until they are answered, SIGKILL at random moments.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uuid_utils

from hall.wire.events import Event, TicketCalled, TicketIssued
from server.api.serve import listen
from server.store.log import LogReader

KILLS = 20
KIOSKS = 8
COUNTERS = 12
PATIENCE_S = 30.0
"""A client that is not answered for so long gives the test up."""


def free_port() -> int:
    listening = listen("127.0.0.1", 0)
    port: int = listening.getsockname()[1]
    listening.close()
    return port


class Server:
    """The process under test, started again after each kill on the same port and file."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.restarts_ms: list[float] = []
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        begun = time.monotonic()
        command = [sys.executable, "-m", "tests.support.hub_process", str(self.directory), str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline().startswith("ready")
        self.restarts_ms.append((time.monotonic() - begun) * 1000)

    def end(self, how: signal.Signals) -> int:
        assert self._process is not None
        os.kill(self._process.pid, how)
        code = self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code


class Unit(threading.Thread):
    """A unit: sends its next command when the last one is answered, and retries the same bytes until then."""

    def __init__(self, server: Server, bearer: str, done: threading.Event) -> None:
        super().__init__()
        self.replies: list[dict[str, Any]] = []
        self.retries = 0
        self.failure: BaseException | None = None
        self._server = server
        self._headers = {"Authorization": f"Bearer {bearer}"}
        self._done = done
        self._connection: HTTPConnection | None = None

    def run(self) -> None:
        try:
            while not self._done.is_set():
                self.work()
        except BaseException as problem:  # shown by the test, in its own thread
            self.failure = problem
        if self._connection is not None:
            self._connection.close()

    def work(self) -> None:
        """Do the next thing; a plain unit has nothing to do."""
        self._done.wait()

    def send(self, do: str, **fields: Any) -> dict[str, Any]:
        body = json.dumps({"do": do, "key": str(uuid_utils.uuid7()), **fields})
        deadline = time.monotonic() + PATIENCE_S
        while True:
            reply = self._attempt(body)
            if reply is not None:
                self.replies.append({"do": do, **reply})
                return reply
            assert time.monotonic() < deadline, "not answered"
            self.retries += 1

    def _attempt(self, body: str) -> dict[str, Any] | None:
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self._server.port, timeout=5)
        try:
            self._connection.request("POST", "/v1/commands", body, self._headers)
            reply: dict[str, Any] = json.loads(self._connection.getresponse().read())
        except (OSError, HTTPException, ValueError):
            self._connection.close()
            self._connection = None
            self._done.wait(0.02)
            return None
        return None if reply.get("code") == "store_failed" else reply


class Kiosk(Unit):
    def work(self) -> None:
        item = f"item-{random.randrange(8)}"
        reply = self.send("issue", item=item)
        self.send("confirm", ticket=reply["ticket"]["uid"])


class CounterUnit(Unit):
    def __init__(self, server: Server, number: int, done: threading.Event) -> None:
        self._at = {"counter": str(number)}
        super().__init__(server, f"clerk:unit-{number}:{number}:clerk-{number}", done)

    def work(self) -> None:
        if not self.replies:
            self.send("sign_in", clerk=self._at["counter"], **self._at)
        if self.send("call_next", **self._at).get("ticket"):
            self.send("start", **self._at)
        else:
            self._done.wait(0.01)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    yield server
    if server._process is not None and server._process.poll() is None:
        server.end(signal.SIGKILL)


@pytest.mark.kill
def test_twenty_kills_lose_nothing_and_double_nothing(server: Server) -> None:
    done = threading.Event()
    units: list[Unit] = [Kiosk(server, f"kiosk:kiosk-{one}", done) for one in range(KIOSKS)]
    units += [CounterUnit(server, one, done) for one in range(1, COUNTERS + 1)]
    for unit in units:
        unit.start()
    dice = random.Random(20)
    for _ in range(KILLS):
        done.wait(dice.uniform(0.2, 0.8))
        server.end(signal.SIGKILL)
        server.start()
    done.wait(0.5)
    done.set()
    for unit in units:
        unit.join(60)
    assert [unit.failure for unit in units if unit.failure] == []
    assert server.end(signal.SIGTERM) == 0
    judge(server.directory, units)


def judge(directory: Path, units: list[Unit]) -> None:
    """Compare what the units were told with what the log says."""
    reader = LogReader(directory / "hub.db")
    assert reader.verify() is None
    events = [msgspec.json.decode(raw, type=Event) for raw in reader.every_row_from(1)]
    reader.close()
    issued = {event.body.ticket.uid: event.body.ticket for event in events if isinstance(event.body, TicketIssued)}
    numbers = Counter(ticket.number for ticket in issued.values())
    first_calls = Counter(event.body.ticket for event in events if isinstance(event.body, TicketCalled))
    told = [reply for unit in units for reply in unit.replies if reply["re"] == "done" and "ticket" in reply]
    told_numbers = {reply["ticket"]["uid"]: reply["ticket"]["number"] for reply in told if reply["do"] == "issue"}
    told_calls = [reply["ticket"]["uid"] for reply in told if reply["do"] == "call_next"]

    assert len(told_numbers) > 200, "too little happened to prove anything"
    assert len(told_calls) > 100, "too little happened to prove anything"
    assert sum(unit.retries for unit in units) > 20, "the kills hit nobody"
    assert max(numbers.values()) == 1, "a number was given twice"
    assert max(first_calls.values()) == 1, "a ticket was called twice"
    assert {uid: issued[uid].number for uid in told_numbers} == told_numbers  # type: ignore[index]  # NewType of str
    assert set(told_calls) <= set(first_calls)
    for prefix in {number[0] for number in numbers}:
        running = sorted(int(number[1:]) for number in numbers if number[0] == prefix)
        assert running == list(range(1, len(running) + 1)), "a number is missing in its series"
