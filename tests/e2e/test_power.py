"""The mains fail: a real guard closes a real hub before the battery is empty; nothing acknowledged is lost."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import tomli_w

from drivers import catalog
from drivers.play import Stage
from drivers.stage import Player
from hall.domain.ids import CommandKey, ItemCode, TicketUid
from hall.sync.enrol import NotEnrolled, enrol
from hall.sync.loop import new_key
from hall.wire.commands import ConfirmTicket, IssueTicket
from tests.support.server_process import ServerProcess, Unit, hall_file, run_server, token_for
from tests.support.wires import until

LONG_S = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


class Visitors:
    """A kiosk that gives out numbers without end, each retried with its key until the hub has answered."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.acknowledged: list[CommandKey] = []
        self.issued: list[CommandKey] = []
        self.refused = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        self._ending.set()
        self._thread.join(LONG_S)

    def _run(self) -> None:
        while not self._ending.is_set():
            key = new_key()
            if self._sent(IssueTicket(key=key, item=ItemCode("residence-permit"))):
                self.issued.append(key)
                self._sent(ConfirmTicket(key=new_key(), ticket=TicketUid(key)))

    def _sent(self, command: Any) -> bool:
        while not self._ending.is_set():
            try:
                answer = self._unit.post("/v1/commands", command)
            except httpx.TransportError:
                self.refused += 1
                self._ending.wait(0.05)
                continue
            if answer.status_code == 200:
                self.acknowledged.append(command.key)
                return True
            assert answer.status_code in (409, 503), answer.text
            self._ending.wait(0.05)
        return False


class Machine:
    """Hub, supply and guard of one machine; the guard's commands are a script that signals this hub."""

    def __init__(self, folder: Path, stage: Stage, player: Player) -> None:
        self.stage, self.player = stage, player
        self.hub = ServerProcess(hall_file(folder, listen=f"127.0.0.1:{free_port()}"))
        self.state = folder / "guard"
        self.state.mkdir()
        enrolled = enrol(self.hub.url, token_for(self.hub, "counter", "hub-guard"), self.state)
        assert not isinstance(enrolled, NotEnrolled)
        self.started = folder / "started"
        self.log = folder / "guard.log"
        self._config = folder / "guard.toml"
        unit = {"name": "hub-guard", "kind": "counter", "hub_url": self.hub.url, "state_dir": str(self.state)}
        ups = {"kind": "ups", "model": "nut", "address": player.address, "options": {"poll_s": 0.1}}
        guard = {
            "battery_s": 600,
            "mains_s": 0,
            "stop": ["sh", "-c", f"kill -TERM {self.hub.process.pid}"],  # the shell's own: a bare Debian has no other
            "start": ["touch", str(self.started)],
        }
        self._config.write_text(tomli_w.dumps({"unit": unit, "guard": guard, "devices": {"ups": ups}}))
        self.guard = self._start_guard()

    def _start_guard(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "field.app", "guard", "--config", str(self._config)]
        with self.log.open("ab") as out:
            environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
            return subprocess.Popen(command, stdout=out, stderr=out, env=environment)

    def do(self, control: str, **arguments: Any) -> None:
        self.stage.do(self.player, control, **arguments)

    def guard_saw(self, words: str) -> None:
        until(lambda: words in self.log.read_text(), within_s=LONG_S)

    def close(self) -> None:
        self.guard.send_signal(signal.SIGTERM)
        assert self.guard.wait(timeout=30) == 0, self.log.read_text()
        self.hub.stop()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    stage = Stage()
    options = catalog.family("ups").options()
    player = stage.add(catalog.make_far_end("ups", "nut", options), "tcp:127.0.0.1:0")
    stage.start()
    made = Machine(tmp_path, stage, player)
    try:
        yield made
    finally:
        made.close()
        stage.stop()


def test_a_nearly_empty_battery_closes_the_hub_and_the_hall_goes_on_after_it(machine: Machine) -> None:
    hub, kiosk = machine.hub, Unit(machine.hub, "kiosk", "kiosk-c", "--series", "C")
    visitors = Visitors(kiosk)
    machine.guard_saw('"mains"')
    until(lambda: len(visitors.acknowledged) > 20, within_s=LONG_S)
    machine.do("mains_lost")
    until(lambda: kiosk.get("/v1/view").json().get("alarms"), within_s=LONG_S)
    assert hub.process.poll() is None, "on battery the hall goes on"
    machine.do("low")
    assert hub.process.wait(timeout=LONG_S) == 0, hub.log.read_text()
    before = len(visitors.acknowledged)
    verified = run_server("verify", "--config", hub.config)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    machine.do("mains_back")
    until(machine.started.exists, within_s=LONG_S)
    until(lambda: visitors.refused > 0, within_s=LONG_S)
    hub.start()
    until(lambda: len(visitors.acknowledged) > before + 10, within_s=LONG_S)
    visitors.end()
    tickets = {one["uid"] for one in kiosk.get("/v1/view").json()["tickets"]}
    assert set(visitors.issued) <= tickets
    until(lambda: not kiosk.get("/v1/view").json().get("alarms"), within_s=LONG_S)
    kiosk.close()


def test_mains_that_come_back_stop_nothing(machine: Machine) -> None:
    machine.guard_saw('"mains"')
    machine.do("mains_lost")
    machine.guard_saw('"battery"')
    machine.do("mains_back")
    until(lambda: machine.log.read_text().count('"power": "mains"') == 2, within_s=LONG_S)
    assert machine.hub.process.poll() is None
    assert '"command"' not in machine.log.read_text()
    assert not (machine.state / "guard.closed").exists()


def test_a_supply_that_is_lost_on_the_mains_stops_nothing_and_is_told(machine: Machine) -> None:
    machine.guard_saw('"mains"')
    machine.do("stale")
    machine.guard_saw("does not answer its driver")
    assert machine.hub.process.poll() is None
