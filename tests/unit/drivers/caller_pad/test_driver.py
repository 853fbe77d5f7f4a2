"""Stand-alone caller pads over a memory line."""

from typing import Any

import pytest

from drivers import catalog
from drivers.caller_pad.driver import Options
from drivers.catalog import Opening
from hall.domain.ids import CounterId, DeviceName
from hall.ports.caller_pad import CallerIntent, CallerPressed
from hall.ports.status import StatusWord
from tests.support.wires import staged, until, until_word


@pytest.mark.parametrize("model", catalog.models("caller_pad"))
def test_keys_become_intents_and_unknown_keys_a_remark(model: str) -> None:
    options = Options(counter="7")
    with staged(catalog.make_far_end("caller_pad", model, options), "memory:pad") as (stage, player):
        events: list[Any] = []
        pad = catalog.open_device("caller_pad", model, Opening(DeviceName("pad"), "memory:pad", events.append), options)
        until_word(pad, StatusWord.UNKNOWN)
        stage.do(player, "press", key="1")
        until(lambda: any(isinstance(event, CallerPressed) for event in events))
        stage.do(player, "press", key="9")
        until(lambda: "key 9 is not in the key map; add it to options.keys" in pad.status().reason)
        pad.close()
        presses = [event for event in events if isinstance(event, CallerPressed)]
        assert presses == [CallerPressed(DeviceName("pad"), CounterId("7"), CallerIntent.CALL_NEXT)]
