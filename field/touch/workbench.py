"""What takes time behind the technician's screen: the unit's devices held open, tests, looks, the report.

Every method but `rows` and `answer` runs on the worker; it tells what it finds as causes, by `tell`.
"""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from config.devices import DeviceConfig
from config.unit import UnitConfig
from field.commands.selftest import Result, tested
from field.commands.suggest import named_stanzas, probably
from field.examine.devices import examine_opened
from field.examine.files import examine_file
from field.examine.finding import Colour, Finding
from field.examine.opened import SETTLE_S, Opened, opened
from field.examine.surroundings import examine_unit
from field.plugged.found import Found, Roots
from field.plugged.listers import everything
from field.touch.state import Asked, Cause, DeviceRow, Ended, Line, LineCame, Pleased, PluggedSeen

Tell = Callable[[Cause], None]
Report = Callable[[str], Line]
"""Make the readiness report and leave it at ``usb`` or ``hub``; the devices are free meanwhile."""
ANSWER_EVERY_S = 0.2


class Workbench:
    """One unit's devices, opened for the technician."""

    def __init__(
        self, source: Path, unit: UnitConfig, devices: tuple[DeviceConfig, ...], tell: Tell, report: Report
    ) -> None:
        self._source, self._unit, self._devices, self._tell, self._report = source, unit, devices, tell, report
        self._stack = ExitStack()
        self._there: list[Opened] = []
        self._answered = threading.Event()
        self._yes = False
        self._closing = threading.Event()

    def open(self) -> None:
        """Open all devices."""
        self._there = self._stack.enter_context(opened(self._devices))

    def close(self) -> None:
        """Give all devices back, and end what waits for a person; idempotent."""
        self._closing.set()
        self._there = []
        self._stack.close()

    def rows(self) -> tuple[DeviceRow, ...]:
        """Return the devices as they are now; at once."""
        return tuple(_row(item) for item in self._there)

    def answer(self, yes: bool) -> None:
        """Tell the running test what the person judged."""
        self._yes = yes
        self._answered.set()

    def test(self, device: str, level: str) -> None:
        """Test one device, result by result."""
        deadline = time.monotonic() + SETTLE_S
        for item in self._there:
            if item.config.name == device:
                for result in tested(self._unit.unit.name, item, level, deadline, self._asked, self._pleased):
                    self._tell(LineCame(_result_line(result)))
        self._tell(Ended())

    def look(self) -> None:
        """Look at the file, the unit's surroundings and all devices."""
        for finding in (examine_file(self._source), *examine_unit(self._unit)):
            self._tell(LineCame(_line(finding)))
        deadline = time.monotonic() + SETTLE_S
        for item in self._there:
            self._tell(LineCame(_line(examine_opened(self._unit.unit.name, item, deadline))))
        self._tell(Ended())

    def plugged(self, roots: Roots | None = None) -> None:
        """Look what is plugged in."""
        there = everything(roots or Roots())
        names = {node: stanzas[0][0] for node, stanzas in named_stanzas(there)}
        self._tell(PluggedSeen(tuple(_found_line(found, names.get(found.node, "")) for found in there)))

    def send(self, to: str) -> None:
        """Make the report, with the devices given back meanwhile, since it opens them itself."""
        self._there = []
        self._stack.close()
        try:
            self._tell(LineCame(self._report(to)))
        finally:
            self.open()
        self._tell(Ended())

    def _asked(self, question: str) -> bool:
        self._answered.clear()
        self._tell(Asked(question))
        while not self._answered.wait(ANSWER_EVERY_S):
            if self._closing.is_set():
                return False
        return self._yes

    def _pleased(self, text: str) -> None:
        self._tell(Pleased(text))


def _row(item: Opened) -> DeviceRow:
    config = item.config
    return DeviceRow(config.name, config.kind, config.model, config.address, item.status())


def _line(finding: Finding) -> Line:
    return Line(finding.colour, finding.about, finding.says, finding.do)


def _result_line(result: Result) -> Line:
    says, _, do = result.says.partition("; ")
    return Line(Colour.GREEN if result.ok else Colour.RED, f"{result.device} · {result.level}", says, do)


def _found_line(found: Found, name: str) -> Line:
    colour = Colour.GREEN if found.guesses else Colour.AMBER
    stanza = f'[devices.{name}] kind = "{found.guesses[0].kind}" model = "{found.guesses[0].model}"' if name else ""
    usb = f"[{found.usb}] " if found.usb else ""
    return Line(colour, found.address or found.node, f"{usb}{found.says}", probably(found), stanza)
