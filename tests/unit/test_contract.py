"""The import contract knows every device family that is there."""

import tomllib
from pathlib import Path

from drivers.catalog import FAMILIES

ROOT = Path(__file__).resolve().parents[2]


def _independent() -> set[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    families = next(contract for contract in contracts if contract["type"] == "independence")
    return {module.removeprefix("drivers.") for module in families["modules"]}


def test_every_family_folder_is_bound_to_independence() -> None:
    folders = {path.parent.name for path in (ROOT / "drivers").glob("*/models.toml")}
    assert _independent() == folders


def test_every_family_folder_is_in_the_catalogue() -> None:
    folders = {path.parent.name for path in (ROOT / "drivers").glob("*/models.toml")}
    assert set(FAMILIES) == folders


def test_every_family_has_the_one_skeleton() -> None:
    for folder in (path.parent for path in (ROOT / "drivers").glob("*/models.toml")):
        for name in ("driver.py", "simulator.py", "README.md"):
            assert (folder / name).exists(), f"{folder.name}/{name}"
