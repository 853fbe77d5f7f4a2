"""A counter's devices at rest: processor of one process that has them all open, in all and by device.

The simulators run in a process of their own. Threads are told apart by their names; their processor is read from the
kernel's `schedstat` (nanoseconds), so that a minute is enough. "in use" has the card reader looked through for cards.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import tomli_w

from benchmarks.paced import until
from benchmarks.table import show
from drivers import catalog
from drivers.catalog import Opening
from hall.domain.ids import DeviceName
from hall.ports.status import StatusWord

AIM = 1.0
"""Per cent of one core."""
SETTLE_S = 5.0
NOT_THERE = (StatusWord.OFFLINE, StatusWord.FAULT)


class Desk(NamedTuple):
    """One device of the counter."""

    name: str
    kind: str
    model: str
    scheme: str
    options: dict[str, Any]


WINDOWS = [{"counter": str(one), "caller": one, "evaluator": one} for one in range(1, 5)]
DESKS = (
    Desk("strip", "counter_screen", "onbon-bx5k", "serial", {"baud": 9600}),
    Desk("pads of 4 windows", "ff68", "ff68-bus", "serial", {"windows": WINDOWS}),
    Desk("slip printer", "ticket_printer", "xprinter-xp-80", "serial", {"baud": 115200}),
    Desk("card reader", "id_card", "sdt-serial", "serial", {}),
    Desk("code scanner", "code_scanner", "newland", "serial", {}),
    Desk("keyboard scanner", "code_scanner", "hid-keyboard", "fifo", {}),
)


def models() -> Iterator[Desk]:
    """Return the devices with models that the catalogue has."""
    for desk in DESKS:
        rows = catalog.models(desk.kind)
        name = desk.model if desk.model in rows else _first(rows, desk.scheme == "fifo")
        yield desk._replace(model=name)


def _first(rows: dict[str, dict[str, Any]], hid: bool) -> str:
    return next(name for name, row in rows.items() if (row.get("transport") == "hid") == hid)


@contextmanager
def played(folder: Path) -> Iterator[dict[str, str]]:
    """Run the simulators in a process of their own; gives the addresses by name."""
    at = {desk.name: f"{desk.scheme}:{folder / str(number)}" for number, desk in enumerate(models())}
    plays = [
        {"kind": desk.kind, "model": desk.model, "at": at[desk.name], "options": desk.options} for desk in models()
    ]
    listed = folder / "plays.toml"
    listed.write_text(tomli_w.dumps({"play": plays}), encoding="utf-8")
    command = [sys.executable, "-m", "drivers.play", "--list", str(listed)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if not process.stdout.readline().startswith("ready"):
            raise SystemExit("the simulators did not start")
        yield at
    finally:
        process.terminate()
        process.wait(10)


def spent() -> dict[str, float]:
    """Return the seconds of processor of each thread of this process, by name."""
    found = {}
    for thread in threading.enumerate():
        path = Path(f"/proc/self/task/{thread.native_id}/schedstat")
        found[thread.name] = int(path.read_text().split()[0]) / 1e9 if path.exists() else 0.0
    return found


def rest(at: dict[str, str], seconds: float, watching: bool) -> tuple[dict[str, float], float]:
    """Open all, let them rest; per cent of a core by device, and of the whole process."""
    devices: dict[str, Any] = {}
    for desk in models():
        options = msgspec.convert(desk.options, catalog.family(desk.kind).options)
        opening = Opening(DeviceName(desk.name), at[desk.name], lambda _event: None)
        devices[desk.name] = catalog.open_device(desk.kind, desk.model, opening, options)
    try:
        for name, device in devices.items():
            until(partial(_is_open, device), f"{name} is open")
        devices["card reader"].watch(watching)
        time.sleep(SETTLE_S)
        for name, device in devices.items():
            if device.status().word in NOT_THERE:
                raise SystemExit(f"{name}: {device.status().reason}")
        before, process, began = spent(), time.process_time(), time.monotonic()
        time.sleep(seconds)
        after, took = spent(), time.monotonic() - began
        whole = (time.process_time() - process) / took * 100
        shares = {name: (after[f"device-{name}"] - before[f"device-{name}"]) / took * 100 for name in devices}
    finally:
        for device in devices.values():
            device.close()
    return shares, whole


def _is_open(device: Any) -> bool:
    return bool(device.status().reason != "not opened yet")


def child(seconds: float, watching: bool) -> None:
    """Measure in a process that holds nothing else, and say it in TOML."""
    with tempfile.TemporaryDirectory() as folder, played(Path(folder)) as at:
        shares, whole = rest(at, seconds, watching)
    sys.stdout.write(tomli_w.dumps({"whole": whole, "shares": shares}))


def measured(seconds: float, watching: bool) -> dict[str, Any]:
    """Start the process that measures, and read what it says."""
    command = [sys.executable, "-m", "benchmarks.devices_idle", str(seconds), "watching" if watching else "resting"]
    return tomllib.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def run(asked: argparse.Namespace) -> None:
    """Print the table."""
    resting, watching = measured(asked.seconds, False), measured(asked.seconds, True)
    kinds = {desk.name: desk.model for desk in models()}
    rows = [
        [f"{name} ({kinds[name]})", f"{share:.3f}", f"{watching['shares'][name]:.3f}"]
        for name, share in resting["shares"].items()
    ]
    rows.append(["the whole process", f"{resting['whole']:.3f}", f"{watching['whole']:.3f}"])
    show(["% of one core", "at rest", "looking for cards"], rows)
    print(f"aim: at most {AIM:.0f} % of one core for all. Measured over {asked.seconds:.0f} s each.")


if __name__ == "__main__":
    child(float(sys.argv[1]), sys.argv[2] == "watching")
