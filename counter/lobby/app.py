"""The lobby's big screen and voice: `hall-lobby --config FILE`.

Composition root. The board is painted first; drivers, the store and the link to the hub are imported and opened
after the first frame.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import structlog

from config.commandline import Given, finish, parse
from config.devices import DeviceConfig, Known, devices
from config.ending import FAILED
from config.load import ConfigError
from config.unit import UnitConfig
from counter.lobby.flow.board import BoardState
from counter.lobby.flow.calls import Caller
from counter.lobby.flow.strip import strip_content
from counter.lobby.flow.voice_queue import VoiceQueue
from counter.lobby.flow.voices import groups, strange_zones
from counter.lobby.screens.board import BoardScreen
from hall.domain.ids import DeviceName, UnitId
from hall.ports.counter_screen import CounterScreen, ScreenContent
from hall.ports.status import Device, StatusChanged
from hall.ports.voice import VoiceCaller
from hall.qt.app import Start, application
from hall.qt.bridge import Bridge
from hall.qt.logs import to_journal
from hall.qt.look import Look
from hall.qt.tokens import Reach, tokens
from hall.store.device_board import DeviceBoard
from hall.sync.device_reports import report_device
from hall.sync.hall_clock import HallClock
from hall.sync.link import LinkEvent, ViewChanged
from hall.wire.view import HallView
from hall.words.catalogue import Words

if TYPE_CHECKING:
    from counter.lobby.speaking import Speaking
    from hall.store.unit_store import UnitStore
    from hall.sync.loop import HubLink

KIND = "lobby"
SMALLEST_EM_MM = 55.0
"""Below this the lines cannot be read from 10 m (60 mm wanted)."""

log = structlog.get_logger("lobby")


def known() -> Known:
    """Return what the driver catalogue knows, for checking the file."""
    from drivers import catalog

    return Known(catalog.FAMILIES, catalog.models, lambda kind: catalog.family(kind).options)


class Lobby:
    """The running lobby: screen, voice, strip, link."""

    def __init__(self, config: UnitConfig, source: str) -> None:
        self.config, self._source = config, source
        face, lobby = config.face, config.lobby
        look = tokens(face.diagonal_in, face.width_px, face.height_px, Reach.LOBBY, face.theme)
        self.look = Look(look, Words(face.language, "common", "lobby"))
        self.board = BoardState(lobby.zones, lobby.lines)
        self._clock = clock = HallClock()
        self.screen = BoardScreen(self.look, self.board, time.monotonic, clock.now, lines=lobby.lines)
        self.bridge = Bridge(self.screen)
        self.bridge.arrived.connect(clock.hear)
        self.bridge.arrived.connect(self._arrived)
        self._devices: list[Device] = []
        self._strips: list[CounterScreen] = []
        self._on_strips: ScreenContent | None = None
        self._speaking: list[Speaking] = []
        self._zones_checked = False
        self._store: UnitStore | None = None
        self._link: HubLink | None = None

    def open(self) -> None:
        """Open devices and link; called after the first frame."""
        self._speaking = self._speakings(self._open_devices())
        self._link = self._open_link()
        if self._link is not None:
            self._link.start(self._hear)

    def close(self) -> None:
        """End everything that was opened; what was being said is cut."""
        if self._link is not None:
            self._link.stop()
        self.bridge.close()
        for speaking in self._speaking:
            speaking.close()
        for device in self._devices:
            device.close()
        if self._store is not None:
            self._store.close()

    def _hear(self, event: LinkEvent) -> None:
        """Take an event on the link's thread: the voice at once, the screen through the bridge."""
        for speaking in self._speaking:
            speaking.hear(event)
        self.bridge.put(event)

    def _arrived(self, event: object) -> None:
        if isinstance(event, StatusChanged):
            if self._link is not None:
                report_device(self._link, UnitId(self.config.unit.name), event)
        elif isinstance(event, LinkEvent):
            if isinstance(event, ViewChanged):
                self._name_strange_zones(event.view)
            self.screen.hear(event)
            self._show_strips()

    def _show_strips(self) -> None:
        """Give the strips the newest call; a slow line is not troubled with what it shows already."""
        content = strip_content(self.look.words, self.board.board(self.look.words, time.monotonic()).newest)
        if content != self._on_strips:
            self._on_strips = content
            for strip in self._strips:
                strip.show(content)

    def _open_devices(self) -> dict[str, VoiceCaller]:
        """Open all devices; return the voices by name."""
        from drivers.catalog import Opening, open_device

        voices: dict[str, VoiceCaller] = {}
        emit = DeviceBoard(Path(self.config.unit.state_dir)).listening(self.bridge.put)
        for found in self._devices_of_file():
            opening = Opening(DeviceName(found.name), found.address, emit, now=self._clock.now)
            device = open_device(found.kind, found.model, opening, found.options)
            self._devices.append(device)
            if found.kind == "voice":
                voices[found.name] = cast(VoiceCaller, device)
            elif found.kind == "counter_screen":
                self._strips.append(cast(CounterScreen, device))
        return voices

    def _speakings(self, voices: dict[str, VoiceCaller]) -> "list[Speaking]":
        """Return a queue for each set of zones that some voices have in common."""
        from counter.lobby.speaking import Speaking

        lobby = self.config.lobby
        return [
            Speaking(
                Caller(VoiceQueue(lobby.languages, float(lobby.stale_s)), group.range),
                [voices[name] for name in group.names],
                time.monotonic,
            )
            for group in groups(tuple(voices), lobby.voices, lobby.zones)
        ]

    def _name_strange_zones(self, view: HallView) -> None:
        """Tell the technician once of zones in the file that the hall does not have."""
        if self._zones_checked or not view.zones:
            return
        self._zones_checked = True
        lobby = self.config.lobby
        wanted = [*lobby.zones, *(zone for zones in lobby.voices.values() for zone in zones)]
        for zone, near in strange_zones(wanted, view.zones).items():
            log.warning("the hall has no such zone", zone=zone, did_you_mean=near)

    def _devices_of_file(self) -> tuple[DeviceConfig, ...]:
        """Return the devices, or none with the reason in the log: a wrong stanza must not darken the screen."""
        try:
            return devices(self.config, known(), self._source)
        except ConfigError as problem:
            log.error("no device is opened; run check-config", problem=str(problem))
            return ()

    def _open_link(self) -> "HubLink | None":
        """Return the link, or None with the reason in the log; the board then stays on its offline banner."""
        from config.linking import make_link, open_unit_store

        try:
            self._store = open_unit_store(self.config)
        except ConfigError as problem:
            log.error("the unit's own store cannot be used", problem=str(problem))
            return None
        return make_link(self.config, self._store)


