"""A program of ours as a wire: lines both ways, its end is told, and closing ends it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.transport import worker
from drivers.transport.base import TransportLost
from drivers.transport.worker import WorkerPort, ended_within

ECHO = """
import os, sys
print(os.environ["GREETING"], *sys.argv[1:], flush=True)
for line in sys.stdin:
    print(line.strip()[::-1], flush=True)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
while True:
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, program in (("echo_program", ECHO), ("deaf_program", DEAF)):
        (tmp_path / f"{name}.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), *sys.path)))


def lines(port: WorkerPort, wanted: bytes) -> None:
    heard = b""
    while wanted not in heard:
        said = port.read(4096, 30)
        assert said, "nothing in 30 s"
        heard += said


def test_lines_go_both_ways_and_the_end_is_told() -> None:
    port = WorkerPort("echo:", "echo_program", ("one", "two"), "look at it", {"GREETING": "hello"})
    try:
        lines(port, b"hello one two\n")
        port.write(b"A023\n", 1)
        lines(port, b"320A\n")
        os.kill(port.pid, signal.SIGKILL)
        with pytest.raises(TransportLost, match=r"^echo:: its worker ended; look at it$"):
            port.read(4096, 30)
        os.waitid(os.P_PID, port.pid, os.WEXITED | os.WNOWAIT)  # only then the kernel has closed all its pipes
        with pytest.raises(TransportLost, match="its worker ended"):
            port.write(b"A023\n", 1)
    finally:
        port.close()
    with pytest.raises(TransportLost, match="closed"):
        port.write(b"A023\n", 1)


def test_a_program_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "END_S", 0.05)
    port = WorkerPort("deaf:", "deaf_program", (), "look at it")
    lines(port, b"deaf\n")
    pid = port.pid
    port.close()
    port.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(("code", "ends"), [("", True), ("import time; time.sleep(60)", False)])
def test_an_end_is_waited_for_no_longer_than_wanted(code: str, ends: bool) -> None:
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        assert ended_within(process, 10.0 if ends else 0.05) is ends
        process.kill()
        assert ended_within(process, 10.0)
        assert ended_within(process, 0.0), "an end that was seen stays seen"
