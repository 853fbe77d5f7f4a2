"""What a hall's file may say wrongly: each thing is one line that names it."""

from pathlib import Path

import msgspec
import pytest

from config.hall import Clerk, Counter, HallConfig, Item, Zone
from config.load import load
from server.checks import address, findings
from tests.support.server_process import DEMO

SOUND = load(Path(DEMO), HallConfig)


def test_the_shipped_demo_hall_is_sound_and_complete() -> None:
    assert findings(SOUND) == []
    roles = {role for clerk in SOUND.clerks for role in clerk.roles}
    assert {"clerk", "attendant", "supervisor", "technician", "administrator"} <= roles
    assert all({"zh", "en"} <= set(item.names) for item in SOUND.items)
    assert any(not counter.items for counter in SOUND.counters), "one whole-board counter"
    assert (len(SOUND.zones), len(SOUND.counters)) == (3, 4)
    assert len(SOUND.items) >= 8


ITEM = Item("x", "X", {"zh": "甲", "en": "X"})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"items": (*SOUND.items, ITEM, ITEM)}, "'x' stands there 2 times"),
        ({"items": (*SOUND.items, Item("y", "A", {}))}, "prefix 'A' belongs to 2 items"),
        ({"items": (*SOUND.items, Item("y", "Y", {}, zone="Q"))}, "zone 'Q' is not among"),
        ({"counters": (*SOUND.counters, Counter("9", items=("nothing",)))}, "item 'nothing' is not among"),
        ({"counters": (*SOUND.counters, Counter("9", zone="Q"))}, "counter '9': zone 'Q'"),
        ({"zones": (*SOUND.zones, Zone("A", {}))}, "zones: 'A' stands there 2 times"),
        ({"clerks": (Clerk("c", "某", ("boss",)),)}, "role 'boss' is unknown"),
        ({"clerks": (Clerk("c", "某", counters=("99",)),)}, "counter '99' is not among"),
    ],
)
def test_each_mistake_is_named(change: dict[str, object], named: str) -> None:
    found = findings(msgspec.structs.replace(SOUND, **change))
    assert any(named in line for line in found), found


def test_what_only_a_demo_may_do() -> None:
    real = msgspec.structs.replace(SOUND.hub, demo=False, tls=False, parent_url="http://x", parent_token_file="t")
    found = "\n".join(findings(msgspec.structs.replace(SOUND, hub=real)))
    assert "hub.tls = false is allowed only" in found
    assert "must be https://" in found
    assert "clerk '1001': a pin may stand here only" in found


def test_addresses() -> None:
    assert address("0.0.0.0:8443") == ("0.0.0.0", 8443)
    assert address("[::1]:1") == ("::1", 1)
    for wrong in ("8443", "host:", ":1", "host:70000", "host:x"):
        with pytest.raises(ValueError, match=r"hub\.listen"):
            address(wrong)
