"""The devices of a unit's file, each with its own model's options checked.

Drivers own their `Options`; config never imports drivers. So the composition root hands in what the catalogue
knows, as `Known`, and gets typed devices back, or one line that says what to write instead.
"""

from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import msgspec

from config.load import ConfigError, check
from config.unit import DeviceStanza, UnitConfig

LINES = ("serial", "evdev", "fifo", "hidraw")
"""Addresses that are a node of this machine, whatever link names it; one device holds it."""


class Known(NamedTuple):
    """What the catalogue knows. `models` and `options` are only asked for a kind that stands in `kinds`."""

    kinds: Collection[str]
    models: Callable[[str], Collection[str]]
    options: Callable[[str], type[msgspec.Struct]]


class DeviceConfig(NamedTuple):
    """One device, ready to be opened. `options` is of the type that the family declares."""

    name: str
    kind: str
    model: str
    address: str
    options: msgspec.Struct


def devices(config: UnitConfig, known: Known, source: str) -> tuple[DeviceConfig, ...]:
    """Return the unit's devices in the order of its file; `source` names the file in messages.

    Raises:
        ConfigError: unknown kind, model, option or voice (with the nearest known one), or an option of a wrong type.

    """
    _check_voices(config, source)
    return tuple(_device(name, stanza, known, source) for name, stanza in config.devices.items())


def check_ports(found: Iterable[DeviceConfig], source: str) -> None:
    """Refuse two devices on one port; a program that runs all the same finds the second one `busy`.

    Raises:
        ConfigError: the second device, the first, and what to do.

    """
    taken: dict[str, str] = {}
    for device in found:
        scheme, _, rest = device.address.partition(":")
        place = str(Path(rest).resolve()) if scheme in LINES else device.address
        if place in taken:
            raise ConfigError(
                f"{source}: devices.{device.name}.address: {device.address} is the port of devices.{taken[place]} too; "
                "give each device a port of its own"
            )
        taken[place] = device.name


def _check_voices(config: UnitConfig, source: str) -> None:
    """`lobby.voices` names devices of the kind ``voice`` and zones of this lobby."""
    names = [name for name, stanza in config.devices.items() if stanza.kind == "voice"]
    for name, zones in config.lobby.voices.items():
        _must_be_known(name, names, f"{source}: lobby.voices.{name}: no voice of this name in [devices]")
        for zone in zones if config.lobby.zones else ():
            _must_be_known(zone, config.lobby.zones, f"{source}: lobby.voices.{name}: {zone!r} is not in lobby.zones")


def _device(name: str, stanza: DeviceStanza, known: Known, source: str) -> DeviceConfig:
    at = f"devices.{name}"
    _must_be_known(stanza.kind, known.kinds, f"{source}: {at}.kind: no device family {stanza.kind!r}")
    models = known.models(stanza.kind)
    _must_be_known(stanza.model, models, f"{source}: {at}.model: no {stanza.kind} model {stanza.model!r}")
    if not stanza.address:
        raise ConfigError(f"{source}: {at}.address is empty; write e.g. 'serial:/dev/ttyUSB0'")
    options = check(stanza.options, known.options(stanza.kind), source, f"{at}.options")
    return DeviceConfig(name, stanza.kind, stanza.model, stanza.address, options)


def _must_be_known(word: str, known: Collection[str], problem: str) -> None:
    if word in known:
        return
    near = get_close_matches(word, list(known), n=1, cutoff=0.0)
    raise ConfigError(f"{problem}; did you mean {near[0]!r}?" if near else f"{problem}; none is known")
