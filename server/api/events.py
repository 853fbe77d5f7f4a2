"""``GET /v1/events``: the log as it grows (SSE), or a page of it (JSON).

A stream begins after ``Last-Event-ID`` or ``?after=n``, else at the present. Each event is one SSE message whose id is
its seq and whose data is the row exactly as it is in the log. A comment ``: at MILLISECONDS epoch N`` opens the
stream. It comes again whenever nothing else did for `HEARTBEAT_S`, with a message of type ``head`` whose data is the
seq of the newest event: a unit that the last event never reached could not tell otherwise. A message of type ``end``
says that the hub closes the stream on purpose. With ``Accept: application/json`` the answer is one page, at
most 500 rows: ``{"at": ms, "epoch": n, "last_seq": n, "events": [...]}``.
"""

import asyncio
from urllib.parse import parse_qs

from hall.wire.replies import RefusalCode
from hall.wire.stream import STREAM_END, STREAM_HEAD
from server.api.wire import JSON, Receive, Scope, Send, answer, header
from server.hub.core import Hub
from server.hub.fanout import Frame

HEARTBEAT_S = 10.0
MAX_STREAMS = 1000
"""Open streams; more are refused with 503, the units try again."""
_END = b"event: %b\ndata: {}\n\n" % STREAM_END.encode()
_SSE_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Events:
    """The route. Whoever may ask at all may hear the whole log: it names no person."""

    def __init__(self, hub: Hub, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._hub = hub
        self._heartbeat_s = heartbeat_s
        self._joined: tuple[int, int, bytes] = (0, 0, b"")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a stream ends when the client goes or the hub closes."""
        after = _after(scope)
        if after is None:
            await answer(
                send, 400, b'{"code":"%s","message":"after must be a number"}' % RefusalCode.MALFORMED.encode()
            )
        elif JSON in (header(scope, b"accept") or b""):
            await answer(send, 200, self._page(max(after, 0)))
        elif self._hub.fanout.listeners >= MAX_STREAMS:
            await answer(send, 503, b'{"code":"busy","message":"too many streams"}')
        else:
            await self._stream(receive, send, self._hub.fanout.last_seq if after < 0 else after)

    def _page(self, after: int) -> bytes:
        rows = b",".join(raw for _, raw in self._hub.fanout.piece(after))
        head = (self._hub.clock(), self._hub.epoch, self._hub.fanout.last_seq)
        return b'{"at":%d,"epoch":%d,"last_seq":%d,"events":[%b]}' % (*head, rows)

    async def _stream(self, receive: Receive, send: Send, after: int) -> None:
        fanout = self._hub.fanout
        fanout.listeners += 1
        hung_up = asyncio.create_task(_hung_up(receive))
        hung_up.add_done_callback(lambda _task: fanout.rouse())
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _SSE_HEADERS})
            await _more(send, b"%b\n\n" % self._at())
            while not hung_up.done():
                news = await fanout.wait(after, self._heartbeat_s)
                frames = fanout.piece(after)
                if frames:
                    await _more(send, self._joined_frames(frames))
                    after = frames[-1][0]
                elif fanout.closed:
                    await _more(send, _END)
                    break
                elif not news:
                    await _more(send, self._beat())
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            hung_up.cancel()
            fanout.listeners -= 1

    def _beat(self) -> bytes:
        return b"%b\nevent: %b\ndata: %d\n\n" % (self._at(), STREAM_HEAD.encode(), self._hub.fanout.last_seq)

    def _at(self) -> bytes:
        return b": at %d epoch %d" % (self._hub.clock(), self._hub.epoch)

    def _joined_frames(self, frames: list[Frame]) -> bytes:
        """Return frames as SSE; listeners at the same place share the bytes."""
        first, last = frames[0][0], frames[-1][0]
        if self._joined[:2] != (first, last):
            self._joined = (first, last, b"".join(b"id: %d\ndata: %b\n\n" % frame for frame in frames))
        return self._joined[2]


async def _more(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _hung_up(receive: Receive) -> None:
    """Return when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _after(scope: Scope) -> int | None:
    """Return where to begin: -1 for the present, None if it cannot be read."""
    last = header(scope, b"last-event-id")
    asked = last.decode("latin-1") if last else parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[-1]
    if not asked:
        return -1
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
