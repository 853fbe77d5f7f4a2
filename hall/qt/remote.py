"""`--remote-control SOCKET`: another process taps, types, looks and waits, by object name. Demo units only.

One request a line, one answer a line, both JSON, on a Unix socket of mode 0600::

    {"do": "tap", "name": "tile_take-number"}            -> {"ok": true}
    {"do": "draw", "name": "ink", "points": [[0.1, 0.5], [0.9, 0.5]]}  -> {"ok": true}  (one stroke, in fractions)
    {"do": "type", "keys": "1234", "name": "pin"}        -> {"ok": true}       (name may be left out: the focus)
    {"do": "press", "key": "F2"}                         -> {"ok": true}
    {"do": "hold", "name": "clock", "ms": 2000}          -> {"ok": true}       (released that much later)
    {"do": "clear", "name": "pin"}                       -> {"ok": true}
    {"do": "grab", "path": "home.png"}                   -> {"ok": true, "width": 1080, "height": 1920}
    {"do": "list"}                                       -> {"ok": true, "widgets": [{"name", "text", "x", ...}]}
    {"do": "wait", "name": "done", "text": "^A0", "timeout_s": 5}  -> {"ok": true, "text": "A023"}
    {"do": "quit"}                                       -> {"ok": true}

A request that cannot be carried out is answered ``{"ok": false, "error": "..."}``. Taps are mouse events at the
middle of the widget, given to what really lies there, and refused when it is hidden, disabled or covered.
"""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtNetwork import QLocalServer, QLocalSocket
from PyQt6.QtWidgets import QApplication

from hall.qt import hands
from hall.qt.hands import CannotTouch

POLL_MS = 20
LONGEST_LINE = 64 * 1024
DEFAULT_WAIT_S = 5.0

log = structlog.get_logger("remote")


class RemoteControlRefused(PermissionError):
    """Remote control was asked for on a unit that is not a demo."""


def require_demo(demo: bool) -> None:
    """Refuse remote control on a production unit.

    Raises:
        RemoteControlRefused: `unit.demo` is not true.

    """
    if not demo:
        raise RemoteControlRefused(
            "--remote-control needs unit.demo = true; a production unit takes no taps from outside"
        )


class RemoteControl(QObject):
    """The server. Lives on the GUI thread, so every request sees a settled screen."""

    def __init__(self, path: Path, demo: bool, parent: QObject | None = None) -> None:
        require_demo(demo)
        super().__init__(parent)
        self._path = path
        path.unlink(missing_ok=True)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        if not self._server.listen(os.fspath(path)):
            raise OSError(f"remote control cannot listen on {path}: {self._server.errorString()}")
        log.warning("remote control is open", socket=os.fspath(path))

    def close(self) -> None:
        """Stop listening and remove the socket."""
        self._server.close()
        self._path.unlink(missing_ok=True)

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            Visitor(socket, self)


class Visitor(QObject):
    """One connection: its lines are carried out one after another."""

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = socket
        self._received = bytearray()
        self._waiting: Callable[[], dict[str, Any] | None] | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look_again)
        self._acts: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
            "tap": self._tap,
            "draw": self._draw,
            "type": self._type,
            "press": self._press,
            "hold": self._hold,
            "clear": self._clear,
            "grab": self._grab,
            "list": self._list,
            "wait": self._wait,
            "quit": self._quit,
        }
        socket.setParent(self)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self.deleteLater)

    def _read(self) -> None:
        self._received += self._socket.readAll().data()
        if len(self._received) > LONGEST_LINE:
            self._socket.abort()
            return
        self._next()

    def _next(self) -> None:
        while self._waiting is None and b"\n" in self._received:
            line, _, rest = bytes(self._received).partition(b"\n")
            self._received = bytearray(rest)
            answer = self._carry_out(line)
            if answer is not None:
                self._answer(answer)

    def _carry_out(self, line: bytes) -> dict[str, Any] | None:
        """Return the answer, or None when it comes later (`wait`)."""
        try:
            request = json.loads(line)
            act = self._acts[request["do"]]
        except (ValueError, KeyError, TypeError):
            return _refused(f"not a request; known: {', '.join(self._acts)}")
        try:
            return act(request)
        except CannotTouch as problem:
            return _refused(str(problem))
        except (KeyError, TypeError, ValueError, re.error) as problem:
            return _refused(f"bad request: {problem}")

    def _answer(self, answer: dict[str, Any]) -> None:
        self._socket.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        self._socket.flush()

    def _tap(self, request: dict[str, Any]) -> dict[str, Any]:
        hands.tap(str(request["name"]))
        return {"ok": True}

    def _draw(self, request: dict[str, Any]) -> dict[str, Any]:
        hands.draw(str(request["name"]), [(float(x), float(y)) for x, y in request["points"]])
        return {"ok": True}

    def _type(self, request: dict[str, Any]) -> dict[str, Any]:
        hands.type_keys(str(request["keys"]), str(request.get("name", "")))
        return {"ok": True}

    def _press(self, request: dict[str, Any]) -> dict[str, Any]:
        hands.press(str(request["key"]))
        return {"ok": True}

    def _hold(self, request: dict[str, Any]) -> dict[str, Any]:
        hands.hold(str(request["name"]), int(request["ms"]))
        return {"ok": True}

    def _clear(self, request: dict[str, Any]) -> dict[str, Any]:
        hands.clear(str(request["name"]))
        return {"ok": True}

    def _grab(self, request: dict[str, Any]) -> dict[str, Any]:
        size = hands.grab(Path(str(request["path"])), str(request.get("name", "")))
        return {"ok": True, "width": size.width(), "height": size.height()}

    def _list(self, _request: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "widgets": [hands.describe(widget) for widget in hands.visible()]}

    def _wait(self, request: dict[str, Any]) -> None:
        name = str(request["name"])
        wanted = re.compile(str(request.get("text", "")))
        rounds = max(1, round(float(request.get("timeout_s", DEFAULT_WAIT_S)) * 1000 / POLL_MS))
        left = iter(range(rounds, -1, -1))

        def look() -> dict[str, Any] | None:
            widget = hands.find(name)
            text = hands.text_of(widget) if widget is not None else None
            if text is not None and wanted.search(text):
                return {"ok": True, "text": text}
            if next(left, 0) > 0:
                return None
            seen = "is not visible" if text is None else f"shows {text!r}"
            return _refused(f"waited in vain: {name!r} {seen}; visible: {hands.names()}")

        self._waiting = look
        self._poll.start()
        QTimer.singleShot(0, self._look_again)

    def _look_again(self) -> None:
        if self._waiting is None:
            return
        answer = self._waiting()
        if answer is not None:
            self._waiting = None
            self._poll.stop()
            self._answer(answer)
            self._next()

    def _quit(self, _request: dict[str, Any]) -> dict[str, Any]:
        QTimer.singleShot(POLL_MS, QApplication.quit)
        return {"ok": True}


def _refused(why: str) -> dict[str, Any]:
    return {"ok": False, "error": why}
