"""What the day leaves behind: slips from their bytes, strips' texts, announcements, the hub's log."""

import json
import shutil
from pathlib import Path
from typing import Any

from drivers.catalog import model
from drivers.ticket_printer.model import model_of
from drivers.ticket_printer.render import render_file
from field.demo.hall import HUB, DemoHall
from field.demo.plan import DeviceAt

KEPT_SLIPS = 60


def behind(hall: DemoHall, folder: Path) -> None:
    """Collect into the story's folder."""
    _slips(hall, folder)
    _strips(hall, folder)
    for sound in sorted((hall.demo.root / "sound").rglob("*.wav")):
        shutil.copy(sound, folder / "-".join(sound.relative_to(hall.demo.root / "sound").parts))
    shutil.copy(hall.demo.log(HUB), folder / "hub-process.log")


def events(rows: list[dict[str, Any]], folder: Path) -> None:
    """Write the hub's log of events, one a line, as every screen and report is folded from it."""
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "hub.log").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _slips(hall: DemoHall, folder: Path) -> None:
    device = hall.demo.device("kiosk-c.printer")
    hall.simulators[device.key].do("slips", last=KEPT_SLIPS, dir=str(hall.demo.root / "slips"))
    printer = model_of(model(device.kind, device.model))
    for raw in sorted((hall.demo.root / "slips").glob("slip-*.bin")):
        render_file(raw, folder / f"{raw.stem}.png", printer)


def _strips(hall: DemoHall, folder: Path) -> None:
    kinds = ("counter_screen", "voice")
    shown = {one.key: hall.simulators[one.key].device() for one in hall.demo.devices if _told(one, kinds)}
    (folder / "strips.json").write_text(json.dumps(shown, ensure_ascii=False, indent=1), encoding="utf-8")


def _told(device: DeviceAt, kinds: tuple[str, ...]) -> bool:
    return device.simulated and device.kind in kinds
