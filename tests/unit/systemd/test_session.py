"""The screen without a desktop: a cookie for the group, and no way out."""

import shutil
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from tests.unit.systemd.reading import FOLDER, values

SESSION = FOLDER / "hall-session.service"
needs_xauth = pytest.mark.skipif(
    shutil.which("xauth") is None or shutil.which("mcookie") is None, reason="xauth or mcookie is missing"
)


def _cookie(file: Path) -> str:
    subprocess.run([str(FOLDER / "session-cookie"), str(file)], check=True, capture_output=True, timeout=20)
    done = subprocess.run(["xauth", "-f", str(file), "nlist"], check=True, capture_output=True, text=True, timeout=20)
    return done.stdout.strip()


@needs_xauth
def test_the_cookie_is_for_any_host_name_and_for_the_group_alone(tmp_path: Path) -> None:
    file = tmp_path / "xauthority"
    family, *_ = _cookie(file).split()
    assert family == "ffff"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["xauthority"]


@needs_xauth
def test_each_start_has_its_own_secret(tmp_path: Path) -> None:
    file = tmp_path / "xauthority"
    first = _cookie(file)
    second = _cookie(file)
    assert first != second
    assert len(second.splitlines()) == 1


def test_the_server_listens_to_no_network_and_wants_the_cookie() -> None:
    command = values(SESSION, "ExecStart")[0]
    assert "-nolisten tcp" in command
    assert "-auth /run/hall-session/xauthority" in command
    assert values(SESSION, "IPAddressDeny") == ["any"]


@pytest.mark.parametrize("option", ["DontVTSwitch", "DontZap", "DontZoom"])
def test_no_key_leads_out_of_the_server(option: str) -> None:
    assert f'Option "{option}" "true"' in (FOLDER / "xorg/90-hallfloor.conf").read_text()


def test_no_key_leads_out_of_the_variants_and_nothing_waits_behind() -> None:
    weston = (FOLDER / "variants/weston.ini").read_text()
    assert "vt-switching=false" in weston
    assert "allow-zap=false" in weston
    logind = (FOLDER / "logind.conf.d/hallfloor.conf").read_text()
    assert "NAutoVTs=0" in logind
    assert "ReserveVT=0" in logind
    assert "kernel.sysrq = 0" in (FOLDER / "sysctl.d/hallfloor.conf").read_text()


def test_the_screen_never_goes_dark() -> None:
    text = (FOLDER / "xorg/90-hallfloor.conf").read_text()
    for option in ("BlankTime", "StandbyTime", "SuspendTime", "OffTime"):
        assert f'Option "{option}" "0"' in text


def test_nothing_runs_on_the_console_behind_the_server() -> None:
    # Each command of a unit resets and hangs up its console first, so a later one would end the X server; and systemd
    # 252 never gets a unit of type exec ready that opens a session (both seen in a machine: docs/vm.md).
    drop_ins = [FOLDER / "variants/hall-session.service.d" / name for name in ("weston.conf", "mouse.conf")]
    assert [values(path, "ExecStartPost") for path in (SESSION, *drop_ins)] == [[], [], []]
    assert values(SESSION, "Type") == ["simple"]


def test_the_face_waits_for_its_own_screen(tmp_path: Path) -> None:
    door = tmp_path / "wayland-0"
    waiting = subprocess.Popen([FOLDER / "screen-ready"], env={"PATH": "/usr/bin:/bin", "WAYLAND_DISPLAY": str(door)})
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(timeout=0.5)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(door))
        assert waiting.wait(timeout=20) == 0


def test_a_bare_frame_buffer_is_waited_for_by_nobody() -> None:
    done = subprocess.run(
        [FOLDER / "screen-ready"], env={"DISPLAY": "", "PATH": "/usr/bin:/bin"}, timeout=20, check=False
    )
    assert done.returncode == 0


@pytest.mark.parametrize("unit", ["hall-kiosk", "hall-counter@", "hall-lobby"])
def test_each_face_waits(unit: str) -> None:
    assert values(FOLDER / f"{unit}.service", "ExecStartPre") == ["/opt/hallfloor/systemd/screen-ready"]


@pytest.mark.parametrize("unit", ["hall-kiosk", "hall-lobby"])
def test_on_a_frame_buffer_the_console_is_the_programs_own(unit: str) -> None:
    # Otherwise Qt may not switch the console's keyboard off, and Ctrl+Alt+F2 leads to another one.
    drop_in = FOLDER / f"variants/{unit}.service.d/linuxfb.conf"
    assert values(drop_in, "TTYPath") == ["/dev/tty1"]
    assert values(drop_in, "StandardInput") == ["tty-force"]
