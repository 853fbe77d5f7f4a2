"""The control socket of a simulator: JSON lines, one request `{"do": "paper_out", ...}`, one reply each.

Dock, tests and trainers steer every simulator through it. A reply is `{"ok": true, ...}` or
`{"ok": false, "error": "..."}`; a line that is not such a request gets the latter and never harms the loop.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from drivers.far_lines.line import Watch

LONGEST_LINE = 65536
ASK_S = 5.0
Answer = Callable[[dict[str, Any]], dict[str, Any]]


class ControlSocket:
    """The listening side, inside the simulator's loop."""

    def __init__(self, path: Path, watch: Watch, answer: Answer) -> None:
        self._path, self._watch, self._answer = path, watch, answer
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        path.chmod(0o600)
        self._listener.listen(8)
        self._listener.setblocking(False)
        self._visitors: dict[int, socket.socket] = {}
        watch.add(self._listener.fileno(), self._accept)

    def close(self) -> None:
        """Hang up on everyone and remove the socket file."""
        for fd in list(self._visitors):
            self._leave(fd)
        self._watch.drop(self._listener.fileno())
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        with suppress(OSError):
            visitor, _peer = self._listener.accept()
            visitor.setblocking(False)
            fd, unread = visitor.fileno(), bytearray()
            self._visitors[fd] = visitor
            self._watch.add(fd, lambda: self._take(fd, unread))

    def _take(self, fd: int, unread: bytearray) -> None:
        visitor = self._visitors[fd]
        try:
            data = visitor.recv(LONGEST_LINE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        unread += data
        if not data or len(unread) > LONGEST_LINE:
            self._leave(fd)
            return
        *lines, rest = bytes(unread).split(b"\n")
        unread[:] = rest
        with suppress(OSError):
            visitor.sendall(b"".join(msgspec.json.encode(self._reply(line)) + b"\n" for line in lines))

    def _reply(self, line: bytes) -> dict[str, Any]:
        try:
            request = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError as problem:
            return {"ok": False, "error": f"not a JSON object: {problem}"}
        return self._answer(request)

    def _leave(self, fd: int) -> None:
        self._watch.drop(fd)
        self._visitors.pop(fd).close()


def ask(path: str | Path, request: dict[str, Any], timeout_s: float = ASK_S) -> dict[str, Any]:
    """Send one request to a simulator and return its reply.

    Raises:
        OSError: nobody listens there, or no reply within the limit.

    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s)
        connection.connect(str(path))
        connection.sendall(msgspec.json.encode(request) + b"\n")
        with connection.makefile("rb") as replies:
            reply = replies.readline()
    if not reply:
        raise ConnectionResetError(f"{path}: hung up without a reply")
    return msgspec.json.decode(reply, type=dict[str, Any])
