"""A simulated device that notes when bytes came in and what it showed or said from then on.

It runs in the benchmark's own process (`drivers.stage`), so its times and those of the key presses are of one clock.
"""

import threading
import time
from typing import Any, NamedTuple

from drivers.far_end import FarEnd


class Portion(NamedTuple):
    """Bytes that reached the device, and when the last of them did (monotonic)."""

    at: float
    size: int


class Sight(NamedTuple):
    """What the device showed or said, and since when."""

    at: float
    text: str


class Observed:
    """A far end around another. `key` is the field of its state that is watched: ``text`` or ``speaking``."""

    def __init__(self, inner: FarEnd, key: str = "text") -> None:
        self._inner, self._key = inner, key
        self._portions: list[Portion] = []
        self._sights: list[Sight] = []
        self._changed = threading.Condition()

    def receive(self, data: bytes, now: float) -> None:
        """Pass bytes on; look whether they changed what is shown."""
        self._inner.receive(data, now)
        shown = str(self._inner.state()[self._key])
        with self._changed:
            self._portions.append(Portion(now, len(data)))
            if shown and (not self._sights or self._sights[-1].text != shown):
                self._sights.append(Sight(now, shown))
                self._changed.notify_all()

    def outgoing(self, now: float) -> bytes:
        """Pass on."""
        return self._inner.outgoing(now)

    def next_due(self) -> float | None:
        """Pass on."""
        return self._inner.next_due()

    def controls(self) -> dict[str, str]:
        """Pass on."""
        return self._inner.controls()

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Pass on."""
        return self._inner.do(control, arguments, now)

    def state(self) -> dict[str, Any]:
        """Pass on."""
        return self._inner.state()

    def await_text(self, part: str, since: float, timeout_s: float) -> Sight | None:
        """Wait until a text with `part` in it was shown after `since`; None when it was not in time."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while True:
                found = next((sight for sight in self._sights if sight.at >= since and part in sight.text), None)
                left = deadline - time.monotonic()
                if found is not None or left <= 0:
                    return found
                self._changed.wait(left)

    def sights(self) -> list[Sight]:
        """Return everything shown or said so far."""
        with self._changed:
            return list(self._sights)

    def bytes_between(self, since: float, until: float) -> int:
        """Return how many bytes reached the device after `since` and not after `until`."""
        with self._changed:
            return sum(portion.size for portion in self._portions if since < portion.at <= until)