def run(config: UnitConfig, given: Given) -> int:
    """Run the face until it is asked to end."""
    qt = application()
    lobby = Lobby(config, str(given.config))
    start = Start(qt, lobby.look, lobby.screen)
    start.at_end(lobby.close)
    if given.remote_control is not None:
        from hall.qt.remote import RemoteControl

        remote = RemoteControl(given.remote_control, config.unit.demo, start)
        start.at_end(remote.close)
    start.show(config.face.full_screen, config.face.left_px, config.face.top_px)
    if lobby.screen.calls.em_mm() < SMALLEST_EM_MM:
        log.warning("lines are too small to be read from 10 m; lower lobby.lines", em_mm=lobby.screen.calls.em_mm())
    start.first_frame(lobby.open)
    return start.run()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    to_journal()
    given = parse("hall-lobby", arguments)
    config = finish(given, KIND, known)
    if isinstance(config, int):
        return config
    if given.remote_control is not None and (refused := _remote_refused(config)):
        sys.stderr.write(f"{refused}\n")
        return FAILED
    return run(config, given)


def _remote_refused(config: UnitConfig) -> str:
    """Return why remote control is refused; its module, with Qt's network and test parts, is loaded only for it."""
    from hall.qt.remote import RemoteControlRefused, require_demo

    try:
        require_demo(config.unit.demo)
    except RemoteControlRefused as problem:
        return str(problem)
    return ""


if __name__ == "__main__":
    sys.exit(main())
