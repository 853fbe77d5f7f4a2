"""A unit's devices opened together for a look, and given back."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from config.devices import DeviceConfig
from drivers import catalog
from drivers.catalog import Opening
from hall.domain.ids import DeviceName
from hall.ports.status import Device, Status, StatusChanged, StatusWord

SETTLE_S = 4.0
"""Twice the time within which a status is true, for controllers that are tried at two speeds."""


class Opened:
    """One device, and what it told since."""

    def __init__(self, config: DeviceConfig) -> None:
        self.config = config
        self.events: list[Any] = []
        self._news = threading.Condition()
        opening = Opening(DeviceName(config.name), config.address, self._take)
        self.device: Device = catalog.open_device(config.kind, config.model, opening, config.options)

    def status(self) -> Status:
        """Return the last known status."""
        return self.device.status()

    def settled(self, deadline: float) -> Status:
        """Wait until it told something usable (of a model that answers, ``unknown`` is not), or the time is over."""
        silent = not answers(self.config)
        self.wait_for(StatusChanged, deadline, lambda event: _says_something(event.status, silent))
        return self.status()

    def wait_for(self, kind: type | tuple[type, ...], deadline: float, fits: Any = lambda _event: True) -> Any:
        """Return the first event of some kind that fits, or None when the time is over."""
        with self._news:
            while True:
                for event in self.events:
                    if isinstance(event, kind) and fits(event):
                        return event
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self._news.wait(left)

    def _take(self, event: object) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()


def _says_something(status: Status, silent: bool) -> bool:
    return status.usable and (silent or status.word is not StatusWord.UNKNOWN)


@contextmanager
def opened(devices: tuple[DeviceConfig, ...]) -> Iterator[list[Opened]]:
    """Open all at once, so that the slowest decides how long it takes; close them at the end."""
    with ExitStack() as stack:
        found = []
        for config in devices:
            device = Opened(config)
            stack.callback(device.device.close)
            found.append(device)
        yield found


def answers(config: DeviceConfig) -> bool:
    """Whether the model answers by itself, so that silence is a fault."""
    row = catalog.model(config.kind, config.model)
    if config.kind == "ticket_printer":
        return str(row.get("status", "eot")) != "none"
    if config.kind == "counter_screen":
        return str(row.get("protocol")) == "onbon"
    if config.kind == "voice":
        return "dialect" in row and getattr(config.options, "answers", True) is True
    if config.kind == "inputs":
        return row["protocol"] not in ("ch340", "gpio")
    if config.kind == "page_scanner":
        return "http" in config.address  # others are seen by their USB node, or not at all
    return config.kind in ("id_card", "document_camera", "ups", "smart_card", "page_printer")
