"""A hall for measuring: real hub over TLS, real apps offscreen, simulated devices paced as their lines are.

The demo's launcher starts it; only the plan differs. Devices whose bytes are timed run in this process (`Observed`).
"""

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from benchmarks.observed import Observed
from config.load import read_toml
from drivers import catalog
from drivers.far_end import FarEnd
from drivers.play import line_baud
from drivers.stage import Stage
from field.demo.hall import DemoHall
from field.demo.plan import Demo, DeviceAt, UnitAt
from field.demo.ports import free_port

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
TIMES = {"hub_away_s": 10.0, "hub_away_cold_s": 60.0, "rating_s": 3600, "idle_s": 600}
"""Patient: a busy machine must not turn a measurement of the usual way into one of the offline way."""
WATCHED = {"counter_screen": "text", "voice": "speaking"}


class HallAtWork(msgspec.Struct, frozen=True):
    """The running hall."""

    hall: DemoHall
    observed: dict[str, Observed]
    """Timed devices by ``unit.device``."""

    @property
    def demo(self) -> Demo:
        """The plan."""
        return self.hall.demo


def timed(unit: str, name: str, kind: str, model: str, root: Path, **options: Any) -> DeviceAt:
    """Return a device behind a pty that this process plays."""
    address = f"serial:{root}/wires/{unit}-{name}"
    return DeviceAt(unit, name, kind, model, address, options, simulated=False)


def played(unit: str, name: str, kind: str, model: str, root: Path, **options: Any) -> DeviceAt:
    """Return a device behind a pty that the simulators' process plays."""
    return DeviceAt(unit, name, kind, model, f"serial:{root}/wires/{unit}-{name}", options)


@contextmanager
def plan_root() -> Iterator[Path]:
    """Give a folder for a hall and remove it afterwards."""
    root = Path(tempfile.mkdtemp(prefix="hall-bench-"))
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def hall_at_work(
    root: Path, units: Sequence[UnitAt], devices: Sequence[DeviceAt], changes: dict[str, Any] | None = None
) -> Iterator[HallAtWork]:
    """Start a hall and end it. `changes` replace tables of the hall's file."""
    hall = DemoHall(Demo(root, free_port(), tuple(units), tuple(devices)), TIMES, OFFSCREEN)
    _change(hall.demo.config("hall"), changes or {})
    stage = Stage()
    own = {one.key: _put_on(stage, one) for one in devices if not one.simulated}
    stage.start()
    try:
        hall.start()
        yield HallAtWork(hall, {key: far_end for key, far_end in own.items() if isinstance(far_end, Observed)})
    finally:
        hall.stop()
        stage.stop()


def _change(path: Path, changes: dict[str, Any]) -> None:
    path.write_bytes(tomli_w.dumps(read_toml(path) | changes).encode())


def _put_on(stage: Stage, device: DeviceAt) -> FarEnd:
    row = catalog.model(device.kind, device.model)
    options = msgspec.convert(device.options, catalog.family(device.kind).options)
    far_end = catalog.make_far_end(device.kind, device.model, options)
    if device.kind in WATCHED:
        far_end = Observed(far_end, WATCHED[device.kind])
    # A camera's host opens camera:/path; its pictures come through the FIFO of that path.
    stage.add(far_end, re.sub("^camera:", "fifo:", device.address), baud=line_baud(row, options))
    return far_end
