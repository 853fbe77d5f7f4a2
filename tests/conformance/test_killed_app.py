"""An app that is killed (SIGKILL, out of memory) leaves no process and no picture of anybody's papers behind.

Its programs hold a device each, so one left behind would keep the next start of the app from its own camera.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.page_scanner.sane import STALE_S, Sane, place_of
from tests.support.wires import until

APPS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "document_camera": (
        """
from drivers.document_camera.camera import CameraPort
from drivers.document_camera.options import Options
port = CameraPort("camera:" + source, Options())
assert port.read(64, 30)
""",
        os.mkfifo,
    ),
    "code_scanner": (
        """
from drivers.code_scanner.camera import CameraPort
port = CameraPort("camera:" + source, width=640, height=480)
assert port.read(64, 30)
""",
        os.mkfifo,
    ),
    "smart_card": (
        """
from drivers.smart_card.port import PcscPort
port = PcscPort("pcsc-sim:" + source)
port.write(b'{"do": "open"}\\n', 1)
""",
        lambda source: _mute_daemon(source),
    ),
}


def _mute_daemon(source: Path) -> socket.socket:
    """A PC/SC daemon that takes connections and never answers: the worker waits for it without a limit."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(source))
    listening.listen()
    listening.settimeout(30)
    return listening


def gone(pid: int) -> bool:
    """Whether a process is no more (or waits only for somebody to ask how it ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("family", APPS)
def test_no_worker_outlives_the_app(family: str, tmp_path: Path) -> None:
    program, made = APPS[family]
    source = tmp_path / "source"
    far = made(source)
    script = f"import sys\nsource = sys.argv[1]\n{program}print(port.pid, flush=True)\nsys.stdin.read()\n"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(source)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as app:
        assert app.stdout is not None
        worker = int(app.stdout.readline())
        if isinstance(far, socket.socket):
            with far, far.accept()[0] as client:
                assert client.recv(1), "it asked, and waits now"
                app.kill()
                app.wait()
                until(lambda: gone(worker))
            return
        assert not gone(worker)
        app.kill()
        app.wait()
        until(lambda: gone(worker))


@pytest.mark.skipif(shutil.which("scanimage") is None, reason="sane-utils is not installed")
def test_no_scan_outlives_the_app_and_its_pages_go_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    script = (
        "import sys\n"
        "from drivers.page_scanner.protocol import Arguments\n"
        "from drivers.page_scanner.sane import Sane, place_of\n"
        "sane = Sane('sane:test:0', place_of('sane:test:0'))\n"
        "words = ('--mode', 'Color', '--resolution', '300', '--source', 'Automatic Document Feeder')\n"
        "running = sane.begin(Arguments(words, 300), 10)\n"
        "print(running._process.pid, sane.folder, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as app:
        assert app.stdout is not None
        pid, folder = app.stdout.readline().decode().split()
        app.send_signal(signal.SIGKILL)
        app.wait()
    until(lambda: gone(int(pid)), within_s=60)
    left = Path(folder)
    assert left.exists()
    young = Sane("sane:test:0", place_of("sane:test:0"))
    assert left.exists(), "somebody may be making it just now"
    os.utime(left, (0, left.stat().st_mtime - STALE_S))
    again = Sane("sane:test:0", place_of("sane:test:0"))
    assert not left.exists()
    assert young.folder.exists(), "that one is in use"
    young.close()
    again.close()
