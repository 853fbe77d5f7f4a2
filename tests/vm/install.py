"""A technician's hour: hub, kiosk and the guard of the power on one machine, by the handbook's own commands.

Files are the handbook's where it shows one. What one machine cannot have is put in: the port names of its own devices,
tokens, and a PIN typed twice.
"""

import re

from tests.vm.handbook import CHECKOUT, block, command, typed
from tests.vm.image import say
from tests.vm.machine import Machine

PATH = "export PATH=/opt/hallfloor/.venv/bin:$PATH; cd /opt/hallfloor; "
SERIAL_PORT, PRINTER_PORT, READER_PORT, SCANNER_PORT, PANEL_PORT = 3, 4, 5, 6, 7
SCANNER_LINE = f"serial:/dev/hall/serial-1-{SERIAL_PORT}-00"
WEDGE = f"/dev/hall/keys-1-{SCANNER_PORT}"
# Emulated, this machine is some fifteen times slower than a weak PC; only the time for a start is changed for that.
PATIENCE = "[Service]\nTimeoutStartSec=600\n"
UNITS = ("hall-server", "hall-session", "hall-kiosk", "hall-guard")


class Technician:
    """Types lines and remembers what was typed."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.typed: list[str] = []

    def types(self, *lines: str, within_s: float = 600.0) -> str:
        """Type lines as root in the product's folder; return what the last one printed."""
        said = ""
        for line in lines:
            self.typed.append(line)
            say(f"  {line}")
            said = self.machine.shell(PATH + line, within_s)
        return said

    def enrols(self, token_line: str, enrol_line: str) -> None:
        """Have the hub make a token and a unit use it."""
        told = self.types(token_line)
        token = re.search(r"[A-Za-z0-9_.-]{40,}", told)
        assert token is not None, told
        self.types(f"TOKEN={token.group()}; {enrol_line.replace('TOKEN', '$TOKEN')}")
        self.typed[-1] = enrol_line  # a token stands in no document


def install(machine: Machine) -> list[str]:
    """Install everything and restart the machine as the handbook says; return the commands that were typed."""
    person = Technician(machine)
    person.types(*block("systemd-sysusers"))
    for unit in UNITS:
        machine.put(f"/etc/systemd/system/{unit}.service.d/50-slow-machine.conf", PATIENCE)
    _hub(person)
    _kiosk(person)
    machine.restart()
    return person.typed


def hub_alone(machine: Machine) -> None:
    """Install the hub, and enrol a kiosk that is not switched on."""
    person = Technician(machine)
    person.types(*block("systemd-sysusers"))
    machine.put("/etc/systemd/system/hall-server.service.d/50-slow-machine.conf", PATIENCE)
    _hub(person)
    machine.put("/etc/hallfloor/kiosk.toml", kiosk_toml())
    person.enrols(command("--name kiosk-c --series C"), command("hall-kiosk enrol"))


def hall_toml() -> str:
    """Return the demo hall as the handbook tells to change it: its own [hub], no demo, no PIN."""
    demo = (CHECKOUT / "config/examples/demo/hall.toml").read_text(encoding="utf-8")
    hub = "\n".join(block('state_dir = "/var/lib/hall-server"'))
    changed = re.sub(r"^\[hub\]\n(?:[^\n]+\n)+", f"{hub}\n", demo, flags=re.MULTILINE)
    return re.sub(r"^pin = .*\n", "", changed, flags=re.MULTILINE)


def _hub(person: Technician) -> None:
    person.machine.put("/etc/hallfloor/hall.toml", hall_toml())
    check, pin, *rest = block("hall-server pin --config")
    person.types(check, f"echo 482910 | {pin}", *rest)


def kiosk_toml() -> str:
    """Return the handbook's kiosk with the names of this machine's ports."""
    lines = "\n\n".join(
        "\n".join(block(part)) for part in ('kind = "kiosk"', "diagonal_in", "[devices.ticket_printer]")
    )
    devices = "\n\n".join("\n".join(block(f"[devices.{name}]")) for name in ("id_card", "code_scanner"))
    return f"{lines}\n\n{devices}\n".replace("serial:/dev/hall/serial-1-1.4-00", SCANNER_LINE)


def _kiosk(person: Technician) -> None:
    person.machine.put("/etc/hallfloor/kiosk.toml", kiosk_toml())
    check, enrol, *rest = typed(block("hall-kiosk enrol"))
    person.types(check)
    person.enrols(command("--name kiosk-c --series C"), enrol)
    *rest, reboot = rest
    assert reboot == "sudo reboot", reboot
    person.types(*rest)
    person.typed.append(reboot)
