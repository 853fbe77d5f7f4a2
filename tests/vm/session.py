"""Part 2: a screen with one program, and no way out of it."""

import time

from PIL import Image as Picture

from tests.vm.handbook import CHECKOUT
from tests.vm.hub import BACK_S, comes_back, shown
from tests.vm.machine import Machine
from tests.vm.report import Report

FEWEST_COLOURS = 100
"""A console or a dead screen has a handful."""
LATER_S = 5.0
"""A screen that was empty at READY is looked at once more, to tell late from never."""
KEYS = {
    "Ctrl+Alt+F2": ("ctrl", "alt", "f2"),
    "Ctrl+Alt+F7": ("ctrl", "alt", "f7"),
    "Ctrl+Alt+Backspace": ("ctrl", "alt", "backspace"),
    "Alt+F4": ("alt", "f4"),
    "Ctrl+Alt+Del": ("ctrl", "alt", "delete"),
    "Alt+SysRq+H (kernel help)": ("alt", "sysrq", "h"),
    "Alt+SysRq+K (kill all on this console)": ("alt", "sysrq", "k"),
    "Alt+SysRq+B (restart at once)": ("alt", "sysrq", "b"),
}
LOGINS = "ps -eo tty=,args= | grep -E 'getty|login|bash|xterm' | grep -E '^tty[0-9]' || true"


def colours(machine: Machine, name: str) -> int:
    """Take a picture and count its colours."""
    with Picture.open(machine.picture(name)) as picture:
        found = picture.convert("RGB").getcolors(1 << 24)
    return len(found or [])


def painted(
    machine: Machine, report: Report, what: str, name: str, not_start: str = "", unit: str = "hall-kiosk"
) -> None:
    """The unit's first active moment must find a painted screen. `not_start`: a start of it that does not count."""
    fresh = f'test "$(systemctl show {unit} -P InvocationID)" != "{not_start}"'
    took = machine.until(f"{fresh} && systemctl -q is-active {unit}", BACK_S)
    count = colours(machine, name)
    held = took is not None and count >= FEWEST_COLOURS
    seen = f"{count} colours"
    if not held:
        time.sleep(LATER_S)
        seen += f", {LATER_S:.0f} s later {colours(machine, name + '-later')}; ready after {took} s"
    report.saw(f"{what}: READY, and at that moment its frame is on the screen", held, seen)


def look(machine: Machine, report: Report) -> None:
    """Xorg with one client."""
    report.part = "2 The kiosk's screen"
    painted(machine, report, "Xorg with one client", "kiosk-xorg")
    users = machine.shell(
        "ps -o user:20= -p $(systemctl show hall-session -P MainPID),$(systemctl show hall-kiosk -P MainPID)"
    )
    report.saw("X server and program under users of their own", users.split() == ["hall-session", "hall-kiosk"], users)
    _no_way_out(machine, report)
    comes_back(machine, report, "hall-kiosk", "KILL", "killed")
    comes_back(machine, report, "hall-kiosk", "STOP", "Watchdog")
    _first_frame(machine, report)
    start = shown(machine, "hall-kiosk", "InvocationID")
    comes_back(machine, report, "hall-session", "KILL", "killed")
    painted(machine, report, "after the X server was killed", "kiosk-xorg-again", start)
    _linuxfb(machine, report)


def _no_way_out(machine: Machine, report: Report) -> None:
    logins = machine.shell(LOGINS)
    report.saw("no login waits on any console of the screen", not logins, logins or "none")
    for name, keys in KEYS.items():
        before = _standing(machine)
        machine.keys(*keys)
        time.sleep(3)
        after = _standing(machine)
        report.saw(
            f"{name} does nothing", before == after, "same console, same processes" if before == after else after
        )


def _standing(machine: Machine) -> str:
    """Return what a way out would change: this start of the machine, its console, its processes, its target's jobs."""
    pids = "systemctl show hall-session hall-kiosk hall-server -P MainPID"
    kernel = "cat /proc/sys/kernel/random/boot_id /sys/class/tty/tty0/active; dmesg | grep -c sysrq: || true"
    return machine.shell(f"{kernel}; {pids}; {LOGINS}")


def _first_frame(machine: Machine, report: Report) -> None:
    """With the X server frozen nothing can be painted, so the unit must not get ready."""
    server = shown(machine, "hall-session", "MainPID")
    machine.shell(f"systemctl stop hall-kiosk; kill -STOP {server}; systemctl start --no-block hall-kiosk")
    early = machine.until("systemctl -q is-active hall-kiosk", 45.0)
    state = shown(machine, "hall-kiosk", "ActiveState")
    machine.shell(f"kill -CONT {server}")
    late = machine.until("systemctl -q is-active hall-kiosk", BACK_S)
    report.saw(
        "no READY while nothing can be painted (X server frozen), READY once it can",
        early is None and late is not None,
        f"{state} for 45 s, then active",
    )


def _linuxfb(machine: Machine, report: Report) -> None:
    """The variant without X, by the lines that its own head says."""
    variant = CHECKOUT / "systemd/variants/hall-kiosk.service.d/linuxfb.conf"
    (mask,) = (
        line.strip("# ") for line in variant.read_text(encoding="utf-8").splitlines() if "systemctl mask" in line
    )
    machine.shell(mask)
    dropin = "hall-kiosk.service.d/linuxfb.conf"
    machine.shell(f"install -m 644 -D /opt/hallfloor/systemd/variants/{dropin} /etc/systemd/system/{dropin}")
    machine.shell("systemctl stop hall-kiosk; systemctl daemon-reload; systemctl start --no-block hall-kiosk")
    painted(machine, report, "linuxfb, no X server", "kiosk-linuxfb")
    for name in ("Ctrl+Alt+F2", "Alt+F4", "Ctrl+Alt+Del"):
        before = _standing(machine)
        machine.keys(*KEYS[name])
        time.sleep(3)
        report.saw(f"linuxfb: {name} does nothing", before == _standing(machine), _standing(machine))
    comes_back(machine, report, "hall-kiosk", "KILL", "killed")
    # Stopped first: a restart that is only asked for leaves the old program active for a moment.
    machine.shell(f"systemctl stop hall-kiosk; rm /etc/systemd/system/{dropin}")
    machine.shell("systemctl unmask hall-session getty@tty1; systemctl daemon-reload")
    machine.shell("systemctl start --no-block hall-session hall-kiosk")
    painted(machine, report, "back to Xorg", "kiosk-xorg-back")
