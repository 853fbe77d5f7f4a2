"""Device rules name exactly the USB devices of the catalogue, each once, with its models and a source."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from drivers import catalog
from tests.unit.systemd.reading import FOLDER

RULES = (FOLDER / "udev/70-hallfloor.rules").read_text(encoding="utf-8").splitlines()
GROUPS = {"id_card": "plugdev", "ticket_printer": "lp"}
KEY = re.compile(r'^(?:[A-Z]+(?:\{[\w/]+\})?)(==|!=|=|\+=|:=)"([^"]*)"$')


def _catalogued() -> dict[tuple[str, str], set[str]]:
    """Return the models by family and VID:PID."""
    found: dict[tuple[str, str], set[str]] = {}
    for kind in catalog.FAMILIES:
        for model, row in catalog.models(kind).items():
            for usb in [*row.get("usb", []), *row.get("hid", [])]:
                found.setdefault((kind, usb.lower()), set()).add(model)
    return found


def _ruled() -> dict[tuple[str, str], tuple[str, str]]:
    """Return rule and comment above it, by family and VID:PID."""
    found = {}
    for above, line in pairwise(RULES):
        ids = re.search(r'idVendor}=="(\w{4})", ATTRS?\{idProduct}=="(\w{4})"', line)
        family = re.search(r'SYMLINK\+="hall/([a-z_]+)-%[kb]"', line)
        if ids and family:
            found[family.group(1), f"{ids.group(1)}:{ids.group(2)}"] = (line, above)
    return found


def test_rules_and_catalogue_name_the_same_devices() -> None:
    assert _ruled().keys() == _catalogued().keys()


def test_each_device_is_ruled_once() -> None:
    ids = Counter(re.findall(r'idVendor}=="(\w{4})", ATTRS?\{idProduct}=="(\w{4})"', "\n".join(RULES)))
    assert set(ids.values()) == {1}


@pytest.mark.parametrize("key", sorted(_catalogued()), ids="-".join)
def test_a_device_goes_to_its_group_and_says_a_model_and_the_source(key: tuple[str, str]) -> None:
    line, above = _ruled()[key]
    assert f'MODE="0660", GROUP="{GROUPS[key[0]]}"' in line
    assert "Source: " in above
    assert any(model in above for model in _catalogued()[key])


def test_every_rule_is_well_formed() -> None:
    for line in RULES:
        if line and not line.startswith("#"):
            for part in line.split(", "):
                assert KEY.match(part), part


def test_names_do_not_collide() -> None:
    names = [re.sub(r"%.*", "", name) for line in RULES for name in re.findall(r'SYMLINK\+="hall/([^"]+)"', line)]
    kinds = {name.partition("-")[0] for name in names}
    assert kinds == {"id_card", "ticket_printer", "serial", "keys", "pad", "touch", "camera"}
    generic = [name for name in names if name.partition("-")[0] not in GROUPS]
    assert len(generic) == len(set(generic))


def test_nothing_is_open_to_everybody() -> None:
    text = "\n".join(RULES)
    assert not re.search(r'MODE="\d*[1-7]"', text)
    assert "RUN" not in text
