"""Composition root of the counter: `hall-counter`, with a desk, or `--headless` as the owner of a pad bus.

    hall-counter --config FILE [--headless] [--remote-control SOCKET]
    hall-counter --config FILE enrol URL TOKEN
    hall-counter --config FILE check-config

The first frame is painted before drivers, HTTP and cryptography are imported.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from config.commandline import Given, end_with, finish, parse
from config.devices import DeviceConfig, Known, devices
from config.load import ConfigError
from config.unit import UnitConfig
from counter.flow.desk import Desk
from counter.flow.intents import Tick
from counter.flow.room import Board, Room
from counter.flow.windows import Windows
from counter.headless import Inbox, end_on_signals
from counter.shell import Shell
from hall.domain.ids import CommandKey, CounterId, DeviceName, UnitId
from hall.qt.logs import to_journal
from hall.store.device_board import DeviceBoard
from hall.sync.hall_clock import HallClock
from hall.words.catalogue import Words

TICK_MS = 1000
PADS = ("rating_pad", "caller_pad")
"""Families of pads with a line of their own."""


def main() -> int:
    """Run the command line; return the exit status."""
    given = parse("hall-counter")
    to_journal()
    unit = finish(given, "counter", _known)
    if isinstance(unit, int):
        return unit
    try:
        _check(unit, given)
        if given.headless:
            return _run_headless(unit, devices_of(unit, str(given.config)))
        return _run_desk(unit, given)
    except ConfigError as problem:
        return end_with(problem)


def _known() -> Known:
    from drivers import catalog

    return Known(catalog.FAMILIES, catalog.models, lambda kind: catalog.family(kind).options)


def _check(unit: UnitConfig, given: Given) -> None:
    if not given.headless and not unit.unit.counter:
        raise ConfigError(f"{given.config}: unit.counter is empty; write the counter's id, or start with --headless")
    if given.remote_control and not unit.unit.demo:
        raise ConfigError(f"{given.config}: --remote-control needs unit.demo = true; production takes no taps")


class Wiring:
    """What one process opened, to be closed in the reverse order."""

    def __init__(
        self, unit: UnitConfig, wired: tuple[DeviceConfig, ...], put: Callable[[object], None], clock: HallClock
    ) -> None:
        from config.linking import make_link, open_unit_store

        self._unit, self._wired, self._put, self._clock = unit, wired, put, clock
        self._board = DeviceBoard(Path(unit.unit.state_dir))
        self._opened: list[Any] = []
        self.store = open_unit_store(unit)
        self.link = make_link(unit, self.store)

    def start(self, shell: Shell) -> None:
        """Open devices and link; slow imports happen here."""
        for device in self._wired:
            self._use(shell, device, self._open(device))
        self.link.start(self._put)

    def stop(self) -> None:
        """Close everything."""
        self.link.stop()
        for device in reversed(self._opened):
            device.close()
        self.store.close()

    def _open(self, device: DeviceConfig) -> Any:
        from drivers.catalog import Opening, open_device

        opening = Opening(
            DeviceName(device.name), device.address, self._board.listening(self._put), now=self._clock.now
        )
        opened = open_device(device.kind, device.model, opening, device.options)
        self._opened.append(opened)
        return opened

    def _use(self, shell: Shell, device: DeviceConfig, opened: Any) -> None:
        if device.kind == "counter_screen":
            shell.use_strip(CounterId(self._unit.unit.counter), opened)
        elif device.kind == "rating_pad":
            shell.use_pads({pad_counter(device): opened}, {})
        elif device.kind == "caller_pad":
            shell.use_pads({}, {pad_counter(device): opened})
        elif device.kind == "inputs":
            shell.use_board(DeviceName(device.name), opened)
        elif device.kind == "ff68":
            raters = {one.counter: opened.rating_pad(one.counter) for one in opened.windows if one.evaluator}
            callers = {one.counter: opened.caller_pad(one.counter) for one in opened.windows if one.caller}
            shell.use_pads(raters, callers)


def devices_of(unit: UnitConfig, source: str) -> tuple[DeviceConfig, ...]:
    """Return the file's devices; a stand-alone pad whose stanza names no counter stands at this unit's own.

    Raises:
        ConfigError: a stanza is wrong.

    """
    return tuple(_at_own_counter(device, unit) for device in devices(unit, _known(), source))


def _at_own_counter(device: DeviceConfig, unit: UnitConfig) -> DeviceConfig:
    named = "counter" in unit.devices[device.name].options
    if device.kind not in PADS or named or not unit.unit.counter:
        return device
    return device._replace(options=msgspec.structs.replace(device.options, counter=unit.unit.counter))


def pad_counter(pad: DeviceConfig) -> CounterId:
    """Return the counter at which a stand-alone pad stands."""
    options: Any = pad.options
    return CounterId(options.counter)


def windows_of(wired: tuple[DeviceConfig, ...], unit: UnitConfig, link: Any) -> Windows | None:
    """Return the flow of all pads here, on a shared line or each on its own; None where there are none."""
    buses: list[Any] = [device.options for device in wired if device.kind == "ff68"]
    counters = [window.counter for bus in buses for window in bus.windows]
    counters = list(dict.fromkeys([*counters, *(pad_counter(one) for one in wired if one.kind in PADS)]))
    return Windows(counters, unit.times.rating_s, link.new_key) if counters else None


def room_of(wired: tuple[DeviceConfig, ...], unit: UnitConfig, link: Any) -> Room | None:
    """Return the flow of all boards here; None where there are none."""
    boards = {DeviceName(device.name): _board(device) for device in wired if device.kind == "inputs"}
    return Room(UnitId(unit.unit.name), boards, link.new_key) if boards else None


def _board(device: DeviceConfig) -> Board:
    options: Any = device.options
    alarms = {name: one.normally == "closed" for name, one in options.contacts.items() if one.alarm}
    return Board(alarms, tuple(options.lamps))


def _run_headless(unit: UnitConfig, wired: tuple[DeviceConfig, ...]) -> int:
    inbox = Inbox()
    end_on_signals(inbox)
    clock = HallClock()
    wiring = Wiring(unit, wired, inbox.put, clock)
    windows = windows_of(wired, unit, wiring.link)
    name = UnitId(unit.unit.name)
    shell = Shell(
        name,
        wiring.link,
        clock,
        None,
        windows,
        Words("zh", "common", "counter"),
        lambda: None,
        room_of(wired, unit, wiring.link),
    )
    wiring.start(shell)
    try:
        inbox.run(shell.take)
    finally:
        wiring.stop()
    return 0


def _run_desk(unit: UnitConfig, given: Given) -> int:
    from counter.screens.window import DeskWindow
    from hall.qt.app import Start, application
    from hall.qt.bridge import Bridge
    from hall.qt.look import Look
    from hall.qt.tokens import Reach, tokens

    app = application()
    face = unit.face
    words = Words(face.language, "common", "counter")
    look = Look(tokens(face.diagonal_in, face.width_px, face.height_px, Reach.DESK, face.theme), words)
    window = DeskWindow(look)
    desk = Desk(CounterId(unit.unit.counter), unit.times.rating_s, _new_key)
    clock = HallClock()
    window.render_model(desk.model(clock.now_ms()))  # the first frame is a desk to sign in at, not an empty one
    start = Start(app, look, window)
    bridge = Bridge()
    start.at_end(bridge.close)
    start.show(face.full_screen, face.left_px, face.top_px)
    if given.remote_control:
        from hall.qt.remote import RemoteControl

        start.at_end(RemoteControl(given.remote_control, unit.unit.demo).close)
    start.first_frame(lambda: _wire_desk_or_end(unit, str(given.config), start, DeskFace(window, desk, clock), bridge))
    return start.run()


class DeskFace(NamedTuple):
    """The desk and where it is drawn; `window` is a DeskWindow, which only this app's desk form imports."""

    window: Any
    desk: Desk
    clock: HallClock

    def draw(self, shell: Shell) -> None:
        """Draw what is the case now."""
        self.window.render_model(self.desk.model(self.clock.now_ms()))
        self.window.render_folder(shell.folder.model)


