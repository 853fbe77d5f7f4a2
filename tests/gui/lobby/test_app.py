"""`hall-lobby` as a process: check-config, remote control, a clean end, and the refusal on a production unit."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from counter.lobby import app


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def config(folder: Path, demo: bool = True, devices: str = "") -> Path:
    path = folder / "lobby.toml"
    path.write_text(
        f'[unit]\nname = "lobby-1"\nkind = "lobby"\nhub_url = "http://127.0.0.1:9"\nstate_dir = "{folder}/state"\n'
        f"demo = {str(demo).lower()}\n"
        "[face]\ndiagonal_in = 55.0\nwidth_px = 960\nheight_px = 540\n" + devices,
        encoding="utf-8",
    )
    return path


VOICE = '[devices.speaker]\nkind = "voice"\nmodel = "{model}"\naddress = "sound-file:{folder}/sound"\n'


def test_check_config(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = config(tmp_path, devices=VOICE.format(model="sound-card", folder=tmp_path))
    assert app.main(["--config", str(good), "check-config"]) == 0
    bad = config(tmp_path, devices=VOICE.format(model="sound-crad", folder=tmp_path))
    assert app.main(["--config", str(bad), "check-config"]) != 0
    assert "did you mean 'sound-card'?" in capsys.readouterr().err


def test_a_production_unit_refuses_remote_control(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = config(tmp_path, demo=False)
    assert app.main(["--config", str(path), "--remote-control", str(tmp_path / "r.sock")]) != 0
    assert "unit.demo = true" in capsys.readouterr().err
    assert not (tmp_path / "r.sock").exists()


def test_the_process_shows_its_board_and_ends_on_sigterm(tmp_path: Path) -> None:
    path, door = config(tmp_path), tmp_path / "r.sock"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "counter.lobby.app", "--config", str(path), "--remote-control", str(door)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            for said in process.stderr:
                if "remote control is open" in said:
                    break
            answer = ask(door, {"do": "wait", "name": "notices", "text": "连接中断", "timeout_s": 20})
            assert answer["ok"], answer
            picture = ask(door, {"do": "grab", "path": str(tmp_path / "lobby.png")})
            assert (picture["width"], picture["height"]) == (960, 540)
            process.send_signal(signal.SIGTERM)
            rest = process.stderr.read()
            assert process.wait(30) == 0
            assert "Traceback" not in rest
        finally:
            process.kill()


def ask(door: Path, request: dict[str, Any]) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(30)
        line.connect(str(door))
        line.sendall(json.dumps(request).encode() + b"\n")
        with line.makefile() as answers:
            answer: dict[str, Any] = json.loads(answers.readline())
    return answer
