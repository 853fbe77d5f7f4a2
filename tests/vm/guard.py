"""Part 4: the guard closes the hub before the battery is empty and starts it again when the mains are back."""

import re

from tests.vm.handbook import CHECKOUT, command
from tests.vm.hub import BACK_S, shown
from tests.vm.install import Technician
from tests.vm.machine import Machine
from tests.vm.report import Report

ENROL = "hall-field enrol --config /etc/hallfloor/guard.toml https://192.168.8.10:8443 TOKEN"
CONTROL = "/run/nut.control"
# The product's own NUT server, in the machine.
SUPPLY = f"""
import signal
from pathlib import Path
from drivers import catalog
from drivers.stage import Stage
family = catalog.family("ups")
stage = Stage()
stage.add(family.far_end(catalog.model("ups", "nut"), family.options()), "tcp:127.0.0.1:3493", Path("{CONTROL}"))
stage.start()
signal.pause()
"""


def guard_toml() -> str:
    """Return the example, with this hub's address, and quick about the mains' return."""
    text = (CHECKOUT / "config/examples/units/guard.toml").read_text(encoding="utf-8")
    text = text.replace("192.168.10.2", "192.168.8.10")
    return re.sub(r"battery_s = \d+", "battery_s = 600\nmains_s = 5", text)


def look(machine: Machine, report: Report) -> None:
    """Mains fail, battery low, hub stopped cleanly; mains back, hub started."""
    report.part = "4 The guard of the power"
    person = Technician(machine)
    machine.put("/etc/hallfloor/guard.toml", guard_toml())
    machine.put("/opt/bench/supply.py", SUPPLY)
    python = "/opt/hallfloor/.venv/bin/python"
    machine.shell(f"systemd-run -q --unit bench-supply -E PYTHONPATH=/opt/hallfloor {python} /opt/bench/supply.py")
    token = command("--kind kiosk --name kiosk-c --series C").replace(
        "--kind kiosk --name kiosk-c --series C", "--kind counter --name hub-guard"
    )
    person.enrols(
        token,
        ENROL,
    )
    person.types("sudo systemctl enable --now hall-guard")
    report.saw(
        "hall-guard is ready",
        shown(machine, "hall-guard", "SubState") == "running",
        shown(machine, "hall-guard", "SubState"),
    )
    _power(machine, "mains_lost")
    _power(machine, "low", on=True)
    took = machine.until("! systemctl -q is-active hall-server", BACK_S)
    result = shown(machine, "hall-server", "Result")
    report.saw("battery low: the hub is stopped cleanly", took is not None and result == "success", f"Result={result}")
    _power(machine, "low", on=False)
    _power(machine, "mains_back")
    took = machine.until("systemctl -q is-active hall-server", BACK_S)
    report.saw("mains back: the hub is started again", took is not None, shown(machine, "hall-server", "SubState"))


def _power(machine: Machine, control: str, **arguments: object) -> None:
    request = {"do": control, **arguments}
    machine.put("/opt/bench/power.py", f"from drivers.control import ask\nprint(ask({CONTROL!r}, {request!r}))\n")
    machine.shell("cd /opt/hallfloor && PYTHONPATH=. .venv/bin/python /opt/bench/power.py")
