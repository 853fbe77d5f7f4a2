"""How a face starts and ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hall.qt.app import SignalDoor, Start, application
from hall.qt.look import Look
from hall.qt.watchdog import Heartbeat, interval_ms


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot, kiosk_look: Look, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    window = QWidget()
    qtbot.addWidget(window)
    made = Start(qapp, kiosk_look, window)
    yield made
    made.end()
    kiosk_look.changed.disconnect(made.theme.apply)
    qapp.setStyleSheet("")


def test_there_is_one_application(qapp: QApplication) -> None:
    assert application() is qapp


HEAD = """
import os, signal
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QWidget
from hall.qt.app import Start, application
from hall.qt.logs import to_journal
from hall.qt.look import Look
from hall.qt.tokens import tokens
from hall.words.catalogue import Words
to_journal()
app = application()
start = Start(app, Look(tokens(27, 108, 192), Words("zh", "common")), QWidget())
start.at_end(lambda: print("end link"))
start.at_end(lambda: print("end devices"))
start.show(False)
"""


def run_face(body: str) -> "subprocess.CompletedProcess[str]":
    """Run a face in a process of its own, without a display: `exec` may run only once in a process of tests."""
    environment = {key: value for key, value in os.environ.items() if key not in ("QT_QPA_PLATFORM", "DISPLAY")}
    program = HEAD + body + "\nraise SystemExit(start.run())\n"
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)


def test_slow_things_come_after_the_first_frame_and_endings_in_reverse() -> None:
    done = run_face("start.first_frame(lambda: (print('frames', min(1, start.frames)), app.quit()))")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["frames 1", "end devices", "end link"]


def test_sigterm_ends_it_cleanly() -> None:
    done = run_face("start.first_frame(lambda: os.kill(os.getpid(), signal.SIGTERM))")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["end devices", "end link"]


def test_another_signal_does_not_end_it() -> None:
    done = run_face(
        "signal.signal(signal.SIGUSR1, lambda *_: print('usr1'))\n"
        "start.first_frame(lambda: (os.kill(os.getpid(), signal.SIGUSR1), QTimer.singleShot(50, app.quit)))\n"
        "app.aboutToQuit.connect(lambda: print('quit'))"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["usr1", "quit", "end devices", "end link"]
    assert "asked to end" not in done.stderr


def test_the_window_has_its_configured_pixels(start: Start) -> None:
    start.show(full_screen=False)
    assert (start.window.width(), start.window.height()) == (1080, 1920)


def test_signals_are_given_back(qapp: QApplication) -> None:
    before = signal.getsignal(signal.SIGTERM)
    door = SignalDoor(qapp, lambda: None)
    assert signal.getsignal(signal.SIGTERM) is not before
    door.close()
    door.close()
    assert signal.getsignal(signal.SIGTERM) is before
    door.deleteLater()


def test_full_screen_fills_the_screen_without_a_window_manager(start: Start) -> None:
    start.show(full_screen=True)
    screen = start.application.primaryScreen()
    assert screen is not None
    assert start.window.geometry() == screen.geometry()


def test_the_heartbeat_is_sent_by_painted_frames(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(tmp_path / "notify"))
        journal.settimeout(5)
        window = QWidget()
        qtbot.addWidget(window)
        beat = Heartbeat(window)
        assert beat.frames == 0
        window.show()
        qtbot.waitUntil(lambda: beat.frames > 0)
        qapp.processEvents()  # the word goes out behind the frame
        assert journal.recv(100) == b"READY=1\nWATCHDOG=1"
        window.hide()
        frames = beat.frames
        beat.update()
        QTimer.singleShot(0, window.show)
        qtbot.waitUntil(lambda: beat.frames > frames)
        qapp.processEvents()
        assert journal.recv(100) == b"WATCHDOG=1"


def test_half_of_the_watchdog_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "20000000")
    assert interval_ms() == 10000
    monkeypatch.delenv("WATCHDOG_USEC")
    assert interval_ms() == 5000


def test_a_bug_in_a_slot_is_logged_and_the_screen_goes_on() -> None:
    done = run_face(
        "def bug():\n    raise RuntimeError('planted')\nQTimer.singleShot(0, bug)\nQTimer.singleShot(50, app.quit)"
    )
    assert done.returncode == 0, done.stderr
    assert "bug in a slot" in done.stderr
    assert "planted" not in done.stderr, "words of an exception may be a person's"


def test_a_bug_in_one_ending_keeps_no_other_from_its_own() -> None:
    ran = run_face("start.at_end(lambda: 1 / 0)\nQTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGTERM))")
    assert ran.returncode == 1
    assert ran.stdout.split("\n")[:2] == ["end devices", "end link"]
    assert "bug while ending" in ran.stderr
