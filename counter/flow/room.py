"""What a unit's boards feel and light: alarms and device states go to the hall, guidance lamps follow its calls. Pure.

A lamp is lit while the counter of its name, or any counter of the zone of its name, calls a visitor; it goes out when
the visitor sits down, is passed over or sent on. An alarm is raised when its contact leaves rest and is never ended
from here: a person of the staff does that.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from counter.flow.outputs import Output, Submit, SwitchLamp
from hall.domain.ids import CommandKey, DeviceName, UnitId
from hall.ports.inputs import ContactChanged, Measured
from hall.sync.link import ViewChanged
from hall.wire.commands import ReportAlarm, ReportDevice
from hall.wire.view import CounterState, HallView


class Board(msgspec.Struct, frozen=True):
    """What stands on one board."""

    alarms: Mapping[str, bool] = {}
    """Alarm contacts, and whether each is closed at rest."""
    lamps: tuple[str, ...] = ()
    """Outputs, named like zones or counters; others are left alone."""


class Room:
    """The boards of one unit. Feed it inputs in order."""

    def __init__(self, unit: UnitId, boards: Mapping[DeviceName, Board], new_key: Callable[[], CommandKey]) -> None:
        self._unit, self._boards, self._new_key = unit, boards, new_key
        self._lit: dict[tuple[DeviceName, str], bool] = {}

    def step(self, said: Any, now_ms: int) -> list[Output]:  # noqa: ARG002 - what every part of the shell takes
        """Take one input and return what to send and to switch."""
        match said:
            case ViewChanged(view=view):
                return self._follow(view)
            case ContactChanged(device=device) if device in self._boards:
                return self._felt(said)
            case Measured(device=device, quantity=quantity, value=value) if device in self._boards:
                return [self._state(device, quantity, f"{value:g}")]
            case _:
                return []

    def _felt(self, change: ContactChanged) -> list[Output]:
        """Tell of a contact; an alarm first, since seconds count."""
        told: list[Output] = [self._state(change.device, change.contact, "closed" if change.closed else "open")]
        rest = self._boards[change.device].alarms.get(change.contact)
        if rest is None or rest is change.closed:
            return told
        return [Submit(ReportAlarm(key=self._new_key(), unit=self._unit, what=change.contact)), *told]

    def _state(self, device: DeviceName, what: str, status: str) -> Submit:
        name = DeviceName(f"{device}.{what}")
        return Submit(ReportDevice(key=self._new_key(), unit=self._unit, device=name, status=status))

    def _follow(self, view: HallView) -> list[Output]:
        """Switch the lamps that are not as the hall calls."""
        calling = {name for one in view.counters if one.state is CounterState.CALLING for name in (one.id, one.zone)}
        known = {name for one in view.counters for name in (one.id, one.zone)}
        outputs: list[Output] = []
        for device, board in self._boards.items():
            for lamp in board.lamps:
                on = lamp in calling
                if lamp in known and self._lit.get((device, lamp)) is not on:
                    self._lit[device, lamp] = on
                    outputs.append(SwitchLamp(device, lamp, on))
        return outputs
