"""The table of models: complete, importable, and helpful when a name is wrong."""

from pathlib import Path

import pytest

import drivers
from drivers import catalog
from drivers.catalog import UnknownModel
from drivers.profile import profile_of


@pytest.mark.parametrize("kind", catalog.FAMILIES)
def test_a_family_offers_its_three_names_and_at_least_one_model(kind: str) -> None:
    family = catalog.family(kind)
    assert family.options() == family.options()
    assert callable(family.open_device)
    assert callable(family.far_end)
    assert catalog.models(kind)


def test_every_family_folder_is_in_the_table() -> None:
    folders = {path.parent.name for path in Path(drivers.__file__).parent.glob("*/models.toml")}
    assert folders == set(catalog.FAMILIES)


def test_wrong_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownModel, match="nearest: 'counter_screen'"):
        catalog.models("counter_scren")
    with pytest.raises(UnknownModel, match="nearest: 'onbon-bx5k'"):
        catalog.model("counter_screen", "onbon-bx5")


def test_every_shipped_profile_is_consistent() -> None:
    rows = [row for kind in catalog.FAMILIES for row in catalog.models(kind).values() if "profile" in row]
    assert len(rows) >= 14
    for row in rows:
        assert profile_of(row).frames
