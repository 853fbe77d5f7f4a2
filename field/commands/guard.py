"""`hall-field guard --config FILE`: closes the hub cleanly before the battery is empty. Runs until told to end.

The file is a unit's, with a device of the kind ``ups`` and, where the defaults do not fit, a [guard] table. 2: the file
is wrong.
"""

import argparse
import logging
import queue
import signal
import time
from pathlib import Path
from typing import Any

import structlog

from config.commandline import end_with
from config.devices import DeviceConfig
from config.load import ConfigError
from config.unit import UnitConfig
from drivers import catalog
from drivers.catalog import Opening
from field.examine.files import devices_of, load_unit
from field.guard.decide import Act, Command, Guarding, Run
from field.guard.running import Running
from field.guard.word import Word
from hall.alive import Pulse, notify
from hall.domain.ids import DeviceName
from hall.ports.status import StatusChanged
from hall.ports.ups import PowerChanged
from hall.qt.logs import to_journal

TICK_S = 0.5
POWER_OFF = ("systemctl", "poweroff")
CLOSED_FILE = "guard.closed"
"""Stands in the unit's folder while the hub is closed by us, so that a guard that was started anew knows."""

log = structlog.get_logger("guard")


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("guard", help="close the hub cleanly when the mains fail")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Watch until SIGTERM or SIGINT."""
    to_journal(logging.INFO)
    try:
        unit, ups = guarded(given.config)
        word = Word(unit)
    except ConfigError as problem:
        return end_with(problem)
    watch = Watch(unit, word)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: watch.ask_to_end())
    with word:
        opening = Opening(DeviceName(ups.name), ups.address, watch.put)
        device = catalog.open_device(ups.kind, ups.model, opening, ups.options)
        try:
            watch.run()
        finally:
            device.close()
    return 0


def guarded(path: Path) -> tuple[UnitConfig, DeviceConfig]:
    """Return the file and the supply to watch.

    Raises:
        ConfigError: the file is wrong, or names none or several.

    """
    unit = load_unit(path, "this is a hub's file; give the guard a unit's file with a device of the kind 'ups'")
    found = [one for one in devices_of(path, unit) if one.kind == "ups" and unit.guard.ups in ("", one.name)]
    if len(found) != 1:
        named = f"no device {unit.guard.ups!r} of the kind 'ups'" if unit.guard.ups else f"{len(found)} of kind 'ups'"
        raise ConfigError(f"{path}: guard.ups: {named}; write the name of one")
    if not unit.guard.stop:
        raise ConfigError(f"{path}: guard.stop is empty; write what closes the hub")
    return unit, found[0]


class Watch:
    """The guard's one thread: events of the supply, the clock, and the command that runs."""

    def __init__(self, unit: UnitConfig, word: Word) -> None:
        self._guard, self._word = unit.guard, word
        self._mark = Path(unit.unit.state_dir) / CLOSED_FILE
        self._events: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._ending = False
        self._running: Running | None = None
        self._guarding = Guarding(
            self._guard.battery_s,
            self._guard.mains_s,
            restart=bool(self._guard.start),
            power_off=self._guard.power_off,
            closed=self._mark.exists(),
        )

    def put(self, event: object) -> None:
        """Take an event from the supply's thread."""
        self._events.put(event)

    def ask_to_end(self) -> None:
        """End `run`; a command on its way is seen to its end."""
        self._ending = True
        self._events.put(None)

    def run(self) -> None:
        """Watch until asked to end."""
        pulse = Pulse()
        while not self._ending or self._running is not None:
            pulse.turned()
            try:
                self._take(self._events.get(timeout=TICK_S))
            except queue.Empty:
                self._take(None)
        notify("STOPPING=1")

    def _take(self, event: object) -> None:
        now = time.monotonic()
        if isinstance(event, StatusChanged):
            log.info("supply", status=event.status.word.value, reason=event.status.reason)
            self._word.of_status(event)
        elif isinstance(event, PowerChanged):
            log.warning("power", power=event.power.value, charge=event.charge_percent, runtime_s=event.runtime_s)
            self._word.of_power(event)
            self._act(self._guarding.take(event.power, now))
        self._look_after(now)
        if not self._ending:
            self._act(self._guarding.tick(now))

    def _look_after(self, now: float) -> None:
        if self._running is None:
            return
        well = self._running.outcome()
        if well is None:
            return
        command, self._running = self._running.command, None
        log.warning("command ended", command=command.value, well=well)
        acts = self._guarding.ended(command, now, well=well)
        self._remember()
        self._act(acts)

    def _act(self, acts: list[Act]) -> None:
        for act in acts:
            if isinstance(act, Run):
                self._run(act)
            else:
                self._word.of_battery(on_battery=act.on_battery)

    def _run(self, act: Run) -> None:
        words = {Command.STOP: self._guard.stop, Command.START: self._guard.start, Command.POWER_OFF: POWER_OFF}
        log.warning("command", command=act.command.value, why=act.why)
        self._running = Running(act.command, words[act.command], self._guard.command_s)

    def _remember(self) -> None:
        try:
            if self._guarding.closed:
                self._mark.parent.mkdir(parents=True, exist_ok=True)
                self._mark.touch()
            else:
                self._mark.unlink(missing_ok=True)
        except OSError as problem:
            log.error("not remembered", file=str(self._mark), reason=problem.strerror)
