"""Life of a strip: the newest content wins, is shown once the line allows, and again after every return."""

import threading
import time
from itertools import cycle
from typing import Any

import msgspec

from drivers.catalog import Opening
from drivers.counter_screen.options import Options
from drivers.counter_screen.talk import FIRST, SECOND, OnbonTalk, ProfileTalk, Talk
from drivers.key_line import line_of
from drivers.profile import profile_of
from drivers.supervise import Life, Supervised
from drivers.transport import LineSettings, Transport, TransportLost, open_stream
from hall.domain.ids import DeviceName
from hall.ports.counter_screen import NotShown, ScreenContent, Shown
from hall.ports.status import Status, StatusWord

__all__ = ["CounterStrip", "Options", "open_device"]


class CounterStrip:
    """CounterScreen over any talk. Every shown content is told as Shown or NotShown."""

    def __init__(self, opening: Opening, talk: Talk, lines: list[LineSettings], refresh_s: int) -> None:
        self._opening, self._talk = opening, talk
        self._lines = cycle(lines)
        self._line, self._several_lines = next(self._lines), len(lines) > 1
        self._refresh_s = talk.refresh_s if refresh_s < 0 else refresh_s
        self._lock = threading.Lock()
        self._content: ScreenContent | None = None
        self._fresh = False
        self._looked_at = 0.0
        self._supervised = Supervised(opening.name, self._open, self._serve, opening.emit)

    @property
    def name(self) -> DeviceName:
        """Name in the configuration."""
        return self._opening.name

    def status(self) -> Status:
        """Return the last known status; UNKNOWN for strips that never answer."""
        return self._supervised.life.status

    def show(self, content: ScreenContent) -> None:
        """Show the newest content as soon as the line is free; never blocks."""
        with self._lock:
            self._content, self._fresh = content, True
        self._supervised.wake()

    def close(self) -> None:
        """Give the line back; the strip keeps what it shows."""
        self._supervised.close()

    def _open(self) -> Transport:
        return open_stream(self._opening.address, self._line)

    def _serve(self, port: Transport, life: Life) -> None:
        status = self._talk.greet(port)
        if status.word is StatusWord.OFFLINE and self._several_lines:
            tried, self._line = self._line.baud, next(self._lines)
            raise TransportLost(f"{status.reason}; not at {tried} baud, trying {self._line.baud}")
        life.report(status)
        with self._lock:
            self._fresh = self._content is not None
        shown_at = self._looked_at = time.monotonic()
        while not life.stopping.is_set():
            content = self._taken(shown_at)
            if content is not None:
                self._deliver(port, life, content)
                shown_at = self._looked_at = time.monotonic()
            else:
                self._idle(port, life)

    def _taken(self, shown_at: float) -> ScreenContent | None:
        with self._lock:
            due = self._refresh_s and time.monotonic() - shown_at >= self._refresh_s
            taken = self._content if self._fresh or due else None
            self._fresh = False
        return taken

    def _deliver(self, port: Transport, life: Life, content: ScreenContent) -> None:
        try:
            status = self._talk.show(port, content)
        except TransportLost as problem:
            life.emit(NotShown(Status(StatusWord.OFFLINE, str(problem))))
            raise
        life.report(status)
        life.emit(Shown(status.word is StatusWord.READY) if status.usable else NotShown(status))
        if not status.usable:
            with self._lock:
                self._fresh = self._fresh or status.word is StatusWord.OFFLINE

    def _idle(self, port: Transport, life: Life) -> None:
        """Wait for work, and look after the strip now and then; what it says unasked is dropped."""
        port.read(64, max(0.0, self._looked_at + self._talk.look_every_s - time.monotonic()))
        if time.monotonic() < self._looked_at + self._talk.look_every_s:
            return
        status = self._talk.look(port)
        self._looked_at = time.monotonic()
        if status is not None:
            self._looked(life, status)

    def _looked(self, life: Life, status: Status) -> None:
        if life.status.word is StatusWord.OFFLINE and status.usable:
            with self._lock:
                self._fresh = self._content is not None  # power came back: the area lives in RAM
        life.report(status)


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> CounterStrip:
    """Open a strip; it reconnects by itself until closed."""
    if row["protocol"] == "onbon":
        bauds = [options.baud] if options.baud else row["bauds"]
        lines = [LineSettings(baud=baud) for baud in bauds]
        talk = OnbonTalk(options, opening.now, SECOND if row.get("generation") == 2 else FIRST)
        return CounterStrip(opening, talk, lines, options.refresh_s)
    profile = profile_of(row)
    line = line_of(profile, options.baud)
    if options.line:
        said = options.line
        line = msgspec.structs.replace(line, data_bits=int(said[0]), parity=said[1], stop_bits=int(said[2]))
    return CounterStrip(opening, ProfileTalk(profile, options), [line], options.refresh_s)
