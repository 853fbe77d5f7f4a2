"""Configuration files of units and of a hub, told apart by their tables."""

from pathlib import Path

from config.devices import DeviceConfig, Known, check_ports, devices
from config.hall import HallConfig
from config.load import ConfigError, check, read_toml
from config.unit import UnitConfig
from drivers import catalog
from field.examine.finding import Finding, green, red

KNOWN = Known(catalog.FAMILIES, catalog.models, lambda kind: catalog.family(kind).options)


def load_any(path: Path) -> UnitConfig | HallConfig:
    """Read a unit's or a hub's file.

    Raises:
        ConfigError: one line with the key and the nearest known one.

    """
    values = read_toml(path)
    if "hub" in values:
        return check(values, HallConfig, str(path))
    if "unit" not in values:
        raise ConfigError(f"{path}: neither a [unit] nor a [hub] table: which file is this?")
    return check(values, UnitConfig, str(path))


def load_unit(path: Path, otherwise: str) -> UnitConfig:
    """Load a unit's file.

    Raises:
        ConfigError: as `load_any`; or it is a hub's file, for which `otherwise` says why that will not do.

    """
    config = load_any(path)
    if not isinstance(config, UnitConfig):
        raise ConfigError(f"{path}: {otherwise}")
    return config


def devices_of(path: Path, config: UnitConfig) -> tuple[DeviceConfig, ...]:
    """Return a unit's devices with their options checked.

    Raises:
        ConfigError: unknown kind, model, option, or two devices on one port.

    """
    found = devices(config, KNOWN, str(path))
    check_ports(found, str(path))
    return found


def examine_file(path: Path) -> Finding:
    """Check one file, devices included."""
    try:
        config = load_any(path)
        if isinstance(config, HallConfig):
            return green(path.name, f"good: a hub with {len(config.items)} items and {len(config.counters)} counters")
        return green(path.name, f"good: {config.unit.name} with {len(devices_of(path, config))} devices")
    except ConfigError as problem:
        says, _, do = str(problem).rpartition("; ")
        return red(path.name, says or str(problem), do if says else "correct the file, then check it again")
