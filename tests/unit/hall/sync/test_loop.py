"""The link's shell against a small hub on loopback: stored before sent, answered, asked, stopped."""

import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from hall.store.record import UnitRecord
from hall.store.unit_store import UnitStore, open_store
from hall.sync import link
from hall.sync.loop import HubLink, LinkOptions
from tests.unit.hall.sync.hub_double import day_view, issue, issued


class SmallHub(BaseHTTPRequestHandler):
    """Knows one view, answers every issue, and has no stream to speak of."""

    def do_GET(self) -> None:
        body = msgspec.json.encode(day_view(seq=11))
        self._answer(200 if self.path == "/v1/view" else 503, body if self.path == "/v1/view" else b"")

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/commands":
            self._answer(200, msgspec.json.encode(issued(asked["key"])))
        else:
            self._answer(404, b'{"code":"unknown_case","message":"no such case"}')

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SmallHub)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def store_at(path: Path) -> UnitStore:
    store = open_store(path)
    assert isinstance(store, UnitStore)
    return store


def wait_for(heard: "queue.Queue[link.LinkEvent]", kind: type[link.LinkEvent]) -> link.LinkEvent:
    while True:
        event = heard.get(timeout=20)
        if isinstance(event, kind):
            return event


def test_a_command_is_stored_sent_and_answered_and_a_question_too(hub: str, tmp_path: Path) -> None:
    store = store_at(tmp_path / "unit.db")
    unit = HubLink(LinkOptions(url=hub, unit="kiosk-c", series="C"), store, None)
    heard: queue.Queue[link.LinkEvent] = queue.Queue()
    unit.start(heard.put)
    try:
        command = issue(unit.new_key())
        unit.submit(command)
        told = wait_for(heard, link.Replied)
        assert isinstance(told, link.Replied)
        assert told.reply == issued(command.key)
        assert unit.pending == 0
        assert [ticket.number for ticket in unit.unprinted()] == ["A001"]
        question = unit.query_case("2026-1", "code")  # type: ignore[arg-type]
        answered = wait_for(heard, link.Answered)
        assert isinstance(answered, link.Answered)
        assert (answered.question_id, answered.status) == (question, 404)
    finally:
        unit.stop()
        store.close()


def test_without_a_hub_a_submit_returns_with_the_command_on_disk(tmp_path: Path) -> None:
    store = store_at(tmp_path / "unit.db")
    unit = HubLink(LinkOptions(url="http://127.0.0.1:1", unit="kiosk-c"), store, None)
    heard: queue.Queue[link.LinkEvent] = queue.Queue()
    unit.start(heard.put)
    command = issue(unit.new_key())
    unit.submit(command)
    record = store.load()
    assert isinstance(record, UnitRecord)
    assert record.outbox[command.key].command == command
    unit.ask(link.Question(id="q", method="GET", path="/v1/health"))
    answered = wait_for(heard, link.Answered)
    assert answered == link.Answered("q", 0, "connection_refused")
    unit.stop()
    store.close()
