"""`hall-field report --config FILE [--out FILE.pdf] [--to usb|hub|FOLDER] [--print]`: a unit's readiness report.

What the doctor found and a picture of each printer's test slip, drawn from the very bytes that the printer is sent;
with `--print` the external self-test is made too, and its slips lie beside the paper. `--to usb` leaves it on the one
stick that is in, `--to hub` beside the hub's state (`hall-server reports` lists them). 0: ready. 1: something is amber
or red. 2: the report could not be made or left.
"""

import argparse
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from config.devices import DeviceConfig
from config.load import ConfigError
from config.unit import UnitConfig
from drivers import catalog
from field.commands.doctor import examined
from field.commands.say import complain, say_json, say_line, spoken
from field.commands.selftest import tested
from field.examine.at_hub import leave
from field.examine.exercise import SLIP
from field.examine.files import devices_of, load_unit
from field.examine.finding import Colour
from field.examine.opened import SETTLE_S, opened
from field.examine.readiness import Readiness, Slip, Trial, html
from field.examine.stick import onto, the_stick
from field.touch.state import Line

if TYPE_CHECKING:
    from PIL.Image import Image


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("report", help="make the readiness report of a unit as PDF")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE")
    parser.add_argument("--out", type=Path, default=None, metavar="FILE.pdf")
    parser.add_argument(
        "--to", default="", metavar="usb|hub|FOLDER", help="leave it on the stick, at the hub, or there"
    )
    parser.add_argument("--print", action="store_true", help="also print, show and say the tests")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Look, test, write the PDF and say the verdict."""
    if not given.out and not given.to:
        return complain("where shall it go? --to usb, --to hub, --to FOLDER, or --out FILE.pdf")
    try:
        config = load_unit(given.config, "the report is about a unit, not a hub")
        devices = devices_of(given.config, config)
    except ConfigError as problem:
        return complain(str(problem))
    readiness, content = made(given.config, config, devices, spoken(), tests=given.print)
    places = [_written(given.out, content)] if given.out else []
    if given.to:
        places.append(left(config, content, given.to, readiness.at))
    for place in places:
        if isinstance(place, Refusal):
            return complain(place.why)
    if given.json:
        say_json({"report": places[0], "colour": readiness.colour, **({"left": places[-1]} if given.to else {})})
    else:
        say_line(f"{', '.join(map(str, places))}: {readiness.colour.value}")
    return int(readiness.colour is not Colour.GREEN)


class Refusal(NamedTuple):
    """Why the report is not where it should be, and what to do."""

    why: str


def made(
    path: Path, config: UnitConfig, devices: tuple[DeviceConfig, ...], language: str, *, tests: bool = False
) -> tuple[Readiness, bytes]:
    """Look over a unit and return what was found, and the same as a PDF document in a language."""
    pictures = slip_pictures(devices)
    readiness = Readiness(
        config.unit.name,
        datetime.now().astimezone(),
        list(examined(path)),
        _tests(config.unit.name, devices) if tests else [],
        [Slip(name, model, f"slip-{name}") for name, (model, _picture) in pictures.items()],
    )
    return readiness, pdf(
        html(readiness, language), {f"slip-{name}": picture for name, (_, picture) in pictures.items()}
    )


def left(config: UnitConfig, content: bytes, to: str, at: datetime) -> str | Refusal:
    """Leave the document on the stick (``usb``), at the hub (``hub``) or in a folder; return where it is now."""
    if to == "hub":
        refused = leave(config, content)
        return (
            f"the hub, {config.unit.hub_url}" if refused is None else Refusal(f"not left at the hub: {refused.reason}")
        )
    folder = the_stick() if to == "usb" else Path(to)
    if isinstance(folder, str):
        return Refusal(folder)
    if not folder.is_dir():
        return Refusal(f"{folder}: no such folder; --to takes usb, hub or a folder")
    place = onto(folder, f"readiness-{config.unit.name}-{at:%Y%m%d-%H%M}.pdf", content)
    return str(place) if isinstance(place, Path) else Refusal(place)


def leave_report(path: Path, config: UnitConfig, to: str) -> Line:
    """Make the report and leave it, for the touch screen: one line with the verdict, or with what is in the way."""
    try:
        readiness, content = made(path, config, devices_of(path, config), config.face.language)
    except ConfigError as problem:
        return Line(Colour.RED, "report", str(problem))
    place = left(config, content, to, readiness.at)
    if isinstance(place, Refusal):
        says, _, do = place.why.partition(": ")
        return Line(Colour.RED, "report", says, do)
    return Line(readiness.colour, "report", place)


def _written(path: Path, content: bytes) -> str | Refusal:
    place = onto(path.parent, path.name, content)
    return str(place) if isinstance(place, Path) else Refusal(place)


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


def pdf(text: str, pictures: dict[str, "Image"]) -> bytes:
    """Return an A4 document."""
    from PyQt6.QtCore import QBuffer, QIODevice, QUrl
    from PyQt6.QtGui import QImage, QPageSize, QPdfWriter, QTextDocument

    from hall.qt.app import application

    _kept = application()
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(out)
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
    return bytes(out.data().data())
