"""The command line of the simulators, as a process of its own."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.control import ask
from drivers.play import Play, add, main
from drivers.stage import Stage
from drivers.transport import LineSettings, open_stream


def test_one_process_plays_many_and_ends_when_told(tmp_path: Path) -> None:
    plays = tmp_path / "plays.toml"
    plays.write_text(f"""
        [[play]]
        kind = "counter_screen"
        model = "strip-sum"
        at = "serial:{tmp_path}/strip"
        control = "{tmp_path}/strip.sock"
        state = "{tmp_path}/strip.json"
        options = {{ address = 3 }}
        [[play]]
        kind = "ff68"
        model = "ff68-bus"
        at = "tcp:127.0.0.1:0"
    """)
    command = [sys.executable, "-m", "drivers.play", "--list", str(plays)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready, strip, bus = process.stdout.readline().split()
            assert (ready, strip) == ("ready", f"serial:{tmp_path}/strip")
            open_stream(bus, LineSettings()).close()
            assert ask(tmp_path / "strip.sock", {"do": "state"})["state"]["device"]["text"] == ""
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert not (tmp_path / "strip").is_symlink()
    assert json.loads((tmp_path / "strip.json").read_text())["wire"]["plugged"] is False


@pytest.mark.parametrize(
    ("at", "options", "baud"),
    [
        ("serial:{}/printer", {}, 9600),
        ("serial:{}/printer", {"baud": 38400}, 38400),
        ("usb-sim:{}/printer", {}, None),
        ("tcp:127.0.0.1:0", {"baud": 38400}, None),
    ],
)
def test_only_a_serial_line_takes_the_time_of_its_baud(
    at: str, options: dict[str, int], baud: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printer on USB that took 0.8 s for its slip would be called away in the middle of it."""
    paced: list[int | None] = []
    stage = Stage()
    monkeypatch.setattr(stage, "add", lambda *arguments: paced.append(arguments[4]))
    add(stage, Play("ticket_printer", "xprinter-xp-58", at.format(tmp_path), options=options))
    stage.close()
    assert paced == [baud]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--kind", "stripp", "--model", "x", "--at", "memory:x"], "no device family 'stripp'"),
        (["--kind", "counter_screen", "--model", "strip-summ", "--at", "memory:x"], "nearest: 'strip-sum'"),
        (["--kind", "ff68", "--model", "ff68-bus", "--at", "usb:1:2"], "a simulator sits behind one of"),
        (["--kind", "ff68", "--model", "ff68-bus", "--at", "memory:x", "--options", '{"bauds": 1}'], "bauds"),
        (["--list", "/no/such.toml"], "No such file"),
    ],
)
def test_a_wrong_command_line_is_named(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert says in capsys.readouterr().err
