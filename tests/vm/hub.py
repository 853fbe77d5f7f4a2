"""Part 1: the hub under systemd."""

from tests.vm.machine import Machine
from tests.vm.report import Report

LIMITS = {"hall-server": 2.5, "hall-guard": 2.5, "hall-kiosk": 4.5, "hall-session": 4.5}
BACK_S = 180.0


def shown(machine: Machine, unit: str, name: str) -> str:
    """Return one property of a unit."""
    return machine.shell(f"systemctl show {unit} -P {name}")


def look(machine: Machine, report: Report) -> None:
    """Started, alive, killed, frozen, fenced in."""
    report.part = "1 The hub"
    machine.until("systemctl -q is-active hall-server", BACK_S)
    facts = [shown(machine, "hall-server", name) for name in ("Type", "SubState", "NRestarts")]
    report.saw("started itself with the machine (READY sent)", facts == ["notify", "running", "0"], " ".join(facts))
    owner = machine.shell("ps -o user:20= -p $(systemctl show hall-server -P MainPID)")
    report.saw("runs as its own user", owner == "hall-server", owner)
    before = shown(machine, "hall-server", "WatchdogTimestampMonotonic")
    beat = f'test "$(systemctl show hall-server -P WatchdogTimestampMonotonic)" != {before}'
    report.saw("feeds the watchdog", machine.until(beat, 30.0) is not None, "WatchdogSec=20")
    comes_back(machine, report, "hall-server", "KILL", "killed")
    comes_back(machine, report, "hall-server", "STOP", "Watchdog")
    for unit, limit in LIMITS.items():
        figure = float(machine.shell(f"systemd-analyze security {unit} --no-pager | tail -1").split(": ")[1].split()[0])
        report.saw(f"exposure of {unit} at most {limit}", figure <= limit, figure)


def comes_back(machine: Machine, report: Report, unit: str, signal: str, reason: str) -> None:
    """Kill or freeze a unit's program; systemd must end it for that reason and start it again."""
    pid, times = shown(machine, unit, "MainPID"), int(shown(machine, unit, "NRestarts"))
    since = machine.shell("date +%s")
    machine.shell(f"kill -{signal} {pid}")
    again = f'test "$(systemctl show {unit} -P NRestarts)" -gt {times} && systemctl -q is-active {unit}'
    took = machine.until(again, BACK_S)
    words = machine.shell(f"journalctl -u {unit} --since @{since} -o cat --no-pager")
    why = [
        line
        for line in words.splitlines()
        if (reason in line and "Main process exited" in line) or "Watchdog t" in line
    ]
    seen = f"again after {took:.0f} s; {why[0] if why else 'no reason in the journal'}" if took else words[-300:]
    what = {"KILL": "killed (SIGKILL)", "STOP": "frozen (SIGSTOP): the watchdog ends it"}[signal]
    report.saw(f"{unit} {what}, and it starts again", took is not None and any(reason in line for line in why), seen)
