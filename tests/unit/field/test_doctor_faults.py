"""Faults that devices themselves show, and what a running program knows of the devices it holds."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from config.devices import DeviceConfig
from drivers import catalog
from drivers.counter_screen.options import Options as StripOptions
from field.app import main
from field.examine import devices as examine_devices
from field.examine.devices import REMARK_S, watched
from field.examine.finding import Colour
from field.examine.holders import Holder
from hall.domain.ids import DeviceName
from hall.ports.status import Status, StatusChanged, StatusWord
from hall.store.device_board import Board, DeviceBoard, DeviceSeen
from tests.unit.field.doctored import Lab, lab

HOLDER = Holder(4711, "/opt/hallfloor/.venv/bin/hall-kiosk --config /etc/hallfloor/kiosk.toml")
PRINTER = DeviceConfig("printer", "ticket_printer", "xprinter-xp-80", "serial:/dev/ttyUSB0", msgspec.Struct())


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.setattr(examine_devices, "SETTLE_S", 4.0)
    with lab(tmp_path, "counter-1") as found:
        yield found


def test_a_strip_that_answers_with_another_address(counter: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    player = counter.players["counter-1.strip"]
    player.far_end = catalog.make_far_end("counter_screen", "onbon-bx5k", StripOptions(address=9))
    path = counter.change("counter-1", devices__strip__options={"baud": 9600})
    assert main(["doctor", "--config", str(path), "--json"]) == 1
    findings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (red,) = [found for found in findings if found["colour"] == "red"]
    assert "the strip answers with address 9, and 1 is configured" in red["says"]
    assert red["do"] == "write options.address = 9, or set its address to 1"


def board(seen: DeviceSeen, pid: int = HOLDER.pid) -> Board:
    return Board(pid, {"printer": seen})


def test_a_device_that_the_running_program_holds_is_judged_by_what_it_told() -> None:
    found = watched("kiosk-c.printer", PRINTER, HOLDER, board(DeviceSeen(StatusWord.NO_PAPER, "put a new roll in")))
    assert (found.colour, found.do) == (Colour.RED, "put a new roll in")
    assert "no paper" in found.says
    assert "in use by process 4711 (hall-kiosk --config kiosk.toml)" in found.says


def test_what_was_remarked_lately_is_amber_with_its_next_step() -> None:
    seen = DeviceSeen(StatusWord.READY, remark="something odd; look at it", remarked=int(time.time()))
    found = watched("kiosk-c.printer", PRINTER, HOLDER, board(seen))
    assert (found.colour, found.do) == (Colour.AMBER, "look at it")
    assert found.says.endswith(": something odd")
    old = msgspec.structs.replace(seen, remarked=int(time.time()) - REMARK_S - 1)
    assert watched("kiosk-c.printer", PRINTER, HOLDER, board(old)).colour is Colour.GREEN


@pytest.mark.parametrize("known", [None, board(DeviceSeen(StatusWord.FAULT), pid=12), Board(HOLDER.pid, {})])
def test_a_file_of_another_run_proves_nothing(known: Board | None) -> None:
    found = watched("kiosk-c.printer", PRINTER, HOLDER, known)
    assert found.colour is Colour.GREEN
    assert found.says.endswith("which watches it")


def test_a_device_that_its_program_opened_just_now_gets_the_time_to_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emit = DeviceBoard(tmp_path).listening(lambda _event: None)
    emit(StatusChanged(DeviceName("printer"), Status(StatusWord.UNKNOWN, "not asked yet")))
    looks = []

    def pause(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            emit(StatusChanged(DeviceName("printer"), Status(StatusWord.READY)))

    monkeypatch.setattr(examine_devices.time, "sleep", pause)
    examine_devices._let_begin(tmp_path, [PRINTER])
    assert len(looks) == 3
    examine_devices._let_begin(tmp_path / "never", [PRINTER])
    assert len(looks) == 3, "nothing is known: nothing to wait for"
