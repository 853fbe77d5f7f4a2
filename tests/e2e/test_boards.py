"""A board in a real hall: its button alarms every desk, and its lamps follow the calls."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import tomli_w

from drivers import catalog
from drivers.stage import Player, Stage
from hall.domain.ids import ClerkId, CounterId, ItemCode, TicketUid, UnitId
from hall.sync.enrol import NotEnrolled, enrol
from hall.sync.loop import new_key
from hall.wire import commands as c
from hall.wire.enrolment import SessionRequest
from tests.support.server_process import ServerProcess, Unit, hall_file, token_for
from tests.support.wires import until

ONE = CounterId("1")
LONG_S = 60.0
OPTIONS = {
    "contacts": {"door": {"channel": 1, "normally": "closed"}, "panic": {"channel": 2, "alarm": True}},
    "lamps": {"A": 1, "B": 2},
}


class Room(NamedTuple):
    """The hub, a clerk's counter, and a unit without a face that owns the board."""

    hub: ServerProcess
    counter: Unit
    stage: Stage
    player: Player
    log: Path

    def lamps(self) -> dict[str, bool]:
        lamps: dict[str, bool] = self.stage.state(self.player)["device"]["lamps"]
        return lamps

    def alarms(self) -> list[tuple[str, str]]:
        return [(one["unit"], one["what"]) for one in self.counter.get("/v1/view").json().get("alarms", [])]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    hub = ServerProcess(hall_file(tmp_path))
    stage = Stage()
    options = msgspec.convert(OPTIONS, catalog.family("inputs").options)
    player = stage.add(catalog.make_far_end("inputs", "modbus-relay-8", options), f"serial:{tmp_path}/board")
    stage.start()
    counter = Unit(hub, "counter", "counter-1", "--counter", "1")
    state = tmp_path / "hall-inputs"
    state.mkdir()
    assert not isinstance(enrol(hub.url, token_for(hub, "counter", "hall-inputs"), state), NotEnrolled)
    file, log = tmp_path / "inputs.toml", tmp_path / "inputs.log"
    unit = {"name": "hall-inputs", "kind": "counter", "hub_url": hub.url, "state_dir": str(state)}
    board = {"kind": "inputs", "model": "modbus-relay-8", "address": player.address, "options": OPTIONS}
    file.write_text(tomli_w.dumps({"unit": unit, "devices": {"board": board}}))
    command = [sys.executable, "-m", "counter.app", "--config", str(file), "--headless"]
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    try:
        yield Room(hub, counter, stage, player, log)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, log.read_text()
        stage.stop()
        counter.close()
        hub.stop()


def sign_in(counter: Unit) -> None:
    answer = counter.post("/v1/sessions", SessionRequest("1001", "1001"))
    assert answer.status_code in (200, 201), answer.text
    counter.session = answer.json()["session"]
    counter.command(c.SignIn(key=new_key(), counter=ONE, clerk=ClerkId("1001")))


def give_number(hub: ServerProcess) -> None:
    kiosk = Unit(hub, "kiosk", "kiosk-c", "--series", "C")
    key = new_key()
    kiosk.command(c.IssueTicket(key=key, item=ItemCode("social-card")))
    kiosk.command(c.ConfirmTicket(key=new_key(), ticket=TicketUid(key)))
    kiosk.close()


def test_a_press_alarms_until_a_clerk_ends_it_and_lamps_follow_the_calls(room: Room) -> None:
    do, counter = room.stage.do, room.counter
    until(lambda: '"ready"' in room.log.read_text(), within_s=LONG_S)
    assert room.alarms() == []
    do(room.player, "press", name="panic", ms=200)
    until(lambda: room.alarms() == [("hall-inputs", "panic")], within_s=LONG_S)
    sign_in(counter)
    counter.command(c.ReportAlarm(key=new_key(), unit=UnitId("hall-inputs"), what="panic", over=True))
    assert room.alarms() == []

    give_number(room.hub)
    assert room.lamps() == {"A": False, "B": False}
    called: Any = counter.command(c.CallNext(key=new_key(), counter=ONE))
    assert called["ticket"]
    until(lambda: room.lamps() == {"A": True, "B": False}, within_s=LONG_S)
    counter.command(c.StartService(key=new_key(), counter=ONE))
    until(lambda: room.lamps() == {"A": False, "B": False}, within_s=LONG_S)
    assert room.alarms() == [], "letting the button go raised nothing"
