"""systemd's socket: told when it listens, silent otherwise; a loop's turns are its beats."""

import socket
from pathlib import Path

import pytest

from hall.alive import Pulse, notify, watchdog_s


def test_messages_arrive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "n"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "n"))
        notify("READY=1")
        assert line.recv(100) == b"READY=1"


def test_an_abstract_address_works_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0hallfloor-test-notify")
        monkeypatch.setenv("NOTIFY_SOCKET", "@hallfloor-test-notify")
        notify("WATCHDOG=1")
        assert line.recv(100) == b"WATCHDOG=1"


def test_without_systemd_nothing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    assert not notify("READY=1")
    monkeypatch.delenv("NOTIFY_SOCKET")
    assert not notify("READY=1")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("text", "every"), [("", None), ("0", None), ("x", None), ("30000000", 15.0)])
def test_the_watchdog_is_fed_twice_as_often_as_asked(
    monkeypatch: pytest.MonkeyPatch, text: str, every: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", text)
    assert watchdog_s() == every


def test_a_loop_is_ready_with_its_first_turn_and_beats_as_often_as_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "n"))
        line.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "n"))
        monkeypatch.setenv("WATCHDOG_USEC", "20000000")
        moments = iter([100.0, 109.9, 110.0, 119.0, 125.0])
        pulse = Pulse(lambda: next(moments))
        for _turn in range(5):
            pulse.turned()
        heard = [line.recv(100) for _ in range(3)]
        with pytest.raises(BlockingIOError):
            line.recv(100)
    assert heard == [b"READY=1\nWATCHDOG=1", b"WATCHDOG=1", b"WATCHDOG=1"]
