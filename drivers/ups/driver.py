"""Life of a supply: asked once a second, its power told when it becomes another one."""

import threading
import time
from typing import Any

from drivers.catalog import Opening
from drivers.supervise import Life, Supervised
from drivers.transport import LineSettings, Transport, TransportLost, open_stream
from drivers.ups.dialogue import READ_SIZE, SILENT, Dialogue, Look
from drivers.ups.options import Options
from hall.domain.ids import DeviceName
from hall.ports.status import Status, StatusWord
from hall.ports.ups import PowerChanged

__all__ = ["NutUps", "Options", "open_device"]


class NutUps:
    """Ups over a NUT server. Emits PowerChanged when the source becomes another one."""

    def __init__(self, opening: Opening, options: Options) -> None:
        self._opening, self._options = opening, options
        self._lock = threading.Lock()
        self._power: PowerChanged | None = None
        self._told: PowerChanged | None = None
        self._supervised = Supervised(
            opening.name, lambda: open_stream(opening.address, LineSettings()), self._serve, self._emit
        )

    @property
    def name(self) -> DeviceName:
        """Name in the configuration."""
        return self._opening.name

    def status(self) -> Status:
        """Return the last known status."""
        return self._supervised.life.status

    def power(self) -> PowerChanged | None:
        """Return the last known state with its newest figures; None while it is not known."""
        with self._lock:
            return self._power if self.status().usable else None

    def close(self) -> None:
        """Hang up."""
        self._supervised.close()

    def _emit(self, event: object) -> None:
        self._opening.emit(event)

    def _serve(self, port: Transport, life: Life) -> None:
        with self._lock:
            self._power = None
        dialogue = Dialogue(port, self._options)
        while not life.stopping.is_set():
            look_at = time.monotonic() + self._options.poll_s
            look = dialogue.look()
            self._tell(life, look)
            if look.status == SILENT:
                raise TransportLost(SILENT.reason)
            while (left_s := look_at - time.monotonic()) > 0 and not life.stopping.is_set():
                port.read(READ_SIZE, left_s)
            if look.status.word is StatusWord.FAULT:
                return  # upsd takes name and password once a connection, so the next try has one of its own

    def _tell(self, life: Life, look: Look) -> None:
        known = None
        if look.power is not None:
            known = PowerChanged(self.name, look.power, look.charge_percent, look.runtime_s)
        with self._lock:
            self._power = known
        life.report(look.status)
        if known is not None and (self._told is None or self._told.power is not known.power):
            self._told = known
            life.emit(known)


def open_device(opening: Opening, _row: dict[str, Any], options: Options) -> NutUps:
    """Open a supply; it reconnects by itself until closed."""
    return NutUps(opening, options)