def _new_key() -> CommandKey:
    """Make a command's key; the link, which makes them, is imported behind the first frame."""
    from hall.sync.loop import new_key

    return new_key()


def _wire_desk_or_end(unit: UnitConfig, source: str, start: Any, face: DeskFace, bridge: Any) -> None:
    """Devices are checked after the first frame, since only their drivers know their options."""
    try:
        _wire_desk(unit, devices_of(unit, source), start, face, bridge)
    except ConfigError as problem:
        start.application.exit(end_with(problem))


def _wire_desk(unit: UnitConfig, wired: tuple[DeviceConfig, ...], start: Any, face: DeskFace, bridge: Any) -> None:
    from PyQt6.QtCore import QTimer

    wiring = Wiring(unit, wired, bridge.put, face.clock)
    start.at_end(wiring.stop)
    windows = windows_of(wired, unit, wiring.link)
    strip_words = Words("zh", "common", "counter")
    shell = Shell(
        UnitId(unit.unit.name),
        wiring.link,
        face.clock,
        face.desk,
        windows,
        strip_words,
        lambda: face.draw(shell),
        room_of(wired, unit, wiring.link),
    )
    bridge.arrived.connect(shell.take)
    face.window.intent.connect(shell.take)
    ticking = QTimer(face.window)
    ticking.timeout.connect(lambda: shell.take(Tick()))
    ticking.start(TICK_MS)
    wiring.start(shell)


if __name__ == "__main__":
    sys.exit(main())
