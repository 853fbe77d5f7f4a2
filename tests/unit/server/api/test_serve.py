"""The server as a process: streams and connections when it is told to end, and one write per answer."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from server.store.log import LogReader

KIOSK = {"Authorization": "Bearer kiosk:kiosk-a"}
HEAD = b"POST /v1/commands HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer kiosk:k\r\n"
ISSUE = b'{"do":"issue","key":"k%d","item":"item-1"}'


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-m", "tests.support.hub_process", str(tmp_path), "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process, int(process.stdout.readline().split()[1])
    if process.poll() is None:
        process.kill()
    process.wait(10)
    process.stdout.close()


def test_an_open_stream_gets_its_end_and_the_process_ends_in_order(
    process: tuple[subprocess.Popen[str], int], tmp_path: Path
) -> None:
    server, port = process
    stream = HTTPConnection("127.0.0.1", port, timeout=20)
    stream.request("GET", "/v1/events?after=0", headers=KIOSK)
    response = stream.getresponse()
    assert response.readline().startswith(b": at ")
    idle = socket.create_connection(("127.0.0.1", port))
    client = HTTPConnection("127.0.0.1", port, timeout=20)
    client.request("POST", "/v1/commands", ISSUE % 1, KIOSK)
    assert client.getresponse().read().startswith(b'{"re":"done"')
    server.send_signal(signal.SIGTERM)
    assert response.read().endswith(b"event: end\ndata: {}\n\n")
    assert server.wait(20) == 0
    for one in (stream, client, idle):
        one.close()
    reader = LogReader(tmp_path / "hub.db")
    assert reader.last_seq() == 2
    reader.close()


def test_an_answer_is_one_write(process: tuple[subprocess.Popen[str], int]) -> None:
    _, port = process
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        for one in range(20):
            body = ISSUE % one
            client.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            answer = client.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200")
            assert answer.endswith(b"}")


def test_a_body_that_says_it_is_too_long_is_refused_before_it_is_sent(
    process: tuple[subprocess.Popen[str], int],
) -> None:
    _, port = process
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(HEAD + b"Content-Length: 999999999\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 413")
