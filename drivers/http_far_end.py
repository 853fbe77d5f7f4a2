"""The HTTP of a simulated network device, sans-IO: bytes of many hosts in, answers out, the clock passed in.

h11 reads and writes the messages; the device gives one answer for each request, at once or after a while (a page takes
its time), or none at all (a lost reply). What a host may send is bounded; what is no HTTP is answered 400 and ended.
"""

from collections.abc import Callable
from typing import NamedTuple

import h11

MOST_BODY = 64 << 20
"""Bytes; a longer request is refused with 413."""
MOST_HEAD = 16 << 10


class Asked(NamedTuple):
    """One request. Names of headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Reply(NamedTuple):
    """One answer. Without a content type it has no body."""

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class Later(NamedTuple):
    """The answer is made after so many seconds, from what is true then; None hangs up without one."""

    after_s: float
    answer: Callable[[float], "Reply | Later | None"]


Answer = Callable[[Asked, float], Reply | Later | None]


class _Host:
    """One connection."""

    def __init__(self) -> None:
        self.http = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)
        self.request: h11.Request | None = None
        self.body = bytearray()


class HttpHosts:
    """All connections of one device; its `heard`, `said` and `next_due` are those of the far end."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._hosts: dict[int, _Host] = {}
        self._out: list[tuple[int, bytes]] = []
        self._later: list[tuple[float, int, Later]] = []

    def heard(self, number: int, data: bytes, now: float) -> None:
        """Take bytes of one host; b"" when it has hung up, and what it waited for is forgotten."""
        if not data:
            self._forget(number)
            return
        host = self._hosts.setdefault(number, _Host())
        try:
            host.http.receive_data(data)
        except h11.RemoteProtocolError:
            self._refuse(number, host, 400)
            return
        self._turn(number, host, now)

    def said(self, now: float) -> list[tuple[int, bytes]]:
        """Return what is due by now."""
        for entry in [entry for entry in self._later if entry[0] <= now]:
            self._later.remove(entry)
            _at, number, later = entry
            host = self._hosts[number]
            if self._give(number, host, later.answer(now), now):
                self._turn(number, host, now)
        out, self._out = self._out, []
        return out

    def next_due(self) -> float | None:
        """When the next late answer is due; at once while something waits to be fetched."""
        if self._out:
            return 0.0
        return min((entry[0] for entry in self._later), default=None)

    def _turn(self, number: int, host: _Host, now: float) -> None:
        """Read on, request by request, until more bytes or a late answer are needed."""
        try:
            while self._took_event(number, host, now):
                if len(host.body) > MOST_BODY:
                    self._refuse(number, host, 413)
                    return
        except h11.RemoteProtocolError:
            self._refuse(number, host, 400)

    def _took_event(self, number: int, host: _Host, now: float) -> bool:
        event = host.http.next_event()
        if isinstance(event, h11.Request):
            host.request, host.body = event, bytearray()
        elif isinstance(event, h11.Data):
            host.body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return self._asked(number, host, now)
        else:
            self._go_on(number, host)
            return False
        return True

    def _go_on(self, number: int, host: _Host) -> None:
        """Ask for the body that a careful host holds back."""
        if host.http.they_are_waiting_for_100_continue:
            self._put(number, host.http.send(h11.InformationalResponse(status_code=100, headers=[])))

    def _asked(self, number: int, host: _Host, now: float) -> bool:
        assert host.request is not None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in host.request.headers}
        path = host.request.target.decode("latin-1")
        asked = Asked(host.request.method.decode("latin-1"), path, headers, bytes(host.body))
        host.body = bytearray()
        return self._give(number, host, self._answer(asked, now), now)

    def _give(self, number: int, host: _Host, answer: Reply | Later | None, now: float) -> bool:
        """Answer; True where the next request of this connection may follow."""
        if isinstance(answer, Later):
            self._later.append((now + answer.after_s, number, answer))
            return False
        if answer is not None:
            self._send(number, host, answer)
            if host.http.our_state is h11.DONE and host.http.their_state is h11.DONE:
                host.http.start_next_cycle()
                return True
        self._end(number)
        return False

    def _send(self, number: int, host: _Host, reply: Reply) -> None:
        headers = [("Content-Length", str(len(reply.body))), *reply.headers]
        if reply.content_type:
            headers.append(("Content-Type", reply.content_type))
        self._put(number, host.http.send(h11.Response(status_code=reply.status, headers=headers)))
        is_head = host.request is not None and host.request.method == b"HEAD"
        if reply.body and not is_head:
            self._put(number, host.http.send(h11.Data(data=reply.body)))
        self._put(number, host.http.send(h11.EndOfMessage()))

    def _refuse(self, number: int, host: _Host, status: int) -> None:
        if host.http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._send(number, host, Reply(status, headers=(("Connection", "close"),)))
        self._end(number)

    def _put(self, number: int, data: bytes | None) -> None:
        if data:
            self._out.append((number, data))

    def _end(self, number: int) -> None:
        self._out.append((number, b""))
        self._forget(number)

    def _forget(self, number: int) -> None:
        self._hosts.pop(number, None)
        self._later = [entry for entry in self._later if entry[1] != number]
