"""JSON lines to an app's remote-control socket: how the story touches and sees widgets."""

import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from drivers.control import ask


class NotDone(RuntimeError):
    """The far side refused or never answered; the text says which socket and why."""


class Remote:
    """One app under remote control; every method raises `NotDone` with the app's own reason."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def tap(self, name: str, wait_s: float = 5.0) -> None:
        """Wait until a widget is visible, and touch it."""
        self.wait(name, timeout_s=wait_s)
        self._do({"do": "tap", "name": name})

    def draw(self, name: str, points: Sequence[tuple[float, float]]) -> None:
        """Draw one stroke on a widget, in fractions of its size."""
        self._do({"do": "draw", "name": name, "points": list(points)})

    def type(self, name: str, keys: str) -> None:
        """Type into a widget."""
        self._do({"do": "type", "name": name, "keys": keys})

    def press(self, key: str) -> None:
        """Press one key, e.g. ``F2``."""
        self._do({"do": "press", "key": key})

    def hold(self, name: str, seconds: float) -> None:
        """Touch a widget and stay on it."""
        self.wait(name)
        self._do({"do": "hold", "name": name, "ms": round(seconds * 1000)})

    def clear(self, name: str) -> None:
        """Empty a line of text."""
        self._do({"do": "clear", "name": name})

    def wait(self, name: str, text: str = "", timeout_s: float = 5.0) -> str:
        """Wait until a widget is visible and its text matches the pattern; return the text."""
        answer = self._do({"do": "wait", "name": name, "text": text, "timeout_s": timeout_s}, timeout_s + 5)
        return str(answer.get("text", ""))

    def shows(self, name: str) -> bool:
        """Whether a widget is visible now."""
        return any(widget["name"] == name for widget in self.widgets())

    def widgets(self) -> list[dict[str, Any]]:
        """Return every visible named widget with its text and whether it may be touched."""
        found: list[dict[str, Any]] = self._do({"do": "list"})["widgets"]
        return found

    def enabled(self, name: str) -> bool:
        """Whether a visible widget may be touched."""
        return any(widget["name"] == name and widget["enabled"] for widget in self.widgets())

    def grab(self, path: Path) -> None:
        """Save a picture of the window."""
        self._do({"do": "grab", "path": str(path)}, 15.0)

    def _do(self, message: dict[str, Any], timeout_s: float = 10.0) -> dict[str, Any]:
        try:
            answer = ask(self._path, message, timeout_s)
        except OSError as problem:
            raise NotDone(f"{self._path.stem}: {message}: {problem}") from problem
        if not answer.get("ok"):
            raise NotDone(f"{self._path.stem}: {message}: {answer.get('error')}")
        return answer


class Simulator:
    """One simulated device under its control socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def do(self, control: str, **arguments: Any) -> dict[str, Any]:
        """Carry out a control, e.g. ``paper_out``."""
        try:
            answer = ask(self._path, {"do": control, **arguments})
        except OSError as problem:
            raise NotDone(f"{self._path.stem}: {control}: {problem}") from problem
        if not answer.get("ok"):
            raise NotDone(f"{self._path.stem}: {control}: {answer.get('error')}")
        return answer

    def device(self) -> dict[str, Any]:
        """Return the device's own state."""
        state: dict[str, Any] = self.do("state")["state"]
        device: dict[str, Any] = state["device"]
        return device


def wait_for_socket(path: Path, timeout_s: float, alive: Callable[[], bool] = lambda: True) -> None:
    """Return once somebody listens at `path`.

    Raises:
        NotDone: nobody did in time, or `alive` says that nobody will.

    """
    end = time.monotonic() + timeout_s
    while time.monotonic() < end and alive():
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            try:
                line.connect(str(path))
            except OSError:
                time.sleep(0.05)
            else:
                return
    raise NotDone(f"nobody listens at {path}")
