"""Users, groups and folders: each unit has its own, with no more cables than it needs."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.systemd.reading import FOLDER, UNITS, values

ACCOUNTS = FOLDER / "sysusers.d/hallfloor.conf"
LINES = [line.split() for line in ACCOUNTS.read_text().splitlines() if line and not line.startswith("#")]
USERS = {line[1] for line in LINES if line[0] == "u"}
GROUPS = {line[1] for line in LINES if line[0] == "g"} | USERS
MEMBERS: dict[str, set[str]] = {
    user: {line[2] for line in LINES if line[0] == "m" and line[1] == user} for user in USERS
}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_as_a_user_that_is_made(path: Path) -> None:
    if path.name == "hall-guard.service":
        assert values(path, "CapabilityBoundingSet") == [""], "user 0 for systemd, with none of its rights"
        return
    assert values(path, "User")[0] in USERS
    assert values(path, "Group")[0] in GROUPS


def test_programs_do_not_share_a_user() -> None:
    users = [values(path, "User")[0] for path in UNITS if "headless" not in path.name]
    assert len(users) == len(set(users))


def test_the_hub_touches_no_cable_and_no_screen() -> None:
    assert MEMBERS["hall-server"] == set()
    assert values(FOLDER / "hall-server.service", "DeviceAllow") == []
    assert values(FOLDER / "hall-server.service", "PrivateDevices") == ["yes"]


@pytest.mark.parametrize(
    ("user", "groups"),
    [
        ("hall-kiosk", {"hall-display", "dialout", "lp", "input", "video", "audio", "plugdev", "scanner"}),
        ("hall-counter", {"hall-display", "dialout", "input", "plugdev"}),
        ("hall-lobby", {"hall-display", "dialout", "audio"}),
        ("hall-session", {"hall-display", "video", "input"}),
    ],
)
def test_groups_are_the_cables(user: str, groups: set[str]) -> None:
    assert MEMBERS[user] == groups


@pytest.mark.parametrize("device", ["char-ttyUSB", "char-ttyACM"])
def test_who_may_open_a_line_is_in_its_group(device: str) -> None:
    for path in UNITS:
        allowed = f"{device} rw" in values(path, "DeviceAllow")
        assert not allowed or "dialout" in MEMBERS[values(path, "User")[0]]


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd-sysusers is missing (package systemd)")
def test_systemd_makes_the_accounts(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    done = subprocess.run(
        ["systemd-sysusers", f"--root={tmp_path}", str(ACCOUNTS)], capture_output=True, text=True, check=False
    )
    if "Permission denied" in done.stderr or "not permitted" in done.stderr:
        pytest.skip("systemd-sysusers needs root here")
    assert done.returncode == 0, done.stderr
    made = (tmp_path / "etc/passwd").read_text()
    assert {line.partition(":")[0] for line in made.splitlines()} >= USERS
    assert made.count("/usr/sbin/nologin") == len(USERS)


def test_folders_are_made_for_their_users_and_closed_to_others() -> None:
    rows = [line.split() for line in (FOLDER / "tmpfiles.d/hallfloor.conf").read_text().splitlines() if line[:1] == "d"]
    made = {row[1]: (row[2], row[3]) for row in rows}
    assert made.pop("/etc/hallfloor") == ("0755", "root")
    assert made.pop("/etc/credstore") == made.pop("/etc/credstore.encrypted") == ("0700", "root")
    assert made == {f"/var/lib/{user}": ("0700", user) for user in USERS - {"hall-session"}}


def test_state_is_closed_to_other_users() -> None:
    for path in UNITS:
        if values(path, "StateDirectory"):
            assert values(path, "StateDirectoryMode") == ["0700"]
            assert re.fullmatch(r"00[27]7", values(path, "UMask")[0])
