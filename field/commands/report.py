"""`hall-field report --config FILE --out FILE.pdf [--print]`: the readiness report of a unit, to be signed.

What the doctor found and a picture of each printer's test slip; with `--print` the external self-test is made too, and
its slips lie beside the paper. The file may lie on a USB stick. 0: ready. 1: something is amber or red.
"""

import argparse
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.devices import DeviceConfig
from config.load import ConfigError
from config.unit import UnitConfig
from drivers import catalog
from field.commands.doctor import examined
from field.commands.say import complain, say, say_json
from field.commands.selftest import tested
from field.examine.exercise import SLIP
from field.examine.files import devices_of, load_any
from field.examine.finding import Colour
from field.examine.opened import SETTLE_S, opened
from field.examine.readiness import Readiness, Slip, Trial, html

if TYPE_CHECKING:
    from PIL.Image import Image


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("report", help="make the readiness report of a unit as PDF")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    parser.add_argument("--print", action="store_true", help="also print, show and say the tests")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Look, test, write the PDF and say the verdict."""
    try:
        config = load_any(given.config)
        if not isinstance(config, UnitConfig):
            return complain(f"{given.config}: the report is about a unit, not a hub")
        devices = devices_of(given.config, config)
    except ConfigError as problem:
        return complain(str(problem))
    pictures = slip_pictures(devices)
    readiness = Readiness(
        config.unit.name,
        datetime.now().astimezone(),
        list(examined(given.config)),
        _tests(config.unit.name, devices) if given.print else [],
        [Slip(name, model, f"slip-{name}") for name, (model, _picture) in pictures.items()],
    )
    if not write_pdf(given.out, html(readiness), {f"slip-{name}": picture for name, (_, picture) in pictures.items()}):
        return complain(f"{given.out}: cannot be written; is the stick in, and not full?")
    if given.json:
        say_json({"report": str(given.out), "colour": readiness.colour})
    else:
        say(f"{given.out}: {readiness.colour.value}")
    return int(readiness.colour is not Colour.GREEN)


def slip_pictures(devices: tuple[DeviceConfig, ...]) -> dict[str, tuple[str, "Image"]]:
    """Return, by printer, its model and the picture of its test slip as its own font and width make it."""
    from drivers.ticket_printer.layout import job_bytes
    from drivers.ticket_printer.model import model_of
    from drivers.ticket_printer.render import render

    found = {}
    for device in devices:
        if device.kind == "ticket_printer":
            model = model_of(catalog.model(device.kind, device.model))
            found[device.name] = (device.model, render(job_bytes(SLIP, model), model))
    return found


def _tests(unit: str, devices: tuple[DeviceConfig, ...]) -> list[Trial]:
    with opened(devices) as there:
        deadline = time.monotonic() + SETTLE_S
        results = [result for item in there for result in tested(unit, item, "external", deadline, lambda _look: True)]
    return [Trial(result.device, result.level, result.ok, result.says) for result in results]


def write_pdf(path: Path, text: str, pictures: dict[str, "Image"]) -> bool:
    """Write an A4 document; return whether it could be written."""
    from PyQt6.QtCore import QUrl
    from PyQt6.QtGui import QImage, QPageSize, QPdfWriter, QTextDocument

    from hall.qt.app import application

    _kept = application()
    try:
        path.touch()
    except OSError:
        return False
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setTitle("Readiness report")
    document = QTextDocument()
    for name, picture in pictures.items():
        grey = picture.convert("L")
        image = QImage(grey.tobytes(), grey.width, grey.height, grey.width, QImage.Format.Format_Grayscale8).copy()
        document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), image)
    document.setHtml(text)
    document.print(writer)
    del writer
    return path.stat().st_size > 0
