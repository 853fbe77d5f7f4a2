"""A closed-loop HTTP client on raw sockets, so that the client costs little beside the server it measures."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, cast

import msgspec
import uuid_utils

CommandMaker = Callable[[dict[str, Any] | None], dict[str, Any] | None]
"""Gets the last reply (None at first) and returns the next command, or None at the end."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def new_key() -> str:
    """Return a command key."""
    return str(uuid_utils.uuid7())


@dataclass
class Tally:
    """What a phase saw. Latencies in ms."""

    latencies: list[float] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """Return a percentile of the latencies, 0 without any."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class Connection(asyncio.Protocol):
    """One keep-alive connection of a unit."""

    def __init__(self, bearer: str) -> None:
        self._head = (
            "POST /v1/commands HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {bearer}\r\nContent-Length: "
        ).encode()
        self._buffer = b""
        self._answer: asyncio.Future[bytes] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass

    def data_received(self, data: bytes) -> None:
        """Gather one answer."""
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        if len(body) >= length and self._answer is not None and not self._answer.done():
            self._buffer = b""
            self._answer.set_result(body)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the waiting request fail."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("closed by the hub"))

    async def ask(self, command: dict[str, Any]) -> bytes:
        """Send a command and return the raw reply."""
        assert self._transport is not None
        body = _encode(command)
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(self._head + b"%d\r\n\r\n" % len(body) + body)
        return await self._answer


async def connect(port: int, bearer: str, tls: ssl.SSLContext | None) -> Connection:
    """Open a connection for a unit."""
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(
        lambda: Connection(bearer), "127.0.0.1", port, ssl=tls, server_hostname="127.0.0.1" if tls else None
    )
    return protocol


class _Listener(asyncio.Protocol):
    """An event stream whose bytes are counted and dropped."""

    def __init__(self, bearer: str) -> None:
        self._bearer = bearer
        self.received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        cast(asyncio.Transport, transport).write(
            f"GET /v1/events HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {self._bearer}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Count."""
        self.received += len(data)


async def listen(port: int, count: int, tls: ssl.SSLContext | None) -> list[_Listener]:
    """Open `count` event streams."""
    loop = asyncio.get_running_loop()
    found = []
    for index in range(count):
        bearer = f"lobby:lobby-{index}"
        _, protocol = await loop.create_connection(
            lambda bearer=bearer: _Listener(bearer),  # a default binds the loop's value
            "127.0.0.1",
            port,
            ssl=tls,
            server_hostname="127.0.0.1" if tls else None,
        )
        found.append(protocol)
    return found


async def drive(connections: list[Connection], makers: list[CommandMaker], seconds: float) -> Tally:
    """Let each connection send what its maker makes, one after the other, until the time is over or nothing is left."""
    tally = Tally()
    started = perf_counter()

    async def one(connection: Connection, make: CommandMaker) -> None:
        reply: dict[str, Any] | None = None
        while perf_counter() - started < seconds and (command := make(reply)) is not None:
            sent = perf_counter()
            raw = await connection.ask(command)
            tally.latencies.append((perf_counter() - sent) * 1000)
            reply = _decode(raw)
            assert reply is not None
            if reply["re"] == "done":
                tally.replies.append(reply)
            else:
                tally.refused += 1

    await asyncio.gather(*(one(connection, make) for connection, make in zip(connections, makers, strict=True)))
    tally.seconds = perf_counter() - started
    return tally


def issuing(items: Iterator[str]) -> CommandMaker:
    """Return a maker of issue commands."""
    return lambda _reply: {"do": "issue", "key": new_key(), "item": next(items)}


def confirming(tickets: Iterator[str]) -> CommandMaker:
    """Return a maker that confirms tickets until there are no more."""

    def make(_reply: dict[str, Any] | None) -> dict[str, Any] | None:
        ticket = next(tickets, None)
        return None if ticket is None else {"do": "confirm", "key": new_key(), "ticket": ticket}

    return make


def calling(counter: str) -> CommandMaker:
    """Return a maker that presses call-next and start in turn: each call-next finishes the visitor before."""
    pressed = {"called": False}

    def make(reply: dict[str, Any] | None) -> dict[str, Any] | None:
        pressed["called"] = reply is not None and not pressed["called"]
        return {"do": "start" if pressed["called"] else "call_next", "key": new_key(), "counter": counter}

    return make
