"""Life of a board: it is asked again and again, what changed is told, and its outputs are as the hall wants them."""

import threading
import time
from collections.abc import Mapping
from typing import Any

from drivers.catalog import Opening
from drivers.inputs.contacts import ContactSense, ValueSense
from drivers.inputs.gpio_port import open_lines
from drivers.inputs.model import Model, misfit, model_of
from drivers.inputs.options import Channel, Options
from drivers.inputs.talk import Ch340Talk, GpioTalk, Heard, ModbusTalk, Talk
from drivers.supervise import Life, Supervised
from drivers.transport import LineSettings, Transport, open_stream
from hall.domain.ids import DeviceName
from hall.ports.inputs import ContactChanged, Measured
from hall.ports.status import Status, StatusWord

__all__ = ["HallInputs", "Options", "open_device"]

IDLE_S = 1.0


class HallInputs:
    """Inputs over any talk. Emits ContactChanged and Measured."""

    def __init__(self, opening: Opening, model: Model, options: Options) -> None:
        self._opening, self._model, self._options = opening, model, options
        self._misfit = misfit(model, options)
        self._contacts = {one.channel: (name, ContactSense(one)) for name, one in options.contacts.items()}
        self._values = {name: ValueSense(one) for name, one in model.quantities_of(options).items()}
        self._lock = threading.Lock()
        self._wanted: dict[Channel, bool] = {}
        self._supervised = Supervised(opening.name, self._open, self._serve, opening.emit)

    @property
    def name(self) -> DeviceName:
        """Name in the configuration."""
        return self._opening.name

    def status(self) -> Status:
        """Return the last known status; UNKNOWN for relays that never answer."""
        return self._supervised.life.status

    def switch(self, lamp: str, on: bool) -> None:
        """Switch a named output as soon as the line is free; never blocks. Set again after a reconnect.

        Raises:
            KeyError: no lamp of this name is configured.

        """
        channel = self._options.lamps[lamp]
        with self._lock:
            self._wanted[channel] = on
        self._supervised.wake()

    def close(self) -> None:
        """Give the line back; outputs stay as they are."""
        self._supervised.close()

    def _open(self) -> Transport:
        if self._model.protocol == "gpio":
            return open_lines(self._opening.address)
        return open_stream(self._opening.address, LineSettings(baud=self._options.baud or self._model.baud))

    def _serve(self, port: Transport, life: Life) -> None:
        if self._misfit:
            life.report(Status(StatusWord.FAULT, self._misfit))
            while not life.stopping.is_set():
                port.read(1, IDLE_S)
            return
        talk = self._talk(port)
        for _name, contact in self._contacts.values():
            contact.forget()
        while not life.stopping.is_set():
            started = time.monotonic()
            heard = talk.turn(self._lamps())
            life.report(heard.status)
            self._tell(life, heard)
            talk.rest(started + self._options.poll_ms / 1000 - time.monotonic())

    def _talk(self, port: Transport) -> Talk:
        if self._model.protocol == "gpio":
            return GpioTalk(port, self._options)
        if self._model.protocol == "ch340":
            return Ch340Talk(port)
        return ModbusTalk(port, self._model, self._options)

    def _lamps(self) -> Mapping[Channel, bool]:
        with self._lock:
            return dict(self._wanted)

    def _tell(self, life: Life, heard: Heard) -> None:
        now = time.monotonic()
        for channel, level in heard.levels:
            if channel in self._contacts:
                name, contact = self._contacts[channel]
                closed = contact.take(level, now)
                if closed is not None:
                    life.emit(ContactChanged(self.name, name, closed))
        for name, register in heard.registers:
            value = self._values[name].take(register)
            if value is not None:
                life.emit(Measured(self.name, name, value))


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> HallInputs:
    """Open a board; it reconnects by itself until closed."""
    return HallInputs(opening, model_of(row), options)
