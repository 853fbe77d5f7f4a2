"""Part 6: the power of the hub's machine is cut under load, and whatever was acknowledged is there afterwards.

A machine of its own, its whole disk with a volatile write cache (tests/vm/volatile.py). Numbers are taken inside it and
told to this side behind the hub's answer (tests/vm/load.py); QEMU is killed; half of what the disk had not flushed is
lost by dice; the machine starts again by itself. At last the same with a disk that is never asked to flush: if that
loses nothing, the bench is blind.
"""

import json
import random
import threading
import time
from collections import Counter
from pathlib import Path

from tests.vm.hub import BACK_S
from tests.vm.image import PLACE, Image, say
from tests.vm.install import PATH, hub_alone
from tests.vm.machine import Machine, Trouble, connected, waited
from tests.vm.report import Report
from tests.vm.volatile import VolatileDisk

CUTS = 3
KEPT = 0.5
LOADED_S = (3.0, 9.0)
SEED = 5
URL = "https://192.168.8.10:8443"
PYTHON = "/opt/hallfloor/.venv/bin/python"
VERIFY = "sudo -u hall-server /opt/hallfloor/.venv/bin/hall-server verify --config /etc/hallfloor/hall.toml"
INSIDE = ("load", "judge")


class Acknowledged(threading.Thread):
    """Hears what the machine tells behind each answer of its hub, until the machine ends."""

    def __init__(self, door: Path) -> None:
        super().__init__(name="acknowledged", daemon=True)
        self.numbers: dict[str, str] = {}
        self._socket = connected(door)
        self.start()

    def run(self) -> None:
        """Note each whole line; a line that the cut tore was not acknowledged."""
        with self._socket, self._socket.makefile("rb") as lines:
            try:
                for line in lines:
                    if line.endswith(b"\n"):
                        key, number = line.decode().split()
                        self.numbers[key] = number
            except ConnectionResetError:
                return  # the machine was killed


class Hub:
    """The hub's machine over its starts, and all that it ever acknowledged."""

    def __init__(self, image: Image) -> None:
        self._image, self.dice = image, random.Random(SEED)
        self._door = PLACE / "run" / "cut.disk"
        self._changes = PLACE / "cut.changes"
        self._door.parent.mkdir(parents=True, exist_ok=True)
        self.disk = VolatileDisk(image.disk, self._changes, self._door)
        self.machine = self._started()
        self.acknowledged: dict[str, str] = {}

    def loaded(self) -> tuple[float, int]:
        """Have numbers taken for some seconds; return the seconds and how many, leaving the load running."""
        heard = Acknowledged(self.machine.folder / "acks")
        state = "/var/lib/hall-kiosk"
        self.machine.shell(
            f"systemd-run -q --unit bench-load -E PYTHONPATH=/opt/hallfloor {PYTHON} /opt/bench/load.py {state} {URL}"
        )
        if waited(lambda: heard.numbers, BACK_S) is None:
            said = self.machine.shell("journalctl -u bench-load -u hall-server -o cat --no-pager | tail -20")
            raise Trouble(f"no number was given: {said}")
        seconds = self.dice.uniform(*LOADED_S)
        time.sleep(seconds)
        self.machine.cut()
        heard.join()
        self.acknowledged |= heard.numbers
        return seconds, len(heard.numbers)

    def started_again(self) -> float | None:
        """Start it behind a cut; return after how long the hub was ready by itself, None if it was not."""
        begun = time.monotonic()
        self.machine = self._started()
        ready = self.machine.until("systemctl -q is-active hall-server", BACK_S)
        return None if ready is None else time.monotonic() - begun

    def issued(self) -> list[tuple[str, str]]:
        """Return key and number of every ticket in the log."""
        line = (
            f"cd /opt/hallfloor && sudo -u hall-server PYTHONPATH=. {PYTHON} /opt/bench/judge.py /var/lib/hall-server"
        )
        return [(key, number) for key, number in json.loads(self.machine.shell(line))]

    def put_away(self) -> None:
        """End it and drop its disk."""
        self.machine.cut()
        self.disk.cut(0.0, self.dice)
        self.disk.close()
        self._changes.unlink()

    def _started(self) -> Machine:
        self.disk.power()
        return Machine(self._image, "cut", f"file=nbd:unix:{self._door},format=raw")


def look(image: Image, report: Report) -> None:
    """Cut three times, and once without barriers."""
    report.part = "6 Power cuts of the hub's machine"
    say("starting the machine of the power cuts")
    hub = Hub(image)
    try:
        hub_alone(hub.machine)
        for name in INSIDE:
            hub.machine.put(f"/opt/bench/{name}.py", (Path(__file__).parent / f"{name}.py").read_bytes())
        hub.machine.shell("sync")
        for number in range(1, CUTS + 1):
            _cut(hub, report, f"cut {number}")
        _without_barriers(hub, report)
    finally:
        hub.put_away()


def _cut(hub: Hub, report: Report, name: str) -> None:
    before = hub.disk.flushes
    seconds, heard = hub.loaded()
    flushes = hub.disk.flushes - before
    waiting = hub.disk.cut(KEPT, hub.dice)
    told = f"{heard} numbers in {seconds:.1f} s, {flushes} flushes, {waiting} blocks not flushed, half of them lost"
    ready = hub.started_again()
    facts = f"{told}; ready {ready:.0f} s after the power" if ready is not None else told
    report.saw(f"{name}: the machine starts and its hub is ready by itself", ready is not None, facts)
    issued = hub.issued()
    lost, twice = _lost(hub, issued), _twice(issued)
    all_told = f"{len(hub.acknowledged)} acknowledged so far, {len(lost)} of them lost; {len(issued)} in the log"
    report.saw(f"{name}: every acknowledged number is in the log under its key", not lost, all_told)
    report.saw(f"{name}: no number twice", not twice, ", ".join(twice) or f"{len(issued)} different ones")
    ran = hub.machine.run(PATH + VERIFY, 300.0)
    report.saw(f"{name}: hall-server verify", ran.status == 0, ran.said)


def _without_barriers(hub: Hub, report: Report) -> None:
    """The same disk, never asked to flush: acknowledged numbers must be missing, or the bench would see no loss."""
    hub.machine.shell("sync; mount -o remount,barrier=0 /; grep ' / ext4 .*nobarrier' /proc/mounts")
    seconds, heard = hub.loaded()
    waiting = hub.disk.cut(0.0, hub.dice)
    hub.started_again()
    lost = _lost(hub, hub.issued())
    report.saw(
        "counter-check, the disk mounted without barriers: the bench sees the loss",
        lost,
        f"{heard} numbers in {seconds:.1f} s, {waiting} blocks not flushed, all of them lost; {len(lost)} numbers lost",
    )


def _lost(hub: Hub, issued: list[tuple[str, str]]) -> list[str]:
    """Return the acknowledged keys that the log has not, or has with another number."""
    held = dict(issued)
    return [key for key, number in hub.acknowledged.items() if held.get(key) != number]


def _twice(issued: list[tuple[str, str]]) -> list[str]:
    """Return the numbers that two tickets have (all are of one day)."""
    return [number for number, times in Counter(number for _key, number in issued).items() if times > 1]
