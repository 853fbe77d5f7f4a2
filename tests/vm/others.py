"""Part 5: the other units, enrolled and started once each: READY behind a painted frame, or the loop's first turn.

Their files are the examples with this hub's address and the handbook's folders. Their cables are not there, as on the
day before the electrician comes: a unit without its devices must be ready all the same.
"""

import re
from dataclasses import dataclass

from tests.vm.handbook import CHECKOUT, command
from tests.vm.hub import BACK_S, shown
from tests.vm.install import PATIENCE, Technician
from tests.vm.machine import Machine
from tests.vm.report import Report
from tests.vm.session import painted

TOKEN = "--kind counter --name counter-3 --counter 3"
ENROL = "/opt/hallfloor/.venv/bin/hall-counter enrol --config /etc/hallfloor/counter-3.toml"


@dataclass(frozen=True)
class Other:
    """A unit, its program and file, and what the hub's token says of it."""

    unit: str
    program: str
    file: str
    example: str
    state: str
    token: str
    screen: bool = True


OTHERS = (
    *(Other("hall-lobby", "hall-lobby", "lobby", "lobby", "/var/lib/hall-lobby", "--kind lobby --name lobby-1"),),
    Other(
        *("hall-counter@3", "hall-counter", "counter-3", "counter", "/var/lib/hall-counter/3"),
        "--kind counter --name counter-3 --counter 3",
    ),
    Other(
        *("hall-counter-headless@bus1", "hall-counter", "counter-bus1", "pads", "/var/lib/hall-counter/bus1"),
        "--kind counter --name bus-1 --counter 1 --counter 2",
        screen=False,
    ),
)


def look(machine: Machine, report: Report) -> None:
    """Each in turn, on the one screen."""
    report.part = "5 The other units"
    person = Technician(machine)
    machine.shell("systemctl disable --now hall-kiosk")
    for other in OTHERS:
        _install(person, other)
        before = shown(machine, other.unit, "InvocationID")
        person.types(f"sudo systemctl enable --now --no-block {other.unit}")
        if other.screen:
            painted(machine, report, other.unit, other.unit.replace("@", "-"), before, other.unit)
        else:
            took = machine.until(f"systemctl -q is-active {other.unit}", BACK_S)
            report.saw(f"{other.unit}: READY", took is not None, _words(machine, other.unit))
        alive(machine, report, other.unit)
        machine.shell(f"systemctl disable --now {other.unit}")


def alive(machine: Machine, report: Report, unit: str) -> None:
    """It feeds the watchdog, as its own user, and was not started twice for that."""
    before = shown(machine, unit, "WatchdogTimestampMonotonic")
    fed = machine.until(f'test "$(systemctl show {unit} -P WatchdogTimestampMonotonic)" != {before}', 60.0)
    facts = [shown(machine, unit, name) for name in ("SubState", "NRestarts", "User")]
    report.saw(f"{unit}: feeds the watchdog", fed is not None and facts[:2] == ["running", "0"], " ".join(facts))


def _install(person: Technician, other: Other) -> None:
    text = (CHECKOUT / f"config/examples/units/{other.example}.toml").read_text(encoding="utf-8")
    (name,) = re.findall(r"--name (\S+)", other.token)
    put_in = {
        "name": name,
        "hub_url": "https://192.168.8.10:8443",
        "state_dir": other.state,
        "counter": other.token.rpartition(" ")[2],
    }
    for key, value in put_in.items():
        text = re.sub(rf'^{key} = ".*"$', f'{key} = "{value}"', text, flags=re.MULTILINE)
    person.machine.put(f"/etc/hallfloor/{other.file}.toml", text)
    slow = f"/etc/systemd/system/{re.sub('@.*', '@', other.unit)}.service.d/50-slow-machine.conf"
    person.machine.put(slow, PATIENCE)
    person.machine.shell("systemctl daemon-reload")
    enrol = (
        command(ENROL)
        .replace("-u hall-counter", f"-u {other.program}")
        .replace("bin/hall-counter", "bin/" + other.program)
    )
    person.enrols(command(TOKEN).replace(TOKEN, other.token), enrol.replace("counter-3.toml", f"{other.file}.toml"))


def _words(machine: Machine, unit: str) -> str:
    """Return the last that a unit said."""
    return machine.shell(f"journalctl -u {unit} -o cat --no-pager | tail -3")
