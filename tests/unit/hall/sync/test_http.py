"""What a request that went wrong is called: it decides how soon the unit tries again."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from hall.sync import inputs as io
from hall.sync.http import HubAddress, HubClient
from hall.sync.link import Answered, Question
from tests.unit.hall.sync.hub_double import event

Far = Callable[[socket.socket], Any]


@contextmanager
def far_end(behave: Far) -> Iterator[int]:
    """Treat every connection in one way."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                behave(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def hang_up(connection: socket.socket) -> None:
    connection.recv(65_536)


def talk_nonsense(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


async def look(url: str) -> io.ViewFetched | io.ViewFailed:
    async with HubClient(HubAddress(url), None) as client:
        return await client.view()


@pytest.mark.parametrize("behave", [hang_up, talk_nonsense])
def test_a_broken_off_handshake_is_a_bad_line_and_no_wrong_hub(behave: Far) -> None:
    """Taken for a wrong hub, the unit would rest ten seconds after each hub restart that it met in mid-handshake."""
    with far_end(behave) as port:
        assert asyncio.run(look(f"https://127.0.0.1:{port}")) == io.ViewFailed(io.Failure.REFUSED_CONNECTION)


def test_a_hub_that_speaks_no_http_is_told_apart() -> None:
    with far_end(talk_nonsense) as port:
        assert asyncio.run(look(f"http://127.0.0.1:{port}")) == io.ViewFailed(io.Failure.MALFORMED_REPLY)


def test_nobody_listening_is_a_refused_connection() -> None:
    with far_end(hang_up) as port:
        pass
    assert asyncio.run(look(f"http://127.0.0.1:{port}")) == io.ViewFailed(io.Failure.REFUSED_CONNECTION)


def stream_three(connection: socket.socket) -> None:
    """A stream of three messages (an event, a heartbeat, the goodbye) that ends there."""
    connection.recv(65_536)
    told = msgspec.json.encode(event(11))
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        b": at 1 epoch 1\n\nid: 11\ndata: %b\n\n: at 2 epoch 1\nevent: head\ndata: 12\n\nevent: end\ndata: {}\n\n"
        % told
    )


def test_a_stream_brings_events_heartbeats_and_its_end() -> None:
    async def heard(port: int) -> list[io.Heard]:
        async with HubClient(HubAddress(f"http://127.0.0.1:{port}"), None) as client:
            return [one async for one in client.follow(10)]

    with far_end(stream_three) as port:
        lost = io.StreamLost(io.Failure.REFUSED_CONNECTION)
        assert asyncio.run(heard(port)) == [io.StreamEvent(event(11)), io.StreamHead(12), lost]


@pytest.mark.parametrize(
    ("kind", "content", "body"),
    [
        (b"application/pdf", b"%PDF-1.4 \xff", b"%PDF-1.4 \xff"),
        (b"application/json", b'{"png": "AAAA"}', {"png": "AAAA"}),
        (b"text/html", b"<p>", None),
    ],
)
def test_a_document_is_answered_as_bytes_and_the_rest_as_plain_values(kind: bytes, content: bytes, body: Any) -> None:
    def hand_out(connection: socket.socket) -> None:
        connection.recv(65_536)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        connection.sendall(head % (kind, len(content)) + content)

    async def ask(url: str) -> Answered:
        async with HubClient(HubAddress(url), None) as client:
            return await client.ask(Question(id="q", method="GET", path="/v1/cases/C/documents/1"))

    with far_end(hand_out) as port:
        assert asyncio.run(ask(f"http://127.0.0.1:{port}")) == Answered("q", 200, body)
