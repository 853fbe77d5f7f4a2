"""Part 3: what is plugged in: names, rights, the product's drivers on real kernel devices, pulling out and back."""

import json
import time
from collections.abc import Callable

from drivers import catalog
from drivers.far_end import FarEnd
from tests.vm import install
from tests.vm.devices import PRINTER, READER, Panel, Scanner, SerialFarEnd, UsbFarEnd, socket_of
from tests.vm.machine import Machine, waited
from tests.vm.report import Report

NAMES = {
    f"/dev/hall/ticket_printer-1-{install.PRINTER_PORT}": ("usb", "lp"),
    f"/dev/hall/id_card-1-{install.READER_PORT}": ("usb", "plugdev"),
    f"/dev/hall/serial-1-{install.SERIAL_PORT}-00": ("ttyUSB", "dialout"),
    install.WEDGE: ("event", "input"),
    f"/dev/hall/touch-1-{install.PANEL_PORT}": ("event", "input"),
}
BOARD = "/var/lib/hall-kiosk/devices.json"
SEEN_S = 60.0
DRAWN_S = 4.0
TAPS = ((0.25, 0.4), (0.5, 0.846))  # an item of the first screen, then "take a number", on a panel of 1080 x 1920


class Hall:
    """Everything that is plugged in."""

    def __init__(self, machine: Machine) -> None:
        self.printer = UsbFarEnd(PRINTER, _far_end("ticket_printer", "epson-tm-t88"))
        self.reader = UsbFarEnd(READER, _far_end("id_card", "sdt-usb-bulk"))
        self.line = SerialFarEnd(_far_end("code_scanner", "newland"))
        self.scanner, self.panel = Scanner(), Panel()
        self.sockets = {port: socket_of(machine, port) for port in range(install.PRINTER_PORT, install.PANEL_PORT + 1)}
        self.sockets[install.SERIAL_PORT] = socket_of(machine, install.SERIAL_PORT, serial=True)

    def plug(self) -> None:
        """Plug everything in."""
        self.printer.plug(self.sockets[install.PRINTER_PORT])
        self.reader.plug(self.sockets[install.READER_PORT])
        self.line.plug(self.sockets[install.SERIAL_PORT])
        self.scanner.plug(self.sockets[install.SCANNER_PORT])
        self.panel.plug(self.sockets[install.PANEL_PORT])


def _far_end(kind: str, model: str) -> FarEnd:
    family = catalog.family(kind)
    far_end: FarEnd = family.far_end(catalog.model(kind, model), family.options())
    return far_end


def look(machine: Machine, report: Report) -> None:
    """Names and rights; then the running kiosk prints, reads, scans, loses each and has it again."""
    report.part = "3 What is plugged in"
    hall = Hall(machine)
    hall.plug()
    for name, (node, group) in NAMES.items():
        took = machine.until(f"test -e {name}", SEEN_S)
        facts = machine.run(f"readlink -f {name}; stat -L -c '%G %a' {name}").said.split()
        held = took is not None and node in facts[0] and facts[1:] == [group, "660"]
        report.saw(f"{name} of group {group}", held, " ".join(facts))
    _rights(machine, report)
    _status(machine, report, "ticket_printer", "ready")
    _status(machine, report, "id_card", "ready")
    _selftest(machine, report, hall)
    _visit(machine, report, hall)
    for name, plug, unplug in (
        ("ticket_printer", lambda: hall.printer.plug(hall.sockets[install.PRINTER_PORT]), hall.printer.unplug),
        ("id_card", lambda: hall.reader.plug(hall.sockets[install.READER_PORT]), hall.reader.unplug),
        ("code_scanner", lambda: hall.line.plug(hall.sockets[install.SERIAL_PORT]), hall.line.unplug),
    ):
        _out_and_in(machine, report, name, plug, unplug)
    _wedge(machine, report, hall)


def word_of(machine: Machine, device: str) -> str:
    """Return a device's word in the running kiosk's own file."""
    ran = machine.run(f"cat {BOARD}")
    return str(json.loads(ran.said)["devices"].get(device, {}).get("word", "unknown")) if ran.status == 0 else ""


def _status(machine: Machine, report: Report, device: str, *words: str) -> None:
    took = waited(lambda: word_of(machine, device) in words, SEEN_S)
    report.saw(f"kiosk: {device} is {' or '.join(words)}", took is not None, word_of(machine, device))


