"""VID:PID to what it probably is: the catalogue's `usb` rows, and the adapters and makers that stand in `usb.toml`."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from drivers import catalog
from field.plugged.found import Guess


class Maker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of `usb.toml`: an adapter, or a maker whose devices are mostly of one family."""

    says: str
    kind: str = ""
    model: str = ""
    hid_model: str = ""
    """The row when it stands there as a keyboard."""


@cache
def makers() -> dict[str, Maker]:
    """Return the rows of `usb.toml`, by VID:PID or by VID alone."""
    text = files("field.plugged").joinpath("usb.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Maker])


def maker(numbers: str) -> Maker | None:
    """Return what is known of a VID:PID, or of its VID."""
    return makers().get(numbers) or makers().get(numbers.partition(":")[0])


@cache
def _rows(key: str) -> dict[str, tuple[Guess, ...]]:
    rows: dict[str, tuple[Guess, ...]] = {}
    for kind in catalog.FAMILIES:
        for name, row in catalog.models(kind).items():
            for numbers in row.get(key, ()):
                guess = Guess(kind, name, f"USB {numbers}: {row.get('title') or row.get('label', name)}")
                rows[numbers.upper()] = (*rows.get(numbers.upper(), ()), guess)
    return rows


def catalogued(numbers: str, key: str = "usb") -> tuple[Guess, ...]:
    """Return the models whose rows name this VID:PID, as a bulk device (``usb``) or by HID reports (``hid``)."""
    return _rows(key).get(numbers.upper(), ())
