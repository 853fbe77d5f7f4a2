"""Composition root of the kiosk: `hall-kiosk`.

    hall-kiosk --config FILE [--remote-control SOCKET]
    hall-kiosk --config FILE enrol URL TOKEN
    hall-kiosk --config FILE check-config

The first frame is painted before drivers, HTTP and cryptography are imported.
"""

import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.commandline import Given, end_with, finish, load_unit, parse
from config.devices import DeviceConfig, Known, devices
from config.flow import Flow
from config.flows_check import load_flows
from config.load import ConfigError
from config.unit import UnitConfig
from hall.domain.ids import CommandKey, DeviceName, UnitId
from hall.domain.person import Person
from hall.words.catalogue import Words
from kiosk.flow.causes import DraftFound, TechnicianLeft, Tick, UnprintedFound
from kiosk.flow.state import Settings

if TYPE_CHECKING:
    from hall.qt.app import Start
    from hall.qt.background import Background
    from hall.qt.bridge import Bridge
    from hall.sync.hall_clock import HallClock
    from kiosk.papers import RunSlow
    from kiosk.shell import Shell

TICK_MS = 250
TECHNICIANS_DOOR = ".technician"
"""What the remote-control socket of the technician's program is called behind the kiosk's own name."""


def main() -> int:
    """Run the command line; return the exit status."""
    from hall.qt.logs import to_journal

    given = parse("hall-kiosk")
    to_journal()
    if given.command == "check-config" and (wrong := _check_flows(given)):
        return wrong
    unit = finish(given, "kiosk", known)
    if isinstance(unit, int):
        return unit
    try:
        return _run(unit, given, load_flows(unit.kiosk.flows, unit.kiosk.flows_dir))
    except ConfigError as problem:
        return end_with(problem)


def known() -> Known:
    """Return what the catalogue of drivers knows, for checking a file."""
    from drivers import catalog

    return Known(catalog.FAMILIES, catalog.models, lambda kind: catalog.family(kind).options)


def _check_flows(given: Given) -> int:
    try:
        unit = load_unit(given, "kiosk")
        load_flows(unit.kiosk.flows, unit.kiosk.flows_dir)
    except ConfigError as problem:
        return end_with(problem)
    return 0


def _new_key() -> CommandKey:
    import uuid_utils

    return CommandKey(str(uuid_utils.uuid7()))


def _seal_person(public: bytes, person: Person) -> bytes:
    from hall.wire.seal import seal_person

    return seal_person(public, person)


def _seal(public: bytes, plain: bytes) -> bytes:
    from hall.wire.seal import seal

    return seal(public, plain)


def settings_of(unit: UnitConfig, flows: dict[str, Flow], words: Words) -> Settings:
    """Return what the engine needs to know of this kiosk's file."""
    from kiosk.papers import device_of
    from kiosk.shell import NEEDS

    kinds = {stanza.kind: name for name, stanza in unit.devices.items()}
    return Settings(
        unit=UnitId(unit.unit.name),
        flows=flows,
        times=unit.times,
        words=words,
        seal_person=_seal_person,
        seal=_seal,
        new_key=_new_key,
        printer=device_of(kinds, "ticket_printer"),
        page_printer=device_of(kinds, "page_printer"),
        language=unit.face.language,
        theme=unit.face.theme,
        items=unit.kiosk.items,
        present=frozenset(NEEDS[kind] for kind in kinds if kind in NEEDS),
    )


def _run(unit: UnitConfig, given: Given, flows: dict[str, Flow]) -> int:
    from hall.qt.app import Start, application
    from hall.qt.background import Background
    from hall.qt.bridge import Bridge
    from hall.qt.look import Look
    from hall.qt.tokens import Reach, tokens
    from hall.sync.hall_clock import HallClock
    from kiosk.screens.window import KioskWindow
    from kiosk.shell import Shell

    if given.remote_control and not unit.unit.demo:
        raise ConfigError(f"{given.config}: --remote-control needs unit.demo = true; production takes no taps")
    app = application()
    face = unit.face
    words = Words(face.language, "common", "kiosk", "slip")
    look = Look(tokens(face.diagonal_in, face.width_px, face.height_px, Reach.KIOSK, face.theme), words)
    bridge, background = Bridge(), Background(workers=1)
    clock = HallClock()
    window = KioskWindow(look, lambda what, value: shell.touch(what, value), clock.now)
    shell = Shell(settings_of(unit, flows, words), window, slow_door(background), time.monotonic)
    start = Start(app, look, window)
    shell.take(Tick())
    start.show(face.full_screen, face.left_px, face.top_px)
    start.at_end(background.close)
    start.at_end(bridge.close)
    bridge.arrived.connect(clock.hear)
    if given.remote_control:
        from hall.qt.remote import RemoteControl

        start.at_end(RemoteControl(given.remote_control, unit.unit.demo).close)
    start.first_frame(lambda: _wire_or_end(unit, given, start, shell, bridge, clock))
    return start.run()