def _rights(machine: Machine, report: Report) -> None:
    """Who may open what: the kiosk's user all of it, the hub's and the lobby's user no printer, reader or keys."""
    for user, names, may in (
        ("hall-kiosk", tuple(NAMES), True),
        ("hall-server", tuple(NAMES), False),
        ("hall-lobby", tuple(name for name in NAMES if "serial" not in name), False),
    ):
        opened = [name for name in names if machine.run(f"sudo -u {user} sh -c 'exec 3<>{name}'").status == 0]
        report.saw(
            f"{user} opens {'all' if may else 'none'} of {len(names)}", opened == (list(names) if may else []), opened
        )
    allowed = "systemd-run --wait --pipe -q -p User=hall-kiosk -p DevicePolicy=closed -p DeviceAllow='char-ttyUSB rw' "
    closed = machine.run(allowed + f"sh -c 'exec 3<>{install.WEDGE}'").status
    report.saw(
        "a kind of device that DeviceAllow does not name stays closed, group or not", closed != 0, f"status {closed}"
    )


def _selftest(machine: Machine, report: Report, hall: Hall) -> None:
    """The technician's own test, as the handbook says: the kiosk stopped, by its user."""
    machine.shell("systemctl stop hall-kiosk")
    line = "sudo -u hall-kiosk hall-field selftest --config /etc/hallfloor/kiosk.toml --level external"
    ran = machine.run(install.PATH + line.replace("hall-field", "/opt/hallfloor/.venv/bin/hall-field"), 300.0)
    report.saw("hall-field selftest --level external as hall-kiosk", ran.status == 0, ran.said[-500:])
    report.saw("its slip came out of the printer behind usb:04B8:0202", _slips(hall) == 1, _last_lines(hall))
    machine.shell("systemctl start hall-kiosk", 300.0)


def _visit(machine: Machine, report: Report, hall: Hall) -> None:
    """A visitor lays a card on, chooses the first item with a finger, and has a slip of the running kiosk."""
    _status(machine, report, "id_card", "ready")
    machine.picture("kiosk-before-card")
    hall.reader.turning.do("insert_card", person="zhang")
    read = waited(lambda: hall.reader.turning.far_end.state()["was_read"], SEEN_S)
    report.saw(
        "the running kiosk reads a card from the reader behind usb:0400:C35A",
        read is not None,
        f"asked {hall.reader.turning.far_end.state()['asked']}",
    )
    time.sleep(DRAWN_S)
    machine.picture("kiosk-with-card")
    before = _slips(hall)
    for place in TAPS:
        hall.panel.tap(*place)
        time.sleep(DRAWN_S)
        machine.picture(f"kiosk-tapped-{TAPS.index(place) + 1}")
    took = waited(lambda: _slips(hall) > before, SEEN_S)
    report.saw(
        "touched on the panel, it prints a number's slip",
        took is not None,
        f"{_slips(hall) - before} slips; {_last_lines(hall)}",
    )
    hall.reader.turning.do("remove_card")


def _slips(hall: Hall) -> int:
    return int(hall.printer.turning.far_end.state()["count"])


def _last_lines(hall: Hall) -> str:
    slips = hall.printer.turning.far_end.state()["slips"]
    return " / ".join(slips[-1]["lines"]) if slips else "no slip"


def _out_and_in(
    machine: Machine, report: Report, name: str, plug: Callable[[], None], unplug: Callable[[], None]
) -> None:
    was = word_of(machine, name)
    unplug()
    gone = waited(lambda: word_of(machine, name) == "offline", SEEN_S)
    plug()
    back = waited(lambda: word_of(machine, name) == was, SEEN_S)
    seen = f"{was}, offline after {gone or 0:.0f} s, {was} again after {back or 0:.0f} s"
    report.saw(f"kiosk: {name} pulled out and put back", gone is not None and back is not None, seen)


def _wedge(machine: Machine, report: Report, hall: Hall) -> None:
    """The scanner in keyboard mode in place of the serial one; its keys are grabbed, so X hears none."""
    text = install.kiosk_toml().replace('model = "newland"', 'model = "hid-wedge"')
    machine.put("/etc/hallfloor/kiosk.toml", text.replace(install.SCANNER_LINE, f"evdev:{install.WEDGE}"))
    machine.shell("systemctl restart hall-kiosk", 300.0)
    _status(machine, report, "code_scanner", "ready")
    grabbed = machine.run(
        f"/opt/hallfloor/.venv/bin/python -c \"import evdev; evdev.InputDevice('{install.WEDGE}').grab()\""
    )
    report.saw(
        "the running kiosk has the wedge grabbed (a second grab is refused)", "busy" in grabbed.said, grabbed.said[-80:]
    )
    before = machine.picture("kiosk-before-scan").read_bytes()
    hall.scanner.scan("A001")
    time.sleep(4)
    after = machine.picture("kiosk-after-scan").read_bytes()
    report.saw("a scanned code changes the screen", before != after, "kiosk-after-scan.png")
