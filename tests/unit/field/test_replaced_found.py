"""The doctor on a machine that was replaced, and on one whose file names another letter than the hub gave."""

from pathlib import Path

import msgspec
import pytest

from config.unit import Identity, UnitConfig
from field.examine.finding import Colour
from field.examine.surroundings import examine_unit, was_replaced
from hall.store.record import Retired
from hall.store.unit_store import UnitStore, open_store
from hall.sync.credential import ENROLLED_FILE, KEY_FILE
from hall.wire.enrolment import Enrolled


def enrolment(folder: Path, series: str = "C") -> tuple[Colour, str]:
    unit = Identity("kiosk-c", "kiosk", "http://127.0.0.1:9", str(folder), series=series)
    (found,) = [one for one in examine_unit(UnitConfig(unit)) if one.about.endswith("enrolment")]
    return found.colour, f"{found.says}; {found.do}"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    enrolled = Enrolled(unit="kiosk-c", kind="kiosk", hall="demo", hub_key=bytes(32), series="C")
    (tmp_path / ENROLLED_FILE).write_bytes(msgspec.json.encode(enrolled))
    (tmp_path / KEY_FILE).write_bytes(bytes(32))
    return tmp_path


def test_a_machine_that_was_replaced_is_red(state: Path) -> None:
    assert enrolment(state)[0] is Colour.GREEN
    store = open_store(state / "unit.db")
    assert isinstance(store, UnitStore)
    assert not was_replaced(state / "unit.db")
    store.write([Retired(True)])
    colour, says = enrolment(state)
    assert colour is Colour.RED
    assert "another machine has taken the place of kiosk-c" in says
    assert "switch it off" in says
    store.write([Retired(False)])
    store.close()
    assert enrolment(state)[0] is Colour.GREEN


def test_another_letter_in_the_file_is_amber(state: Path) -> None:
    colour, says = enrolment(state, "D")
    assert colour is Colour.AMBER
    assert 'write series = "C"' in says


def test_a_store_that_cannot_be_read_is_not_taken_for_a_retired_one(state: Path) -> None:
    (state / "unit.db").write_bytes(b"no database" * 100)
    assert not was_replaced(state / "unit.db")
