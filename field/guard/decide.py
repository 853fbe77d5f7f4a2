"""When a hub on battery is closed and started again. Pure: power and time in, acts out.

    mains ----lost----> battery --battery_s or low--> closing --done--> closed --mains for mains_s--> starting --> mains
      ^------back before that: nothing was done-------'

A supply that is lost while it was on battery is taken to be on battery still: its cable does not charge it. What was
lost on the mains is taken to be on the mains: a broken supply closes no hall.
"""

from enum import StrEnum

import msgspec

from hall.ports.ups import Power

AGAIN_S = 5.0
"""A command that failed is tried again after this long."""


class Command(StrEnum):
    """What is run."""

    STOP = "stop"
    START = "start"
    POWER_OFF = "power_off"


class Run(msgspec.Struct, frozen=True):
    """Run a command; tell the outcome by `Guarding.ended`."""

    command: Command
    why: str


class Tell(msgspec.Struct, frozen=True):
    """Tell the hall that it runs on battery, or no longer does."""

    on_battery: bool


Act = Run | Tell


class Guarding:
    """Feed it power and ticks in order. `closed` is what a guard before this one left behind."""

    def __init__(self, battery_s: float, mains_s: float, *, restart: bool, power_off: bool, closed: bool) -> None:
        self._battery_s, self._mains_s = battery_s, mains_s
        self._restart, self._power_off = restart, power_off
        self.closed = closed
        """Whether the hub is closed by us."""
        self._power: Power | None = None
        self._since = 0.0
        """When the mains were lost, or came back."""
        self._running: Command | None = None
        self._next_at = 0.0

    def take(self, power: Power, now: float) -> list[Act]:
        """The supply says where its current comes from."""
        before, self._power = self._power, power
        on_battery, was_on_battery = power is not Power.MAINS, before not in (None, Power.MAINS)
        told: list[Act] = []
        if before is None or on_battery is not was_on_battery:
            self._since = now
            told = [Tell(on_battery)] if on_battery or was_on_battery or self.closed else []
        return [*told, *self.tick(now)]

    def tick(self, now: float) -> list[Act]:
        """Time went by."""
        if self._power is None or self._running is not None or now < self._next_at:
            return []
        if self._power is Power.MAINS:
            due = self.closed and self._restart and now - self._since >= self._mains_s
            return self._run(Command.START, "the mains are back") if due else []
        if self.closed:
            return []
        if self._power is Power.LOW:
            return self._run(Command.STOP, "the battery is nearly empty")
        due = now - self._since >= self._battery_s
        return self._run(Command.STOP, f"{self._battery_s:g} s on battery") if due else []

    def ended(self, command: Command, now: float, *, well: bool) -> list[Act]:
        """A command came to its end."""
        self._running = None
        if not well:
            self._next_at = now + AGAIN_S
            return []
        if command is Command.STOP:
            self.closed = True
            off = self._power_off and self._power is not Power.MAINS
            return self._run(Command.POWER_OFF, "the hub is closed") if off else self.tick(now)
        self.closed = self.closed and command is not Command.START
        return self.tick(now)

    def _run(self, command: Command, why: str) -> list[Act]:
        self._running = command
        return [Run(command, why)]