def slow_door(background: "Background") -> "RunSlow":
    """Return the shell's door to slow work: one worker, so slips and drafts keep their order."""
    from hall.qt.background import Operation

    def run(
        name: str, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        background.run(Operation(name, work).then(then).otherwise(failed))

    return run


def _wire_or_end(
    unit: UnitConfig, given: Given, start: "Start", shell: "Shell", bridge: "Bridge", clock: "HallClock"
) -> None:
    """Devices are checked after the first frame, since only their drivers know their options."""
    try:
        wired = Wired(unit, devices(unit, known(), str(given.config)), shell, bridge, clock.now)
        _wire(unit, wired, start, shell, bridge, clock)
        _let_technician_in(given, wired, start, shell)
    except ConfigError as problem:
        start.application.exit(end_with(problem))


def _wire(
    unit: UnitConfig,
    wired: "Wired",
    start: "Start",
    shell: "Shell",
    bridge: "Bridge",
    clock: "HallClock",
) -> None:
    from PyQt6.QtCore import QTimer

    from config.linking import make_link, open_unit_store
    from kiosk.drafts import DraftBox, memory_folder
    from kiosk.paper import PaperBook

    store = open_unit_store(unit)
    start.at_end(store.close)
    link = make_link(unit, store)
    start.at_end(link.stop)
    bridge.arrived.connect(shell.take)
    wired.take()
    start.at_end(wired.close)
    drafts = DraftBox(store, memory_folder(unit.unit.name))
    _mend(shell, store, drafts)
    paper = PaperBook(store, shell.settings.printer, clock.now)
    shell.attach(link, wired.machines, drafts, paper, store.documents, unit.kiosk.document_bytes)
    ticking = QTimer(start)
    ticking.timeout.connect(lambda: shell.take(Tick(clock.told_ms())))
    ticking.start(TICK_MS)
    link.start(bridge.put)


class Wired:
    """The kiosk's devices: opened at start, lent to the technician's program, taken back."""

    def __init__(
        self,
        unit: UnitConfig,
        configs: tuple[DeviceConfig, ...],
        shell: "Shell",
        bridge: "Bridge",
        now: Callable[[], datetime],
    ) -> None:
        from hall.qt.raster import QtLineRaster
        from hall.store.device_board import DeviceBoard
        from kiosk.shell import Machines

        self.machines = Machines()
        self._configs, self._shell, self._raster, self._now = configs, shell, QtLineRaster(), now
        self._emit = DeviceBoard(Path(unit.unit.state_dir)).listening(bridge.put)
        self._opened: list[Any] = []

    def take(self) -> None:
        """Open all."""
        from drivers.catalog import Opening, open_device

        for device in self._configs:
            opening = Opening(DeviceName(device.name), device.address, self._emit, self._raster, self._now)
            opened = open_device(device.kind, device.model, opening, device.options)
            self._opened.append(opened)
            self.machines.use(device.kind, device.name, opened)

    def open(self) -> None:
        """Open all again, and tell them where things stand."""
        self.take()
        self._shell.opened()

    def close(self) -> None:
        """Give all back; idempotent."""
        while self._opened:
            self._opened.pop().close()


def _let_technician_in(given: Given, wired: Wired, start: "Start", shell: "Shell") -> None:
    from kiosk.technician import TechnicianProgram

    beside = Path(sys.executable).with_name("hall-field")
    command = [str(beside) if beside.exists() else "hall-field", "touch", "--config", str(given.config)]
    if given.remote_control:
        command += ["--remote-control", f"{given.remote_control}{TECHNICIANS_DOOR}"]
    program = TechnicianProgram(start.window, wired, command, lambda ran: shell.take(TechnicianLeft(ran)))
    start.at_end(program.close)
    shell.open_technician = program.open


def _mend(shell: "Shell", store: Any, drafts: Any) -> None:
    """After a crash: numbers without a slip, and a session that broke off."""
    from hall.store.trouble import StoreTrouble
    from hall.sync.loop import boot_clock_ms, boot_name

    record, boot, now = store.load(), boot_name(), boot_clock_ms()
    if not isinstance(record, StoreTrouble):
        for given in record.given.values():
            if not given.printed and not given.void:
                age_s = (now - given.stamp.ms) / 1000 if given.stamp.boot == boot else float("inf")
                shell.take(UnprintedFound(given.ticket, age_s))
    found = drafts.recover()
    if found is not None:
        shell.take(DraftFound(*found))


if __name__ == "__main__":
    sys.exit(main())
