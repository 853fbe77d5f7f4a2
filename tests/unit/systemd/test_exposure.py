"""How exposed each unit is, and that every exception from full hardening is explained in the unit itself."""

import json
import re

import pytest

from tests.unit.systemd.reading import FOLDER, UNITS, analyze, comments, needs_analyze

HUB, FACE = 2.5, 4.5
CEILING = {path.name: HUB if path.name in ("hall-server.service", "hall-guard.service") else FACE for path in UNITS}


@needs_analyze
@pytest.mark.parametrize("name", CEILING)
def test_exposure_is_below_its_ceiling(name: str) -> None:
    threshold = int(CEILING[name] * 10)
    done = analyze("security", "--offline=true", f"--threshold={threshold}", FOLDER / name)
    assert done.returncode == 0, done.stdout[-200:]


@needs_analyze
def test_the_ceiling_is_a_real_one() -> None:
    done = analyze("security", "--offline=true", "--threshold=1", FOLDER / "hall-kiosk.service")
    assert done.returncode != 0


@needs_analyze
@pytest.mark.parametrize("name", CEILING)
def test_every_exception_is_explained_where_it_stands(name: str) -> None:
    done = analyze("security", "--offline=true", "--json=short", FOLDER / name)
    said = comments(FOLDER / name)
    for finding in json.loads(done.stdout):
        if not finding["exposure"]:
            continue
        words = re.findall(r"@[a-z-]+|AF_[A-Z]+|[A-Z][A-Za-z]+(?==)", finding["name"])
        assert any(word in said for word in words), f"{finding['name']}: set it, or say in {name} why not"
