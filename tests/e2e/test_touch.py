"""The technician's touch screen as its own process, touched as a finger would."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from field.app import main
from field.demo.wire import Remote
from tests.support.demo_at_work import demo_at_work
from tests.support.wires import until
from tests.unit.field.doctored import lab


def test_a_technician_tests_a_printer_looks_at_everything_and_leaves(tmp_path: Path) -> None:
    with lab(tmp_path, "kiosk-c") as found:
        path, door = found.change("kiosk-c", unit__demo=True), tmp_path / "touch.sock"
        command = [sys.executable, "-m", "field.app", "touch", "--config", str(path), "--remote-control", str(door)]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            try:
                until(door.exists, within_s=30)
                screen = Remote(door)
                screen.wait("reason_scanner", timeout_s=20)
                screen.wait("device_printer")
                screen.tap("device_printer")
                screen.tap("test_interactive")
                screen.wait("question", "凭条完整吗", timeout_s=20)
                assert found.stage.state(found.players["kiosk-c.printer"])["device"]["slips"], "it printed"
                screen.tap("yes")
                screen.wait("test_internal", timeout_s=20)
                screen.tap("back")
                screen.wait("look")
                screen.tap("look")
                screen.wait("line_6", timeout_s=20)
                until(lambda: screen.enabled("back"), within_s=20)
                screen.tap("back")
                screen.tap("leave")
                assert process.wait(20) == 0
                assert process.stderr is not None
                assert "Traceback" not in process.stderr.read()
            finally:
                process.kill()


def test_a_production_unit_takes_no_taps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with lab(tmp_path) as found:
        path = found.change("kiosk-c", unit__demo=False)
        assert main(["touch", "--config", str(path), "--remote-control", str(tmp_path / "x.sock")]) == 2
    assert "needs unit.demo = true" in capsys.readouterr().err


def test_a_technician_comes_in_by_the_hidden_gesture_and_the_kiosk_goes_on_afterwards() -> None:
    with demo_at_work(("kiosk-c",)) as day:
        kiosk = day.kiosk
        kiosk.wait("screen_home", timeout_s=30)
        kiosk.hold("clock", 2.2)
        kiosk.wait("screen_pin", timeout_s=10)
        for number in ("4001", "4001"):
            for key in number:
                kiosk.tap(f"key_{key}")
            kiosk.tap("next")
        kiosk.wait("screen_attendant", timeout_s=10)
        kiosk.tap("act_technician")
        door = day.demo.remote("kiosk-c").with_name("kiosk-c.sock.technician")
        until(door.exists, within_s=30)
        screen = Remote(door)
        screen.tap("device_printer", wait_s=20)
        screen.tap("test_external")
        screen.wait("line_1", timeout_s=20)
        until(lambda: screen.enabled("back"), within_s=20)
        day.picture(screen, "technician-test")
        screen.tap("back")
        screen.tap("leave")
        kiosk.wait("screen_home", timeout_s=20)
        kiosk.hold("clock", 2.2)
        kiosk.wait("screen_pin", timeout_s=10)
