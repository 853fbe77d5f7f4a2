"""The doctor, the self-test and the file check: green on the demo hall, red with the right words for each fault."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.unit import UnitConfig
from drivers import probe as drivers_probe
from field.app import main
from field.commands import selftest
from field.examine import devices as examine_devices
from field.examine import exercise, surroundings
from field.examine.files import load_any
from field.examine.finding import Colour, green, red, worst
from field.examine.holders import holder_of, node_of
from field.plugged.found import Roots
from tests.unit.field.doctored import FOR_PAPERS, Lab, lab

KIOSK = {"printer", "reader", "scanner"}
HOLD = "import serial, sys; port = serial.Serial(sys.argv[1], exclusive=True); print('held', flush=True); input()"


@pytest.fixture
def kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.setattr(examine_devices, "SETTLE_S", 2.0)
    monkeypatch.setattr(selftest, "SETTLE_S", 2.0)
    monkeypatch.setattr(drivers_probe, "LISTEN_S", 0.3)
    with lab(tmp_path, "kiosk-c", without=FOR_PAPERS) as found:
        yield found


def doctor(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, Any]]]:
    status = main(["doctor", "--config", str(path), "--json"])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def reds(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [finding for finding in findings if finding["colour"] == "red"]


def only_red(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    status, findings = doctor(path, capsys)
    assert status == 1
    (found,) = reds(findings)
    assert found["do"], "a fault without a next step helps nobody"
    return found


def test_the_demo_hall_is_green(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = ("kiosk-c", "counter-1", "counter-2", "bus-1", "lobby-1")
    with lab(tmp_path, *units) as found:
        status = main(["doctor", "--json", "--config", *(str(found.config(unit)) for unit in ("hall", *units))])
    findings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [item for item in findings if item["colour"] != "green"] == []
    assert status == 0
    devices = {device.key for device in found.demo.devices}
    assert devices <= {item["about"] for item in findings}


def test_a_missing_port(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    kiosk.stage.do(kiosk.players["kiosk-c.reader"], "unplug")
    found = only_red(kiosk.config("kiosk-c"), capsys)
    assert found["about"] == "kiosk-c.reader"
    assert "no such port" in found["says"]
    assert "check the cable" in found["do"]


def test_a_busy_port(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    node = kiosk.demo.device("kiosk-c.scanner").address.partition(":")[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, node], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        found = only_red(kiosk.config("kiosk-c"), capsys)
        other.communicate("\n")
    assert found["about"] == "kiosk-c.scanner"
    assert f"port busy: process {other.pid}" in found["says"]
    assert "end that program" in found["do"]


def test_a_wrong_baud(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    path = kiosk.change("kiosk-c", devices__reader__options={"baud": 57600})
    found = only_red(path, capsys)
    assert "wrong baud: it answers at 115200" in found["says"]
    assert "options.baud = 115200" in found["do"]


def test_a_printer_without_paper(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    kiosk.stage.do(kiosk.players["kiosk-c.printer"], "paper_out")
    found = only_red(kiosk.config("kiosk-c"), capsys)
    assert (found["about"], found["do"]) == ("kiosk-c.printer", "put a new roll in")
    assert "no paper" in found["says"]


def test_a_hub_that_is_away(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    found = only_red(kiosk.change("kiosk-c", unit__hub_url="http://127.0.0.1:9"), capsys)
    assert "hub away" in found["says"]
    assert "hall-server" in found["do"]


def test_a_wrong_key(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    path = kiosk.change("kiosk-c", times__idle_seconds=3)
    found = only_red(path, capsys)
    assert "times.idle_seconds" in found["says"]
    assert "'idle_s'" in found["do"]
    assert main(["check-config", str(path)]) == 1
    assert "idle_seconds" in capsys.readouterr().out


def test_two_devices_on_one_port(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    address = kiosk.demo.device("kiosk-c.printer").address
    found = only_red(kiosk.change("kiosk-c", devices__reader__address=address), capsys)
    assert "is the port of devices.printer too" in found["says"]


def test_a_unit_that_was_never_enrolled(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    (kiosk.demo.state("kiosk-c") / "enrolled.json").unlink()
    found = only_red(kiosk.config("kiosk-c"), capsys)
    assert "not enrolled" in found["says"]


def test_a_folder_that_is_not_there(kiosk: Lab, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = kiosk.change("kiosk-c", unit__state_dir=str(tmp_path / "gone"))
    _, findings = doctor(path, capsys)
    assert any("is missing" in finding["says"] for finding in reds(findings))


def test_an_open_cover(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    kiosk.stage.do(kiosk.players["kiosk-c.printer"], "cover_open")
    found = only_red(kiosk.config("kiosk-c"), capsys)
    assert "cover open" in found["says"]
    assert "close the cover" in found["do"]


@pytest.mark.parametrize(("off", "says"), [(400.0, "400 s ahead of"), (-400.0, "400 s behind")])
def test_a_clock_that_is_off(off: float, says: str) -> None:
    (found,) = surroundings._clock("kiosk-c", 1_000_000_000_000, lambda: 1_000_000_000.0 + off)
    assert found.colour is Colour.AMBER
    assert says in found.says
    assert surroundings._clock("kiosk-c", "2026-11-21T10:00:00+08:00", lambda: 1795226400.0)[0].colour is Colour.GREEN
    assert surroundings._clock("kiosk-c", None, lambda: 0.0) == []


@pytest.mark.parametrize(("free_mb", "colour"), [(50, Colour.RED), (300, Colour.AMBER), (3000, Colour.GREEN)])
def test_a_disk_that_fills(kiosk: Lab, monkeypatch: pytest.MonkeyPatch, free_mb: int, colour: Colour) -> None:
    usage = argparse.Namespace(free=free_mb * 1_000_000)
    monkeypatch.setattr(surroundings.shutil, "disk_usage", lambda _folder: usage)
    config = load_any(kiosk.config("kiosk-c"))
    assert isinstance(config, UnitConfig)
    assert surroundings._disk(config).colour is colour


def test_people_read_plain_lines(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    kiosk.stage.do(kiosk.players["kiosk-c.printer"], "paper_low")
    assert main(["doctor", "--config", str(kiosk.config("kiosk-c"))]) == 1
    said = capsys.readouterr().out
    assert "AMBER kiosk-c.printer" in said
    assert "      do: " in said
    assert "1 amber" in said
    assert "Traceback" not in said


def test_good_files_are_good(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-config", str(kiosk.config("kiosk-c")), str(kiosk.config("hall"))]) == 0
    assert "with 3 devices" in capsys.readouterr().out
    other = kiosk.demo.root / "other.toml"
    other.write_text("[toaster]\n")
    assert main(["check-config", "--json", str(other)]) == 1
    assert json.loads(capsys.readouterr().out)["colour"] == "red"


def results(capsys: pytest.CaptureFixture[str]) -> dict[tuple[str, str], dict[str, Any]]:
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    return {(item["device"], item["level"]): item for item in found}


def test_the_internal_self_test_opens_and_asks(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", "--config", str(kiosk.config("kiosk-c")), "--json"]) == 0
    found = results(capsys)
    assert set(found) == {(name, "internal") for name in KIOSK}
    assert all(item["ok"] for item in found.values())


def test_the_internal_self_test_of_the_devices_for_papers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with lab(tmp_path, "kiosk-c", without=("id_card", "code_scanner", "ticket_printer")) as found:
        assert main(["selftest", "--config", str(found.config("kiosk-c")), "--json"]) == 0
    assert {name for name, _level in results(capsys)} == {"camera", "pad", "sheets", "ic"}


def test_the_external_self_test_prints_a_slip(kiosk: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["selftest", "--config", str(kiosk.config("kiosk-c")), "--json", "--device", "printer"]
    assert main([*given, "--level", "external"]) == 0
    assert results(capsys)["printer", "external"]["says"].startswith("test slip sent")
    kiosk.stage.do(kiosk.players["kiosk-c.printer"], "paper_out")
    assert main([*given, "--level", "external"]) == 1
    assert set(results(capsys)) == {("printer", "internal")}


def interactive(kiosk: Lab, device: str, answer: bool) -> int:
    given = argparse.Namespace(config=kiosk.config("kiosk-c"), level="interactive", device=device, json=True)
    return selftest.run(given, lambda _question: answer)


@pytest.mark.parametrize("answer", [True, False])
def test_the_interactive_self_test_asks_whether_it_looked_right(
    kiosk: Lab, capsys: pytest.CaptureFixture[str], answer: bool
) -> None:
    assert interactive(kiosk, "printer", answer) == int(not answer)
    found = results(capsys)["printer", "interactive"]
    assert found["ok"] is answer
    assert "QR code" in found["says"]


def test_the_interactive_self_test_reads_a_card_and_prints_nobody(
    kiosk: Lab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.stage.do(kiosk.players["kiosk-c.reader"], "insert_card", card="zhang")
    assert interactive(kiosk, "reader", True) == 0
    said = capsys.readouterr().out
    assert "a card of layout citizen was read" in said
    assert "张测试" not in said
    kiosk.stage.do(kiosk.players["kiosk-c.reader"], "remove_card")
    monkeypatch.setattr(exercise, "PERSON_S", 0.2)
    assert interactive(kiosk, "reader", True) == 1


def test_an_unknown_device_or_a_hubs_file_is_a_wrong_command_line(
    kiosk: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["selftest", "--config", str(kiosk.config("kiosk-c")), "--device", "toaster"]) == 2
    assert main(["selftest", "--config", str(kiosk.config("hall"))]) == 2
    said = capsys.readouterr().err
    assert all(repr(name) in said for name in KIOSK)


def test_who_holds_a_port_is_read_from_proc(tmp_path: Path) -> None:
    node = tmp_path / "ttyUSB0"
    node.touch()
    proc = tmp_path / "proc"
    for pid, links in (("7", [node]), ("9", []), ("3", [])):
        (proc / pid / "fd").mkdir(parents=True)
        for number, link in enumerate(links):
            (proc / pid / "fd" / str(number)).symlink_to(link)
    (proc / "7" / "cmdline").write_text("/opt/hall-kiosk\0--config\0x")
    holder = holder_of(node, 3, proc)
    assert holder is not None
    assert (holder.pid, holder.ours) == (7, True)
    assert holder_of(node, 7, proc) is None


def _process(proc: Path, pid: str, parent: str, command: str, node: Path, flags: str) -> None:
    folder = proc / pid
    (folder / "fd").mkdir(parents=True)
    (folder / "fdinfo").mkdir()
    (folder / "fd" / "5").symlink_to(node)
    (folder / "fdinfo" / "5").write_text(f"pos:\t0\nflags:\t{flags}\n")
    (folder / "status").write_text(f"Name:\tpython\nPPid:\t{parent}\n")
    (folder / "cmdline").write_text(command)


def test_who_writes_a_fifo_is_its_far_end_and_a_worker_stands_for_its_program(tmp_path: Path) -> None:
    node, proc = tmp_path / "camera", tmp_path / "proc"
    os.mkfifo(node)
    _process(proc, "4", "1", "python\0-m\0drivers.play", node, "02004001")
    _process(proc, "8", "6", "python\0-m\0drivers.document_camera.camera_worker\0/tmp/hall-x/camera", node, "02004000")
    _process(proc, "6", "1", "/opt/hall-kiosk\0--config\0x", tmp_path / "other", "0100002")
    holder = holder_of(node, 2, proc)
    assert holder is not None
    assert (holder.pid, holder.ours) == (6, True)
    (proc / "6" / "cmdline").write_text("/usr/bin/stranger")
    assert (holder_of(node, 2, proc) or holder).pid == 8


def test_the_node_behind_an_address(tmp_path: Path) -> None:
    roots = Roots(tmp_path / "dev", tmp_path / "sys", tmp_path / "proc")
    device = roots.sys / "bus" / "usb" / "devices" / "1-2"
    device.mkdir(parents=True)
    for name, text in {"idVendor": "0483", "idProduct": "5743", "serial": "S1", "busnum": "1", "devnum": "12"}.items():
        (device / name).write_text(text + "\n")
    node = roots.dev / "bus" / "usb" / "001" / "012"
    assert node_of("usb:0483:5743", roots) == node_of("usb:0483:5743:s1", roots) == node
    assert node_of("usb:0483:0000", roots) is None
    assert node_of("serial:/dev/ttyUSB0", roots) == Path("/dev/ttyUSB0")
    assert node_of("camera:tcp:127.0.0.1:9", roots) is node_of("tcp:h:9100", roots) is None


def test_the_worst_colour_wins() -> None:
    assert worst([]) is Colour.GREEN
    assert worst([green("a", "b"), red("a", "b", "c")]) is Colour.RED
