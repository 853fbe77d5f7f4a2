"""Other models behind the demo hall's cables, by one line of configuration each.

``--with counter-1.strip=strip-crc`` or, in a TOML file, ``[with]`` and ``"counter-1.strip" = "strip-crc"``. A transport
may be named behind ``@`` where a model has several: ``kiosk-c.printer=xprinter-xp-80@usb``. Places that the plan has
not by itself: ``counter-N.rating`` and ``counter-N.caller``, pads with a cable of their own; the pad that the shared
bus had at that counter is taken off it, and a bus without pads is left out.
"""

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from config.load import ConfigError, read_toml
from drivers import catalog
from field.demo.plan import Demo, DeviceAt
from field.demo.ports import free_port

PADS = {"rating": ("rating_pad", "evaluator"), "caller": ("caller_pad", "caller")}
"""Name of a pad's place to its family, and to its address on the bus."""
ONE_WAY = {
    "sound": "sound",
    "hid": "fifo",
    "hid-report": "hid",
    "camera": "camera",
    "http": "ipp",
    "pcsc": "pcsc",
    "gpio": "gpio",
}
"""What reaches a model in the demo hall where nothing else does, by the transport of its row."""
ON_BUS = "ff68-bus"
"""The pad's place keeps the shared bus."""


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of choices."""

    with_: dict[str, str] = msgspec.field(name="with", default={})
    """Model (``MODEL`` or ``MODEL@TRANSPORT``) by place (``UNIT.DEVICE``)."""


def choices(lines: list[str], file: Path | None = None) -> dict[str, str]:
    """Return model by place; a line of the command goes before the file.

    Raises:
        ConfigError: a line without ``=``, or a file that cannot be read.

    """
    found = dict(_of_file(file)) if file is not None else {}
    for line in lines:
        place, equals, model = line.partition("=")
        if not (equals and place.strip() and model.strip()):
            raise ConfigError(f"--with {line}: write UNIT.DEVICE=MODEL, e.g. counter-1.strip=strip-crc")
        found[place.strip()] = model.strip()
    return found


def _of_file(file: Path) -> dict[str, str]:
    try:
        return msgspec.convert(read_toml(file), Chosen).with_
    except msgspec.ValidationError as problem:
        raise ConfigError(f"{file}: {problem}") from problem


def with_models(demo: Demo, chosen: dict[str, str]) -> Demo:
    """Return the plan with other models in some places.

    Raises:
        ConfigError: no such place, model or transport; the text names the nearest.

    """
    for place, text in chosen.items():
        model, _, transport = text.partition("@")
        demo = _with_model(demo, place, model, transport)
    return _without_idle_bus(demo)


def _with_model(demo: Demo, place: str, model: str, transport: str) -> Demo:
    unit, _, name = place.partition(".")
    if name in PADS and unit in {one.name for one in demo.units if one.kind == "counter" and one.counter}:
        return demo if model == ON_BUS else _with_pad(demo, unit, name, model, transport)
    known = {device.key: device for device in demo.devices}
    if place not in known:
        pads = [f"{one.name}.{pad}" for one in demo.units if one.counter for pad in PADS]
        raise ConfigError(f"no place {place!r} in the demo hall; nearest: {_nearest(place, [*known, *pads])}")
    old = known[place]
    fresh = _device(demo.root, old.unit, old.name, old.kind, model, transport)
    new = msgspec.structs.replace(fresh, options=old.options)
    return _replaced(demo, [new if device.key == place else device for device in demo.devices])


def _with_pad(demo: Demo, unit: str, name: str, model: str, transport: str) -> Demo:
    kind, on_bus = PADS[name]
    counter = next(one.counter for one in demo.units if one.name == unit)
    new = _device(demo.root, unit, name, kind, model, transport)
    others = [device for device in demo.devices if device.key != new.key]
    return _replaced(demo, [*(_off_bus(device, counter, on_bus) for device in others), new])


def _off_bus(device: DeviceAt, counter: str, pad: str) -> DeviceAt:
    """Take one counter's pad off a bus; a counter without pads leaves it."""
    if device.kind != "ff68":
        return device
    left = [
        {key: value for key, value in window.items() if key != pad or window["counter"] != counter}
        for window in device.options["windows"]
    ]
    return msgspec.structs.replace(device, options={"windows": [window for window in left if len(window) > 1]})


def _without_idle_bus(demo: Demo) -> Demo:
    """Leave out a bus without pads; its unit goes on with what else it has."""
    return _replaced(demo, [one for one in demo.devices if one.kind != "ff68" or one.options.get("windows")])


def _replaced(demo: Demo, devices: list[DeviceAt]) -> Demo:
    return msgspec.structs.replace(demo, devices=tuple(devices))


def _device(root: Path, unit: str, name: str, kind: str, model: str, transport: str) -> DeviceAt:
    if model not in catalog.models(kind):
        raise ConfigError(f"{unit}.{name}: no {kind} model {model!r}; nearest: {_nearest(model, catalog.models(kind))}")
    row = catalog.model(kind, model)
    known = transports(row)
    chosen = transport or known[0]
    if chosen not in known:
        raise ConfigError(f"{unit}.{name}: {model} is not reached by {chosen!r}; by {', '.join(known)}")
    address = _address(root, f"{unit}.{name}", chosen)
    return DeviceAt(unit, name, kind, model, address, {}, simulated=chosen != "sound")


def transports(row: dict[str, Any]) -> tuple[str, ...]:
    """Return the transports by which the demo hall reaches a model, the usual one first."""
    if (kind := row.get("transport", "")) in ONE_WAY:
        return (ONE_WAY[kind],)
    carried = [wire for wire in ("usb", "hid") if row.get(wire)]
    return ("serial", *carried, "tcp")


def _address(root: Path, key: str, transport: str) -> str:
    where = {
        "serial": f"serial:{root}/wires/{key}",
        "usb": f"usb-sim:{root}/wires/{key}.usb",
        "fifo": f"fifo:{root}/wires/{key}.fifo",
        "hid": f"hid-sim:{root}/wires/{key}.hid",
        "camera": f"camera:{root}/wires/{key}.camera",
        "pcsc": f"pcsc-sim:{root}/wires/{key}.sock",
        "gpio": f"gpio-sim:{root}/wires/{key}.gpio",
        "sound": f"sound-file:{root}/sound/{key}",
    }
    on_loopback = {"tcp": "tcp:127.0.0.1:{port}", "ipp": "ipp://127.0.0.1:{port}/ipp/print"}
    return on_loopback[transport].format(port=free_port()) if transport in on_loopback else where[transport]


def _nearest(name: str, known: Any) -> str:
    return repr(next(iter(get_close_matches(name, list(known), n=1, cutoff=0.0)), "none"))
