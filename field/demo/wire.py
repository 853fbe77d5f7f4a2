"""JSON lines over a Unix socket: how the story touches widgets and steers simulators."""

import json
import socket
import time
from pathlib import Path
from typing import Any


class NotDone(RuntimeError):
    """The far side refused or never answered; the text says which socket and why."""


def ask(path: Path, message: dict[str, Any], timeout_s: float = 10.0) -> dict[str, Any]:
    """Send one message and return the answer.

    Raises:
        NotDone: nobody listens, no answer in time, or the answer carries ``error``.

    """
    try:
        answer = _exchange(path, message, timeout_s)
    except (OSError, ValueError) as problem:
        raise NotDone(f"{path.name}: {message}: {problem}") from problem
    if "error" in answer:
        raise NotDone(f"{path.name}: {message}: {answer['error']}")
    return answer


def _exchange(path: Path, message: dict[str, Any], timeout_s: float) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(timeout_s)
        line.connect(str(path))
        line.sendall(json.dumps(message, ensure_ascii=False).encode() + b"\n")
        with line.makefile("rb") as answers:
            answer = json.loads(answers.readline() or b'{"error": "closed without an answer"}')
    if not isinstance(answer, dict):
        raise ValueError(f"not an object: {answer!r}")
    return answer


def wait_for_socket(path: Path, timeout_s: float) -> None:
    """Return once somebody listens at `path`.

    Raises:
        NotDone: nobody did in time.

    """
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            try:
                line.connect(str(path))
            except OSError:
                time.sleep(0.05)
            else:
                return
    raise NotDone(f"nobody listens at {path} after {timeout_s:.0f} s")
