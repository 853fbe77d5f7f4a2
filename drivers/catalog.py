"""The explicit table of every device model: how it is opened, configured and simulated.

A family is a folder with `models.toml` (rows of facts) and three names that this table points to. Modules are
imported when a model of the family is first opened, so that a kiosk without a camera never loads OpenCV.
"""

import tomllib
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, NamedTuple

import msgspec

from drivers.far_end import FarEnd
from hall.domain.ids import DeviceName
from hall.ports.status import Device, Emit
from hall.ports.ticket_printer import LineRaster

FAMILIES = (
    "ticket_printer",
    "id_card",
    "code_scanner",
    "counter_screen",
    "ff68",
    "rating_pad",
    "caller_pad",
    "voice",
    "document_camera",
    "inputs",
    "ups",
    "signature_pad",
    "smart_card",
    "page_scanner",
    "page_printer",
)
"""Folders of families that open a cable. Pads on a shared RS-485 bus are views of an ff68 device instead."""


class UnknownModel(ValueError):
    """No such family or model; the text names the nearest known one."""


class Opening(NamedTuple):
    """What every family's `open_device(opening, model, options)` is handed."""

    name: DeviceName
    address: str
    emit: Emit
    raster: LineRaster | None = None
    now: Callable[[], datetime] = datetime.now
    """The time on the hall's wall, for clocks on panels and settings by the hour."""


class Family(NamedTuple):
    """The three names a family folder offers."""

    options: type[msgspec.Struct]
    """Settings of one device, validated by `config` (which is handed this type)."""
    open_device: Callable[[Opening, dict[str, Any], Any], Device]
    far_end: Callable[[dict[str, Any], Any], FarEnd]
    """Make the simulator of a model with the same options."""


@cache
def models(kind: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a family's `models.toml`, by model name."""
    _known_family(kind)
    text = files(f"drivers.{kind}").joinpath("models.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def family(kind: str) -> Family:
    """Import a family folder and return its three names."""
    _known_family(kind)
    driver = import_module(f"drivers.{kind}.driver")
    simulator = import_module(f"drivers.{kind}.simulator")
    return Family(driver.Options, driver.open_device, simulator.far_end)


def model(kind: str, name: str) -> dict[str, Any]:
    """Return one model's row.

    Raises:
        UnknownModel: with the nearest known name.

    """
    rows = models(kind)
    if name not in rows:
        raise UnknownModel(f"no {kind} model {name!r}; nearest: {_nearest(name, rows)}")
    return rows[name]


def open_device(kind: str, model_name: str, opening: Opening, options: Any) -> Device:
    """Open one device; it reconnects by itself until closed."""
    return family(kind).open_device(opening, model(kind, model_name), options)


def make_far_end(kind: str, model_name: str, options: Any) -> FarEnd:
    """Make the simulator of one model."""
    return family(kind).far_end(model(kind, model_name), options)


def _known_family(kind: str) -> None:
    if kind not in FAMILIES:
        raise UnknownModel(f"no device family {kind!r}; nearest: {_nearest(kind, FAMILIES)}")


def _nearest(name: str, known: Any) -> str:
    from difflib import get_close_matches

    found = get_close_matches(name, list(known), n=1, cutoff=0.0)
    return repr(found[0]) if found else "none"
