"""The few lines of ASGI that the hot path needs, so that no framework stands between a command and the hub."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

JSON = b"application/json"
encode = msgspec.json.Encoder().encode


class TooLarge(Exception):
    """The body is longer than allowed."""


class Gone(Exception):
    """The client hung up before it had sent everything."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """Return a header of the request, or None."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None


def bearer_of(scope: Scope) -> tuple[str, str | None]:
    """Return bearer and session of a request; the bearer is empty if there is none."""
    bearer, session = "", None
    for key, value in scope["headers"]:
        if key == b"authorization":
            scheme, _, rest = value.partition(b" ")
            if scheme.lower() == b"bearer":
                bearer = rest.decode("latin-1")
        elif key == b"x-session":
            session = value.decode("latin-1") or None
    return bearer, session


async def body_of(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Read the request's body.

    Raises:
        TooLarge: it is, or says it is, longer than `limit`; the rest is not read.
        Gone: the client hung up.

    """
    length = header(scope, b"content-length")
    if length is not None and length.isdigit() and int(length) > limit:
        raise TooLarge
    message = await receive()
    parts: list[bytes] = []
    size = 0
    while True:
        if message["type"] != "http.request":
            raise Gone
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge
        if not message.get("more_body", False):
            return part if not parts else b"".join((*parts, part))
        parts.append(part)
        message = await receive()


async def answer(
    send: Send, status: int, body: bytes, kind: bytes = JSON, more: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    """Send a whole answer."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", kind), (b"content-length", b"%d" % len(body)), *more],
        }
    )
    await send({"type": "http.response.body", "body": body})
