"""Faults that a technician makes or meets: one line names the file or port and the next step; the app goes on."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest
import serial
import tomli_w

from config.ending import AGAIN, FAILED
from field.demo.wire import Remote, wait_for_socket
from tests.support.demo_at_work import eventually

PROGRAMS = {"kiosk": "kiosk.app", "counter": "counter.app", "lobby": "counter.lobby.app"}
OFFSCREEN = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}

Values = dict[str, Any]


def unit_file(folder: Path, kind: str, **more: Any) -> Path:
    """Write a unit's file; `more` are further tables, or further keys of [unit]."""
    identity = {
        "name": f"{kind}-t",
        "kind": kind,
        "hub_url": "https://127.0.0.1:9",
        "state_dir": str(folder / "state"),
        **({"series": "C"} if kind == "kiosk" else {}),
        **({"counter": "1"} if kind == "counter" else {}),
    }
    values: Values = {"unit": identity | more.pop("unit", {}), **more}
    path = folder / f"{kind}.toml"
    path.write_text(tomli_w.dumps(values), encoding="utf-8")
    return path


def command(kind: str, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", PROGRAMS[kind], *map(str, arguments)]


def refused(kind: str, *arguments: str | Path, status: int = FAILED) -> str:
    """Run a program that must end with this status and one line on stderr; return the line."""
    done = subprocess.run(
        command(kind, *arguments), capture_output=True, text=True, timeout=60, env=OFFSCREEN, check=False
    )
    assert done.returncode == status, (done.returncode, done.stderr)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


PRINTER = {"kind": "ticket_printer", "model": "xprinter-xp-80", "address": "serial:/dev/ttyS0"}
WRONG: dict[str, tuple[Values, list[str]]] = {
    "unknown key": ({"times": {"idel_s": 5}}, ["times.idel_s", "idle_s"]),
    "wrong value": ({"times": {"idle_s": "long"}}, ["times.idle_s"]),
    "unknown family": ({"devices": {"p": PRINTER | {"kind": "tiket_printer"}}}, ["devices.p.kind", "ticket_printer"]),
    "unknown model": ({"devices": {"p": PRINTER | {"model": "xprinter-xp-8"}}}, ["devices.p.model", "xprinter-xp-80"]),
    "unknown option": ({"devices": {"p": PRINTER | {"options": {"bauds": 1}}}}, ["devices.p.options.bauds", "baud"]),
}


@pytest.mark.parametrize("kind", PROGRAMS)
@pytest.mark.parametrize("wrong", WRONG)
def test_check_config_names_file_key_and_what_to_write(tmp_path: Path, kind: str, wrong: str) -> None:
    tables, words = WRONG[wrong]
    path = unit_file(tmp_path, kind, **tables)
    said = refused(kind, "--config", path, "check-config")
    assert str(path) in said
    for word in words:
        assert word in said


@pytest.mark.parametrize("kind", ["kiosk", "counter"])
def test_a_wrong_device_ends_the_running_program_with_the_same_line(tmp_path: Path, kind: str) -> None:
    tables, words = WRONG["unknown model"]
    said = refused(kind, "--config", unit_file(tmp_path, kind, **tables))
    for word in words:
        assert word in said


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_missing_file_and_one_that_is_no_toml(tmp_path: Path, kind: str) -> None:
    assert "check the path" in refused(kind, "--config", tmp_path / "none.toml")
    path = unit_file(tmp_path, kind)
    path.write_text("[unit\n", encoding="utf-8")
    said = refused(kind, "--config", path)
    assert str(path) in said
    assert "TOML" in said


def test_a_store_that_another_program_holds_is_tried_again(tmp_path: Path) -> None:
    path = unit_file(tmp_path, "counter")
    (tmp_path / "state").mkdir()
    holder = apsw.Connection(str(tmp_path / "state" / "unit.db"))
    holder.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE t (x)").fetchall()
    said = refused("counter", "--config", path, "--headless", status=AGAIN)
    holder.close()
    assert "unit.db: used_by_another_process" in said


def test_a_damaged_store_is_for_a_person_to_mend(tmp_path: Path) -> None:
    path = unit_file(tmp_path, "counter")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "unit.db").write_bytes(b"nonsense" * 1000)
    assert "restore the copy" in refused("counter", "--config", path, "--headless")


@contextmanager
def running(kind: str, path: Path) -> Iterator[tuple[Remote, Path]]:
    """Run an app under remote control; yield its hands and its log. It must end in order when asked."""
    socket, log = path.with_suffix(".sock"), path.with_suffix(".log")
    with log.open("wb") as out:
        process = subprocess.Popen(
            command(kind, "--config", path, "--remote-control", socket), stderr=out, stdout=out, env=OFFSCREEN
        )
    try:
        wait_for_socket(socket, 30, lambda: process.poll() is None)
        yield Remote(socket), log
        assert process.poll() is None, "it went on"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in log.read_text(encoding="utf-8")


def reasons(log: Path) -> dict[str, str]:
    """Return why each device was lost, as the log says it."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if '"device lost"' in line]
    return {line["device"]: line["reason"] for line in lines}


def test_a_port_that_does_not_exist_and_one_that_is_busy(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    busy = os.ttyname(theirs)
    devices = {
        "printer": PRINTER | {"address": f"serial:{tmp_path}/no-such-port"},
        "reader": {"kind": "id_card", "model": "sdt-serial", "address": f"serial:{busy}"},
        "scanner": {"kind": "code_scanner", "model": "usb-com", "address": "tcp:127.0.0.1:1"},
    }
    path = unit_file(tmp_path, "kiosk", unit={"demo": True}, devices=devices)
    with serial.Serial(busy, exclusive=True), running("kiosk", path) as (kiosk, log):
        assert eventually(lambda: set(reasons(log)) == set(devices), 20), log.read_text(encoding="utf-8")
        said = reasons(log)
        kiosk.wait("screen_home", timeout_s=10)
    os.close(ours)
    os.close(theirs)
    assert f"{tmp_path}/no-such-port" in said["printer"]
    assert "check the cable" in said["printer"]
    assert busy in said["reader"]
    assert "another program holds it" in said["reader"]
    assert "127.0.0.1:1" in said["scanner"]
    assert "check power" in said["scanner"]


def test_a_wrong_device_does_not_darken_the_lobby(tmp_path: Path) -> None:
    tables, words = WRONG["unknown model"]
    path = unit_file(tmp_path, "lobby", unit={"demo": True}, **tables)
    with running("lobby", path) as (lobby, log):
        lobby.wait("notices", timeout_s=10)
        said = eventually(lambda: [line for line in log.read_text("utf-8").splitlines() if "check-config" in line])
    for word in words:
        assert word in said[0]
