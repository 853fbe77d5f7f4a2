"""HTTP far ends: many hosts at once, any split, late and lost answers, noise, and a large answer to a slow reader."""

import socket
import threading
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.far_end import UnknownControl
from drivers.far_lines.line import Watch
from drivers.far_lines.make import make_far_line
from drivers.http_far_end import MOST_BODY, Asked, HttpHosts, Later, Reply
from drivers.stage import Player
from tests.support.wires import left_open, open_files, staged

LARGE = bytes(range(256)) * 40_000
REQUEST = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"


class Web:
    """A far end with a few pages."""

    def __init__(self) -> None:
        self._http = HttpHosts(self._answer)
        self.heard, self.said, self.next_due = self._http.heard, self._http.said, self._http.next_due

    def receive(self, data: bytes, now: float) -> None:
        """Only hosts talk."""

    def outgoing(self, now: float) -> bytes:
        return b""

    def controls(self) -> dict[str, str]:
        return {}

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        raise UnknownControl(control, ())

    def state(self) -> dict[str, Any]:
        return {}

    def _answer(self, asked: Asked, now: float) -> Reply | Later | None:
        if asked.path == "/late":
            return Later(0.05, lambda then: Reply(200, b"late" if then >= now + 0.05 else b"early", "text/plain"))
        if asked.path == "/lost":
            return None
        if asked.path == "/large":
            return Reply(200, LARGE, "application/octet-stream")
        return Reply(200, asked.method.encode() + b" " + asked.body, "text/plain")


def url(player: Player, path: str) -> str:
    return f"http://{player.address.removeprefix('http:')}{path}"


def test_hosts_are_served_side_by_side_and_leave_nothing_behind() -> None:
    before = open_files()
    with staged(Web(), "http:127.0.0.1:0") as (_stage, player):
        one, other = httpx.Client(trust_env=False), httpx.Client(trust_env=False)
        for client in (one, other, one, other):
            assert client.post(url(player, "/echo"), content=b"hello").text == "POST hello"
        assert one.get(url(player, "/late")).text == "late"
        with pytest.raises(httpx.RemoteProtocolError):
            other.get(url(player, "/lost"))
        assert other.get(url(player, "/")).text == "GET "
        one.close()
        other.close()
    assert not left_open(before)


def test_a_large_answer_reaches_a_slow_reader_whole() -> None:
    with staged(Web(), "http:127.0.0.1:0") as (_stage, player):
        host, port = player.address.removeprefix("http:").split(":")
        with socket.create_connection((host, int(port))) as slow:
            slow.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            with httpx.Client(trust_env=False) as quick:
                assert quick.get(url(player, "/")).text == "GET ", "nobody waits for the slow one"
            found = b""
            while piece := slow.recv(1 << 20):
                found += piece
        assert found.endswith(LARGE)


def test_unplug_hangs_up_on_all_and_the_same_port_serves_again() -> None:
    with staged(Web(), "http:127.0.0.1:0") as (stage, player), httpx.Client(trust_env=False) as client:
        address = player.address
        assert client.get(url(player, "/")).text == "GET "
        stage.do(player, "unplug")
        with pytest.raises(httpx.TransportError):
            client.get(url(player, "/"))
        stage.do(player, "plug")
        assert player.address == address
        assert client.get(url(player, "/")).text == "GET "


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("http:", ""),
        ("ipp://", "/ipp/print"),
        ("escl:http://", "/eSCL"),
        ("cups:a4@", ""),
        ("sane:airscan:escl:it:http://", "/eSCL/"),
    ],
)
def test_the_address_that_a_host_opens_is_good_for_the_far_end(before: str, behind: str) -> None:
    with staged(Web(), f"{before}127.0.0.1:0{behind}") as (_stage, player):
        port = int(player.address.removeprefix(f"{before}127.0.0.1:").removesuffix(behind))
        with httpx.Client(trust_env=False) as client:
            assert client.get(f"http://127.0.0.1:{port}/").text == "GET "


@pytest.mark.parametrize("address", ["cups:a4", "sane:test", "http:", "ipp://h/x"])
def test_an_address_without_host_and_port_is_refused(address: str) -> None:
    watch = Watch()
    line = make_far_line(address, watch, lambda _data: None)
    with pytest.raises(ValueError, match="needs host and port"):
        line.plug()
    watch.close()


def test_mute_hears_but_never_answers() -> None:
    with staged(Web(), "http:127.0.0.1:0") as (stage, player), httpx.Client(trust_env=False, timeout=0.2) as client:
        stage.do(player, "mute")
        with pytest.raises(httpx.ReadTimeout):
            client.get(url(player, "/"))
        stage.do(player, "mute", on=False)
        assert client.get(url(player, "/")).text == "GET "


def said_to(web: HttpHosts, host: int, now: float = 0.0) -> bytes:
    return b"".join(data for number, data in web.said(now) if number == host)


def echoing() -> HttpHosts:
    return HttpHosts(lambda asked, _now: Reply(200, asked.body, "text/plain"))


@given(st.data())
def test_any_split_gives_the_same_answers(data: st.DataObject) -> None:
    web, stream = echoing(), REQUEST * 3
    at = 0
    while at < len(stream):
        size = data.draw(st.integers(1, 40))
        web.heard(1, stream[at : at + size], 0.0)
        at += size
    assert said_to(web, 1).count(b"hello") == 3


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=20))
@settings(max_examples=60)
def test_noise_of_one_host_does_not_reach_another(noise: list[bytes]) -> None:
    web = echoing()
    for piece in noise:
        web.heard(1, piece, 0.0)
    web.heard(2, REQUEST, 0.0)
    assert said_to(web, 2).endswith(b"hello")


def test_a_careful_host_is_asked_for_its_body() -> None:
    web = echoing()
    head, body = REQUEST.replace(b"Host: x", b"Host: x\r\nExpect: 100-continue").split(b"\r\n\r\n")
    web.heard(1, head + b"\r\n\r\n", 0.0)
    assert said_to(web, 1).startswith(b"HTTP/1.1 100")
    web.heard(1, body, 0.0)
    assert said_to(web, 1).endswith(b"hello")


def test_a_body_without_end_is_refused() -> None:
    web, piece = echoing(), bytes(1 << 20)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    web.heard(1, head, 0.0)
    for _ in range((MOST_BODY >> 20) + 1):
        web.heard(1, b"100000\r\n" + piece + b"\r\n", 0.0)
    assert said_to(web, 1).startswith(b"HTTP/1.1 413")


def test_whoever_hangs_up_is_not_answered_later() -> None:
    web = HttpHosts(lambda _asked, _now: Later(1.0, lambda _then: Reply(200)))
    web.heard(1, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0.0)
    assert web.next_due() == 1.0
    web.heard(1, b"", 0.5)
    assert web.next_due() is None
    assert web.said(2.0) == []


def test_only_so_many_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.far_lines.many_hosts.MOST_HOSTS", 2)
    with staged(Web(), "http:127.0.0.1:0") as (_stage, player):
        host, port = player.address.removeprefix("http:").split(":")
        held = [socket.create_connection((host, int(port)), timeout=5) for _ in range(2)]
        for one in held:
            one.sendall(REQUEST)
            assert one.recv(4096)
        with socket.create_connection((host, int(port)), timeout=5) as third:
            third.sendall(REQUEST)
            try:
                assert third.recv(4096) == b""
            except ConnectionResetError:
                assert threading.active_count() > 0, "a reset is a hang-up too"
        for one in held:
            one.close()
