"""Serving an application over HTTP or TLS until told to stop.

uvicorn on uvloop and httptools: TCP_NODELAY is set and an answer leaves in one write (`one_write`). On SIGTERM or
SIGINT the event streams get their end marker first, then open requests have `GRACE_S` to finish, so that a stream
that nobody closes cannot hold the process.
"""

import signal
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
import uvloop

from server.api.app import Front
from server.api.one_write import OneWriteProtocol

GRACE_S = 3
SWITCH_S = 0.0005
"""How long the interpreter lets one thread run on: the writer thread, back from the disk, must not wait for 5 ms."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Paths of a PEM certificate (with its chain) and key."""

    certificate: str
    key: str


class _Server(uvicorn.Server):
    """A uvicorn server that ends its streams before it waits for them."""

    def __init__(self, config: uvicorn.Config, front: Front, ready: Callable[[], Awaitable[None]] | None) -> None:
        super().__init__(config)
        self._front = front
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self._ready is not None and self.started:
            await self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Turn SIGTERM and SIGINT into an orderly end; uvicorn's own would raise them again before the hub closes."""
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then the server."""
        self._front.hub.fanout.close()
        await super().shutdown(sockets)


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a server's main coroutine on uvloop, which sets TCP_NODELAY and costs less than asyncio's own loop."""
    uvloop.run(main)


async def serve(
    front: Front,
    listening: socket.socket,
    tls: Tls | None = None,
    ready: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Serve on a bound socket until SIGTERM or SIGINT; `ready` is awaited when requests are taken.

    The hub is the caller's to close afterwards.
    """
    sys.setswitchinterval(SWITCH_S)
    config = uvicorn.Config(
        front,
        http=OneWriteProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_S,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
        ssl_version=ssl.PROTOCOL_TLS_SERVER,
    )
    await _Server(config, front, ready).serve([listening])


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 lets the system choose.

    Raises:
        OSError: the port is taken or not allowed.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except OSError:
        listening.close()
        raise
    return listening
