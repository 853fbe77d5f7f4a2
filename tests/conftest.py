"""Rules for every test: no thread may outlive it; hypothesis and the terminal's language are everywhere the same."""

import os
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

settings.register_profile("ci", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")
os.environ["LC_ALL"] = "C.UTF-8"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what only `./run check` does, by folder and file: the simulated hall, megabytes and simulated days."""
    for item in items:
        if "simulation" in item.path.parts:
            item.add_marker(pytest.mark.simulation)
        if "fuzz" in item.path.parts or item.path.name.startswith("test_a_day_"):
            item.add_marker(pytest.mark.volume)


PATIENCE_S = 2.0
"""Threads that were told to end get this long: joining is theirs, noticing is ours."""


def _strangers(before: set[threading.Thread]) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]


@pytest.fixture(autouse=True)
def _own_log_configuration() -> Iterator[None]:
    """What a test configures of structlog ends with it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """The language that a command was told to print in ends with the test."""
    yield
    say = sys.modules.get("field.commands.say")
    if say is not None:
        say.speak("en")


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + PATIENCE_S
    while _strangers(before) and time.monotonic() < end:
        for thread in _strangers(before):
            thread.join(0.05)
    left = _strangers(before)
    assert not left, f"threads left behind: {[thread.name for thread in left]}"
