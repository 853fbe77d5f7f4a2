"""A stage with simulators for one test, and waiting for something to become true."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drivers.far_end import FarEnd, UnknownControl
from drivers.stage import Player, Stage
from hall.ports.status import Device, StatusWord


class Echo:
    """The smallest far end: answers what it hears, upper case, and counts it."""

    def __init__(self) -> None:
        self.heard = b""
        self._answers = b""

    def receive(self, data: bytes, now: float) -> None:
        self.heard += data
        self._answers += data.upper()

    def outgoing(self, now: float) -> bytes:
        answers, self._answers = self._answers, b""
        return answers

    def next_due(self) -> float | None:
        return None

    def controls(self) -> dict[str, str]:
        return {"say": "Send text=... by itself.", "fail": "Have a bug at the next turn."}

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        if control == "say":
            self._answers += arguments["text"].encode()
            return {"said": len(arguments["text"])}
        if control == "fail":
            self.outgoing = None  # type: ignore[assignment, method-assign]  # the bug
            return {}
        raise UnknownControl(control, ())

    def state(self) -> dict[str, Any]:
        return {"heard": self.heard.decode("ascii", "replace")}


@contextmanager
def staged(far_end: FarEnd, address: str, **kwargs: Any) -> Iterator[tuple[Stage, Player]]:
    """Run one far end behind an address for the length of a test."""
    stage = Stage()
    player = stage.add(far_end, address, **kwargs)
    stage.start()
    try:
        yield stage, player
    finally:
        stage.stop()


def until(true: Callable[[], object], within_s: float = 10.0) -> None:
    """Wait until something is true; the limit only ends a test that has failed already."""
    pause, deadline = threading.Event(), time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it never became true"
        pause.wait(0.005)


def until_word(device: Device, *words: StatusWord) -> None:
    """Wait until a device reports one of some states."""
    until(lambda: device.status().word in words)


def left_open(before: set[str]) -> set[str]:
    """Return what is open now and was not: another test's forgotten store may be collected and closed meanwhile."""
    return open_files() - before


def open_files() -> set[str]:
    """Return the open descriptors of this process with what they point to."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            found.add(f"{name} {Path(f'/proc/self/fd/{name}').readlink()}")
        except FileNotFoundError:
            continue  # the listing's own descriptor
    return {line for line in found if "/proc/" not in line}
