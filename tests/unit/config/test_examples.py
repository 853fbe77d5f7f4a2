"""The shipped examples can be used as they stand, with the real catalogue."""

from pathlib import Path

import pytest

from config.devices import Known, devices
from config.hall import HallConfig
from config.load import load
from config.unit import UnitConfig
from drivers import catalog

EXAMPLES = Path(__file__).parents[3] / "config" / "examples"
UNITS = sorted((EXAMPLES / "units").glob("*.toml"))
KNOWN = Known(catalog.FAMILIES, catalog.models, lambda kind: catalog.family(kind).options)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_units_example_is_good(path: Path) -> None:
    unit = load(path, UnitConfig)
    assert devices(unit, KNOWN, str(path))
    assert unit.unit.kind in {"kiosk", "counter", "lobby"}
    assert not unit.unit.demo


def test_every_kind_of_unit_has_an_example() -> None:
    assert {load(path, UnitConfig).unit.kind for path in UNITS} == {"kiosk", "counter", "lobby"}


def test_the_demos_hall_is_good() -> None:
    hall = load(EXAMPLES / "demo" / "hall.toml", HallConfig)
    assert {item.zone for item in hall.items} <= {zone.code for zone in hall.zones}
